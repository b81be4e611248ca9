"""Notices of what waits for somebody: runs whose process died, readings held back."""

import os
import socket
from collections.abc import Iterator

from sqlalchemy import Engine, select

from db.checks.check import Breaks, Check, Found, Scope, Weight, by_query, reading
from db.models import Outlet, Run, table

OUTLET, RUN = table(Outlet), table(Run)


def checks() -> Iterator[Check]:
    """Give the notices."""
    yield Check(
        name="runs.lost",
        holds="a run without an end has a process that lives",
        remedy="nothing is lost: the outlet's next crawl ends the run as 'lost' and carries on",
        find=_lost,
        weight=Weight.NOTICE,
    )
    yield by_query(
        "holds.open",
        "nothing is held back for a person to decide",
        "SELECT h.id AS hold_id, h.run_id, h.layout, h.affected, h.rechecked, h.sign FROM hold h "
        "WHERE h.decision IS NULL",
        remedy="`cuttings runs RUN` shows what is held and how to decide",
        outlet_by="run_id",
        weight=Weight.NOTICE,
    )


def _lost(engine: Engine, scope: Scope) -> Found:
    """Find this machine's runs under way whose processes are no more; another machine's are not known."""
    query = (
        select(RUN.c.id, OUTLET.c.key, RUN.c.pid, RUN.c.started_at)
        .join_from(RUN, OUTLET, OUTLET.c.id == RUN.c.outlet_id, isouter=True)
        .where(RUN.c.ended_at.is_(None), RUN.c.host == socket.gethostname())
        .order_by(RUN.c.id)
    )
    if scope.outlet:
        query = query.where(OUTLET.c.key == scope.outlet)
    breaks = Breaks(scope.most)
    with reading(engine) as connection:
        for row in connection.execute(query):
            if not _lives(row.pid):
                breaks.add(run_id=row.id, outlet=row.key, pid=row.pid, started_at=row.started_at)
    return breaks.found()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
