"""What keeps an archive in order while nobody looks: leftovers closed, logs let go, the database tidied."""

import logging
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

from sqlalchemy import Engine

from core.clock import now
from core.settings import Settings
from db.running import runs
from db.scouring import size
from db.words import Kind, Trigger, Verdict
from pipelines.patience import patiently
from pipelines.retaining import apply_rules
from scheduler import run_logs, sweep

if TYPE_CHECKING:
    import sqlite3

TOLD = {
    "lost": "runs ended whose process had vanished",
    "warc_closed": "WARC files closed that a dead crawl had left open",
    "logs_packed": "log files packed that a dead crawl had left",
    "logs_dropped": "log files dropped that were older than CUTTINGS_LOG_DAYS",
    "names_dropped": "names dropped whose time to be kept was over",
    "erasures_finished": "erasures finished: out of WARC files and database is what came again",
    "wal_pages": "pages of the write-ahead log brought into the database",
}
"""What is done, for a person."""

QUICK = 1_000_000_000
"""Bytes of a database that is written anew within seconds, so that no crawl fails for waiting."""

logger = logging.getLogger(__name__)


def tidy(engine: Engine, settings: Settings, *, trigger: Trigger, software_version: str) -> Mapping[str, int]:
    """Tidy the archive, as a run of its own; give how much of each thing in :data:`TOLD` was done.

    Blocks, for seconds on a big archive; nobody else has to wait, or seconds where an erasure is finished.
    """
    run_id = runs.start(
        engine, None, kind=Kind.MAINTENANCE, trigger=trigger, software_version=software_version
    )
    try:
        done = _tidied(engine, settings)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        patiently(partial(runs.finish, engine, run_id, Verdict.FAILED, reason=reason))
        raise
    told = ", ".join(f"{name} {count}" for name, count in done.items() if count) or "nothing was to be done"
    # The process lives on, so no sweep would end the run in its place.
    patiently(partial(runs.finish, engine, run_id, Verdict.OK, reason=told, counts=done))
    logger.info("the archive is tidied: %s", told)
    return done


def tidy_home(engine: Engine, settings: Settings) -> dict[str, int]:
    """Tidy what lies on this machine only; for workers, whose daemons may be elsewhere."""
    from pipelines.warc import close_leftovers

    return {
        "warc_closed": len(close_leftovers(settings.captures)) if settings.captures.is_dir() else 0,
        "logs_packed": run_logs.pack_left(engine, settings),
        "logs_dropped": run_logs.drop_older(settings, settings.log_days),
    }


def _tidied(engine: Engine, settings: Settings) -> dict[str, int]:
    done = {"lost": len(sweep.sweep(engine, settings))} | tidy_home(engine, settings)
    done["names_dropped"] = sum(apply_rules(engine, settings, now()).values())
    done["erasures_finished"] = _finish_erasures(engine, settings)
    if engine.dialect.name == "sqlite":
        done["wal_pages"] = _checkpoint(engine)
    return done


def _finish_erasures(engine: Engine, settings: Settings) -> int:
    """Finish what erasures left, or a crawl met again; give how many erasures are over now.

    The database is written anew for it, and whoever writes meanwhile waits: minutes on a big archive, so
    there it waits for a person. What has to go from WARC files went when its crawl ended.
    """
    from pipelines.erasing_finish import Untold, finish, unfinished  # the daemon begins without all that

    before = unfinished(engine)
    if not before:
        return 0
    if (held := size(engine)) > QUICK:
        logger.warning(
            "%d erasures wait for `cuttings erase finish`: it writes the %.1f GB of the database anew",
            before,
            held / 1e9,
        )
        return 0
    for left in finish(engine, settings, Untold()).left:
        logger.warning("an erasure is not finished: %s", left)
    return before - unfinished(engine)


def _checkpoint(engine: Engine) -> int:
    """Bring SQLite's write-ahead log into the database and let it gather statistics where it thinks best.

    A passive checkpoint waits for nobody; `PRAGMA optimize` analyses only what changed much
    (sqlite.org/pragma.html). PostgreSQL does both by itself.
    """
    connection = engine.raw_connection()
    try:
        sqlite = cast("sqlite3.Connection", connection.driver_connection)
        _busy, _pages, moved = sqlite.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        sqlite.execute("PRAGMA optimize")
    finally:
        connection.close()
    return max(0, int(moved))
