"""Slots that were answered and yet not done: their daemon died, or was stopped."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, Select, func, select, update

from core.clock import now
from db.engine import writing
from db.models import Run, Schedule, table
from db.words import CatchUp, Verdict

LOOKED_BACK = timedelta(days=2)
MOST_ATTEMPTS = 3
"""Runs of one slot after which it stays as it is: what ends them would end the next one too."""

_BROKEN_OFF = (Verdict.LOST.value, Verdict.STOPPED.value)

RUN, SCHEDULE = table(Run), table(Schedule)


def reopen(engine: Engine) -> Sequence[str]:
    """Let slots be due again whose latest run was broken off by nobody's wish; give their schedules.

    That is the last slot of a schedule whose catch-up is ``once``, where its latest run ended ``lost``, or
    ``stopped`` though no person asked for it.
    """
    attempts = _attempts().having(func.count(RUN.c.id) < MOST_ATTEMPTS).subquery()
    latest = RUN.join(attempts, attempts.c.latest == RUN.c.id)
    by_nobody = RUN.c.verdict.in_(_BROKEN_OFF) & RUN.c.stop_requested_at.is_(None)
    return _unanswer(engine, select(attempts.c.id).select_from(latest).where(by_nobody))


def reopen_unbegun(engine: Engine) -> Sequence[str]:
    """Let slots be due again that were answered a moment before the daemon died, so that no run began.

    For the start of a daemon: while one lives, such a slot is about to be given its run.
    """
    return _unanswer(engine, _attempts().having(func.count(RUN.c.id) == 0).with_only_columns(SCHEDULE.c.id))


def _attempts() -> Select[Any]:
    """Give each schedule that makes up for what it missed, with the latest run of its last slot."""
    since = now() - LOOKED_BACK
    its = (
        (RUN.c.outlet_id == SCHEDULE.c.outlet_id)
        & (RUN.c.kind == SCHEDULE.c.kind)
        & (RUN.c.scheduled_for == SCHEDULE.c.last_slot_at)
        & (RUN.c.started_at > since)
    )
    return (
        select(SCHEDULE.c.id, func.max(RUN.c.id).label("latest"))
        .join_from(SCHEDULE, RUN, its, isouter=True)
        .where(
            SCHEDULE.c.outlet_id.is_not(None),
            SCHEDULE.c.catch_up == CatchUp.ONCE.value,
            SCHEDULE.c.last_slot_at > since,
        )
        .group_by(SCHEDULE.c.id)
    )


def _unanswer(engine: Engine, numbers: Select[Any]) -> Sequence[str]:
    with engine.connect() as connection:
        found = connection.execute(
            select(SCHEDULE.c.id, SCHEDULE.c.name, SCHEDULE.c.last_slot_at).where(SCHEDULE.c.id.in_(numbers))
        ).all()
    reopened = []
    for row in found:
        same = (SCHEDULE.c.id == row.id) & (SCHEDULE.c.last_slot_at == row.last_slot_at)
        with writing(engine) as connection:
            if connection.execute(update(SCHEDULE).where(same).values(last_slot_at=None)).rowcount:
                reopened.append(row.name)
    return reopened
