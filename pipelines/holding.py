"""Deciding on what a run holds: the readings are believed, or never will be."""

from core.errors import SetupError
from core.settings import Settings
from crawlers.registry import find
from db import schema
from db.engine import open_engine
from db.histories import holds
from db.lock import outlet_lock
from db.running import runs
from db.store import Store
from db.words import Decision
from pipelines.session import pseudonym_key


def decide(settings: Settings, run_id: int, decision: Decision) -> int:
    """Release or discard what a run holds; give how many articles that concerned.

    Raises SetupError when the run holds nothing undecided, or its outlet is being crawled.
    """
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        if not any(hold.decision is None for hold in holds.holds(engine, run_id=run_id)):
            raise SetupError(
                f"run {run_id} holds nothing undecided: `cuttings versions held` lists what waits"
            )
        run = runs.get(engine, run_id)
        if run is None or run.outlet is None:
            raise SetupError(f"there is no run {run_id} of an outlet: `cuttings runs` lists them")
        outlet = find(run.outlet)
        with outlet_lock(engine, settings.locks, outlet.key):
            key = pseudonym_key(settings, keep=True)
            store = Store(engine, outlet=outlet, run_id=run_id, pseudonym_key=key)
            return store.decide(run_id, decision)
    finally:
        engine.dispose()
