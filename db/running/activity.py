"""What each outlet's runs of the last days came to, in numbers small enough to be drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Text, func, select, type_coerce

from db.models import Outlet, table
from db.models import Run as RunRow
from db.words import Kind, Verdict

DAYS = 30
LAST = 30

OUTLET, RUN = table(Outlet), table(RunRow)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day in UTC: how many runs began, and how many articles they found new."""

    on: date
    runs: int = 0
    new: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """One run in short; ``seconds`` is None while it is under way."""

    run_id: int
    kind: Kind
    verdict: Verdict | None
    started_at: datetime
    seconds: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """The last days and runs of one outlet, oldest first; every day is there, also one without a run."""

    days: Sequence[Day]
    beats: Sequence[Beat]


def activity(engine: Engine, at: datetime, *, days: int = DAYS, last: int = LAST) -> Mapping[str, Activity]:
    """Give the last ``days`` days and, out of them, the ``last`` runs of each outlet, by its key.

    Outlets without a run in that time are left out; slots that were skipped are no runs here.
    """
    today = at.astimezone(UTC).date()
    spans = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    since = datetime.combine(spans[0], datetime.min.time(), UTC)
    with engine.connect() as connection:
        keys = {row.id: row.key for row in connection.execute(select(OUTLET.c.id, OUTLET.c.key))}
        by_day = _by_day(connection, list(keys), since)
        beats = _beats(connection, list(keys), since, last)
    return {
        keys[number]: Activity(
            days=tuple(by_day.get((number, day), Day(on=day)) for day in spans), beats=tuple(found)
        )
        for number, found in beats.items()
    }


def _wanted(outlets: Sequence[int], since: datetime) -> tuple[Any, ...]:
    """Give the conditions under which the index over outlet and start is used, however long the table."""
    return (
        RUN.c.outlet_id.in_(outlets),
        RUN.c.started_at >= since,
        func.coalesce(RUN.c.verdict, "") != Verdict.SKIPPED.value,
    )


def _by_day(
    connection: Connection, outlets: Sequence[int], since: datetime
) -> Mapping[tuple[int, date], Day]:
    if connection.dialect.name == "sqlite":  # instants are text there (db/types.py)
        day = func.substr(type_coerce(RUN.c.started_at, Text), 1, 10)
    else:
        day = func.to_char(func.timezone("UTC", RUN.c.started_at), "YYYY-MM-DD")
    new = func.sum(func.coalesce(RUN.c.counts["new"].as_integer(), 0))
    query = select(RUN.c.outlet_id, day.label("day"), func.count().label("runs"), new.label("new"))
    query = query.where(*_wanted(outlets, since)).group_by(RUN.c.outlet_id, day)
    found = {}
    for row in connection.execute(query):
        on = date.fromisoformat(row.day)
        found[row.outlet_id, on] = Day(on=on, runs=row.runs, new=int(row.new))
    return found


def _beats(
    connection: Connection, outlets: Sequence[int], since: datetime, last: int
) -> Mapping[int, Sequence[Beat]]:
    place = func.row_number().over(partition_by=RUN.c.outlet_id, order_by=RUN.c.started_at.desc())
    columns = (RUN.c.id, RUN.c.outlet_id, RUN.c.kind, RUN.c.verdict, RUN.c.started_at, RUN.c.ended_at)
    ranked = select(*columns, place.label("place")).where(*_wanted(outlets, since)).subquery()
    query = select(ranked).where(ranked.c.place <= last).order_by(ranked.c.outlet_id, ranked.c.place.desc())
    found: dict[int, list[Beat]] = {}
    for row in connection.execute(query):
        seconds = (row.ended_at - row.started_at).total_seconds() if row.ended_at else None
        found.setdefault(row.outlet_id, []).append(
            Beat(
                run_id=row.id,
                kind=Kind(row.kind),
                verdict=Verdict(row.verdict) if row.verdict else None,
                started_at=row.started_at,
                seconds=seconds,
            )
        )
    return found
