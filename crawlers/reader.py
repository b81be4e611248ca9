"""The reading process: pages are read beside the crawl, each within its time."""

import multiprocessing
import signal
import threading
from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from core.errors import PageError
from core.records import Reason, ScrapedArticle

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawlers.outlet import Outlet
    from crawlers.threads.part import Part

T = TypeVar("T")

SECONDS = 30.0  # one page may take; the slowest of 2,000 real ones takes a few (PEERS-FACTS.md section 4)

_outlet: "Outlet | None" = None


class Reader:
    """Reads the pages of one outlet in a process of its own, in the order they are given.

    A page on which the reader hangs or crashes costs its time limit and itself, never the crawl;
    and while one page is read, the network and the archive go on.
    """

    def __init__(self, outlet: "Outlet", seconds: float = SECONDS) -> None:
        self._outlet = outlet
        self._seconds = seconds
        self._pool = self._begun()

    async def read(self, response: "Response") -> ScrapedArticle:
        """Give the article on a page.

        Raises :class:`PageError` for a page without one, or on which the process hangs or dies, and
        what else the reader raises as it is.
        """
        header = response.headers.get("Content-Type")
        kind = header.decode("latin-1") if header else None
        return await self._answer(_read, (response.body, response.url, kind))

    async def read_part(self, response: "Response", asked: str, pages: int | None) -> "Part":
        """Give the part of a discussion on a page that was asked for at ``asked``.

        ``pages`` is how many pages a listing says it has. Raises as :meth:`read` does.
        """
        header = response.headers.get("Content-Type")
        kind = header.decode("latin-1") if header else None
        return await self._answer(_read_part, (response.body, response.url, kind, asked, pages))

    async def _answer(self, read: Callable[..., T], args: tuple[Any, ...]) -> T:
        try:
            try:
                return await self._scheduled(read, args)
            except BrokenProcessPool:  # the process died between two pages, this one is innocent
                return await self._scheduled(read, args)
        except TookTooLong as error:
            detail = f"the page took more than {self._seconds:g} s to read"
            raise PageError(Reason.UNREADABLE, detail) from error
        except ProcessExpired as error:
            detail = f"the reading process died on the page (exit {error.exitcode})"
            raise PageError(Reason.UNREADABLE, detail) from error

    async def _scheduled(self, read: Callable[..., T], args: tuple[Any, ...]) -> T:
        if not self._pool.active:
            self._pool = self._begun()
        answer: T = await wrap_future(self._pool.schedule(read, args=args, timeout=self._seconds))
        return answer

    def _begun(self) -> ProcessPool:
        # Spawned: a process with threads, as a crawl is, must not be forked.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPool(max_workers=1, context=context, initializer=_begin, initargs=(self._outlet,))
        pool.schedule(_ready)  # begins the process, to be ready when the first page comes
        return pool

    def close(self) -> None:
        """End the process; pages not yet read are not read any more."""
        self._pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it without annotations
        self._pool.join()


def _begin(outlet: "Outlet") -> None:
    """Know the outlet, leave signals to the crawl, and do not outlive it, however it ends."""
    global _outlet  # noqa: PLW0603 - the process reads the pages of this one outlet
    _outlet = outlet
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_crawl, daemon=True).start()


def _end_with_the_crawl() -> None:
    import os

    if (crawl := multiprocessing.parent_process()) is not None:
        crawl.join()
        os._exit(0)


def _ready() -> None:
    """Import what reading needs before the first page comes."""
    from crawlers import reading  # noqa: F401 - imported for the time it takes


def _read(body: bytes, url: str, content_type: str | None) -> ScrapedArticle:
    from crawlers import reading
    from crawlers.page import Page

    article = reading.read(Page.from_bytes(body, url, content_type), _outlet)
    return replace(article, read_by=dict(article.read_by))  # a read-only view cannot cross processes


def _read_part(body: bytes, url: str, content_type: str | None, asked: str, pages: int | None) -> "Part":
    from crawlers.page import Page
    from crawlers.threads import reading

    zone = _outlet.timezone if _outlet else None
    part = reading.read(Page.from_bytes(body, url, content_type), asked, zone, pages)
    return replace(part, answers=dict(part.answers))  # a read-only view cannot cross processes
