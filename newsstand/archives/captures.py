"""One capture of one page, the row an index prints of it, and all that an archive holds."""

import gzip
import hashlib
import zlib
from base64 import b32encode
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from newsstand.archives import urlkeys

STAMP = "%Y%m%d%H%M%S"
_HEAD_BYTES = 420  # what a record's own headers weigh, compressed


class Coding(StrEnum):
    """How the outlet's body was coded when it was captured, and what playback makes of that.

    All but ``plain`` were gzip. Playback sends ``Content-Encoding`` twice, once empty, before or
    after the true one; or it squeezes the squeezed body once more and says so only once.
    """

    PLAIN = "plain"
    EMPTY_FIRST = "empty first"
    EMPTY_LAST = "empty last"
    DOUBLE = "double"


class Row(NamedTuple):
    """One line of the index, in the order of its fields (ARCHIVE-FACTS.md section 5.1)."""

    urlkey: str
    timestamp: str
    original: str
    mimetype: str
    statuscode: str
    digest: str
    length: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """One answer of an outlet as an archive took it; ``taken`` is aware UTC.

    ``body`` is what the outlet sent, before any coding; ``listed`` is the timestamp the index
    prints where it is not that of ``taken``. A ``revisit`` is listed without status and kind;
    an unplayable one is listed but has no memento. ``article`` and ``why`` say what it is for.
    """

    url: str
    taken: datetime
    title: str
    why: str
    article: str | None = None
    status: int = 200
    phrase: str = "OK"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    coding: Coding = Coding.PLAIN
    listed: str | None = None
    revisit: bool = False
    repeats: int = 1
    playable: bool = True

    @property
    def timestamp(self) -> str:
        """When it was taken, in 14 digits."""
        return self.taken.strftime(STAMP)

    @property
    def stored(self) -> bytes:
        """The body as it stands in the archive's record: still coded."""
        return self.body if self.coding is Coding.PLAIN else gzip.compress(self.body, 6, mtime=0)

    def header(self, name: str) -> str | None:
        """Give the outlet's header of a name, case ignored."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def mimetype(self) -> str:
        """The kind of content, without parameters."""
        return (self.header("content-type") or "unk").partition(";")[0].strip()

    def digest(self) -> str:
        """Give the base 32 SHA-1 of the stored body."""
        return digest(self.stored)

    def row(self) -> Row:
        """Give the line the index prints."""
        return Row(
            urlkey=urlkeys.urlkey(self.url),
            timestamp=self.listed or self.timestamp,
            original=self.url,
            mimetype="warc/revisit" if self.revisit else self.mimetype,
            statuscode="-" if self.revisit else str(self.status),
            digest=self.digest(),
            length=str(_HEAD_BYTES if self.revisit else _HEAD_BYTES + len(zlib.compress(self.stored, 6))),
        )


def digest(body: bytes) -> str:
    """Give the base 32 SHA-1 of bytes, the way indexes print it: 32 characters."""
    return b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


class Holdings:
    """All captures of an archive, by key and time."""

    def __init__(self, captures: Iterable[Capture]) -> None:
        pairs = sorted(((c.row(), c) for c in captures), key=lambda pair: pair[0][:3])
        self.captures: tuple[Capture, ...] = tuple(capture for _, capture in pairs)
        self.rows: tuple[Row, ...] = tuple(row for row, c in pairs for _ in range(c.repeats))
        """The index, sorted; a row stands in it as often as the index repeats it."""
        self._keys = [row.urlkey for row in self.rows]
        self._playable: dict[str, list[Capture]] = {}
        for row, capture in pairs:
            if capture.playable:
                self._playable.setdefault(row.urlkey, []).append(capture)
        for found in self._playable.values():
            found.sort(key=lambda capture: capture.taken)

    def between(self, start: str, *, whole: bool) -> list[Row]:
        """Give the rows whose keys a span covers, in order."""
        found = []
        for number in range(bisect_left(self._keys, start), len(self.rows)):
            if not self._keys[number].startswith(start):
                break
            if urlkeys.covers(start, self._keys[number], whole=whole):
                found.append(self.rows[number])
        return found

    def mementos(self, url: str) -> list[Capture]:
        """Give the captures filed under an address that can be played, oldest first."""
        return self._playable.get(urlkeys.urlkey(url), [])
