"""How the archive's operation stands, for people: the status command and the status page show this."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.problems import OpenProblem
from db.processes import LivingProcess
from db.runs import Run


@dataclass(frozen=True, kw_only=True, slots=True)
class OutletStatus:
    """One outlet that is scheduled or was crawled; times are aware UTC.

    ``next_slot_at`` is the earliest of its schedules that are not paused, ``interval_seconds`` that
    of its crawl schedule; ``failures`` counts its runs since the last success that did not succeed.
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
