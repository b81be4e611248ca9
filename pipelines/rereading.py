"""Re-reading: kept captures through today's layouts, into the archive, outlet by outlet."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from core import logs
from core.errors import SetupError, WeatherError
from core.kept_records import KeptPage
from core.records import ArticleRecord
from core.settings import Settings
from crawlers import reading
from db import kept, schema
from db.engine import open_engine
from db.kept import Selection
from db.lock import outlet_lock
from db.running import runs
from db.store import Store
from db.words import Kind, Verdict
from pipelines.archive import peak_memory_bytes
from pipelines.capture import layout_versions
from pipelines.captures import software_version
from pipelines.chrome_learning import knowing
from pipelines.copying import link_after
from pipelines.lost import end_lost_runs
from pipelines.patience import patiently, short
from pipelines.readers import Damaged, Desk, Readers, Refused
from pipelines.reread_batches import BatchStore, Read, batches
from pipelines.reread_report import Difference, Rereading, Standing, Tally, Wishes
from pipelines.session import CARRIED_OUT, pseudonym_key

if TYPE_CHECKING:
    from crawlers.outlet import Outlet

WORTHWHILE = 50  # captures that a process must have to read: it takes a second to begin
SAMPLE = 5  # differences a dry run gives of each outlet

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Means:
    """What the re-readings of all outlets share."""

    engine: Engine
    settings: Settings
    readers: Readers
    wishes: Wishes
    show: Callable[[Standing], None]
    stop: threading.Event


def reread(
    outlets: Sequence["Outlet"],
    wishes: Wishes,
    settings: Settings,
    *,
    show: Callable[[Standing], None] = lambda _standing: None,
    stop: threading.Event | None = None,
) -> tuple[Rereading, ...]:
    """Read the outlets' kept captures again, one outlet after the other; give how each went.

    Outlets without anything to read again are left out. Each outlet is locked while it is read (not
    in a dry run): a crawl of it that begins meanwhile is refused, and an outlet that is being crawled
    is skipped. Once ``stop`` is set, what is under way is stored and the run ends as ``stopped``;
    asked again, or after a crash, it goes on where it was.

    Raises :class:`SetupError` where there is no archive, or one of another schema.
    """
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        outlets = [knowing(engine, outlet) for outlet in outlets]
        chosen = [(outlet, wanted_of(outlet, wishes)) for outlet in outlets]
        tasks = [(outlet, wanted, sum(kept.count(engine, wanted))) for outlet, wanted in chosen]
        tasks = [task for task in tasks if task[2]]
        if not tasks:
            return ()
        desk = Desk(
            home=settings.home,
            outlets={outlet.key: outlet for outlet, _, _ in tasks},
            max_bytes=settings.max_body_bytes,
            database=settings.database(),
            disqus_url=settings.disqus_url,
        )
        enough = 1 + sum(total for _, _, total in tasks) // WORTHWHILE
        readers = Readers(desk, min(wishes.jobs, enough))
        try:
            means = _Means(
                engine=engine,
                settings=settings,
                readers=readers,
                wishes=wishes,
                show=show,
                stop=stop or threading.Event(),
            )
            return tuple(_carried_out(means, tasks))
        finally:
            readers.close()
    finally:
        engine.dispose()


def wanted_of(outlet: "Outlet", wishes: Wishes) -> Selection:
    """Give the captures of an outlet that wishes ask for; what its pages share is part of the outlet."""
    return Selection(
        outlet=outlet.key,
        layouts=frozenset(layout_versions(reading.layouts(outlet)).items()),
        layout=wishes.layout,
        since=wishes.since,
        until=wishes.until,
    )


def _carried_out(means: _Means, tasks: Sequence[tuple["Outlet", Selection, int]]) -> Iterator[Rereading]:
    """Read outlet after outlet until the limit is reached, or the archive cannot be written."""
    left = means.wishes.limit
    for outlet, wanted, total in tasks:
        if left == 0:
            return
        one = _OutletRereading(means, outlet, wanted, total if left is None else min(left, total))
        done = one.compare() if means.wishes.dry_run else one.store()
        yield done
        left = None if left is None else max(0, left - done.tally.done)
        if done.verdict is Verdict.FAILED:  # the next outlet's rows are in the same database
            return


class _OutletRereading:
    """The re-reading of one outlet, at most ``total`` of its captures."""

    def __init__(self, means: _Means, outlet: "Outlet", wanted: Selection, total: int) -> None:
        self._means = means
        self._outlet = outlet
        self._wanted = wanted
        self._total = total
        self._tally = Tally()
        self._began = time.monotonic()
        self._cut = False
        self._told: set[tuple[str, str]] = set()

    def compare(self) -> Rereading:
        """Read without storing anything; count what would change, with a sample of it."""
        differences: list[Difference] = []
        for page, record in self._read():
            self._tally.read += 1
            if page.document_sha256 == record.document.sha256:
                continue
            self._tally.recovered += page.article_id is None
            self._tally.texts_changed += page.article_id is not None
            if len(differences) < SAMPLE:
                before = page.document_sha256 and kept.text_of(self._means.engine, page.document_sha256)
                differences.append(
                    Difference(
                        url=page.url,
                        article_id=page.article_id,
                        before=before or None,
                        after=record.document,
                    )
                )
        return self._report(None, *self._judged(), tuple(differences))

    def store(self) -> Rereading:
        """Read and store, as a run of its own, the outlet's lock held."""
        means = self._means
        run_id = runs.start(
            means.engine,
            self._outlet,
            kind=Kind.REEXTRACT,
            order=means.wishes.as_json(),
            software_version=software_version(),
        )
        logs.bind(run=run_id, outlet=self._outlet.key)
        end_log = logs.also_to(logs.run_file(means.settings.logs, self._outlet.key, run_id), means.settings)
        try:
            with outlet_lock(means.engine, means.settings.locks, self._outlet.key) as hold:
                self._store_all(run_id, hold)
            verdict, reason = self._judged()
        except SetupError as error:  # another process has the outlet, or took it over
            verdict, reason = Verdict.FAILED if self._tally.done else Verdict.SKIPPED, str(error)
        except (DBAPIError, OSError, WeatherError) as error:
            verdict = Verdict.FAILED
            reason = str(error) if isinstance(error, WeatherError) else f"the archive is away: {short(error)}"
        self._finish(run_id, verdict, reason)
        logger.info("the captures are read again, %s: %s", verdict, reason)
        end_log()
        logs.bind(run=None, outlet=None)
        return self._report(run_id, verdict, reason)

    def _finish(self, run_id: int, verdict: Verdict, reason: str) -> None:
        means = self._means
        try:
            patiently(
                lambda: runs.finish(
                    means.engine,
                    run_id,
                    verdict,
                    reason=reason,
                    counts=self._tally.counts(),
                    peak_memory_bytes=peak_memory_bytes(),
                ),
                hurry=means.stop,
            )
        except DBAPIError:
            logger.exception("the end of the run could not be recorded")
        if verdict in CARRIED_OUT:
            link_after(means.engine, self._outlet.key, run_id)

    def _read(self) -> Iterator[Read]:
        """Read the pages; give the records in order, count the pages that gave none."""
        for page, answer in self._means.readers.read(self._pages()):
            if isinstance(answer, ArticleRecord):
                yield page, answer
            else:
                self._count(page, answer)
            self._means.show(self._standing())

    def _pages(self) -> Iterator[KeptPage]:
        pages = (
            page
            for page in kept.kept(self._means.engine, self._wanted)
            if page.article_id is not None or not _is_source(self._outlet, page.url)
        )
        for page in islice(pages, self._total):
            if self._means.stop.is_set():
                self._cut = True
                return
            yield page

    def _count(self, page: KeptPage, answer: Refused | Damaged) -> None:
        if isinstance(answer, Refused):
            counter = self._tally.still_unread if page.article_id is None else self._tally.unread
            counter[answer.reason.value] += 1
            level = logging.INFO if page.article_id is None else logging.WARNING
            logger.log(level, "%s cannot be read again (%s): %s", page.url, answer.reason, answer.detail)
            return
        self._tally.damaged[answer.damage.value] += 1
        if (answer.warc_file, answer.damage.value) not in self._told:
            self._told.add((answer.warc_file, answer.damage.value))
            path = self._means.settings.home / answer.warc_file
            logger.error(
                "%s: %s; restore the file from a backup and read again. The last reading stays believed.",
                path,
                answer.detail,
            )

    def _store_all(self, run_id: int, hold: Callable[[], None]) -> None:
        means = self._means
        store = Store(
            means.engine,
            outlet=self._outlet,
            run_id=run_id,
            pseudonym_key=pseudonym_key(means.settings, keep=True),
        )
        end_lost_runs(store, means.engine, self._outlet.key, but=run_id)
        archive = BatchStore(store, self._tally, hold=hold, stop=means.stop)
        for batch in batches(self._read()):
            archive.write(batch)
            means.show(self._standing())

    def _standing(self) -> Standing:
        return Standing(
            outlet=self._outlet.key,
            tally=self._tally,
            total=self._total,
            seconds=time.monotonic() - self._began,
        )

    def _judged(self) -> tuple[Verdict, str]:
        """Give the verdict on a re-reading that came to its end, and why."""
        tally = self._tally
        told = f"{tally.read} captures read again"
        if self._cut:
            return Verdict.STOPPED, f"stopped on request; {told} of {self._total}, the same command goes on"
        troubles = [
            (tally.damaged.total(), "whose bytes cannot be had"),
            (tally.errors, "that could not be stored (the log says why)"),
            (tally.unread.total(), "that today's layouts cannot read: their last reading stays"),
        ]
        if found := [f"{count} {what}" for count, what in troubles if count]:
            return Verdict.PARTIAL, f"{told}; {', '.join(found)}"
        return Verdict.OK, told

    def _report(
        self,
        run_id: int | None,
        verdict: Verdict,
        reason: str,
        differences: tuple[Difference, ...] = (),
    ) -> Rereading:
        return Rereading(
            outlet=self._outlet.key,
            run_id=run_id,
            verdict=verdict,
            reason=reason,
            tally=self._tally,
            seconds=time.monotonic() - self._began,
            differences=differences,
        )


def _is_source(outlet: "Outlet", url: str) -> bool:
    """Say whether a page is one of the outlet's sources: one that could not be read then is no article."""
    sources = (outlet.home, "/", *outlet.listings, *outlet.feeds, *outlet.posts, *outlet.sitemaps)
    return urlsplit(url).path.rstrip("/") in {urlsplit(source).path.rstrip("/") for source in sources}
