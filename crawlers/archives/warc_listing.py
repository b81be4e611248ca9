"""Which records of a WARC file are captures of an outlet, and what they say of themselves."""

import hashlib
import json
from base64 import b32encode
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from core import urls
from core.mementos import Memento
from core.records import Via
from crawlers.archives import answers
from crawlers.archives.warc_records import Reader, Record
from crawlers.archives.warc_sources import Source
from crawlers.archives.warc_stream import DamageError, spot

_CONSIDERED = frozenset({b"response", b"revisit", b"resource", b"request"})
_BETWEEN = 20_000  # records of others after which the place is told, so that a killed listing goes on there
_PIECE = 1 << 17
_METHOD = 16  # bytes; longer than any method


class RefusedError(Exception):
    """A whole record that says something impossible; the message says what."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Which captures are wanted: of these hosts (without ``www.``), between two days in UTC."""

    hosts: tuple[str, ...]
    since: date | None
    until: date | None

    def text(self, path: Path) -> str:
        """Give the scope as a query states it, with what tells that the file has changed."""
        stated = path.stat()
        days = [day.isoformat() if day else None for day in (self.since, self.until)]
        return json.dumps(
            {"hosts": self.hosts, "days": days, "size": stated.st_size, "changed": stated.st_mtime_ns}
        )

    def owns(self, url: str) -> bool:
        """Say whether an address is of these hosts."""
        return any(host in url.lower() for host in self.hosts) and urls.host(url) in self.hosts

    def covers(self, when: datetime) -> bool:
        """Say whether an instant is of these days."""
        day = when.date()
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def scope(text: str) -> Scope:
    """Read a scope as :meth:`Scope.text` wrote it."""
    stated = json.loads(text)
    since, until = (date.fromisoformat(day) if day else None for day in stated["days"])
    return Scope(hosts=tuple(stated["hosts"]), since=since, until=until)


class Event(NamedTuple):
    """One record that gave something; ``place`` is where it begins, to go on there."""

    place: str
    memento: Memento | None = None
    refused: str | None = None


class Originals:
    """Where payloads lie that later records refer to by digest: the last ``_KEPT`` met."""

    _KEPT = 100_000  # some 25 MB

    def __init__(self) -> None:
        self._places: OrderedDict[bytes, tuple[str, str]] = OrderedDict()

    def add(self, digest: str, archive: str, place: str) -> None:
        """Remember a payload."""
        self._places.setdefault(digest.encode(), (archive, place))
        if len(self._places) > self._KEPT:
            self._places.popitem(last=False)

    def get(self, digest: str) -> tuple[str, str] | None:
        """Give archive and place of a payload, None where none was met."""
        return self._places.get(digest.encode())


@dataclass(slots=True)
class _Pending:
    """A capture not yet told: the request that follows may say that it answers a form."""

    event: Event
    record_id: bytes
    concurrent: bytes


