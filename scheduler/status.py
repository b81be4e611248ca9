"""How the archive's operation stands, for people: the status command and the status page show this."""

import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.errors import SetupError
from core.settings import Settings
from db.running import operation, runs
from db.running.operation import SUCCEEDED
from db.running.problems import OpenProblem, open_problems
from db.running.processes import LivingProcess
from db.running.runs import Run
from db.running.schedules import Schedule
from db.words import Kind
from scheduler import health, slots
from scheduler.facts import Facts, OutletFacts, gather
from scheduler.problem import Problem

RECENT = 20
"""How many of the newest runs are given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutletStatus:
    """One outlet that is scheduled or was crawled; times are aware UTC.

    ``next_slot_at`` is the earliest of its crawl's and recheck's schedules that are not paused,
    ``interval_seconds`` that of its crawl schedule (the longest gap between two slots); ``failures``
    counts its crawls since the last success that did not succeed, at most those among its last 30
    runs; ``articles`` are those the archive has of it, whatever they say today.
    """

    key: str
    title: str
    last_run: Run | None
    last_success_at: datetime | None
    next_slot_at: datetime | None
    interval_seconds: float | None
    failures: int
    articles: int
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    pause_reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """The whole: outlets by key, newest runs first, what is wrong, who lives."""

    at: datetime
    version: str
    database: str
    outlets: Sequence[OutletStatus]
    runs: Sequence[Run]
    problems: Sequence[OpenProblem]
    processes: Sequence[LivingProcess]


def status(engine: Engine, settings: Settings, at: datetime) -> Status:
    """Give how the archive's operation stands at an instant; blocks for as long as the database takes.

    Problems are those that are met now, the critical first, each with the time it was first noted; then
    what only the daemon can know and has noted: that it was given wrong settings.
    Of a database that is away or of another schema there is that problem, and nothing else.
    """
    facts = gather(engine, settings, at)
    found = health.problems(facts)
    noted: dict[str, OpenProblem] = {}
    outlets: list[OutletStatus] = []
    recent: Sequence[Run] = ()
    if facts.trouble is None:
        try:
            noted = {problem.key: problem for problem in open_problems(engine)}
            outlets = _outlets(engine, facts)
            recent = runs.recent(engine, limit=RECENT)
        except (SQLAlchemyError, OSError):  # it went away this instant: the next look says so
            outlets, recent = [], ()
    return Status(
        at=at,
        version=release(),
        database=settings.database_shown(),
        outlets=tuple(outlets),
        runs=recent,
        problems=(
            *(_open(problem, noted, at) for problem in found),
            *(problem for key, problem in noted.items() if key == health.SETTINGS_WRONG),
        ),
        processes=facts.processes,
    )


def _open(problem: Problem, noted: Mapping[str, OpenProblem], at: datetime) -> OpenProblem:
    earlier = noted.get(problem.key)
    return OpenProblem(
        key=problem.key,
        outlet=problem.outlet,
        severity=problem.severity,
        message=problem.message,
        first_seen_at=earlier.first_seen_at if earlier else at,
    )


def release() -> str:
    """Give the version of this program; ``unknown`` where it runs without being installed."""
    try:
        return importlib.metadata.version("cuttings")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _outlets(engine: Engine, facts: Facts) -> list[OutletStatus]:
    counts = operation.articles(engine)
    return [_outlet(engine, facts, outlet, counts.get(outlet.key, 0)) for outlet in facts.outlets]


def _outlet(engine: Engine, facts: Facts, outlet: OutletFacts, articles: int) -> OutletStatus:
    crawl = next((one for one in outlet.schedules if one.kind is Kind.CRAWL), None)
    paused = crawl if crawl is not None and outlet.paused else None
    own = (one for one in outlet.schedules if one.kind is not Kind.BACKFILL)  # most nights pass without
    coming = [slot for one in own if (slot := _next_slot(one, facts.at)) is not None]
    return OutletStatus(
        key=outlet.key,
        title=outlet.title,
        last_run=runs.get(engine, outlet.runs[0].id) if outlet.runs else None,
        last_success_at=outlet.last_success_at,
        next_slot_at=min(coming, default=None),
        interval_seconds=outlet.interval.total_seconds() if outlet.interval else None,
        failures=_failures(outlet),
        articles=articles,
        paused_at=paused.paused_at if paused else None,
        paused_until=paused.paused_until if paused else None,
        pause_reason=paused.pause_reason if paused else None,
    )


def _next_slot(schedule: Schedule, at: datetime) -> datetime | None:
    try:
        return None if slots.is_paused(schedule, at) else slots.next_slot(schedule, at)
    except SetupError:  # a timing that cannot be read is a problem of its own
        return None


def _failures(outlet: OutletFacts) -> int:
    crawls = [run for run in outlet.runs if run.kind is Kind.CRAWL and run.verdict is not None]
    since = next((place for place, run in enumerate(crawls) if run.verdict in SUCCEEDED), len(crawls))
    return sum(run.verdict in health.FAILURES for run in crawls[:since])
