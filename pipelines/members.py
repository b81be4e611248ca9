"""Gzip members of our WARC files: each read to its end, so that only whole ones are given on."""

import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from pipelines import warc_files
from pipelines.payload import Damage, DamagedCaptureError

CHUNK = 1 << 14  # bytes read of a file at a time: most members are shorter
HEAD = 1 << 16  # bytes of a record among which its head ends
FILES = 16  # files kept open: records by time go to and fro between the files of several crawls
_GZIP = zlib.MAX_WBITS | 16
_END = b"\r\n\r\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A whole gzip member: where it lies, in bytes, and the fields of its record's head.

    Field names are in lower case.
    """

    warc_file: str
    offset: int
    length: int
    fields: Mapping[str, str]

    @property
    def kind(self) -> str:
        """What kind of record it is: response, revisit, request, warcinfo."""
        return self.field("WARC-Type")

    def field(self, name: str) -> str:
        """Give a field of the record's head, empty where there is none."""
        return self.fields.get(name.lower(), "")


class Members:
    """The members of the WARC files below a home; a context manager that closes what it opened.

    Raises :class:`DamagedCaptureError` for a file that is not there and a member that is not whole.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._open: OrderedDict[str, BinaryIO] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def at(self, warc_file: str, offset: int) -> Member:
        """Give the member that begins at an offset; all of it is read, its checksum included."""
        file = self._file(warc_file)
        try:
            file.seek(offset)
            begins, length = _inflated(file)
            return Member(warc_file=warc_file, offset=offset, length=length, fields=_fields(begins))
        except (ValueError, zlib.error) as error:
            said = f"no record at {offset}: {error}"
            raise DamagedCaptureError(Damage.NO_RECORD, warc_file, said) from error
        except OSError as error:
            raise DamagedCaptureError(Damage.NO_FILE, warc_file, error.strerror or str(error)) from error

    def after(self, member: Member) -> Member | None:
        """Give the member that follows another one, None where no whole one does."""
        return self._whole(member.warc_file, member.offset + member.length)

    def every(self, warc_file: str) -> Iterator[Member]:
        """Give a file's members from its beginning to the first that is not whole."""
        member = self._whole(warc_file, 0)
        while member is not None:
            yield member
            member = self.after(member)

    def _whole(self, warc_file: str, offset: int) -> Member | None:
        try:
            return self.at(warc_file, offset)
        except DamagedCaptureError:
            return None

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Give a member's bytes as they lie in the file, a part at a time."""
        file = self._file(member.warc_file)
        file.seek(member.offset)
        rest = member.length
        while rest and (chunk := file.read(min(rest, warc_files.CHUNK))):
            rest -= len(chunk)
            yield chunk

    def record(self, member: Member) -> bytes:
        """Give the whole record, inflated: for requests and revisits, which hold no bodies of pages."""
        return zlib.decompress(b"".join(self.chunks(member)), wbits=_GZIP)

    def _file(self, warc_file: str) -> BinaryIO:
        if warc_file not in self._open:
            try:
                self._open[warc_file] = warc_files.reading(self._home, warc_file)
            except OSError as error:
                said = error.strerror or str(error)
                raise DamagedCaptureError(Damage.NO_FILE, warc_file, said) from error
        self._open.move_to_end(warc_file)
        if len(self._open) > FILES:
            self._open.popitem(last=False)[1].close()
        return self._open[warc_file]


def _inflated(file: BinaryIO) -> tuple[bytes, int]:
    """Inflate the member at a file's position; give how its record begins, and the member's length."""
    inflate = zlib.decompressobj(_GZIP)
    begins = bytearray()
    read = 0
    while not inflate.eof:
        chunk = file.read(CHUNK)
        if not chunk:
            raise ValueError(warc_files.CUT)
        read += len(chunk)
        while not inflate.eof:
            inflated = inflate.decompress(chunk, warc_files.INFLATED)
            begins += inflated[: HEAD - len(begins)]
            chunk = inflate.unconsumed_tail
            if not chunk and len(inflated) < warc_files.INFLATED:
                break
    return bytes(begins), read - len(inflate.unused_data)


def _fields(begins: bytes) -> Mapping[str, str]:
    head, end, _ = begins.partition(_END)
    if not head.startswith(b"WARC/") or not end:
        raise ValueError("it is not a WARC record")
    pairs = (line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n")[1:])
    return {name.lower(): value.strip() for name, _, value in pairs}