class Lister:
    """Reads one WARC file from a place to its end."""

    def __init__(self, source: Source, wanted: Scope, originals: Originals, max_bytes: int) -> None:
        self._source, self._wanted, self._originals, self._max_bytes = source, wanted, originals, max_bytes
        self._pending: _Pending | None = None
        self._posted = (b"", b"")  # the last request that was no GET: its id, and that of its answer

    def events(self, start: str) -> Iterator[Event]:
        """Give what the records tell, in order, from a spot on."""
        raw = self._source.open()
        try:
            yield from self._events(Reader(raw, self._source.size, spot(start)), from_start=start == "0")
        finally:
            raw.close()

    def _events(self, reader: Reader, *, from_start: bool) -> Iterator[Event]:
        passed, whole, going = 0, 0, True
        while going:
            try:
                record = reader.next()
                if record is None:
                    break
                event = self._considered(reader, record)
                length = reader.finish()
                whole += 1
            except DamageError as error:
                yield from self._settled()
                yield self._refusal(reader.met, f"cannot be read: {error}")
                going = reader.recover()
                continue
            passed += 1
            if event is None:
                if passed >= _BETWEEN:
                    passed = 0
                    yield from self._settled()
                    yield Event(self._source.place(reader.met))
                continue
            passed = 0
            yield from self._settled()
            if event.memento is None:
                yield event
            else:
                self._hold(record, event, length)
        yield from self._settled()
        if not whole and from_start:
            yield Event(self._source.place(0), refused=f"{self._source.name} holds no WARC record")

    def _considered(self, reader: Reader, record: Record) -> Event | None:
        """Give what a record tells, None where it is not wanted; reads of its block what is needed for it."""
        if record.kind not in _CONSIDERED or not self._wanted.owns(target := record.target):
            return None
        if record.kind == b"request":
            self._requested(reader, record)
            return None
        try:
            memento = self._memento(reader, record, target)
        except RefusedError as error:
            return self._refusal(record.spot, f"makes no sense: {error}")
        return Event(memento.place.split(" ")[0], memento) if memento else None

    def _memento(self, reader: Reader, record: Record, url: str) -> Memento | None:
        when = _instant(record.text(b"warc-date"))
        if "__wb_method=" in url or not self._wanted.covers(when):
            return None
        if len(url) > urls.MAX_URL_LENGTH or not url.isprintable():
            raise RefusedError("its address is longer than any, or holds control characters")
        place = self._source.place(record.spot)
        base = Memento(
            via=Via.WARC, archive=str(self._source.path), url=url, archived_at=when, place=place,
            digest=answers.stated_digest(record.text(b"warc-payload-digest")),
        )  # fmt: skip
        if record.kind == b"resource":
            return replace(
                base,
                status=200,  # whole, without an HTTP answer of its own
                content_type=record.text(b"content-type")[:200] or None,
                digest=base.digest or _digest(reader, b""),
            )
        return self._answer(reader, record, base)

    def _answer(self, reader: Reader, record: Record, base: Memento) -> Memento:
        begins = _beginning(reader)
        parted = answers.parted(begins)
        if record.kind == b"revisit":
            original = self._originals.get(base.digest) if base.digest else None
            place = f"{base.place} {original[1]} {original[0]}" if original else base.place
            head = parted[0] if parted else None
            return replace(
                base,
                place=place,
                status=head.status if head else None,
                content_type=head.content_type if head else None,
            )
        if parted is None:
            raise RefusedError("it does not begin with an HTTP answer")
        head, body = parted
        digest = base.digest
        if head.chunked:  # wget and others state the digest over the chunks
            limit = self._max_bytes * 2 if record.length <= self._max_bytes * 2 else 0
            digest = _dechunked_digest(reader, body, digest, limit)
        elif not digest:
            digest = _digest(reader, body)
        if digest:
            self._originals.add(digest, base.archive, base.place)
        return replace(base, status=head.status, content_type=head.content_type, digest=digest)

    def _requested(self, reader: Reader, record: Record) -> None:
        """Note a request that is no plain GET: what it was answered is not the page at the address."""
        if reader.read(_METHOD).partition(b" ")[0].upper() == b"GET":
            return
        ours, answered = (
            record.headers.get(b"warc-record-id", b""),
            record.headers.get(b"warc-concurrent-to", b""),
        )
        self._posted = (ours, answered)
        held = self._pending
        if held and ((answered and answered == held.record_id) or (ours and ours == held.concurrent)):
            self._pending = None

    def _hold(self, record: Record, event: Event, length: int | None) -> None:
        assert event.memento is not None  # noqa: S101 - the caller has asked
        record_id = record.headers.get(b"warc-record-id", b"")
        concurrent = record.headers.get(b"warc-concurrent-to", b"")
        ours, answered = self._posted
        if (ours and ours == concurrent) or (answered and answered == record_id):
            return
        self._pending = _Pending(
            event._replace(memento=replace(event.memento, length=length)), record_id, concurrent
        )

    def _settled(self) -> Iterator[Event]:
        if self._pending:
            yield self._pending.event
        self._pending = None

    def _refusal(self, where: object, what: str) -> Event:
        return Event(self._source.place(where), refused=f"{self._source.name}: the record at {where} {what}")


def _instant(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is not None:
            return when.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise RefusedError(f"its WARC-Date '{text[:40]}' is no instant")


def _beginning(reader: Reader) -> bytes:
    """Give the block up to the end of the HTTP head at least, with what was read of the body."""
    block = reader.read(_PIECE)
    while len(block) < answers.MAX_HEAD and b"\r\n\r\n" not in block and b"\n\n" not in block:
        more = reader.read(_PIECE)
        if not more:
            break
        block += more
    return block


def _digest(reader: Reader, begins: bytes) -> str:
    """Give the digest of what is left of the block, after ``begins``."""
    digest = hashlib.sha1(begins, usedforsecurity=False)
    while data := reader.read(_PIECE):
        digest.update(data)
    return b32encode(digest.digest()).decode()


def _dechunked_digest(reader: Reader, begins: bytes, stated: str, limit: int) -> str:
    """Give the digest of a body without its chunks; none where it is too large to be had at all."""
    if not limit:
        return ""
    pieces = [begins]
    while data := reader.read(_PIECE):
        pieces.append(data)
    body = b"".join(pieces)
    plain = answers.dechunked(body)
    return stated or answers.sha1(body) if plain is None else answers.sha1(plain)
