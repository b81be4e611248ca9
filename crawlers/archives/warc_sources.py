"""The WARC files that a path stands for: itself, or those inside a WACZ."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from core.errors import SetupError, WeatherError
from crawlers.archives import wacz
from crawlers.archives.inflating import GZIP, BombError, Bytes, CutError, Inflating, Window

SUFFIXES = (".warc", ".warc.gz", ".wacz")
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_WARC = b"WARC/"
_ARC = b"filedesc:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One WARC file: ``member`` is its name inside a WACZ, empty for a file of its own; ``size`` in bytes."""

    path: Path
    member: str
    size: int
    open: Callable[[], Bytes]

    def place(self, spot: object) -> str:
        """Give the text for a place in it, without blanks."""
        return f"{quote(self.member)}@{spot}" if self.member else str(spot)

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


def parted(place: str) -> tuple[str, str]:
    """Part a place into the member's name and the spot."""
    member, _, spot = place.rpartition("@")
    return unquote(member), spot


def sources(path: Path) -> tuple[list[Source], list[str]]:
    """Give the WARC files of a path, and a sentence for each that cannot be read.

    Raises :class:`SetupError` where the path cannot be read, :class:`WeatherError` where the disk fails.
    """
    try:
        with path.open("rb") as file:
            begins = file.read(len(_ZIP))
        size = path.stat().st_size
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise SetupError(f"{path} cannot be read ({error.strerror}): has it been moved?") from error
    except OSError as error:
        raise WeatherError(f"{path} cannot be read: {error}") from error
    if not size:
        return [], [f"{path.name} is empty"]
    if begins == _ZIP:
        members, refused = wacz.members(path)
        return [Source(path=path, member=one.name, size=one.size, open=one.open) for one in members], refused
    return [Source(path=path, member="", size=size, open=lambda: Window(path, 0, size))], []


def found(paths: Sequence[Path]) -> Iterator[Path]:
    """Give the files that paths stand for, absolute, each once; folders are walked in sorted order.

    Raises :class:`SetupError` for a path that does not exist or is neither a folder nor such a file.
    """
    met = set()
    for given in paths:
        path = given.absolute()
        if path.is_dir():
            files = sorted(
                one for one in path.rglob("*") if one.name.lower().endswith(SUFFIXES) and one.is_file()
            )
            if not files:
                raise SetupError(f"{given} holds no files named {', '.join('*' + s for s in SUFFIXES)}")
        elif path.is_file():
            _check(path, given)
            files = [path]
        else:
            raise SetupError(f"{given} does not exist: name WARC or WACZ files, or folders that hold some")
        for file in files:
            if file not in met:
                met.add(file)
                yield file


def _check(path: Path, given: Path) -> None:
    """Raise :class:`SetupError` for a file that is certainly none of ours."""
    try:
        begins = _beginning(path)
    except OSError as error:
        raise SetupError(f"{given} cannot be read: {error.strerror}") from error
    if begins.startswith(_ARC):
        raise SetupError(
            f"{given} is an ARC file, the format before WARC:"
            f" `warcio recompress {given.name} NEW.warc.gz` makes a WARC file of it"
        )
    if not begins.startswith((_WARC, _ZIP)) and not path.name.lower().endswith(SUFFIXES):
        raise SetupError(f"{given} is no WARC or WACZ file")


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        begins = file.read(len(_ARC))
        if not begins.startswith(_GZIP):
            return begins
        try:
            return Inflating(file, wbits=GZIP, start=0).pull()[: len(_ARC)]
        except (CutError, BombError, zlib.error):
            return b""
