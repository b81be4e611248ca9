"""A process beside the crawl for what may hang or die: each piece of work within its time."""

import multiprocessing
import signal
import threading
from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from core.errors import PageError
from core.records import Reason

T = TypeVar("T")

SECONDS = 30.0  # one page may take; the slowest of 2,000 real ones takes a few (PEERS-FACTS.md section 4)


def nothing() -> None:
    """Make no preparations."""


class BoundedProcess:
    """Does what it is given in a process of its own, in that order.

    A page on which the process hangs or crashes costs its time limit and itself, never what is done
    beside it; and while one page is read, the network and the archive go on. ``prepare(*given)`` is
    called whenever a process begins.
    """

    def __init__(self, seconds: float, prepare: Callable[..., None] = nothing, *given: Any) -> None:
        self.seconds = seconds
        self._prepared = (prepare, given)
        self._pool = self._begun()

    async def do(self, work: Callable[..., T], *args: Any, pages: int = 1) -> T:
        """Give what ``work(*args)`` gives, and raise what it raises; it reads so many pages.

        Raises :class:`PageError` where it takes too long, or where the process dies of it.
        """
        try:
            try:
                return await self._scheduled(work, args, pages)
            except BrokenProcessPool:  # the process died between two pages, this one is innocent
                return await self._scheduled(work, args, pages)
        except TookTooLong as error:
            detail = f"the page took more than {pages * self.seconds:g} s to read"
            raise PageError(Reason.UNREADABLE, detail) from error
        except ProcessExpired as error:
            detail = f"the reading process died on the page (exit {error.exitcode})"
            raise PageError(Reason.UNREADABLE, detail) from error

    async def _scheduled(self, work: Callable[..., T], args: tuple[Any, ...], pages: int) -> T:
        if not self._pool.active:
            self._pool = self._begun()
        limit = pages * self.seconds
        answer: T = await wrap_future(self._pool.schedule(work, args=args, timeout=limit))
        return answer

    def _begun(self) -> ProcessPool:
        # Spawned: a process with threads, as a crawl is, must not be forked.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPool(max_workers=1, context=context, initializer=_begin, initargs=self._prepared)
        pool.schedule(nothing)  # begins the process, to be ready when the first page comes
        return pool

    def close(self) -> None:
        """End the process; what is not done yet is not done any more."""
        self._pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it without annotations
        self._pool.join()


def _begin(prepare: Callable[..., None], given: tuple[Any, ...]) -> None:
    """Make ready, leave signals to the crawl, and do not outlive it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_crawl, daemon=True).start()
    prepare(*given)


def _end_with_the_crawl() -> None:
    import os

    if (crawl := multiprocessing.parent_process()) is not None:
        crawl.join()
        os._exit(0)
