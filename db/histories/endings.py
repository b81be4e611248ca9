"""Runs that ended since somebody last looked: each is given once, whoever ran it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select

from db.models import Outlet, table
from db.models import Run as RunRow
from db.words import Kind, Trigger, Verdict

PAGE = 500  # rows asked for at once
# Ids are given out before a row can be seen, and transactions that take turns commit in any order: those
# missing among the last so many may still appear.
MAY_APPEAR = 100

OUTLET, RUN = table(Outlet), table(RunRow)


@dataclass(frozen=True, kw_only=True, slots=True)
class EndedRun:
    """A run that ended; times are aware UTC."""

    id: int
    outlet: str | None
    kind: Kind
    trigger: Trigger
    verdict: Verdict
    reason: str | None
    scheduled_for: datetime | None
    started_at: datetime
    ended_at: datetime
    counts: Mapping[str, Any]
    peak_memory_bytes: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has looked: the last id, those under way, and those not seen (yet)."""

    last: int
    under_way: frozenset[int]
    unseen: frozenset[int] = frozenset()


def mark(engine: Engine) -> Mark:
    """Give a mark that stands now: what has ended already will not be given."""
    with engine.connect() as connection:
        last = connection.execute(select(func.coalesce(func.max(RUN.c.id), 0))).scalar_one()
        under_way = connection.execute(select(RUN.c.id).where(RUN.c.ended_at.is_(None))).scalars()
        return Mark(last, frozenset(under_way))


def ended_since(engine: Engine, before: Mark) -> tuple[Sequence[EndedRun], Mark]:
    """Give the runs that ended since a mark, by id, and the mark for the next look.

    The cost is that of the runs begun since and of those under way, never of the whole table.
    """
    last = before.last
    with engine.connect() as connection:
        rows = list(_rows(connection, RUN.c.id.in_(before.under_way | before.unseen)))
        while page := _rows(connection, RUN.c.id > last, PAGE):
            rows += page
            last = page[-1].id
    seen = {row.id for row in rows}
    recent = range(max(before.last, last - MAY_APPEAR) + 1, last)
    unseen = {number for number in before.unseen.union(recent) - seen if number > last - MAY_APPEAR}
    under_way = {row.id for row in rows if row.ended_at is None}
    ended = [_ended(row) for row in rows if row.ended_at is not None]
    return ended, Mark(last, frozenset(under_way), frozenset(unseen))


def _rows(connection: Connection, wanted: ColumnElement[bool], most: int | None = None) -> Sequence[Any]:
    query = select(RUN, OUTLET.c.key.label("outlet")).join_from(
        RUN, OUTLET, OUTLET.c.id == RUN.c.outlet_id, isouter=True
    )
    return connection.execute(query.where(wanted).order_by(RUN.c.id).limit(most)).all()


def _ended(row: Any) -> EndedRun:
    return EndedRun(
        id=row.id,
        outlet=row.outlet,
        kind=Kind(row.kind),
        trigger=Trigger(row.trigger),
        verdict=Verdict(row.verdict),
        reason=row.reason,
        scheduled_for=row.scheduled_for,
        started_at=row.started_at,
        ended_at=row.ended_at,
        counts=row.counts or {},
        peak_memory_bytes=row.peak_memory_bytes,
    )
