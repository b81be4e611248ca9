"""What a crawl shows while it runs: a line that renews itself on a terminal, plain lines elsewhere."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich.console import Console
    from scrapy.crawler import Crawler

EVERY = 5.0  # seconds between two plain lines
EVERY_LOGGED = 15.0  # seconds between two records in a log
RENEWED = 0.25  # seconds between two looks at the counters on a terminal

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How far one crawl is; ``total`` is the most articles there can be, None when nobody knows."""

    outlet: str
    counts: Mapping[str, int]
    visited: int
    waiting: int
    total: int | None
    seconds: float

    def line(self) -> str:
        """Give the counters as one line, without the outlet and the time."""
        counts = self.counts
        shown = [
            f"{counts.get(name, 0)} {name}"
            for name in ("new", "changed", "cosmetic", "unchanged", "rejected")
            if counts.get(name) or name == "new"
        ]
        waiting = f", {self.waiting} waiting" if self.waiting else ""
        return f"{counts.get('responses', 0)} answers: {', '.join(shown)}{waiting}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said(Standing):
    """How far work is that has words of its own for it."""

    said: str

    def line(self) -> str:
        """Give these words."""
        return self.said


class Display(Protocol):
    """Where a tally is shown."""

    interval: float

    def show(self, standing: Standing) -> None:
        """Show how far the crawl is."""


class PlainLines:
    """One line every few seconds, for logs and pipes; the last one when the crawl ends."""

    interval = EVERY

    def __init__(self, console: "Console") -> None:
        self._console = console

    def show(self, standing: Standing) -> None:
        """Print one line."""
        text = f"{standing.outlet}: {standing.line()} ({standing.seconds:.0f} s)"
        self._console.print(text, markup=False, soft_wrap=True)


class LogLines:
    """A record now and then in the log of a run that nobody watches; the last one when the crawl ends."""

    interval = EVERY_LOGGED

    def show(self, standing: Standing) -> None:
        """Log one line."""
        logger.info("%s (%.0f s)", standing.line(), standing.seconds)


class RichLine:
    """One line that renews itself, with a bar and an estimate where the total is known."""

    interval = RENEWED

    def __init__(self, console: "Console") -> None:
        from rich.progress import (
            BarColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[outlet]}", style="bold", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[said]}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, outlet="", said="starting")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, standing: Standing) -> None:
        """Renew the line."""
        total = max(standing.total, standing.visited) if standing.total else None
        self._progress.update(
            self._task,
            total=total,
            completed=standing.visited,
            outlet=standing.outlet,
            said=standing.line(),
        )


def extension(display: Display, outlet: str, total: int | None) -> type:
    """Give a Scrapy extension that shows on ``display``, at its interval, how far the crawl is."""

    class Progress:
        """Reads the crawl's counters; keeps none of its own."""

        def __init__(self, crawler: "Crawler") -> None:
            from scrapy import signals
            from scrapy.utils.asyncio import create_looping_call

            self._crawler = crawler
            self._begun = time.monotonic()
            self._loop = create_looping_call(self._show)
            crawler.signals.connect(self._opened, signals.spider_opened)
            crawler.signals.connect(self._closed, signals.spider_closed)

        @classmethod
        def from_crawler(cls, crawler: "Crawler") -> Self:
            """Give the extension of a crawler, as Scrapy asks for it."""
            return cls(crawler)

        def _opened(self) -> None:
            self._loop.start(display.interval, now=False)

        def _closed(self) -> None:
            if self._loop.running:
                self._loop.stop()
            self._show()

        def _show(self) -> None:
            from pipelines.tally import Tally

            stats = self._crawler.stats
            if stats is None:
                return
            tally = Tally(stats)
            waiting = stats.get_value("scheduler/enqueued", 0) - stats.get_value("scheduler/dequeued", 0)
            display.show(
                Standing(
                    outlet=outlet,
                    counts=tally.counts(),
                    visited=tally.articles + tally.rejected,
                    waiting=max(0, waiting),
                    total=total,
                    seconds=time.monotonic() - self._begun,
                )
            )

    return Progress
