"""What the templates show: the status and a run, with their plots, worked out from the archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.news import News, NewsLine
from db.running.activity import Activity
from db.running.problems import OpenProblem
from db.running.processes import ALIVE_WITHIN, LivingProcess
from db.running.runs import Run
from db.words import Severity
from scheduler.status import OutletStatus, Status
from web import plots, wording
from web.log_lines import Line
from web.plots import Plot

ARTICLES_SHOWN = 50
NOTHING_KNOWN = frozenset({"database_away", "database_version"})
"""Problems with which a status tells of nothing else (scheduler/facts.py)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutletView:
    """One outlet, and its plots where it was crawled in the last days."""

    outlet: OutletStatus
    paused: bool
    days: Plot | None
    beats: Plot | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessView:
    """A daemon or worker; ``alive`` while its last sign of life is recent."""

    process: LivingProcess
    alive: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusView:
    """The whole page; ``tone`` is that of the worst problem, ``known`` False where nothing else is."""

    status: Status
    known: bool
    tone: str
    problems: Sequence[OpenProblem]
    outlets: Sequence[OutletView]
    processes: Sequence[ProcessView]
    articles: int
    under_way: int
    next_slot_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """Articles of one kind that a run brought: the first of them, and how many more there are."""

    kind: str
    lines: Sequence[NewsLine]
    more: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunView:
    """One run with what it brought and the end of its log; ``log`` is None where there is none here."""

    at: datetime
    run: Run
    brought: Sequence[Brought]
    log: Sequence[Line] | None


def is_known(status: Status) -> bool:
    """Say whether the archive could be asked."""
    return not any(problem.key in NOTHING_KNOWN for problem in status.problems)


def status_view(status: Status, activity: Mapping[str, Activity]) -> StatusView:
    """Give the status page: the worst problems first."""
    urgency = list(reversed(Severity))
    problems = sorted(
        status.problems, key=lambda problem: (urgency.index(problem.severity), problem.first_seen_at)
    )
    slots = [outlet.next_slot_at for outlet in status.outlets if outlet.next_slot_at is not None]
    return StatusView(
        status=status,
        known=is_known(status),
        tone=wording.severity_tone(problems[0].severity) if problems else "good",
        problems=problems,
        outlets=[_outlet(outlet, activity.get(outlet.key), status.at) for outlet in status.outlets],
        processes=[
            ProcessView(process=process, alive=status.at - process.beat_at <= ALIVE_WITHIN)
            for process in status.processes
        ],
        articles=sum(outlet.articles for outlet in status.outlets),
        under_way=sum(run.ended_at is None for run in status.runs),
        next_slot_at=min(slots, default=None),
    )


def run_view(at: datetime, run: Run, news: News, log: Sequence[Line] | None) -> RunView:
    """Give the page of a run."""
    kinds = (("new", news.new), ("changed", news.changed), ("gone", news.gone))
    brought = [
        Brought(kind=kind, lines=lines[:ARTICLES_SHOWN], more=max(0, len(lines) - ARTICLES_SHOWN))
        for kind, lines in kinds
        if lines
    ]
    return RunView(at=at, run=run, brought=brought, log=log)


def _outlet(outlet: OutletStatus, activity: Activity | None, at: datetime) -> OutletView:
    until = outlet.paused_until
    return OutletView(
        outlet=outlet,
        paused=outlet.paused_at is not None and (until is None or until > at),
        days=plots.days(activity.days) if activity else None,
        beats=plots.beats(activity.beats) if activity else None,
    )
