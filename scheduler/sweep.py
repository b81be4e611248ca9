"""Runs whose processes vanished, on this machine or another: found and closed as lost."""

import logging
import socket
from collections.abc import Collection, Sequence

from sqlalchemy import Engine

from core.clock import now
from core.errors import SetupError
from core.settings import Settings
from crawlers import registry
from db.lock import lock_of, outlet_lock
from db.running import processes, runs
from db.running.runs import Run
from db.words import Verdict
from pipelines.lost import end_lost_runs, is_lost, store_of, vanished

logger = logging.getLogger(__name__)


def sweep(engine: Engine, settings: Settings, but: Collection[int] = ()) -> Sequence[int]:
    """Close the runs nobody carries out any more; give their ids. Blocks while it works.

    ``but`` are those that this process supervises: it ends them itself, and knows how they went.

    One of this machine is lost when its process is dead; one of another when it began minutes ago and
    nobody holds its lock. What is under way at an outlet leaves the runs of its kind for the next sweep.
    """
    at = now()
    lost = [run for run in runs.under_way(engine) if run.id not in but and is_lost(run, at)]
    ended: list[int] = []
    for outlet, name in sorted({(run.outlet, lock_of(run.kind, run.outlet)) for run in lost if run.outlet}):
        under = [run for run in lost if run.outlet == outlet and lock_of(run.kind, outlet) == name]
        ended += _under_lock(engine, settings, outlet, name, under)
    beating = {one.host for one in processes.living(engine) if at - one.beat_at < processes.ALIVE_WITHIN}
    for run in lost:
        if run.outlet is None and (run.host == socket.gethostname() or run.host not in beating):
            ended += _closed(engine, run)
    return sorted(ended)


def _under_lock(engine: Engine, settings: Settings, outlet: str, name: str, lost: Sequence[Run]) -> list[int]:
    """Close an outlet's lost runs that held the lock ``name``, unless somebody holds it."""
    try:
        with outlet_lock(engine, settings.locks, name):
            if outlet not in registry.outlets():  # followed no more: nothing of it can be read anew
                return [run_id for run in lost for run_id in _closed(engine, run)]
            store = store_of(engine, settings, outlet, lost[-1].id)
            return end_lost_runs(store, engine, outlet, but=None, held=name)
    except SetupError as error:
        logger.debug("the lost runs under the lock %s are left for later: %s", name, error)
        return []


def _closed(engine: Engine, run: Run) -> list[int]:
    return [run.id] if runs.close(engine, run.id, Verdict.LOST, reason=vanished(run)) else []
