"""The records of a WARC file of any make, one after the other, over damage and with bounded memory.

Not warcio: it ends at the first damaged record, prints what it stumbles over, holds a header of any size,
and parses the HTTP head of every record, ours or not.
"""

from dataclasses import dataclass

from crawlers.archives.inflating import Bytes
from crawlers.archives.warc_stream import BEGIN, DamageError, Spot, Stream

MAX_HEAD = 1 << 16  # bytes of a record's own header
_DIGITS = 15


@dataclass(slots=True)
class Record:
    """The header of one record; its names are in lower case, the first of a name counts."""

    spot: Spot
    headers: dict[bytes, bytes]
    length: int

    def text(self, name: bytes) -> str:
        """Give a header's value, empty where there is none."""
        value = self.headers.get(name, b"")
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("latin-1")

    @property
    def kind(self) -> bytes:
        """The record's type, such as ``response`` or ``revisit``."""
        return self.headers.get(b"warc-type", b"").lower()

    @property
    def target(self) -> str:
        """The address it is of; wget writes it in angle brackets."""
        return self.text(b"warc-target-uri").strip("<> ")


class Reader:
    """Reads one file forward: :meth:`next`, then what is wanted of the block, then :meth:`finish`.

    All raise :class:`DamageError`; :meth:`recover` then goes to the next record that begins.
    ``met`` is where the record at hand begins.
    """

    def __init__(self, raw: Bytes, size: int, start: Spot, *, inflated: bool = False) -> None:
        """Read from the record at ``start`` on; ``size`` is that of the whole file in bytes.

        ``inflated`` bytes are what one gzip member holds, and not looked at for others.
        """
        self.met = start
        self._left = 0
        self._stream = Stream(raw, size, start, inflated=inflated)

    def next(self) -> Record | None:
        """Give the next record's header, None at the end of the file."""
        stream = self._stream
        while not stream.pass_blanks():
            if not stream.next_member():
                return None
            self.met = stream.here
        self.met = stream.here
        if not stream.begins(BEGIN):
            raise DamageError("no WARC record begins here")
        headers = _parsed(stream.head(MAX_HEAD))
        stated = headers.get(b"content-length", b"")
        if not stated.isdigit() or len(stated) > _DIGITS:
            raise DamageError(f"its Content-Length is '{stated[:20].decode('latin-1')}'")
        self._left = int(stated)
        return Record(self.met, headers, self._left)

    def read(self, size: int) -> bytes:
        """Give up to ``size`` bytes of the block, none at its end."""
        if not self._left:
            return b""
        data = self._stream.take(min(size, self._left))
        if not data:
            raise DamageError("the file ends within it")
        self._left -= len(data)
        return data

    def finish(self) -> int | None:
        """Pass over what is left of the record; give its length in the file, None where others share it."""
        stream, met = self._stream, self.met
        stream.skip(self._left)
        self._left = 0
        end = stream.here
        ends = stream.begins(b"\r\n\r\n") or stream.begins(b"\n\n")
        more = stream.pass_blanks()
        if more and not ends and not stream.begins(BEGIN):
            raise DamageError("its Content-Length does not fit what follows")
        if not stream.zipped:
            return end.member - met.member
        ended = stream.ended
        return None if more or met.inner or ended is None else ended - met.member

    def recover(self) -> bool:
        """Go to the next record after the one at hand; say whether there is one."""
        self._left = 0
        found = self._stream.recover(self.met)
        self.met = self._stream.here
        return found


def _parsed(head: bytes) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for line in head.splitlines()[1:]:
        if line[:1] in (b" ", b"\t"):  # the line before goes on
            last = next(reversed(headers), None)
            if last is not None:
                headers[last] += b" " + line.strip()
            continue
        name, _, value = line.partition(b":")
        headers.setdefault(name.strip().lower(), value.strip())
    return headers
