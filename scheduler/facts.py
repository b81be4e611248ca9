"""What is known of the archive's operation at one instant: what health is judged from."""

import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from core.clock import now
from core.errors import SetupError
from core.settings import Settings
from db import backfill_lines, revision
from db.backfill_lines import SliceLine
from db.histories import holds
from db.histories.holds import HoldLine
from db.running import operation, problems, processes, schedules
from db.running.operation import KnownOutlet, NewsRun, RunLine
from db.running.processes import LivingProcess
from db.running.schedules import Schedule
from db.words import Kind
from pipelines.newest_captures import fault, leftovers
from pipelines.patience import short
from scheduler import slots

PAGES_NOW, PAGES_BEFORE = (10, 30), 20
"""Fewest newly read articles that fields are judged by: of the last crawls, and of those before.

Ten tell soon of a field that every page has; of one that not all have they can tell nothing.
"""
PAGES_ENOUGH = 100
"""Articles of the crawls before that are enough to compare with."""

SLICES = 30
"""Newest runs of an outlet's backfills that are looked at."""
HABITS = timedelta(days=7)
"""Least time between an outlet's first news and its latest that tells its habits: a week has a weekend."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Why the database cannot be asked."""

    key: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """How many new pages gave a field, from 0 to 1: of the last ones (since when), of those before."""

    name: str
    now: float
    before: float
    pages_now: int
    pages_before: int
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OutletFacts:
    """One outlet; times are aware UTC.

    ``interval`` is the longest gap of its crawl schedule, None without one; ``waiting_since`` when
    that began to count (made, changed or resumed); ``paused`` says whether a pause is in force.
    ``runs`` are its last crawls and rechecks, newest first; ``longest_quiet`` is the longest time
    between two crawls that brought news, of the quiets that ended in the 60 days up to
    ``last_new_at``, None where a week of its habits is not known yet; ``left_open`` are files of
    captures that dead crawls left. ``backfill_since`` is when its oldest open backfill was asked for,
    ``nights_since`` when the nights that carry it on began to count (None while they are paused),
    ``slices`` are the newest runs of its backfills, newest first, where one is open.
    """

    key: str
    title: str = ""
    schedules: Sequence[Schedule] = ()
    interval: timedelta | None = None
    paused: bool = False
    waiting_since: datetime | None = None
    timing_fault: str | None = None
    runs: Sequence[RunLine] = ()
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    longest_quiet: timedelta | None = None
    coverage: Sequence[Field] = ()
    held: Sequence[HoldLine] = ()
    capture_fault: str | None = None
    left_open: Sequence[str] = ()
    backfill_since: datetime | None = None
    nights_since: datetime | None = None
    slices: Sequence[SliceLine] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that is known at an instant (``at``, aware UTC).

    With ``trouble`` nothing else of the database is known. ``schedules`` counts those that are not
    paused, of outlets that are crawled here; ``clock_ahead`` is how far the database's clock is
    before ours, ``newest`` when the newest run and capture are dated; ``untold`` alerts wait since
    ``untold_since``.
    """

    at: datetime
    host: str = ""
    home: str = ""
    executor: str = "local"
    free_bytes: int | None = None
    disk_low_bytes: int = 0
    trouble: Trouble | None = None
    clock_ahead: timedelta | None = None
    newest: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    processes: Sequence[LivingProcess] = ()
    schedules: int = 0
    untold: int = 0
    untold_since: datetime | None = None
    outlets: Sequence[OutletFacts] = ()


def gather(engine: Engine, settings: Settings, at: datetime) -> Facts:
    """Give what is known at an instant; blocks for as long as the database takes.

    A database that is away or of another schema is a fact, not an error. Each question is answered
    from an index and bounded: the cost grows with the outlets, not with their articles and runs.
    """
    here: dict[str, Any] = {
        "at": at,
        "host": socket.gethostname(),
        "home": str(settings.home),
        "executor": settings.executor,
        "free_bytes": _free(settings.home),
        "disk_low_bytes": settings.disk_low_bytes,
    }
    try:
        if not revision.is_newest(engine):
            from db import schema  # with Alembic, a fifth of what a health check costs

            schema.require_head(engine)
        return Facts(**here, **_whole(engine, settings, at))
    except SetupError as error:
        return Facts(**here, trouble=Trouble(key="database_version", message=str(error)))
    except (SQLAlchemyError, OSError) as error:
        message = (
            f"the database {settings.database_shown()} cannot be asked ({short(error)}): nothing is stored "
            "while it is away; start it again, or mend CUTTINGS_DATABASE_URL"
        )
        return Facts(**here, trouble=Trouble(key="database_away", message=message))


def alerted(settings: Settings) -> bool:
    """Say whether anybody is told of problems."""
    return bool(settings.alert_webhook or settings.alert_mail_to or settings.alert_urls)


def _whole(engine: Engine, settings: Settings, at: datetime) -> dict[str, Any]:
    untold, since = (
        problems.waiting(engine, apart_from="alerts_undelivered") if alerted(settings) else (0, None)
    )
    known = operation.outlets(engine)
    left_out = {outlet.key for outlet in known if _is_left_out(outlet, settings)}
    planned = [schedule for schedule in schedules.listed(engine) if schedule.outlet not in left_out]
    open_holds = holds.holds(engine, undecided=True)
    left = leftovers(settings.captures, at)
    with engine.connect() as connection:
        before = now()
        theirs = operation.clock(connection)
        ours = before + (now() - before) / 2
        outlets = []
        wishes = backfill_lines.open_since(connection)
        for one in known:
            of_outlet = [schedule for schedule in planned if schedule.outlet == one.key]
            history = _history(connection, one.id, settings)
            if not of_outlet and not history["runs"]:
                continue
            outlets.append(
                OutletFacts(
                    key=one.key,
                    title=one.title,
                    **_timing(of_outlet, at),
                    **history,
                    held=[hold for hold in open_holds if hold.outlet == one.key],
                    left_open=[name for name in left if name.startswith(f"{one.key}-")],
                    backfill_since=wishes.get(one.id),
                    slices=backfill_lines.slices(connection, one.id, limit=SLICES)
                    if one.id in wishes
                    else (),
                )
            )
        return {
            "clock_ahead": theirs - ours if theirs else None,
            "newest": operation.newest_instants(connection),
            "processes": processes.living(engine, at=at),
            "schedules": sum(not slots.is_paused(schedule, at) for schedule in planned),
            "untold": untold,
            "untold_since": since,
            "outlets": tuple(outlets),
        }


def _is_left_out(outlet: KnownOutlet, settings: Settings) -> bool:
    """Say whether the settings leave an outlet out: its schedules are kept, and nobody answers them."""
    if settings.outlets:
        return outlet.key not in settings.outlets
    return outlet.example and outlet.key not in settings.base_urls


def _timing(planned: Sequence[Schedule], at: datetime) -> dict[str, Any]:
    """Give what an outlet's schedules say; those for crawls decide whether it is followed."""
    by_kind = {schedule.kind: schedule for schedule in planned}
    told: dict[str, Any] = {"schedules": tuple(planned)}
    nights = by_kind.get(Kind.BACKFILL)
    if nights is not None and not slots.is_paused(nights, at):
        told["nights_since"] = _counts_since(nights)
    schedule = by_kind.get(Kind.CRAWL)
    if schedule is None:
        return told
    told["paused"] = slots.is_paused(schedule, at)
    told["waiting_since"] = _counts_since(schedule)
    try:
        told["interval"] = slots.gap(schedule, at)
    except SetupError as error:
        told["timing_fault"] = f"the schedule {schedule.name} cannot be read: {error}"
    return told


