"""Bytes of files, of parts of files, and of what is compressed in them, read with bounded memory."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

GZIP = zlib.MAX_WBITS | 16
DEFLATE = -zlib.MAX_WBITS  # without a header, as zip files hold it

CHUNK = 1 << 15  # small: zlib copies what follows a member, and members are a few kilobytes
_PIECE = 1 << 17  # at most this is inflated at once
_BOMB_BYTES = 1 << 26
_BOMB_RATIO = 200  # pages compress 4 to 20 times; a thousand is the most that deflate can


class CutError(Exception):
    """The bytes end before what is compressed in them does."""


class BombError(Exception):
    """What is compressed grows beyond any page, log or picture."""


class Bytes(Protocol):
    """What can be read from any position on."""

    def read(self, size: int, /) -> bytes:
        """Give up to ``size`` bytes, none at the end."""

    def seek(self, position: int, /) -> object:
        """Go to a position, in bytes from the beginning."""

    def close(self) -> None:
        """Let go of the file."""


class Window:
    """A part of a file, as if it were one: a member of a zip file that is not compressed."""

    def __init__(self, path: Path, start: int, length: int) -> None:
        """Open ``length`` bytes from ``start`` on; raises OSError."""
        self._file: BinaryIO = path.open("rb")
        self._start, self._length = start, length
        self.seek(0)

    def read(self, size: int, /) -> bytes:
        """Give up to ``size`` bytes, none at the end."""
        data = self._file.read(max(0, min(size, self._length - self._at)))
        self._at += len(data)
        return data

    def seek(self, position: int, /) -> None:
        """Go to a position."""
        self._at = position
        self._file.seek(self._start + position)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Inflating:
    """One compressed stream, read forward; ``end`` is where it ends in ``raw``, once it has."""

    def __init__(self, raw: Bytes, *, wbits: int, start: int, ahead: bytes | None = None) -> None:
        """Begin at ``start``; ``ahead`` is what was read of ``raw`` from there already."""
        if ahead is None:
            raw.seek(start)
        self._raw = raw
        self._inflate = zlib.decompressobj(wbits)
        self._rest = ahead or b""
        self._start = start
        self._read = start + len(self._rest)
        self._given = 0

    def pull(self) -> bytes:
        """Give the next piece, none at the end; raises zlib.error, :class:`CutError`, :class:`BombError`."""
        while not self._inflate.eof:
            data = self._rest
            if not data:
                data = self._raw.read(CHUNK)
                self._read += len(data)
            piece = self._inflate.decompress(data, _PIECE)
            self._rest = self._inflate.unconsumed_tail
            if piece:
                self._given += len(piece)
                if self._given > _BOMB_BYTES and self._given > _BOMB_RATIO * (self._read - self._start):
                    raise BombError
                return piece
            if not data and not self._inflate.eof:
                raise CutError
        return b""

    @property
    def after(self) -> tuple[int, bytes]:
        """Where the stream ended, and what was read of the bytes that follow."""
        unused = self._inflate.unused_data
        return self._read - len(unused), unused

    def copied(self) -> "Inflating":
        """Give a second one that goes on here by itself; it shares ``raw``."""
        other = object.__new__(Inflating)
        other.__dict__.update(self.__dict__, _inflate=self._inflate.copy())
        return other

    def resumed(self) -> "Inflating":
        """Give a copy, ``raw`` standing where it reads on."""
        self._raw.seek(self._read)
        return self.copied()


class Inflated:
    """A compressed stream as bytes of any position: marks are kept on the way, so that going back is cheap.

    At most ``_MARKS`` marks of some 50 kB each are kept: from there on at twice the distance.
    """

    _MARKS = 64

    def __init__(self, open_raw: Callable[[], Bytes], *, wbits: int, start: int = 0) -> None:
        """Read what begins at ``start`` of the bytes that ``open_raw`` gives, which are closed with this."""
        self._raw = open_raw()
        self._stream = Inflating(self._raw, wbits=wbits, start=start)
        self._marks = [(0, self._stream.copied())]
        self._apart = 1 << 22
        self._held = b""  # the last pieces: readers look ahead, and the next begins a little before
        self._from = self._at = 0

    def read(self, size: int, /) -> bytes:
        """Give up to ``size`` bytes, none at the end or where the stream is broken."""
        if self._at == self._end:
            self._pull()
        begin = self._at - self._from
        data = self._held[begin : begin + size]
        self._at += len(data)
        return data

    def seek(self, position: int, /) -> None:
        """Go to a position, from the last mark before it; beyond the end is the end."""
        mark, stream = next(m for m in reversed(self._marks) if m[0] <= position)
        if position < self._from or mark > self._end:
            self._stream, self._held, self._from = stream.resumed(), b"", mark
        while self._end < position:
            self._at = self._end
            if not self._pull():
                return
        self._at = position

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()

    @property
    def _end(self) -> int:
        return self._from + len(self._held)

    def _pull(self) -> bool:
        """Hold the next piece behind the last one; say whether there was one."""
        end = self._end
        if end - self._marks[-1][0] >= self._apart:
            self._marks.append((end, self._stream.copied()))
            if len(self._marks) > self._MARKS:
                self._marks = self._marks[::2]
                self._apart *= 2
        try:
            piece = self._stream.pull()
        except (zlib.error, CutError, BombError):
            return False  # to those who read what lies in it, the file ends here
        kept = self._held[-_PIECE:]
        self._from = end - len(kept)
        self._held = kept + piece
        return bool(piece)
