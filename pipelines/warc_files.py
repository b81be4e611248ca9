"""The WARC files there are: their names, their sizes, and whether they can be read."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from pipelines.warc import OPEN, locate

CUT = "the last record is not whole"
"""What is wrong with a file whose writer was, or is, in the middle of a record."""

CHUNK = 1 << 20  # bytes read of a file at a time
INFLATED = 1 << 22  # bytes taken of a record at a time, however well it is compressed
_BEGIN = b"WARC/"


def names(home: Path, outlet: str | None = None) -> Iterator[str]:
    """Give the files below the home as the database names them, those being written too, in order.

    An outlet's files begin with its key.
    """
    prefix = f"{outlet}-" if outlet else ""
    found = {path.with_name(path.name.removesuffix(OPEN)) for path in (home / "captures").rglob("*.warc.gz*")}
    for path in sorted(found):
        if path.suffixes[-2:] == [".warc", ".gz"] and path.name.startswith(prefix) and path.name[0] != ".":
            yield path.relative_to(home).as_posix()


def size(home: Path, name: str) -> int | None:
    """Give a file's size in bytes, None when it is not there."""
    for _ in range(2):  # a crawl may rename it between two looks
        try:
            return locate(home, name).stat().st_size
        except FileNotFoundError:
            continue
    return None


def reading(home: Path, name: str) -> BinaryIO:
    """Open a file for reading, under the name it has now; raise OSError where that cannot be."""
    try:
        return locate(home, name).open("rb")
    except FileNotFoundError:  # a crawl has given it its final name meanwhile
        return (home / name).open("rb")


def whole_records(file: BinaryIO, told: Callable[[int], None]) -> tuple[int, str | None]:
    """Read gzip members to the file's end; give how many bytes are whole records, and what is wrong then.

    Checks each member's own checksum and that it holds a WARC record.
    """
    whole = read = 0
    member = _Member()
    while chunk := file.read(CHUNK):
        read += len(chunk)
        while chunk:
            try:
                chunk = member.feed(chunk)
            except zlib.error as error:
                return whole, f"not a gzip member: {error}"
            if not _BEGIN.startswith(member.begins) or (member.over and member.begins != _BEGIN):
                return whole, "not a WARC record"
            if member.over:
                whole += member.length
                member = _Member()
        told(read)
    return whole, CUT if member.length else None


class _Member:
    """One gzip member while it is read: how long it is, and how what it holds begins."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self.length = 0
        self.begins = b""

    @property
    def over(self) -> bool:
        """Whether its end has been read."""
        return self._inflate.eof

    def feed(self, chunk: bytes) -> bytes:
        """Take bytes; give those that follow the member. Never holds more than a part of the record."""
        given = len(chunk)
        while not self._inflate.eof:
            inflated = self._inflate.decompress(chunk, INFLATED)
            self.begins = (self.begins + inflated[: len(_BEGIN)])[: len(_BEGIN)]
            chunk = self._inflate.unconsumed_tail
            if not chunk and len(inflated) < INFLATED:
                break
        rest = self._inflate.unused_data
        self.length += given - len(rest)
        return rest
