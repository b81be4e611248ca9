"""Which open backfill a night's slice carries on, and what keeps one from being carried on."""

import logging
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from core.clock import now
from core.records import Via
from core.settings import Settings
from db import archive_pauses, backfills
from db.backfills import OpenBackfill
from db.words import Kind
from scheduler.task import Task

FILES = frozenset({Via.WARC, Via.FILE})
"""Ways whose archive lies on one machine."""

logger = logging.getLogger(__name__)


def begun(engine: Engine, settings: Settings, task: Task) -> Task | None:
    """Give a slice with what it carries on: the oldest open backfill that nothing hinders.

    None where there is none: the slot is then answered, without a run. What is no slice is given back
    as it is.
    """
    if task.kind is not Kind.BACKFILL:
        return task
    for one in backfills.opened(engine, task.outlet):
        hindered = hindrance(engine, settings, one, now())
        if hindered is None:
            return replace(task, backfill=one.order())
        logger.warning("%s: the backfill from %s is left: %s", task.name, one.via.value, hindered)
    logger.debug("%s: no open backfill can be carried on", task.name)
    return None


def renewed(engine: Engine, settings: Settings, task: Task) -> Task | None:
    """Give a slice that waited with its backfill as it is now; None where it is over or hindered meanwhile.

    A person may have asked for other days: to carry on the earlier wish would undo theirs.
    """
    if task.backfill is None:
        return task
    for one in backfills.opened(engine, task.outlet):
        if one.via is task.backfill.via and hindrance(engine, settings, one, now()) is None:
            return replace(task, backfill=one.order())
    logger.info("%s: its backfill from %s ended meanwhile, or waits", task.name, task.backfill.via.value)
    return None


def hindrance(engine: Engine, settings: Settings, one: OpenBackfill, at: datetime) -> str | None:
    """Say what keeps a backfill from being carried on by a daemon of these settings; None if nothing does."""
    if one.via in FILES:
        if settings.executor == "procrastinate":
            return "its files are on one machine, and any worker may be given it: carry it on by hand there"
        missing = [path for path in one.paths if not path.exists()]
        return f"{missing[0]} is not there" if missing else None
    until = archive_pauses.paused_until(engine, one.via.value)
    if until is not None and until > at:
        return f"the archive refused and is asked again from {until:%Y-%m-%d %H:%M} UTC on"
    return None