def _counts_since(schedule: Schedule) -> datetime:
    """Give when a schedule's slots began to count: made, changed or resumed."""
    resumed = schedule.paused_until if schedule.paused_at is not None else None
    return max(filter(None, (schedule.changed_at, resumed)))


def _history(connection: Connection, number: int, settings: Settings) -> dict[str, Any]:
    runs = operation.last_runs(connection, number)
    crawls = [run for run in runs if run.kind is Kind.CRAWL]
    succeeded = (run.ended_at for run in crawls if run.verdict in operation.SUCCEEDED)
    success = next(succeeded, None) or (operation.last_success(connection, number) if crawls else None)
    news = operation.news_runs(connection, number) if crawls else []
    return {
        "runs": runs,
        "last_success_at": success,
        "last_new_at": news[0].started_at if news else None,
        "longest_quiet": _longest_quiet(news),
        "coverage": _coverage(connection, news),
        "capture_fault": _capture_fault(connection, runs, settings.home),
    }


def _longest_quiet(news: Sequence[NewsRun]) -> timedelta | None:
    if not news or (len(news) < operation.NEWS and news[0].started_at - news[-1].started_at < HABITS):
        return None
    quiets = [later.started_at - earlier.started_at for later, earlier in pairwise(news)]
    return max(quiets, default=None)


def _coverage(connection: Connection, news: Sequence[NewsRun]) -> tuple[Field, ...]:
    """Compare what the last crawls read for the first time with what those before did."""
    return tuple(field for pages in PAGES_NOW for field in _compared(connection, news, pages))


def _compared(connection: Connection, news: Sequence[NewsRun], pages: int) -> Iterator[Field]:
    """Give each field of so many pages at least, if there are as many and enough before them."""
    last = _until(news, pages)
    earlier = _until(news[len(last) :], PAGES_ENOUGH)
    if _pages(last) < pages or _pages(earlier) < PAGES_BEFORE:
        return
    found = operation.reads(connection, [run.id for run in (*last, *earlier)])
    now_read = [found[run.id] for run in last if run.id in found]
    before_read = [found[run.id] for run in earlier if run.id in found]
    pages_now, pages_before = (sum(read.pages for read in reads) for reads in (now_read, before_read))
    if pages_now < pages or pages_before < PAGES_BEFORE:
        return
    for name in now_read[0].known:
        yield Field(
            name=name,
            now=sum(read.known[name] for read in now_read) / pages_now,
            before=sum(read.known[name] for read in before_read) / pages_before,
            pages_now=pages_now,
            pages_before=pages_before,
            since=last[-1].started_at,
        )


def _until(news: Sequence[NewsRun], enough: int) -> Sequence[NewsRun]:
    """Give the first runs that brought enough articles together."""
    pages = 0
    for place, run in enumerate(news):
        pages += min(run.new, operation.PAGES)
        if pages >= enough or place + 1 == operation.RUNS:
            return news[: place + 1]
    return news


def _pages(news: Sequence[NewsRun]) -> int:
    return sum(min(run.new, operation.PAGES) for run in news)


def _capture_fault(connection: Connection, runs: Sequence[RunLine], home: Path) -> str | None:
    """Look at the newest record of the newest run that wrote one here; other hosts keep their own."""
    host = socket.gethostname()
    for run in runs:
        if run.ended_at is not None and run.host == host and run.counts.get("responses"):
            record = operation.last_record(connection, run.id)
            return fault(home, record) if record else None
    return None


def _free(home: Path) -> int | None:
    """Give the free bytes of the disk the home is on, or would be."""
    for folder in (home.absolute(), *home.absolute().parents):
        try:
            return shutil.disk_usage(folder).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
