"""Common Crawl: what each of its crawls lists of an outlet's hosts, and the records of that."""

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeadersParserException

from core import clock as clocks
from core.errors import WeatherError
from core.mementos import Archived, Listing, Memento, Query
from core.records import Via
from core.settings import MEBIBYTE, Settings
from crawlers.archives import answers, cdx
from crawlers.archives.archive import Lack, LackingError
from crawlers.archives.asking import (
    INDEX_PATIENCE,
    AgainError,
    Asking,
    Manners,
    OversizeError,
    Pace,
    Reply,
    Trouble,
)
from crawlers.archives.coding import gunzip, start, text
from crawlers.outlet import Outlet

_T = TypeVar("_T")

PAGE_BYTES = 64 * MEBIBYTE  # a page of its index: five blocks of 3000 lines

MANNERS = Manners(
    name="Common Crawl",
    backoff=5.0,  # it is slow to recover: longer than elsewhere
    pausing=frozenset({Trouble.OVERLOADED, Trouble.TOO_MANY}),
    pause=timedelta(minutes=30),
)

_OK, _PARTIAL, _WRONG_PAGE, _NOT_FOUND, _NO_SUCH_RANGE = 200, 206, 400, 404, 416  # HTTP statuses
_HEADS = MEBIBYTE  # what the headers of a record may weigh beside its body
_BROKEN = (ArchiveLoadFailed, EOFError, StatusAndHeadersParserException, StopIteration, ValueError)
_NAME = re.compile(r"[\w.-]+", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Crawl:
    """One crawl of its list; the days are None where the list states none."""

    name: str
    begins: date | None
    ends: date | None

    def meets(self, since: date | None, until: date | None) -> bool:
        early = since is not None and self.ends is not None and self.ends < since
        late = until is not None and self.begins is not None and self.begins > until
        return not early and not late


class CommonCrawl:
    """Its indexes and its records, each at a pace of its own (:class:`crawlers.archives.archive.Archive`)."""

    via = Via.COMMONCRAWL

    def __init__(
        self,
        settings: Settings,
        *,
        agent: str,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = clocks.now,
    ) -> None:
        """Ask as ``agent`` (a User-Agent with a contact); ``sleep`` takes seconds and may raise to end."""

        def asking(origin: str) -> Asking:
            return Asking(origin, settings, MANNERS, agent=agent, sleep=sleep, clock=clock)

        self._index, self._data = (
            asking(settings.commoncrawl_index_url),
            asking(settings.commoncrawl_data_url),
        )
        self._index_pace = Pace(seconds=settings.commoncrawl_index_delay, sleep=sleep, clock=clock)
        self._data_pace = Pace(seconds=settings.commoncrawl_data_delay, sleep=sleep, clock=clock)
        self._most = settings.max_body_bytes
        self._crawls: tuple[_Crawl, ...] | None = None

    def queries(self, outlet: Outlet, since: date | None, until: date | None) -> Iterator[Query]:
        """Give one question for each crawl of these days, newest first, and each host."""
        for crawl in self._listed_crawls():
            if crawl.meets(since, until):
                for host in dict.fromkeys(outlet.hosts):
                    yield Query(via=self.via, archive=crawl.name, scope=cdx.scope(host, since, until))

    def listed(self, query: Query, cursor: str | None = None) -> Iterator[Listing]:
        """Give a crawl's index page by page; a cursor is the number of the next page.

        The days are sifted here, not there: a page of which no row is left would be answered like a
        crawl that holds nothing.
        """
        page, pages = int(cursor or 0), self._pages(query)
        while page < pages:
            rows = self._lines(query, page)
            if rows is None:
                break
            page += 1
            yield _listing(query, rows, str(page) if page < pages else None)
            if page == pages:
                return
        yield Listing(mementos=(), cursor=None)

    def fetch(self, memento: Memento) -> Archived:
        """Give the answer that a memento's record holds, with its headers as archived.

        Those that Common Crawl undid it keeps as ``X-Crawler-…``, and so do we where it did not.
        Raises :class:`LackingError` for what cannot be had.
        """
        filename, offset, length = memento.place.split(" ")
        first, size = int(offset), int(length)
        if size > self._most + _HEADS:
            raise LackingError(Lack.TOO_LARGE, f"a record of {size} bytes")

        def read(reply: Reply) -> bytes:
            return _ranged(reply, size)

        try:
            packed = self._data.ask(
                f"/{filename}",
                self._data_pace,
                read,
                max_bytes=self._most + _HEADS,
                headers={"Range": f"bytes={first}-{first + size - 1}", "Accept-Encoding": "identity"},
            )
        except OversizeError as error:
            raise WeatherError(f"Common Crawl gives more than the range of {filename} asked for") from error
        try:
            plain = gunzip(packed, self._most + _HEADS)
        except OversizeError as error:
            raise LackingError(Lack.TOO_LARGE, str(error)) from error
        if plain is None:
            raise LackingError(Lack.DAMAGED, f"no record at {first} of {filename}: no whole gzip member")
        return self._archived(memento, plain, f"{self._data.origin}/{filename}")

    def close(self) -> None:
        """Close the connections."""
        self._index.close()
        self._data.close()

    def _listed_crawls(self) -> tuple[_Crawl, ...]:
        if self._crawls is None:
            self._crawls = self._asked("/collinfo.json", _crawls)
        return self._crawls

    def _pages(self, query: Query) -> int:
        """Give the number of pages, 0 where nothing is held."""

        def read(reply: Reply) -> int:
            if _holds_nothing(reply):
                return 0
            try:
                said = json.loads(text(reply, PAGE_BYTES))
                number = said["pages"] if isinstance(said, dict) else said
                if reply.status == _OK and isinstance(number, int):
                    return number
            except (ValueError, KeyError) as error:
                raise AgainError(f"its index counts no pages: {start(reply)}") from error
            raise AgainError(f"its index answers {reply.status}: {start(reply)}")

        return self._asked(_target(query, showNumPages="true"), read)

    def _lines(self, query: Query, page: int) -> list[str] | None:
        """Give the lines of a page, None where it is past the end."""

        def read(reply: Reply) -> list[str] | None:
            said = text(reply, PAGE_BYTES)
            if reply.status == _WRONG_PAGE and "invalid" in said:
                return None
            if _holds_nothing(reply):
                return []
            if reply.status != _OK:
                raise AgainError(f"its index answers {reply.status}: {start(reply)}")
            if not said.endswith("\n") or not said.startswith("{"):
                raise AgainError("its index's answer is not whole")
            return list(dict.fromkeys(line for line in said.split("\n") if line.strip()))

        return self._asked(_target(query, output="json", page=str(page)), read)

    def _asked(self, target: str, read: Callable[[Reply], _T]) -> _T:
        return self._index.ask(target, self._index_pace, read, max_bytes=PAGE_BYTES, patience=INDEX_PATIENCE)

    def _archived(self, memento: Memento, plain: bytes, source: str) -> Archived:
        record, block = _record(plain)
        headers = record.rec_headers
        if record.rec_type == "revisit":
            raise LackingError(Lack.MISSING, "a revisit: its bytes lie in the record of another capture")
        if record.rec_type != "response":
            raise LackingError(Lack.DAMAGED, f"a {record.rec_type} record")
        target = (headers.get_header("WARC-Target-URI") or "").strip("<> ")
        if not cdx.same(target, memento.url):
            raise LackingError(Lack.DAMAGED, f"the record of another address: {target}")
        found = answers.parted(block)
        if found is None:
            raise LackingError(Lack.DAMAGED, "the record holds no HTTP answer")
        head, raw = found
        unchunked = answers.dechunked(raw) if head.chunked else None
        body = raw if unchunked is None else unchunked
        if len(body) > self._most:
            raise LackingError(Lack.TOO_LARGE, f"{len(body)} bytes")
        stated = memento.digest or answers.stated_digest(headers.get_header("WARC-Payload-Digest") or "")
        return Archived(
            memento=memento,
            status=head.status,
            headers=answers.fitting(head, body, dechunked=unchunked is not None),
            body=body,
            source=source,
            protocol=head.protocol,
            ip_address=headers.get_header("WARC-IP-Address"),
            verified=stated in {answers.sha1(body), answers.sha1(raw)} if stated else None,
            truncated=(headers.get_header("WARC-Truncated") or "").strip().lower() or None,
        )


def _target(query: Query, **parameters: str) -> str:
    prefix, _, _ = cdx.asked(query.scope)
    return f"/{query.archive}-index?" + urlencode({"url": f"{prefix}*", **parameters})


def _listing(query: Query, lines: list[str], cursor: str | None) -> Listing:
    _, since, until = cdx.asked(query.scope)
    mementos, refused = [], []
    for line in lines:
        try:
            memento = cdx.commoncrawl_row(_fields(line), query.archive)
        except ValueError as error:
            refused.append(cdx.refusal(error, line))
            continue
        day = memento.archived_at.date()
        if (since is None or since <= day) and (until is None or day <= until):
            mementos.append(memento)
    return Listing(mementos=tuple(mementos), cursor=cursor, refused=tuple(refused))


def _fields(line: str) -> dict[str, str]:
    """Give a line's fields, all as text; raise ValueError where it is no object."""
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError("a line that is no object")  # noqa: TRY004 - of what is read, not of the caller's
    return {str(name): str(value) for name, value in fields.items()}


def _crawls(reply: Reply) -> tuple[_Crawl, ...]:
    try:
        rows = json.loads(text(reply, PAGE_BYTES)) if reply.status == _OK else []
        found = [
            _Crawl(name=row["id"], begins=_day(row.get("from")), ends=_day(row.get("to")))
            for row in rows
            if _NAME.fullmatch(row["id"])
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AgainError(f"its list of crawls is none: {start(reply)}") from error
    if not found:
        raise AgainError(f"its list of crawls is empty: {reply.status} {start(reply)}")
    return tuple(found)


def _day(stated: str | None) -> date | None:
    return datetime.fromisoformat(stated).date() if stated else None


def _holds_nothing(reply: Reply) -> bool:
    return reply.status == _NOT_FOUND and "no captures found" in text(reply, PAGE_BYTES).lower()


def _ranged(reply: Reply, size: int) -> bytes:
    """Give the bytes of a range, all of them."""
    if reply.status == _NOT_FOUND:
        raise LackingError(Lack.MISSING, f"listed, but not held: {start(reply)}")
    if reply.status == _NO_SUCH_RANGE:
        raise LackingError(Lack.DAMAGED, f"its file ends before it: {start(reply)}")
    if reply.status != _PARTIAL:
        raise AgainError(f"an answer {reply.status} that is no range: {start(reply)}")
    if len(reply.body) != size:
        raise AgainError(f"{len(reply.body)} bytes of a range of {size}")
    return reply.body


def _record(plain: bytes) -> tuple[ArcWarcRecord, bytes]:
    """Give the first record's header, and its block."""
    try:
        with redirect_stderr(io.StringIO()):  # warcio prints what it stumbles over
            record = next(WARCIterator(io.BytesIO(plain), no_record_parse=True))
            block = record.raw_stream.read()
    except _BROKEN as error:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise LackingError(Lack.DAMAGED, f"no record: {said}") from error
    if len(block) < record.length:
        raise LackingError(Lack.DAMAGED, "the record ends before its length")
    return record, block
