"""How backfills stand and when they go on, for people and machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from core.records import Via
from core.settings import Settings
from crawlers.registry import known
from db import backfill_lines, backfills, mementos
from db.backfill_lines import BackfillLine, SliceLine
from db.backfills import OpenBackfill
from db.mementos import Wanted
from db.running import schedules
from db.words import BackfillEnding, Kind, MementoState
from pipelines.backfill.archives import seconds_each
from scheduler import nights, slots
from scheduler.declared import is_orphan, name_of, why_unscheduled

SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The open backfill of an outlet from one kind of archive, or else the one that ended last.

    ``mementos`` are the listed captures by what became of them; those still to be fetched take
    ``chosen_bytes`` in the archive, as far as it says, and ``hours_left`` at its polite rate. Nobody
    asks the archive before ``paused_until``. The next slice begins at ``next_slice`` (put off by the
    schedule's jitter); ``waits`` says why where none is in view. Days and times are UTC.
    """

    outlet: str
    via: Via
    paths: Sequence[str]
    since: date | None
    until: date | None
    started_at: datetime
    ended_at: datetime | None
    ended_by: BackfillEnding | None
    questions: int
    answered: int
    rows: int
    refused: int
    mementos: Mapping[str, int]
    chosen_bytes: int
    hours_left: float
    paused_until: datetime | None
    pause_reason: str | None
    last_run: SliceLine | None
    next_slice: datetime | None
    waits: str | None


def standings(engine: Engine, settings: Settings, at: datetime, outlet: str | None = None) -> list[Standing]:
    """Give how backfills stand at an instant, by outlet, the open ones first; blocks."""
    opened = backfills.opened(engine, outlet)
    return [_standing(engine, settings, at, line, opened) for line in backfill_lines.lines(engine, outlet)]


def _standing(
    engine: Engine, settings: Settings, at: datetime, line: BackfillLine, opened: Sequence[OpenBackfill]
) -> Standing:
    wanted = Wanted(since=line.since, until=line.until, paths=line.paths)
    counts = mementos.counts(engine, line.outlet_id, line.via, wanted)
    chosen = counts.of(MementoState.CHOSEN)
    paused = line.ended_at is None and line.paused_until is not None and line.paused_until > at
    coming, waits = None, None
    if line.ended_at is None:
        coming, waits = _coming(engine, settings, at, line, opened)
    return Standing(
        **{name: getattr(line, name) for name in _SAME},
        mementos={state.value: counts.of(state) for state in MementoState},
        chosen_bytes=counts.chosen_bytes,
        hours_left=round(chosen * seconds_each(line.via, settings) / SECONDS_AN_HOUR, 2),
        paused_until=line.paused_until if paused else None,
        pause_reason=line.pause_reason if paused else None,
        next_slice=coming,
        waits=waits,
    )


_SAME = (
    "outlet",
    "via",
    "paths",
    "since",
    "until",
    "started_at",
    "ended_at",
    "ended_by",
    "questions",
    "answered",
    "rows",
    "refused",
    "last_run",
)


def _coming(
    engine: Engine, settings: Settings, at: datetime, line: BackfillLine, opened: Sequence[OpenBackfill]
) -> tuple[datetime | None, str | None]:
    """Give when the next slice of an open backfill begins, or why none is in view."""
    schedule = schedules.get(engine, name_of(Kind.BACKFILL, line.outlet))
    if schedule is None and (outlet := known().outlets.get(line.outlet)) is not None and outlet.unverified:
        return None, f"the outlet is {why_unscheduled(outlet)}"
    if schedule is None or is_orphan(schedule, settings):
        return None, "no daemon follows the outlet (CUTTINGS_OUTLETS)"
    slot = slots.next_slot(schedule, at)
    if slot is None:
        return None, f"its nights are paused: `cuttings schedule resume {schedule.name}`"
    for one in (each for each in opened if each.outlet == line.outlet):
        hindered = nights.hindrance(engine, settings, one, slot)
        if one.via is line.via:
            return (None, hindered) if hindered else (slot, None)
        if hindered is None:
            return None, f"the backfill from {one.via.value} comes first"
    return None, "it ended this instant"
