"""The Scrapy extension that ties one crawl to the archive: opened with the spider, judged when it closes."""

import asyncio
import atexit
import logging
import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.asyncio import run_in_thread
from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.chrome import Chrome
from core.errors import SetupError, WeatherError
from core.records import HeldComment, Known, Outcome, StoredArticle
from core.settings import Settings, load_settings
from db.histories.drift import Held
from db.news import news
from db.words import Verdict
from pipelines.erasing_files import Finished as Redacted
from pipelines.patience import PATIENCE, patiently
from pipelines.session import HeldError, Session
from pipelines.tally import Tally
from pipelines.verdict import Facts, Judgement, judge
from pipelines.writer import Writer

# Attempts that the outlet or the network refused; an address is unreached while its last one is of these.
REFUSED = frozenset(
    {
        Outcome.FORBIDDEN,
        Outcome.RATE_LIMITED,
        Outcome.CLIENT_ERROR,
        Outcome.SERVER_ERROR,
        Outcome.NETWORK_ERROR,
        Outcome.TOO_LARGE,
    }
)
_FORBIDDEN = 403
HAD = frozenset({Outcome.OK, Outcome.NOT_MODIFIED})
AT_ONCE = 10.0  # seconds the writer is given when the process is told to end at once

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """How a crawl ended; ``files`` are its WARC files relative to the home, ``news`` a dry run's finds."""

    run_id: int | None
    judgement: Judgement
    counts: Mapping[str, int]
    files: tuple[str, ...]
    peak_memory_bytes: int
    news: tuple[StoredArticle, ...] = ()


