"""Runs that nobody ended: whether their processes live, and how they are ended in their place."""

import logging
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import psutil
from sqlalchemy import Engine

from core.clock import now
from core.settings import Settings
from crawlers import registry
from db.lock import lock_of
from db.running import runs
from db.running.runs import Run
from db.store import Store
from db.words import Kind, Verdict
from pipelines.verdict import held_reason

UNKNOWN_FOR = timedelta(minutes=2)
"""So long a run of another machine may be without its lock: its process begins, or waits for the database."""
JUDGED = frozenset({Kind.CRAWL, Kind.RECHECK})
"""Runs that are held where too much changed alike: what an archive or another layout shows is no drift."""
_CLOCK = 2.0  # seconds by which the system's account of when a process began may be off

logger = logging.getLogger(__name__)


def lives(run: Run) -> bool:
    """Say whether the process of a run of this machine lives; numbers come round, in containers soon.

    It is the run's own where it began before the run did, or was begun for it by number.
    """
    try:
        process = psutil.Process(run.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if process.create_time() <= run.started_at.timestamp() + _CLOCK:
            return True
        words = process.cmdline()
        return ("--run-id", str(run.id)) in pairwise(words)
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False


def is_lost(run: Run, at: datetime) -> bool:
    """Say whether nobody carries a run out any more, where the caller holds its :func:`db.lock.lock_of`.

    A run that was begun for a process yet to come (by the daemon) belongs to one that lives.
    """
    if run.ended_at is not None:
        return False
    if run.host == socket.gethostname():
        return not lives(run)
    return at - run.started_at > UNKNOWN_FOR


def vanished(run: Run) -> str:
    """Say of a lost run what is known of its end."""
    return f"process {run.pid} on {run.host} ended without a word; what it had stored is kept"


def end_lost_runs(
    store: Store, engine: Engine, outlet: str, *, but: int | None, held: str | None = None
) -> list[int]:
    """End an outlet's lost runs, ``but`` the caller's own, and hold of theirs what they would have held.

    The caller holds the lock ``held`` (the outlet's own where none is named), so none of the runs that
    need it lives; those under another lock are left alone. Gives their ids.
    """
    at = now()
    ended = []
    for run in runs.under_way(engine):
        if run.outlet != outlet or run.id == but or not is_lost(run, at):
            continue
        if lock_of(run.kind, outlet) != (held or outlet):
            continue
        told = vanished(run)
        logger.warning("run %s of this outlet is lost: %s", run.id, told)
        _end(store if run.kind in JUDGED else None, engine, run.id, Verdict.LOST, {"reason": told})
        ended.append(run.id)
    return ended


def end(  # noqa: PLR0913 - facts of one row, each named at the call
    engine: Engine,
    settings: Settings,
    outlet: str,
    run_id: int,
    verdict: Verdict,
    *,
    reason: str,
    counts: Mapping[str, Any] | None = None,
    peak_memory_bytes: int | None = None,
) -> None:
    """End a run in the place of its process, which is dead, and hold what it would have held.

    Does nothing where the run has ended.
    """
    values = {"reason": reason, "counts": counts or None, "peak_memory_bytes": peak_memory_bytes}
    run = runs.get(engine, run_id)
    judged = run is not None and run.kind in JUDGED
    store = store_of(engine, settings, outlet, run_id) if judged else None
    _end(store, engine, run_id, verdict, values)


def store_of(engine: Engine, settings: Settings, outlet: str, run_id: int) -> Store:
    """Give the store of a run whose process is dead."""
    from pipelines.session import pseudonym_key  # it imports this module

    key = pseudonym_key(settings, keep=False)
    return Store(engine, outlet=registry.find(outlet), run_id=run_id, pseudonym_key=key)


def _end(
    store: Store | None, engine: Engine, run_id: int, verdict: Verdict, values: Mapping[str, Any]
) -> None:
    """End a run; with a store, hold what its readings come to where too much changed alike."""
    if store is not None and (held := store.hold(run_id)):
        verdict, values = Verdict.HELD, {**values, "reason": held_reason(held)}
    runs.close(engine, run_id, verdict, **values)
