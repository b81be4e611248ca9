"""The reading processes of a re-reading: kept pages in, article records out, in order, over all cores."""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pebble import ProcessExpired, ProcessPool

from core import text
from core.errors import PageError
from core.kept_records import KeptPage
from core.records import ArticleRecord, PageVisit, Reason, Unread
from crawlers.threads import disqus
from pipelines import kept_threads
from pipelines.check import check
from pipelines.clean import clean
from pipelines.payload import Damage, DamagedCaptureError, read_payload, unpacked

if TYPE_CHECKING:
    from crawlers.outlet import Outlet

SECONDS = 30.0  # one page may take, as in a crawl (crawlers/reader.py)
UNDER_WAY = 64  # pages per process that are being read or wait, as records, for their turn
TRIES = 3  # of a page between whose readings all the processes died


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A page that today's layouts cannot read, and why."""

    reason: Reason
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Damaged:
    """A capture whose bytes cannot be had, and why."""

    damage: Damage
    warc_file: str
    detail: str


Answer: TypeAlias = ArticleRecord | Refused | Damaged


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What a reading process reads with: the archive's home, the outlets by key, the limit of a body.

    ``database`` is where the other pages of discussions are looked up, None where they are not;
    ``disqus_url`` the origin crawls ask for Disqus' listing.
    """

    home: Path
    outlets: Mapping[str, "Outlet"]
    max_bytes: int
    database: str | None = field(default=None, repr=False)
    disqus_url: str = disqus.ORIGIN


_desk: Desk | None = None


def cores() -> int:
    """Give how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Readers:
    """Processes that read kept pages; a page that hangs or crashes one costs its time limit and itself."""

    def __init__(self, desk: Desk, jobs: int, seconds: float = SECONDS) -> None:
        """Begin ``jobs`` processes; a page may take ``seconds``."""
        self._desk = desk
        self._jobs = jobs
        self._seconds = seconds
        self._pool = self._begun()

    def read(self, pages: Iterable[KeptPage]) -> Iterator[tuple[KeptPage, Answer]]:
        """Give what is read from each page, in the order of the pages.

        However many there are, some ``UNDER_WAY`` times the processes are taken from ``pages`` ahead.
        """
        under_way: deque[Pending] = deque()
        for page in pages:
            under_way.append(self.begin(page))
            if len(under_way) >= self._jobs * UNDER_WAY:
                first = under_way.popleft()
                yield first.page, first.answer()
        while under_way:
            first = under_way.popleft()
            yield first.page, first.answer()

    def begin(self, page: KeptPage) -> "Pending":
        """Have a page read; give what will be its answer."""
        return Pending(self, page, self._scheduled(page))

    def close(self) -> None:
        """End the processes; pages not yet read are not read any more."""
        self._pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it without annotations
        self._pool.join()

    def answered(self, page: KeptPage, answer: "Future[Answer]") -> Answer:
        """Wait for a page's answer."""
        for _ in range(TRIES):
            try:
                return answer.result()
            except BrokenProcessPool:  # the processes died between two pages, this one is innocent
                answer = self._scheduled(page)
            except TookTooLong:
                return _unreadable(f"the page took more than {self._seconds:g} s to read")
            except ProcessExpired as error:
                return _unreadable(f"the reading process died on the page (exit {error.exitcode})")
        return _unreadable(f"the reading processes died {TRIES} times at the page")

    def _scheduled(self, page: KeptPage) -> "Future[Answer]":
        if not self._pool.active:
            self._pool = self._begun()
        answer: Future[Answer] = self._pool.schedule(_read, args=(page,), timeout=self._seconds)
        return answer

    def _begun(self) -> ProcessPool:
        # Spawned: a process with threads, as that of a pool is, must not be forked.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPool(
            max_workers=self._jobs, context=context, initializer=_begin, initargs=(self._desk,)
        )
        # A service manager tells every process to end: one that did so within pebble's pipe would leave
        # its lock taken, and the command waiting for ever. Masks are inherited, by the pool's threads
        # and from them by its processes, so that these are deaf from their first instant.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            pool.schedule(_ready)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return pool


@dataclass(frozen=True, slots=True)
class Pending:
    """A page that is being read, or waits for its turn."""

    readers: Readers
    page: KeptPage
    future: "Future[Answer]"

    @property
    def is_done(self) -> bool:
        """Whether its answer is there."""
        return self.future.done()

    def answer(self) -> Answer:
        """Wait for its answer."""
        return self.readers.answered(self.page, self.future)


def _unreadable(detail: str) -> Refused:
    return Refused(reason=Reason.UNREADABLE, detail=detail)


def _begin(desk: Desk) -> None:
    """Know the outlets, and do not outlive the command, however it ends."""
    global _desk  # noqa: PLW0603 - the process reads from this one archive
    _desk = desk
    threading.Thread(target=_end_with_the_command, daemon=True).start()
    gc.freeze()


def _end_with_the_command() -> None:
    if (command := multiprocessing.parent_process()) is not None:
        command.join()
        os._exit(0)


def _ready() -> None:
    """Do nothing: a pool begins its processes with its first task."""


def _read(page: KeptPage) -> Answer:
    if _desk is None:
        raise RuntimeError("the reading process was not begun")
    try:
        return read(page, _desk)
    except DamagedCaptureError as error:
        return Damaged(damage=error.damage, warc_file=error.warc_file, detail=error.detail)
    except PageError as error:
        return Refused(reason=Reason(error.reason), detail=text.line(error.detail)[:500])


def read(page: KeptPage, desk: Desk) -> ArticleRecord:
    """Give the record of a kept page as today's layouts read it: what a crawl would make of these bytes.

    Raises :class:`DamagedCaptureError` where the bytes cannot be had and :class:`PageError` where they
    hold no article.
    """
    from crawlers import reading
    from crawlers.page import Page

    payload = read_payload(desk.home, page.warc_file, page.offset)
    if payload.sha256 != page.sha256:
        told = f"the record at {page.offset} holds other bytes than were captured (SHA-256 {payload.sha256})"
        raise DamagedCaptureError(Damage.OTHER_BYTES, page.warc_file, told)
    body = unpacked(payload, desk.max_bytes)
    outlet = desk.outlets[page.outlet]
    try:
        article = reading.read(Page.from_bytes(body, page.url, page.content_type), outlet)
        article = kept_threads.whole(article, page, outlet, desk)
    except (PageError, DamagedCaptureError):
        raise
    except Exception as error:
        raise PageError(Reason.UNREADABLE, f"{type(error).__name__}: {error}") from error
    visit = PageVisit(
        fetch_key="", source=page.source, article=article, article_key=outlet.article_key(page.url)
    )
    # As of the capture, so that the same bytes give the same warnings whenever they are read.
    checked, _ = check(clean(visit, outlet.key, outlet.article_key), page.captured_at)
    if isinstance(checked, Unread):
        raise PageError(checked.reason, checked.detail)
    return replace(checked, read_by=dict(checked.read_by))  # a read-only view cannot cross processes