class Archive:
    """One crawl's archive; ``crawler.get_extension(Archive)`` gives it to middlewares and stages."""

    def __init__(self, crawler: Crawler) -> None:
        self.finished: Finished | None = None
        self.unreached: set[str] = set()
        self._crawler = crawler
        self._news: list[StoredArticle] = []
        self._failure: str | None = None
        self._held_by: str | None = None
        settings = crawler.settings.get("CUTTINGS_SETTINGS") or load_settings()
        if not isinstance(settings, Settings):
            raise SetupError("CUTTINGS_SETTINGS must be core.settings.Settings")
        self._settings = settings
        spider: Any = crawler.spider  # an OutletSpider, always
        self._expects = spider.outlet.expects
        self.session = Session(spider.order, settings, spider.outlet)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the extension; the archive itself is opened with the spider."""
        archive = cls(crawler)
        if not crawler.settings.get("CUTTINGS_LEDGER"):  # `scrapy crawl` knows of the past as well
            crawler.settings.set("CUTTINGS_LEDGER", CrawlLedger, priority="project")
        crawler.signals.connect(archive.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(archive.spider_closed, signal=signals.spider_closed)
        return archive

    @property
    def writer(self) -> Writer:
        """The thread that writes."""
        return self.session.writer

    async def room(self) -> None:
        """Return once the writer can take more: so the crawl goes no faster than it is stored."""
        while self.writer.full:  # noqa: ASYNC110 - the other side is a thread, and full once in a blue moon
            await asyncio.sleep(0.01)

    def remember(self, stored: StoredArticle) -> None:
        """Keep what a dry run would store; other runs have it in the database."""
        if self.session.order.dry_run:
            self._news.append(stored)

    def attempted(self, request: Request, outcome: Outcome) -> None:
        """Count an attempt; a page is what the spider itself asked for, and got."""
        url, stats = request.url, self._crawler.stats
        stats.inc_value(f"cuttings/capture/{outcome}")
        if outcome in HAD and "kind" in request.meta:
            stats.inc_value("cuttings/pages")
        # What is asked for without knowing whether it is offered, and is refused, was reached.
        may_refuse = outcome is Outcome.FORBIDDEN and _FORBIDDEN in request.meta.get("may_lack", ())
        if outcome in REFUSED and not may_refuse:
            self.unreached.add(url)
        else:
            self.unreached.discard(url)

    async def spider_opened(self, spider: Spider) -> None:
        """Open the archive; the crawl ends before its first request where that is not possible."""
        loop = asyncio.get_running_loop()

        def stop(failure: WeatherError) -> None:
            logger.error("the crawl is stopped: %s", failure)
            loop.call_soon_threadsafe(lambda: loop.create_task(self._stop("weather")))

        atexit.register(self.abandon)
        logs.bind(outlet=spider.name)
        try:
            self.session.open(self._crawler.settings.get("USER_AGENT"), stop)
        except HeldError as error:
            self._held_by = str(error)
            raise CloseSpider("skipped") from error
        except (SetupError, SQLAlchemyError, OSError) as error:
            self._failure = str(error)
            raise CloseSpider("setup") from error
        finally:
            logs.bind(run=self.session.run_id)
            self._log()

    def _log(self) -> None:
        """Keep the log of a crawl that has a row."""
        session = self.session
        if session.run_id is not None and not session.order.dry_run:
            logs.also_to(
                logs.run_file(self._settings.logs, session.order.outlet, session.run_id), self._settings
            )

    async def spider_closed(self, reason: str) -> None:
        """Write what is left, judge, end the run row and let go of everything."""
        if self.session.is_open:
            await run_in_thread(self.writer.close)
        self._finish(reason)

    def abandon(self, error: BaseException | None = None) -> None:
        """End a run that was ended at once, or by an ``error``: what is queued is written, if that is quick.

        Does nothing where the run has ended already.
        """
        if self.finished is not None:
            return
        if error is not None:
            self._failure = f"{type(error).__name__}: {error}"
        if self.session.is_open and not self.writer.close(AT_ONCE):
            self._failure = "ended at once; the archive was away"
        self._finish("shutdown")

    async def _stop(self, reason: str) -> None:
        if self._crawler.crawling:
            await self._crawler.engine.close_spider_async(reason=reason)

    def _finish(self, finish_reason: str) -> None:
        writer = self.writer if self.session.is_open else None
        if writer is not None and writer.failure is not None:
            self._failure = str(writer.failure)
        tally = Tally(self._crawler.stats, writer.failed if writer else 0)
        held = self._hold() if writer is not None else []
        merged = self._match() if writer is not None and not self._failure else {}
        redacted = self._redact() if writer is not None else Redacted()
        judgement = judge(
            Facts(
                finish_reason=finish_reason,
                responses=tally.responses,
                pages=tally.pages,
                articles=tally.articles,
                unread=tally.rejected,
                unreached=len(self.unreached),
                robots_denied=tally.robots_denied,
                errors=tally.errors,
                failure=self._failure,
                held_by=self._held_by,
                held=held,
                recheck=self.session.order.recheck,
                **self._habits(tally) if finish_reason == "finished" and not self._failure else {},
            )
        )
        self.finished = Finished(
            run_id=self.session.run_id,
            judgement=judgement,
            counts=tally.counts() | self._gone(tally) | _affected(held) | merged | _redactions(redacted),
            files=tuple(redacted.renamed.get(name, name) for name in writer.files) if writer else (),
            peak_memory_bytes=peak_memory_bytes(),
            news=tuple(self._news),
        )
        atexit.unregister(self.abandon)
        try:
            self.session.close(
                judgement,
                self.finished.counts,
                self.finished.peak_memory_bytes,
                patience=PATIENCE if finish_reason == "finished" else AT_ONCE,
            )
        except SQLAlchemyError:
            logger.exception("the end of the run could not be recorded")
        level = logging.INFO if judgement.verdict is Verdict.OK else logging.WARNING
        logger.log(level, "the crawl ended %s: %s", judgement.verdict, judgement.reason)

    def _hold(self) -> list[Held]:
        try:
            return self.session.hold()
        except SQLAlchemyError as error:  # the next crawl of the outlet looks through this run
            logger.exception("the changes of this run could not be compared with each other")
            self._failure = self._failure or f"the archive is away: {error}"
            return []

    def _match(self) -> dict[str, int]:
        """Count the articles merged because what this run met was known from another address."""
        try:
            merged = self.session.match()
        except SQLAlchemyError:  # the next run that touches one of them finds it
            logger.exception("articles at two addresses could not be looked for")
            return {}
        return {"merged": merged} if merged else {}

    def _redact(self) -> Redacted:
        """Take out of the captures what was erased before and came again."""
        try:
            return self.session.redact()
        except (SQLAlchemyError, OSError):  # the next run, or `cuttings erase finish`, goes on with it
            logger.exception("erased bytes that came again could not be taken out of the captures")
            return Redacted()

    def _habits(self, tally: Tally) -> dict[str, Any]:
        """Give what this crawl is compared with: what is usual, and what the outlet declares."""
        try:
            usual, seen = self.session.usual(), self.session.seen(tally.seen(), self._expects)
        except SQLAlchemyError:
            logger.exception("nobody knows what is usual")
            return {}
        return {"usual": usual, "expects": self._expects, "seen": seen}

    def _gone(self, tally: Tally) -> dict[str, int]:
        """Count the articles found gone: asked of the archive only where an address was missing."""
        run_id = self.session.run_id
        if not tally.missing or run_id is None or self.session.order.dry_run or not self.session.is_open:
            return {}
        try:
            return {"gone": len(news(self.session.engine, [run_id]).gone)}
        except SQLAlchemyError:
            logger.exception("the articles found gone could not be counted")
            return {}


class CrawlLedger:
    """The ledger of a crawl: the archive's memory, asked only once the archive is open."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
        """Give what is remembered of each address, by the address asked; unknown ones are left out.

        Waits while the database is away: a source whose addresses nobody could look up would be lost.
        """
        return patiently(lambda: self._session().known(urls))

    def due(self, limit: int | None = None, *, everything: bool = False) -> Iterator[str]:
        """Give canonical addresses of the outlet's known articles that are due, most overdue first."""
        return self._session().ledger.due(limit, everything=everything)

    def chrome(self) -> Chrome | None:
        """Give what the outlet's pages are known to share, None where nothing was learnt."""
        return patiently(self._session().ledger.chrome)

    def comments(self, urls: Sequence[str]) -> tuple[HeldComment, ...]:
        """Give the comments of the articles at these addresses that are not known to be gone."""
        return patiently(lambda: self._session().ledger.comments(urls))

    def _session(self) -> Session:
        archive = self._crawler.get_extension(Archive)
        if archive is None:
            raise RuntimeError("pipelines.archive.Archive is missing from EXTENSIONS")
        return archive.session


def _redactions(redacted: Redacted) -> dict[str, int]:
    return {"redacted": redacted.records} if redacted.records else {}


def _affected(held: Sequence[Held]) -> dict[str, int]:
    return {"held": sum(one.affected for one in held)} if held else {}


def peak_memory_bytes() -> int:
    """Give the most memory this process ever held; Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
