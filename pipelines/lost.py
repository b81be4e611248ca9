"""Runs whose processes died without a word: found and ended by whoever holds the outlet next."""

import logging
import os
import socket

from sqlalchemy import Engine

from db import runs
from db.store import Store
from pipelines.verdict import held_reason

LOOKED_BACK = 50  # runs of an outlet among which one without an end is looked for

logger = logging.getLogger(__name__)


def end_lost_runs(store: Store, engine: Engine, outlet: str, *, but: int | None) -> None:
    """End an outlet's lost runs, ``but`` the caller's own, and hold of theirs what they would have held.

    The caller holds the outlet's lock, so none of them lives.

    A run begun for a process that has yet to come (by the daemon) belongs to one that lives.
    """
    for run in runs.recent(engine, outlet=outlet, limit=LOOKED_BACK):
        # One of this process's number was an earlier process: numbers come round, in containers soon.
        dead = run.host == socket.gethostname() and (run.pid == os.getpid() or not _lives(run.pid))
        if run.ended_at is None and run.id != but and dead:
            told = f"process {run.pid} ended without a word; what it had stored is kept"
            logger.warning("run %s of this outlet is lost: %s", run.id, told)
            held = store.hold(run.id)
            verdict = runs.Verdict.HELD if held else runs.Verdict.LOST
            runs.finish(engine, run.id, verdict, reason=held_reason(held) if held else told)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
