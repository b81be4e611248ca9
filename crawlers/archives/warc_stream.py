"""The bytes of a WARC file read forward: as they are, or gzip member by gzip member."""

import re
import zlib
from typing import NamedTuple

from crawlers.archives.inflating import CHUNK, GZIP, BombError, Bytes, CutError, Inflating

BEGIN = b"WARC/"
_MAGIC = b"\x1f\x8b\x08"
# RFC 1952 section 2.3.1: no reserved flag, a known extra flag and system; seldom met by chance.
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]", re.DOTALL)
_MEMBER_HEAD = 10
_blanks = re.compile(rb"[\r\n]*").match


class DamageError(Exception):
    """The record cannot be read; the message says why, for a person."""


class Spot(NamedTuple):
    """Where a record begins: the offset of its gzip member, and its own within what that holds.

    In a file that is not compressed ``member`` is the record's offset, as in one with a member for
    each record; ``inner`` is above 0 only where one member holds several records.
    """

    member: int
    inner: int = 0

    def __str__(self) -> str:
        return f"{self.member}+{self.inner}" if self.inner else str(self.member)


def spot(text: str) -> Spot:
    """Read a spot as its ``str`` wrote it; raise ValueError for other text."""
    member, plus, inner = text.partition("+")
    return Spot(int(member), int(inner) if plus else 0)


class Stream:
    """Reads forward through one file; every method may raise :class:`DamageError`."""

    def __init__(self, raw: Bytes, size: int, start: Spot, *, inflated: bool) -> None:
        """Begin at a spot of ``size`` bytes, which are ``inflated``, or a file as it is."""
        self._raw, self.size = raw, size
        self.zipped = not inflated and _is_zipped(raw)
        self._member = self._base = self._at = 0
        self._buffer = b""
        self._broken = False
        self._inflating: Inflating | None = None
        self._open(start.member)
        if start.inner:
            self.skip(start.inner)

    @property
    def here(self) -> Spot:
        """Where the next byte lies."""
        position = self._base + self._at
        return Spot(self._member, position) if self.zipped else Spot(position)

    @property
    def ended(self) -> int | None:
        """Where the member that was read to its end ends in the file, None for other bytes."""
        return self._inflating.after[0] if self._inflating else None

    def begins(self, what: bytes) -> bool:
        """Say whether these bytes come next."""
        while len(self._buffer) - self._at < len(what) and self._fill():
            pass
        return self._buffer.startswith(what, self._at)

    def pass_blanks(self) -> bool:
        """Pass over line ends; say whether anything follows, in this member."""
        while True:
            match = _blanks(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return True
            if not self._fill():
                return False

    def next_member(self) -> bool:
        """Go to the gzip member that follows the one read to its end; say whether there is one."""
        if self._inflating is None:
            return False
        after, ahead = self._inflating.after
        if after >= self.size:
            return False
        self._begin(after)
        if not ahead.startswith(_MAGIC):
            ahead += self._raw.read(len(_MAGIC))
            if not ahead.startswith(_MAGIC):
                self._broken = True
                if not ahead.strip(b"\0"):
                    raise DamageError("no gzip member begins here, but NUL bytes")
                raise DamageError("no gzip member begins here")
        self._inflating = Inflating(self._raw, wbits=GZIP, start=after, ahead=ahead)
        return True

    def head(self, limit: int) -> bytes:
        """Give all up to a blank line, with it; raises :class:`DamageError` over ``limit`` bytes."""
        while True:
            buffer, at = self._buffer, self._at
            end = buffer.find(b"\r\n\r\n", at)
            bare = buffer.find(b"\n\n", at, end if end >= 0 else len(buffer))
            if bare >= 0:
                end = bare - 2
            if end >= 0 and end + 4 - at <= limit:
                self._at = end + 4
                return buffer[at : end + 4]
            if end >= 0 or len(buffer) - at > limit:
                raise DamageError(f"its header is longer than {limit} bytes")
            if not self._fill():
                raise DamageError("its header does not end")

    def take(self, size: int) -> bytes:
        """Give up to ``size`` bytes at once, none at the end of the member."""
        if self._at == len(self._buffer) and not self._fill():
            return b""
        data = self._buffer[self._at : self._at + size]
        self._at += len(data)
        return data

    def skip(self, size: int) -> None:
        """Pass over bytes; raise :class:`DamageError` where the member has fewer."""
        held = len(self._buffer) - self._at
        if size <= held:
            self._at += size
            return
        if not self.zipped:
            position = self._base + self._at + size
            if position > self.size:
                raise DamageError("the file ends within it")
            self._begin(position)
            self._raw.seek(position)
            return
        while size > held:
            size -= held
            self._at = len(self._buffer)
            if not self._fill():
                raise DamageError("its Content-Length is more than there is")
            held = len(self._buffer)
        self._at += size

    def recover(self, damaged: Spot) -> bool:
        """Go to the next record after a damaged one; say whether there is one."""
        if not self.zipped:
            self._open(damaged.member + 1)
        if not self._broken:
            try:
                return self._found_ahead() or self.next_member()
            except DamageError:
                if not self.zipped:
                    return False
        after = max(damaged.member, self._member) + 1
        member = self._searched(after)
        if member is None:
            return False
        self._open(member)
        return True

    def _begin(self, member: int) -> None:
        self._member = member
        self._base = 0 if self.zipped else member
        self._at = 0
        self._buffer = b""
        self._broken = False

    def _open(self, member: int) -> None:
        self._begin(member)
        if self.zipped:
            self._inflating = Inflating(self._raw, wbits=GZIP, start=member)
        else:
            self._raw.seek(member)

    def _fill(self) -> bool:
        """Put more into the buffer; say whether there was more in this member."""
        try:
            data = self._inflating.pull() if self._inflating else self._raw.read(CHUNK)
        except CutError as error:
            self._broken = True
            raise DamageError("the file ends within it") from error
        except BombError as error:
            self._broken = True
            raise DamageError("it unpacks to more than any page does") from error
        except zlib.error as error:
            self._broken = True
            raise DamageError(f"its gzip member is broken ({error})") from error
        if not data:
            return False
        self._base += self._at
        self._buffer = self._buffer[self._at :] + data if self._at < len(self._buffer) else data
        self._at = 0
        return True

    def _found_ahead(self) -> bool:
        """Go to the next line that begins a record, in this member or file that is not compressed."""
        line = b"\n" + BEGIN
        while True:
            found = self._buffer.find(line, self._at)
            if found >= 0:
                self._at = found + 1
                return True
            self._at = max(self._at, len(self._buffer) - len(line))
            if not self._fill():
                self._at = len(self._buffer)
                return False

    def _searched(self, start: int) -> int | None:
        """Give where the next gzip member seems to begin, from a position on."""
        self._raw.seek(start)
        held, position = b"", start
        while data := self._raw.read(CHUNK):
            held += data
            if found := _MEMBER.search(held):
                return position + found.start()
            kept = held[-_MEMBER_HEAD + 1 :]
            position += len(held) - len(kept)
            held = kept
        return None


def _is_zipped(raw: Bytes) -> bool:
    """Say whether the file is gzip members; the first one may be damaged."""
    raw.seek(0)
    begins = raw.read(CHUNK)
    return begins.startswith(_MAGIC) or (BEGIN not in begins and _MEMBER.search(begins) is not None)
