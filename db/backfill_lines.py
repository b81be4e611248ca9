"""How backfills stand: each with its questions, its captures and its last run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from core.records import Via
from db.models import ArchivePause, Backfill, IndexQuery, Outlet, table
from db.models import Run as RunRow
from db.words import BackfillEnding, Kind, Verdict

BACKFILL, OUTLET, PAUSE = table(Backfill), table(Outlet), table(ArchivePause)
QUERY, RUN = table(IndexQuery), table(RunRow)


@dataclass(frozen=True, kw_only=True, slots=True)
class SliceLine:
    """A run of a backfill, in short; times are aware UTC."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    verdict: Verdict | None
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillLine:
    """The open backfill of an outlet from one kind of archive, or else the one that ended last.

    ``since`` and ``until`` are the days of capture that are wanted, UTC, both included. ``questions``
    are those asked of the archive's indexes so far, ``answered`` those whose answer is whole; they
    brought ``rows`` new rows and ``refused`` that no reader makes sense of. The archive was to be left
    alone until ``paused_until``, which may be past; None where it never refused us, or answered since.
    """

    outlet: str
    outlet_id: int
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
    last_run: SliceLine | None
    paused_until: datetime | None
    pause_reason: str | None


def lines(engine: Engine, outlet: str | None = None) -> Sequence[BackfillLine]:
    """Give how each backfill stands, of one outlet or all: by outlet, the open ones first, oldest first."""
    newest = select(func.max(BACKFILL.c.id)).group_by(BACKFILL.c.outlet_id, BACKFILL.c.via)
    query = (
        select(BACKFILL, OUTLET.c.key.label("outlet"))
        .join(OUTLET, OUTLET.c.id == BACKFILL.c.outlet_id)
        .where(BACKFILL.c.id.in_(newest))
        .order_by(OUTLET.c.key, BACKFILL.c.ended_at.is_not(None), BACKFILL.c.id)
    )
    if outlet is not None:
        query = query.where(OUTLET.c.key == outlet)
    with engine.connect() as connection:
        return [_line(connection, row) for row in connection.execute(query).all()]


def open_since(connection: Connection) -> Mapping[int, datetime]:
    """Give when each outlet's oldest open backfill was asked for, by the outlet's number."""
    query = (
        select(BACKFILL.c.outlet_id, func.min(BACKFILL.c.started_at))
        .where(BACKFILL.c.ended_at.is_(None))
        .group_by(BACKFILL.c.outlet_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def slices(
    connection: Connection, outlet_id: int, *, via: Via | None = None, limit: int
) -> Sequence[SliceLine]:
    """Give the newest runs of an outlet's backfills, newest first, from one kind of archive or all."""
    query = (
        select(*(RUN.c[name] for name in SliceLine.__dataclass_fields__))
        .where(RUN.c.outlet_id == outlet_id, RUN.c.kind == Kind.BACKFILL.value)
        .order_by(RUN.c.started_at.desc())
        .limit(limit)
    )
    if via is not None:
        query = query.where(RUN.c.order_json["via"].as_string() == via.value)
    return [
        SliceLine(**row._asdict() | {"verdict": Verdict(row.verdict) if row.verdict else None})
        for row in connection.execute(query)
    ]


def _line(connection: Connection, row: Any) -> BackfillLine:
    via = Via(row.via)
    asked = connection.execute(
        select(
            func.count(),
            func.count(QUERY.c.done_at),
            func.coalesce(func.sum(QUERY.c.listed), 0),
            func.coalesce(func.sum(QUERY.c.refused), 0),
        ).where(QUERY.c.outlet_id == row.outlet_id, QUERY.c.via == via.value)
    ).one()
    last = slices(connection, row.outlet_id, via=via, limit=1)
    pause = connection.execute(select(PAUSE).where(PAUSE.c.archive == via.value)).one_or_none()
    return BackfillLine(
        outlet=row.outlet,
        outlet_id=row.outlet_id,
        via=via,
        paths=tuple(row.paths or ()),
        since=row.since,
        until=row.until,
        started_at=row.started_at,
        ended_at=row.ended_at,
        ended_by=BackfillEnding(row.ended_by) if row.ended_by else None,
        questions=asked[0],
        answered=asked[1],
        rows=int(asked[2]),
        refused=int(asked[3]),
        last_run=last[0] if last else None,
        paused_until=pause.until if pause else None,
        pause_reason=pause.reason if pause else None,
    )
