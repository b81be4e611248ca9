"""After a backfill: articles that stand at two addresses meet, under the outlet's lock."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from core.errors import SetupError
from db.lock import outlet_lock
from db.matched.matches import match_run
from db.running import runs
from db.words import Kind, MatchDecision, Verdict
from pipelines.backfill.bounds import Bounds
from pipelines.backfill.holding import Holding
from pipelines.backfill.report import Tally

PATIENCE = 1800.0  # seconds a crawl of the outlet is waited for: an hourly one takes minutes
PAUSE = 1.0  # seconds between two looks whether it has ended
MATCHED = "matched"  # in a run's counts: its articles were compared with the rest
EARLIER = 100  # runs looked through for some that ended before that

logger = logging.getLogger(__name__)


def meet(holding: Holding, tally: Tally, run_id: int, bounds: Bounds) -> None:
    """Compare what this run brought, and what earlier ones brought that ended before they could.

    Raises what ends a backfill early (:class:`Bounds`), SetupError where a crawl of the outlet does not end.
    """
    waiting = [*_unmatched(holding, run_id), *([run_id] if tally.fetched else [])]
    if not waiting:
        return
    with _outlet(holding, bounds):
        for one in waiting:
            found = match_run(holding.store(one), one)
            tally.merged += sum(match.decision is MatchDecision.MERGED for match in found)
            tally.proposed += sum(match.decision is None for match in found)
            if one != run_id:
                _note(holding, one)
            bounds.check()
    tally.matched = 1


def _unmatched(holding: Holding, run_id: int) -> list[int]:
    """Give the outlet's earlier backfills whose articles were not compared, oldest first."""
    recent = runs.recent(holding.engine, outlet=holding.outlet.key, kind=Kind.BACKFILL, limit=EARLIER)
    earlier = [run for run in recent if run.id != run_id and run.ended_at]
    return sorted(
        run.id
        for run in earlier
        # One that was lost counted nothing.
        if not run.counts.get(MATCHED) and (run.counts.get("fetched") or run.verdict is Verdict.LOST)
    )


def _note(holding: Holding, run_id: int) -> None:
    run = runs.get(holding.engine, run_id)
    if run is not None and run.verdict is not None:
        counts = {**run.counts, MATCHED: 1}
        runs.amend(holding.engine, run_id, run.verdict, reason=run.reason or "", counts=counts)


@contextmanager
def _outlet(holding: Holding, bounds: Bounds) -> Iterator[None]:
    """Hold the outlet's own lock; a crawl that has it is waited for."""
    until = time.monotonic() + PATIENCE
    with ExitStack() as held:
        while True:
            try:
                lock = outlet_lock(holding.engine, holding.settings.locks, holding.outlet.key)
                held.enter_context(lock)
                break
            except SetupError:
                if time.monotonic() >= until:
                    raise
            bounds.sleep(PAUSE)
        yield
