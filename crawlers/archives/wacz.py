"""WACZ files: the WARC files in a zip file, read where they lie."""

import struct
import zipfile
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.errors import SetupError
from crawlers.archives.inflating import DEFLATE, Bytes, Inflated, Window

_MAX_MEMBERS = 100_000
_MAX_DIRECTORY = 1 << 26  # bytes of the list of members: a hundred bytes each, and much room
_LOCAL = struct.Struct("<4s22xHH")  # APPNOTE.TXT section 4.3.7: signature … lengths of name and extra field
_END = struct.Struct("<12xL6x")  # section 4.3.16: the size of the list of members
_ELSEWHERE = 0xFFFFFFFF  # zip64 tells it
_COMMENT = 1 << 16
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 0x1


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One WARC file in a WACZ; ``size`` is in bytes as the zip file states it, inflated."""

    name: str
    size: int
    open: Callable[[], Bytes]


def members(path: Path) -> tuple[list[Member], list[str]]:
    """Give the WARC files of a WACZ in the order of their names, and a sentence for each that is broken."""
    try:
        with path.open("rb") as file:
            _bounded(path, file.seek(0, 2))
            file.seek(0)
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        return [], [f"{path.name} is no zip file that can be read: {error}"]
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error
    if len(infos) > _MAX_MEMBERS:
        return [], [f"{path.name} holds {len(infos)} files, which is no WACZ"]
    given: dict[str, Member] = {}
    refused = []
    for info in infos:
        if not info.filename.lower().endswith((".warc", ".warc.gz")) or info.is_dir():
            continue
        try:
            given[info.filename] = _member(path, info, given)
        except ValueError as error:
            refused.append(f"{path.name}: {info.filename[:200]!r} cannot be read: {error}")
    if not given and not refused:
        refused.append(f"{path.name} holds no WARC files, so it is no WACZ")
    return [given[name] for name in sorted(given)], refused


def _bounded(path: Path, size: int) -> None:
    """Raise ValueError where the list of members is larger than any: zipfile reads it whole."""
    with path.open("rb") as file:
        file.seek(max(0, size - _COMMENT - _END.size))
        last = file.read()
    end = last.rfind(b"PK\x05\x06")
    if 0 <= end <= len(last) - _END.size:
        (listed,) = _END.unpack_from(last, end)
        if _MAX_DIRECTORY < listed < _ELSEWHERE:
            raise ValueError(f"its list of members has {listed} bytes")


def _member(path: Path, info: zipfile.ZipInfo, given: Container[str]) -> Member:
    """Find a member's bytes; raise ValueError where they are not as stated, or in no known form."""
    if info.filename in given:
        raise ValueError("a second file of this name")
    if info.flag_bits & _ENCRYPTED:
        raise ValueError("it is encrypted")
    whole = path.stat().st_size
    if not 0 <= info.header_offset < whole:
        raise ValueError(f"it would begin at {info.header_offset}, outside the file")
    with path.open("rb") as file:
        file.seek(info.header_offset)
        header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(_SIGNATURE):
        raise ValueError("no file begins where the list of members says")
    _, name, extra = _LOCAL.unpack(header)
    start = info.header_offset + _LOCAL.size + name + extra
    if start + info.compress_size > whole:
        raise ValueError(f"it would end at {start + info.compress_size}, after the end of the file")
    if info.compress_type == zipfile.ZIP_STORED:
        return Member(
            name=info.filename, size=info.compress_size, open=partial(Window, path, start, info.compress_size)
        )
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(f"it is compressed in a way ({info.compress_type}) that WACZ does not know")
    window = partial(Window, path, start, info.compress_size)
    return Member(name=info.filename, size=info.file_size, open=partial(Inflated, window, wbits=DEFLATE))
