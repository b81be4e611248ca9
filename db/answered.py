"""Whether what the queue gives out a second time was carried out the first time."""

from datetime import datetime

from sqlalchemy import Engine, exists, select

from db.models import Outlet, table
from db.models import Run as RunRow
from db.words import Kind, Verdict

CARRIED_OUT = (Verdict.OK, Verdict.PARTIAL, Verdict.EMPTY, Verdict.HELD)

OUTLET, RUN = table(Outlet), table(RunRow)


def is_answered(engine: Engine, outlet: str, kind: Kind, *, slot: datetime | None, since: datetime) -> bool:
    """Say whether a run for this slot was carried out to its end.

    Without a slot: a run that nobody scheduled and that began after ``since`` (aware UTC).
    """
    wanted = [
        OUTLET.c.key == outlet,
        RUN.c.kind == kind.value,
        RUN.c.verdict.in_([verdict.value for verdict in CARRIED_OUT]),
    ]
    if slot is not None:
        wanted.append(RUN.c.scheduled_for == slot)
    else:
        wanted += [RUN.c.scheduled_for.is_(None), RUN.c.started_at >= since]
    there = exists().where(RUN.c.outlet_id == OUTLET.c.id, *wanted)
    with engine.connect() as connection:
        return bool(connection.execute(select(there)).scalar_one())
