"""One crawl, in this process: from an order to a report that says how it went."""

import faulthandler
import gc
import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.errors import SetupError
from core.orders import CrawlOrder
from core.records import StoredArticle
from core.settings import Settings
from db.words import Verdict

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import Settings as ScrapySettings

    from pipelines.archive import Archive

DONE, FAILED = 0, 1
LAST_GRACES = 2.5  # after its minutes; its supervisor asks after one, tells after two, kills after three
_CARRIED_OUT = frozenset({Verdict.OK, Verdict.PARTIAL, Verdict.EMPTY})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """How a crawl went.

    ``captures`` are the paths of its WARC files, ``database`` the address without its password;
    ``run_id`` is None for a dry run, ``news`` is what a dry run would have stored and empty for
    others (their news are in the database: :func:`db.running.runs.news`).
    """

    outlet: str
    run_id: int | None
    verdict: Verdict
    reason: str
    dry_run: bool = False
    new: int = 0
    changed: int = 0
    gone: int = 0
    comments_new: int = 0
    comments_changed: int = 0
    comments_removed: int = 0
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    seconds: float = 0.0
    peak_memory_bytes: int = 0
    database: str = ""
    captures: tuple[Path, ...] = ()
    news: tuple[StoredArticle, ...] = ()


def exit_code(report: RunReport) -> int:
    """Give 0 where the crawl was carried out, 1 where it failed, was stopped or did not begin."""
    return DONE if report.verdict in _CARRIED_OUT else FAILED


def run_crawl(order: CrawlOrder, settings: Settings, extensions: Sequence[type] = ()) -> RunReport:
    """Carry out one crawl and give its report; at most one in the life of a process.

    ``extensions`` are further Scrapy extensions (a progress display). SIGINT and SIGTERM end the
    crawl in good order: requests under way are finished, everything is stored; a second one ends
    it at once. Logs are left as they are: see :func:`core.logs.set_up`. Raises
    :class:`core.errors.SetupError` for what the operator must mend before any request.
    """
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.registry import find
    from crawlers.spiders import spider_of
    from pipelines.chrome_applying import apply_lesson

    outlet = find(order.outlet)
    if order.minutes is not None:
        end_at_last(order.minutes * 60 + LAST_GRACES * settings.crawl_grace)
    began = time.monotonic()
    left = order.minutes * 60 if order.minutes is not None else None
    if not order.dry_run:
        if not apply_lesson(outlet, settings, seconds=left and left / 2):
            return _never_began(order, settings, None, Verdict.STOPPED)
        left = left and max(1.0, left - (time.monotonic() - began))
    process = AsyncCrawlerProcess(_scrapy_settings(order, settings, extensions, left))
    if settings.log_level != "DEBUG":  # Scrapy builds a record for each page, to be thrown away
        logging.getLogger("scrapy").setLevel(logging.WARNING)
    crawler = process.create_crawler(spider_of(outlet))
    task = process.crawl(crawler)
    _spare_the_collector()
    try:
        process.start()
    except BaseException:
        # SystemExit in a callback and its like: threads of the reactor would hold the process for
        # ever (OPS-FACTS.md section 1.4), so what can be saved is saved and the process ends here.
        logger.exception("the crawl was torn down")
        if (archive := _archive(crawler)) is not None:
            archive.abandon()
        logging.shutdown()
        os._exit(FAILED)
    archive = _archive(crawler)
    error = task.exception() if task.done() and not task.cancelled() else None
    if archive is not None:
        archive.abandon(error)  # does nothing where the crawl has ended in good order
    if archive is None or archive.finished is None:
        return _never_began(order, settings, error)
    finished = archive.finished
    return RunReport(
        outlet=outlet.key,
        run_id=finished.run_id,
        verdict=finished.judgement.verdict,
        reason=finished.judgement.reason,
        dry_run=order.dry_run,
        **{name: finished.counts.get(name, 0) for name in _SHOWN},
        counts=finished.counts,
        seconds=round(time.monotonic() - began, 3),
        peak_memory_bytes=finished.peak_memory_bytes,
        database=settings.database_shown(),
        captures=tuple(settings.home / name for name in finished.files),
        news=finished.news,
    )


_SHOWN = ("new", "changed", "gone", "comments_new", "comments_changed", "comments_removed")


def end_at_last(seconds: float) -> None:
    """End this process after so long, with a trace of where it hangs, even in a loop that hears no signal.

    Its supervisor does the same a moment later, if it still lives.
    """
    faulthandler.dump_traceback_later(seconds, exit=True)


def _spare_the_collector() -> None:
    """Keep the garbage collector from what lives as long as the crawl: it cost a fifth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _scrapy_settings(
    order: CrawlOrder, settings: Settings, extensions: Sequence[type], seconds: float | None
) -> "ScrapySettings":
    from scrapy.settings import Settings as ScrapySettings

    from crawlers.settings import EXTENSIONS, for_operator

    scrapy = ScrapySettings()
    scrapy.setmodule("crawlers.settings", priority="project")
    ours = for_operator(settings) | {
        "CUTTINGS_ORDER": order,
        "CUTTINGS_SETTINGS": settings,
        "EXTENSIONS": EXTENSIONS | dict.fromkeys(extensions, 900),
        "LOG_INSTALL_ROOT_HANDLER": False,  # default True: its handler would print beside ours
        "LOG_LEVEL": settings.log_level,
        "LOG_VERSIONS": [],  # default: a dozen libraries at the head of each log
        "LOGSTATS_INTERVAL": 0,  # default 60 s: the progress display says it
        "STATS_DUMP": settings.log_level == "DEBUG",  # default True: the run row has the counts
    }
    if seconds is not None:
        ours["CLOSESPIDER_TIMEOUT"] = seconds
    scrapy.setdict(ours, priority="cmdline")
    return scrapy


def _archive(crawler: "Crawler") -> "Archive | None":
    from pipelines.archive import Archive

    try:
        return crawler.get_extension(Archive)
    except RuntimeError:  # the spider itself could not be made: no extension was
        return None


def _never_began(
    order: CrawlOrder, settings: Settings, error: BaseException | None, verdict: Verdict = Verdict.FAILED
) -> RunReport:
    """End the run that was begun elsewhere, then tell why there was no crawl."""
    reason = str(error) if error is not None else "the crawl was stopped before it began"
    if order.run_id is not None and not order.dry_run:
        from db.engine import open_engine
        from db.running import runs

        engine = open_engine(settings.database())
        runs.attach(engine, order.run_id)
        runs.finish(engine, order.run_id, verdict, reason=reason)
        engine.dispose()
    if isinstance(error, SetupError):
        raise error
    return RunReport(
        outlet=order.outlet,
        run_id=order.run_id,
        verdict=verdict,
        reason=reason,
        dry_run=order.dry_run,
        database=settings.database_shown(),
    )
