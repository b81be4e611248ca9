"""Backfills: what was asked of which archive, open until all of it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from core.clock import now
from core.orders import BackfillOrder
from core.records import Via
from db import outlets
from db.archive_pauses import pause, paused_until, unpause
from db.engine import writing
from db.models import Backfill, Outlet, table
from db.outlets import OutletFacts
from db.words import BackfillEnding

__all__ = ["OpenBackfill", "end", "open_backfill", "opened", "pause", "paused_until", "unpause"]

BACKFILL, OUTLET = table(Backfill), table(Outlet)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenBackfill:
    """A backfill that is not done; ``outlet`` is the outlet's key, ``since`` and ``until`` are days (UTC)."""

    id: int
    outlet: str
    via: Via
    paths: tuple[Path, ...]
    since: date | None
    until: date | None
    started_at: datetime

    def order(self, *, minutes: float | None = None, run_id: int | None = None) -> BackfillOrder:
        """Give the order that goes on with it."""
        return BackfillOrder(
            outlet=self.outlet,
            via=self.via,
            paths=self.paths,
            since=self.since,
            until=self.until,
            minutes=minutes,
            run_id=run_id,
        )


def open_backfill(engine: Engine, outlet: OutletFacts, order: BackfillOrder) -> OpenBackfill:
    """Give the open backfill of an outlet that asks for what the order does, begun if there is none.

    Another one that is open for the same kind of archive is dropped: it asked for other days or files.
    """
    with writing(engine) as connection:
        outlet_id = outlets.remember(connection, outlet)
        own = (BACKFILL.c.outlet_id == outlet_id, BACKFILL.c.via == order.via.value)
        found = connection.execute(_open().where(*own)).one_or_none()
        if found is not None:
            before = _opened(found)
            if (before.paths, before.since, before.until) == (_absolute(order), order.since, order.until):
                return before
            _end(connection, before.id, BackfillEnding.DROPPED)
        connection.execute(
            insert(BACKFILL).values(
                outlet_id=outlet_id,
                via=order.via.value,
                paths=[str(path) for path in _absolute(order)],
                since=order.since,
                until=order.until,
                started_at=now(),
            )
        )
        return _opened(connection.execute(_open().where(*own)).one())


def opened(engine: Engine, outlet: str | None = None) -> Sequence[OpenBackfill]:
    """Give the open backfills, of one outlet or of all, those begun first first."""
    query = _open().order_by(BACKFILL.c.id)
    if outlet is not None:
        query = query.where(OUTLET.c.key == outlet)
    with engine.connect() as connection:
        return [_opened(row) for row in connection.execute(query)]


def end(engine: Engine, backfill_id: int, ending: BackfillEnding) -> None:
    """Take note that a backfill ended; one that has ended already stays as it is."""
    with writing(engine) as connection:
        _end(connection, backfill_id, ending)


def _end(connection: Connection, backfill_id: int, ending: BackfillEnding) -> None:
    its = (BACKFILL.c.id == backfill_id, BACKFILL.c.ended_at.is_(None))
    connection.execute(update(BACKFILL).where(*its).values(ended_at=now(), ended_by=ending.value))


def _absolute(order: BackfillOrder) -> tuple[Path, ...]:
    """Give the paths as any process finds them, wherever it was started."""
    return tuple(path.absolute() for path in order.paths)


def _open() -> Any:
    return (
        select(BACKFILL, OUTLET.c.key)
        .join_from(BACKFILL, OUTLET, OUTLET.c.id == BACKFILL.c.outlet_id)
        .where(BACKFILL.c.ended_at.is_(None))
    )


def _opened(row: Any) -> OpenBackfill:
    return OpenBackfill(
        id=row.id,
        outlet=row.key,
        via=Via(row.via),
        paths=tuple(Path(path) for path in row.paths),
        since=row.since,
        until=row.until,
        started_at=row.started_at,
    )
