"""Schedules: declared by outlets, changed by people, answered slot by slot."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Update, select, update

from core.clock import now
from core.errors import SetupError
from db import outlets, rows
from db.engine import writing
from db.models import Outlet, table
from db.models import Schedule as ScheduleRow
from db.outlets import OutletFacts
from db.words import CatchUp, Kind, Overlap

OUTLET, SCHEDULE = table(Outlet), table(ScheduleRow)


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """One row of ``schedule``; times are aware UTC, ``outlet`` is the outlet's key."""

    id: int
    name: str
    outlet: str | None
    kind: Kind
    timing: str
    timezone: str
    jitter_seconds: int
    overlap: Overlap
    catch_up: CatchUp
    adaptive: bool
    interval_seconds: float | None
    declared: bool
    paused_at: datetime | None
    paused_until: datetime | None
    pause_reason: str | None
    last_slot_at: datetime | None
    next_slot_at: datetime | None
    asked_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """A schedule as an outlet declares it; ``timing`` in the form that scheduler.timetable reads."""

    name: str
    outlet: OutletFacts | None
    kind: Kind
    timing: str
    timezone: str
    jitter_seconds: int = 0
    catch_up: CatchUp = CatchUp.ONCE


def listed(engine: Engine) -> Sequence[Schedule]:
    """Give every schedule, by name."""
    with engine.connect() as connection:
        return [_schedule(row) for row in connection.execute(_query().order_by(SCHEDULE.c.name))]


def get(engine: Engine, name: str) -> Schedule | None:
    """Give one schedule, None when there is none of this name."""
    with engine.connect() as connection:
        row = connection.execute(_query().where(SCHEDULE.c.name == name)).one_or_none()
    return _schedule(row) if row else None


def declare(engine: Engine, declared: Iterable[Declared]) -> None:
    """Enter the schedules that are missing, bring up to date those nobody has changed; leave the others."""
    with writing(engine) as connection:
        # Sorted: two daemons that declare at once on PostgreSQL would wait for each other otherwise.
        for one in sorted(declared, key=lambda each: each.name):
            facts = _facts(connection, one)
            untouched = SCHEDULE.c.name == one.name, SCHEDULE.c.declared.is_(True)
            row = connection.execute(select(SCHEDULE).where(SCHEDULE.c.name == one.name)).one_or_none()
            if row is None:
                fresh = facts | _EMPTY | _policy(one) | {"name": one.name, "changed_at": now()}
                rows.put_missing(connection, SCHEDULE, [fresh])
            elif row.declared and any(getattr(row, name) != value for name, value in facts.items()):
                changed = facts | {"changed_at": now(), "interval_seconds": None}
                connection.execute(update(SCHEDULE).where(*untouched).values(changed))


def planned(declared: Declared) -> Schedule:
    """Give the schedule that a declaration would make; its id is 0, for it is no row."""
    return Schedule(
        id=0,
        name=declared.name,
        outlet=declared.outlet.key if declared.outlet else None,
        kind=declared.kind,
        timing=declared.timing,
        timezone=declared.timezone,
        jitter_seconds=declared.jitter_seconds,
        overlap=Overlap.SKIP,
        catch_up=declared.catch_up,
        adaptive=False,
        interval_seconds=None,
        declared=True,
        changed_at=now(),
        **_EMPTY,
    )


def restore(engine: Engine, declared: Declared) -> Schedule:
    """Take back what people changed: the schedule is as its outlet declares it; pauses and slots stay."""
    with writing(engine) as connection:
        values = _facts(connection, declared) | _policy(declared) | {"changed_at": now()}
        _update(connection, declared.name, values)
    return _there(engine, declared.name)


def change(engine: Engine, name: str, **values: Any) -> Schedule:
    """Set columns of a schedule as a person wants them; give it as it is now.

    From then on it is the person's: ``declared`` is False. Another timing forgets the interval that
    an adaptive schedule had come to. SetupError when there is none of this name.
    """
    plain = {column: value.value if isinstance(value, StrEnum) else value for column, value in values.items()}
    if {"timing", "adaptive"} & plain.keys():
        plain.setdefault("interval_seconds", None)
    with writing(engine) as connection:
        _update(connection, name, {"declared": False, "changed_at": now()} | plain)
    return _there(engine, name)


def pause(engine: Engine, name: str, *, until: datetime | None = None, reason: str | None = None) -> Schedule:
    """Answer no slot from now on, until an instant if one is given; SetupError for an unknown name."""
    at = now()
    values = {"paused_at": at, "paused_until": until, "pause_reason": reason, "changed_at": at}
    with writing(engine) as connection:
        _update(connection, name, values)
    return _there(engine, name)


