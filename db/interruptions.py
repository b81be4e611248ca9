"""Slots whose crawl was broken off by nobody's wish: answered, and yet not done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select, update

from core.clock import now
from db.engine import writing
from db.models import Run, Schedule, table
from db.words import CatchUp, Verdict

LOOKED_BACK = timedelta(days=2)
MOST_ATTEMPTS = 3
"""Runs of one slot after which it stays as it is: what ends them would end the next one too."""

RUN, SCHEDULE = table(Run), table(Schedule)


def reopen(engine: Engine) -> Sequence[str]:
    """Let the slots be due again that a dead or stopped daemon took down with it; give their schedules.

    That is the last slot of a schedule whose catch-up is ``once``, where its latest run ended ``lost``, or
    ``stopped`` though no person asked for it.
    """
    ran = (
        (RUN.c.outlet_id == SCHEDULE.c.outlet_id)
        & (RUN.c.kind == SCHEDULE.c.kind)
        & (RUN.c.scheduled_for == SCHEDULE.c.last_slot_at)
        & (RUN.c.started_at > now() - LOOKED_BACK)
    )
    attempts = (
        select(SCHEDULE.c.id, func.max(RUN.c.id).label("latest"))
        .join_from(SCHEDULE, RUN, ran)
        .where(SCHEDULE.c.catch_up == CatchUp.ONCE.value)
        .group_by(SCHEDULE.c.id)
        .having(func.count() < MOST_ATTEMPTS)
        .subquery()
    )
    broken_off = (
        select(SCHEDULE.c.id, SCHEDULE.c.name, SCHEDULE.c.last_slot_at)
        .join(attempts, attempts.c.id == SCHEDULE.c.id)
        .join(RUN, RUN.c.id == attempts.c.latest)
        .where(
            RUN.c.verdict.in_((Verdict.LOST.value, Verdict.STOPPED.value)), RUN.c.stop_requested_at.is_(None)
        )
    )
    with engine.connect() as connection:
        found = connection.execute(broken_off).all()
    return [row.name for row in found if _unanswer(engine, row.id, row.last_slot_at)]


def _unanswer(engine: Engine, number: int, slot: datetime) -> bool:
    with writing(engine) as connection:
        same = (SCHEDULE.c.id == number) & (SCHEDULE.c.last_slot_at == slot)
        return connection.execute(update(SCHEDULE).where(same).values(last_slot_at=None)).rowcount == 1
