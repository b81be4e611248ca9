"""What a crawl shows while it runs: a line that renews itself on a terminal, plain lines elsewhere."""

import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from core.records import Change, StoredArticle, Unread

if TYPE_CHECKING:
    from rich.console import Console
    from scrapy.crawler import Crawler

EVERY = 5.0  # seconds between two plain lines
RENEWED = 0.25  # seconds between two looks at the counters on a terminal


class Tally:
    """The counters of one crawl as a person wants them."""

    def __init__(self, outlet: str, total: int | None) -> None:
        self.outlet = outlet
        self.total = total  # the most articles there can be, None when nobody knows
        self.answers = 0
        self.queued = 0
        self.counts: Counter[str] = Counter()
        self._begun = time.monotonic()

    def note(self, item: object) -> None:
        """Count what came out of the pipelines."""
        if isinstance(item, StoredArticle):
            self.counts[item.change.value] += 1
        elif isinstance(item, Unread):
            self.counts["rejected"] += 1

    @property
    def articles(self) -> int:
        """The articles visited so far."""
        return sum(self.counts.values())

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.monotonic() - self._begun

    def line(self) -> str:
        """Give the counters as one line, without the outlet and the time."""
        order = (Change.NEW, Change.CHANGED, Change.COSMETIC, Change.UNCHANGED, "rejected")
        shown = [f"{self.counts[name]} {name}" for name in order if self.counts[name] or name == Change.NEW]
        queued = f", {self.queued} waiting" if self.queued else ""
        return f"{self.answers} answers: {', '.join(shown)}{queued}"


class Display(Protocol):
    """Where a tally is shown."""

    interval: float

    def show(self, tally: Tally) -> None:
        """Show the tally as it stands."""


class PlainLines:
    """One line every few seconds, for logs and pipes; the last one when the crawl ends."""

    interval = EVERY

    def __init__(self, console: "Console") -> None:
        self._console = console

    def show(self, tally: Tally) -> None:
        """Print the tally."""
        text = f"{tally.outlet}: {tally.line()} ({tally.seconds:.0f} s)"
        self._console.print(text, markup=False, soft_wrap=True)


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

    def show(self, tally: Tally) -> None:
        """Renew the line."""
        total = max(tally.total, tally.articles) if tally.total else None
        self._progress.update(
            self._task, total=total, completed=tally.articles, outlet=tally.outlet, said=tally.line()
        )


def extension(display: Display, total: int | None) -> type:
    """Give a Scrapy extension that shows the progress of its crawl on ``display``."""

    class Progress:
        """Counts a crawl's signals and shows the tally at the display's own interval."""

        def __init__(self, crawler: "Crawler") -> None:
            from scrapy import signals
            from scrapy.utils.asyncio import create_looping_call

            self._crawler = crawler
            self._tally = Tally(getattr(crawler.spidercls, "name", "crawl"), total)
            self._loop = create_looping_call(self._show)
            crawler.signals.connect(self._opened, signals.spider_opened)
            crawler.signals.connect(self._scraped, signals.item_scraped)
            crawler.signals.connect(self._closed, signals.spider_closed)

        @classmethod
        def from_crawler(cls, crawler: "Crawler") -> Self:
            """Give the extension of a crawler, as Scrapy asks for it."""
            return cls(crawler)

        def _opened(self) -> None:
            self._loop.start(display.interval, now=False)

        def _scraped(self, item: object) -> None:
            self._tally.note(item)

        def _closed(self) -> None:
            if self._loop.running:
                self._loop.stop()
            self._show()

        def _show(self) -> None:
            stats = self._crawler.stats
            if stats is not None:
                self._tally.answers = stats.get_value("downloader/response_count", 0)
                waiting = stats.get_value("scheduler/enqueued", 0) - stats.get_value("scheduler/dequeued", 0)
                self._tally.queued = max(0, waiting)
            display.show(self._tally)

    return Progress