def resume(engine: Engine, name: str) -> Schedule:
    """Answer slots again; SetupError for an unknown name."""
    values = {"paused_at": None, "paused_until": None, "pause_reason": None, "changed_at": now()}
    with writing(engine) as connection:
        _update(connection, name, values)
    return _there(engine, name)


def ask(engine: Engine, name: str) -> None:
    """Ask for a run at once, of whatever daemon hears it; SetupError for an unknown name."""
    with writing(engine) as connection:
        _update(connection, name, {"asked_at": now()})


def take_asked(engine: Engine, name: str) -> bool:
    """Take the wish for a run at once: True for the one process that then has to fulfil it."""
    wished = _named(name).where(SCHEDULE.c.asked_at.is_not(None)).values(asked_at=None)
    with writing(engine) as connection:
        return connection.execute(wished).rowcount == 1


def claim(engine: Engine, name: str, slot: datetime, *, expected: datetime | None) -> bool:
    """Answer a slot: True for the one process that does.

    ``expected`` is the schedule's ``last_slot_at`` as it was read when the slot was found due.
    """
    last = SCHEDULE.c.last_slot_at
    unanswered = last.is_(None) if expected is None else last == expected
    with writing(engine) as connection:
        return connection.execute(_named(name).where(unanswered).values(last_slot_at=slot)).rowcount == 1


def plan(engine: Engine, name: str, next_slot: datetime | None) -> None:
    """Note which slot the daemon has in view."""
    with writing(engine) as connection:
        connection.execute(_named(name).values(next_slot_at=next_slot))


def adapt(engine: Engine, name: str, interval_seconds: float | None) -> None:
    """Note the interval that an adaptive schedule has come to."""
    with writing(engine) as connection:
        connection.execute(_named(name).values(interval_seconds=interval_seconds))


def version(engine: Engine) -> str:
    """Give a text that is another one after any change by a person, by a declaration or by adapting.

    Not the newest ``changed_at`` alone: the clocks of two hosts need not agree.
    """
    columns = ("id", "changed_at", "asked_at", "interval_seconds")
    query = select(*(SCHEDULE.c[name] for name in columns)).order_by(SCHEDULE.c.id)
    with engine.connect() as connection:
        told = "\n".join(str(tuple(row)) for row in connection.execute(query))
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


_EMPTY: dict[str, Any] = dict.fromkeys(
    ("paused_at", "paused_until", "pause_reason", "last_slot_at", "next_slot_at", "asked_at")
)


def _policy(declared: Declared) -> dict[str, Any]:
    return {
        "overlap": Overlap.SKIP.value,
        "catch_up": declared.catch_up.value,
        "adaptive": False,
        "interval_seconds": None,
        "declared": True,
    }


def _facts(connection: Connection, declared: Declared) -> dict[str, Any]:
    """Give the columns that follow from a declaration; the outlet's row is made where it is missing."""
    return {
        "outlet_id": outlets.remember(connection, declared.outlet) if declared.outlet else None,
        "kind": declared.kind.value,
        "timing": declared.timing,
        "timezone": declared.timezone,
        "jitter_seconds": declared.jitter_seconds,
    }


def _named(name: str) -> Update:
    return update(SCHEDULE).where(SCHEDULE.c.name == name)


def _update(connection: Connection, name: str, values: dict[str, Any]) -> None:
    if connection.execute(_named(name).values(values)).rowcount != 1:
        raise _missing(name)


def _there(engine: Engine, name: str) -> Schedule:
    found = get(engine, name)
    if found is None:
        raise _missing(name)
    return found


def _missing(name: str) -> SetupError:
    return SetupError(f"there is no schedule '{name}'; `cuttings schedule list` shows them")


def _query() -> Any:
    return select(SCHEDULE, OUTLET.c.key.label("outlet")).join_from(
        SCHEDULE, OUTLET, OUTLET.c.id == SCHEDULE.c.outlet_id, isouter=True
    )


def _schedule(row: Any) -> Schedule:
    return Schedule(
        id=row.id,
        name=row.name,
        outlet=row.outlet,
        kind=Kind(row.kind),
        timing=row.timing,
        timezone=row.timezone,
        jitter_seconds=row.jitter_seconds,
        overlap=Overlap(row.overlap),
        catch_up=CatchUp(row.catch_up),
        adaptive=row.adaptive,
        interval_seconds=row.interval_seconds,
        declared=row.declared,
        paused_at=row.paused_at,
        paused_until=row.paused_until,
        pause_reason=row.pause_reason,
        last_slot_at=row.last_slot_at,
        next_slot_at=row.next_slot_at,
        asked_at=row.asked_at,
        changed_at=row.changed_at,
    )
