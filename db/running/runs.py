"""Runs: begun, ended with a verdict, listed, and asked what they brought."""

import os
import socket
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from core.clock import now
from core.errors import SetupError
from db import outlets
from db.engine import writing
from db.models import Outlet, table
from db.models import Run as RunRow
from db.news import News, NewsLine, news
from db.outlets import OutletFacts
from db.words import Kind, Trigger, Verdict

__all__ = [
    "Kind",
    "News",
    "NewsLine",
    "Run",
    "Trigger",
    "Verdict",
    "amend",
    "attach",
    "close",
    "finish",
    "get",
    "news",
    "recent",
    "request_stop",
    "skip",
    "start",
    "stop_requested",
    "under_way",
]

OUTLET, RUN = table(Outlet), table(RunRow)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One row of ``run``; times are aware UTC."""

    id: int
    outlet: str | None
    kind: Kind
    trigger: Trigger
    scheduled_for: datetime | None
    started_at: datetime
    ended_at: datetime | None
    host: str
    pid: int
    verdict: Verdict | None
    reason: str | None
    counts: Mapping[str, Any]
    peak_memory_bytes: int | None
    software_version: str
    order: Mapping[str, Any]
    stop_requested_at: datetime | None = None


def start(  # noqa: PLR0913 - facts of one row, each named at the call
    engine: Engine,
    outlet: OutletFacts | None,
    *,
    kind: Kind = Kind.CRAWL,
    trigger: Trigger = Trigger.PERSON,
    order: Mapping[str, Any] | None = None,
    software_version: str,
    scheduled_for: datetime | None = None,
) -> int:
    """Begin a run of this process, now; give its id. ``order`` must be JSON."""
    with writing(engine) as connection:
        outlet_id = outlets.remember(connection, outlet) if outlet else None
        facts = beginning(outlet_id, started_at=now(), software_version=software_version)
        return insert_run(
            connection,
            facts
            | {
                "kind": kind.value,
                "trigger": trigger.value,
                "order_json": dict(order) if order is not None else None,
                "scheduled_for": scheduled_for,
            },
        )


def beginning(outlet_id: int | None, *, started_at: datetime, software_version: str = "") -> dict[str, Any]:
    """Give the row of a run of this process that a person starts."""
    return {
        "outlet_id": outlet_id,
        "kind": Kind.CRAWL.value,
        "trigger": Trigger.PERSON.value,
        "started_at": started_at,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "software_version": software_version,
    }


def insert_run(connection: Connection, facts: Mapping[str, Any]) -> int:
    """Insert a run; give its id."""
    return int(connection.execute(insert(RUN).values(facts).returning(RUN.c.id)).scalar_one())


def attach(engine: Engine, run_id: int) -> Run:
    """Take over a run that another process began (``--run-id``): host and pid become this process's.

    SetupError when there is none of this id, or it has ended.
    """
    with writing(engine) as connection:
        statement = update(RUN).where(RUN.c.id == run_id, RUN.c.ended_at.is_(None))
        taken = connection.execute(statement.values(host=socket.gethostname(), pid=os.getpid()))
        if taken.rowcount != 1:
            raise SetupError(f"there is no run {run_id} under way: `cuttings runs` lists them")
    run = get(engine, run_id)
    if run is None:
        raise SetupError(f"there is no run {run_id}: `cuttings runs` lists them")
    return run


def finish(  # noqa: PLR0913 - facts of one row, each named at the call
    engine: Engine,
    run_id: int,
    verdict: Verdict,
    *,
    reason: str | None = None,
    counts: Mapping[str, Any] | None = None,
    peak_memory_bytes: int | None = None,
) -> None:
    """End a run, now, with its verdict; ``reason`` is a sentence for a person."""
    with writing(engine) as connection:
        ended = update(RUN).where(RUN.c.id == run_id)
        connection.execute(ended.values(_end(verdict, reason, counts, peak_memory_bytes)))


def close(  # noqa: PLR0913 - facts of one row, each named at the call
    engine: Engine,
    run_id: int,
    verdict: Verdict,
    *,
    reason: str,
    counts: Mapping[str, Any] | None = None,
    peak_memory_bytes: int | None = None,
) -> bool:
    """End a run in its process's place, now; False where it has ended already, as its verdict stands."""
    with writing(engine) as connection:
        ended = update(RUN).where(RUN.c.id == run_id, RUN.c.ended_at.is_(None))
        values = _end(verdict, reason, counts, peak_memory_bytes)
        return connection.execute(ended.values(values)).rowcount == 1


