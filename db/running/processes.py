"""Daemons and workers: that they live, since when, and where."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select, update

from core.clock import now
from db.engine import writing
from db.models import Process, table
from db.words import Role

ALIVE_WITHIN = timedelta(seconds=120)
"""A process whose last sign of life is older counts as dead or stuck (OPS-FACTS.md section 6)."""
KEPT = timedelta(days=30)

PROCESS = table(Process)


@dataclass(frozen=True, kw_only=True, slots=True)
class LivingProcess:
    """A daemon or worker that has not ended in good order; ``address`` is its status page's."""

    id: int
    role: Role
    host: str
    pid: int
    home: str
    address: str | None
    software_version: str
    started_at: datetime
    beat_at: datetime


def begin(engine: Engine, role: Role, *, home: Path, address: str | None, software_version: str) -> int:
    """Enter this process, now; give its number. Those of this host and home that died are taken out."""
    at = now()
    here = {"host": socket.gethostname(), "home": str(home.resolve()), "role": role.value}
    with writing(engine) as connection:
        gone = [PROCESS.c[name] == value for name, value in here.items()]
        if role is Role.DAEMON:  # one at a time in a home, so an earlier one is dead
            dead = update(PROCESS).where(*gone, PROCESS.c.ended_at.is_(None))
            connection.execute(dead.values(ended_at=PROCESS.c.beat_at))
        connection.execute(delete(PROCESS).where(PROCESS.c.beat_at < at - KEPT))
        facts = here | {
            "pid": os.getpid(),
            "address": address,
            "software_version": software_version,
            "started_at": at,
            "beat_at": at,
        }
        return int(connection.execute(insert(PROCESS).values(facts).returning(PROCESS.c.id)).scalar_one())


def beat(engine: Engine, number: int) -> None:
    """Give a sign of life of a process."""
    with writing(engine) as connection:
        connection.execute(update(PROCESS).where(PROCESS.c.id == number).values(beat_at=now()))


def end(engine: Engine, number: int) -> None:
    """Say that a process ended in good order."""
    with writing(engine) as connection:
        connection.execute(
            update(PROCESS).where(PROCESS.c.id == number).values(beat_at=now(), ended_at=now())
        )


def living(engine: Engine, *, at: datetime | None = None) -> Sequence[LivingProcess]:
    """Give those that did not end in good order and gave a sign within a day, oldest first.

    One whose ``beat_at`` is older than ``ALIVE_WITHIN`` died or is stuck.
    """
    since = (at or now()) - timedelta(days=1)
    query = select(PROCESS).where(PROCESS.c.ended_at.is_(None), PROCESS.c.beat_at > since)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(PROCESS.c.id)).all()
    return [
        LivingProcess(
            id=row.id,
            role=Role(row.role),
            host=row.host,
            pid=row.pid,
            home=row.home,
            address=row.address,
            software_version=row.software_version,
            started_at=row.started_at,
            beat_at=row.beat_at,
        )
        for row in rows
    ]