def _end(
    verdict: Verdict, reason: str | None, counts: Mapping[str, Any] | None, peak_memory_bytes: int | None
) -> dict[str, Any]:
    return {
        "verdict": verdict.value,
        "reason": reason,
        "counts": dict(counts) if counts is not None else None,
        "peak_memory_bytes": peak_memory_bytes,
        "ended_at": now(),
    }


def amend(  # noqa: PLR0913 - facts of one row, each named at the call
    engine: Engine,
    run_id: int,
    verdict: Verdict,
    *,
    reason: str,
    counts: Mapping[str, Any] | None = None,
    peak_memory_bytes: int | None = None,
) -> None:
    """Put right how a run ended, where who ended it could not know; with counts and memory if given."""
    with writing(engine) as connection:
        values: dict[str, Any] = {"verdict": verdict.value, "reason": reason}
        known = {"counts": dict(counts) if counts else None, "peak_memory_bytes": peak_memory_bytes}
        values |= {name: value for name, value in known.items() if value is not None}
        connection.execute(update(RUN).where(RUN.c.id == run_id).values(values))


def skip(  # noqa: PLR0913, PLR0917 - facts of one row, each named at the call
    engine: Engine,
    outlet: OutletFacts | None,
    kind: Kind,
    trigger: Trigger,
    slot: datetime | None,
    reason: str,
    *,
    software_version: str = "",
) -> int:
    """Record a run that was due and did not begin, with its reason; give its id."""
    with writing(engine) as connection:
        outlet_id = outlets.remember(connection, outlet) if outlet else None
        at = now()
        facts = {
            "kind": kind.value,
            "trigger": trigger.value,
            "scheduled_for": slot,
            "ended_at": at,
            "verdict": Verdict.SKIPPED.value,
            "reason": reason,
        }
        begun = beginning(outlet_id, started_at=at, software_version=software_version)
        return insert_run(connection, begun | facts)


def under_way(engine: Engine, host: str | None = None) -> Sequence[Run]:
    """Give the runs without an end, oldest first; with ``host`` those of that machine."""
    query = _query().where(RUN.c.ended_at.is_(None)).order_by(RUN.c.id)
    if host is not None:
        query = query.where(RUN.c.host == host)
    with engine.connect() as connection:
        return [_run(row) for row in connection.execute(query)]


def request_stop(engine: Engine, run_id: int) -> bool:
    """Ask whoever carries a run out to stop it; False where it has ended, or there is none of this id."""
    with writing(engine) as connection:
        statement = update(RUN).where(RUN.c.id == run_id, RUN.c.ended_at.is_(None))
        return connection.execute(statement.values(stop_requested_at=now())).rowcount == 1


def stop_requested(engine: Engine, ids: Collection[int]) -> set[int]:
    """Give those of these runs that somebody asked to stop."""
    query = select(RUN.c.id).where(RUN.c.id.in_(ids), RUN.c.stop_requested_at.is_not(None))
    with engine.connect() as connection:
        return set(connection.execute(query).scalars())


def get(engine: Engine, run_id: int) -> Run | None:
    """Give one run, None when there is none of this id."""
    with engine.connect() as connection:
        row = connection.execute(_query().where(RUN.c.id == run_id)).one_or_none()
    return _run(row) if row else None


def recent(
    engine: Engine, *, outlet: str | None = None, kind: Kind | None = None, limit: int = 20
) -> Sequence[Run]:
    """Give the newest runs first."""
    query = _query().order_by(RUN.c.id.desc()).limit(limit)
    if outlet is not None:
        query = query.where(OUTLET.c.key == outlet)
    if kind is not None:
        query = query.where(RUN.c.kind == kind.value)
    with engine.connect() as connection:
        return [_run(row) for row in connection.execute(query)]


def _query() -> Any:
    return select(RUN, OUTLET.c.key.label("outlet")).join_from(
        RUN, OUTLET, OUTLET.c.id == RUN.c.outlet_id, isouter=True
    )


def _run(row: Any) -> Run:
    return Run(
        id=row.id,
        outlet=row.outlet,
        kind=Kind(row.kind),
        trigger=Trigger(row.trigger),
        scheduled_for=row.scheduled_for,
        started_at=row.started_at,
        ended_at=row.ended_at,
        host=row.host,
        pid=row.pid,
        verdict=Verdict(row.verdict) if row.verdict else None,
        reason=row.reason,
        counts=row.counts or {},
        peak_memory_bytes=row.peak_memory_bytes,
        software_version=row.software_version,
        order=row.order_json or {},
        stop_requested_at=row.stop_requested_at,
    )
