"""Problems of the archive's operation, from when each was met until it was over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, and_, func, or_, select, update

from db import rows
from db.engine import writing
from db.models import Outlet, table
from db.models import Problem as ProblemRow
from db.words import Severity

OVER_AFTER = timedelta(minutes=10)
"""A problem is over once nobody has met it for so long.

So one that comes and goes is told once, not each time; and of several daemons, of which only some
meet it (a full disk on one host), none ends what another one still sees.
"""
TOLD_WITHIN = timedelta(days=7)
"""An end older than this is not told any more."""

OUTLET, PROBLEM = table(Outlet), table(ProblemRow)


class Found(Protocol):
    """A problem as it is met; :class:`scheduler.problem.Problem` has this shape."""

    @property
    def key(self) -> str: ...  # noqa: D102 - the names are scheduler.problem.Problem's
    @property
    def outlet(self) -> str | None: ...  # noqa: D102 - the same
    @property
    def severity(self) -> Severity: ...  # noqa: D102 - the same
    @property
    def message(self) -> str: ...  # noqa: D102 - the same


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenProblem:
    """A problem that is not over; ``message`` says what is wrong and what to do."""

    key: str
    outlet: str | None
    severity: Severity
    message: str
    first_seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Untold:
    """A problem that is to be told, or with ``over_at`` one whose end is.

    ``told`` says whether everybody was told of the problem itself.
    """

    id: int
    key: str
    outlet: str | None
    severity: Severity
    message: str
    first_seen_at: datetime
    over_at: datetime | None
    told: bool


def record(engine: Engine, found: Collection[Found], at: datetime) -> tuple[list[str], list[str]]:
    """Bring the table in step with what is met now; give the keys that are new, and those now over.

    Safe while other daemons do the same. One that is not met any more stays open for ``OVER_AFTER``;
    its end is then when it was last met. Nothing is written where nothing is wrong.
    """
    met = {problem.key: problem for problem in found}
    with engine.connect() as connection:
        if not met and not _open(connection):
            return [], []
    with writing(engine) as connection:
        known = _open(connection)
        new = [key for key in met if key not in known]
        outlets = {row.key: row.id for row in connection.execute(select(OUTLET.c.key, OUTLET.c.id))}
        for key in sorted(met):  # in one order: two daemons would wait for each other otherwise
            facts = {"severity": met[key].severity.value, "message": met[key].message, "last_seen_at": at}
            if key in known:
                connection.execute(update(PROBLEM).where(PROBLEM.c.id == known[key]).values(facts))
            else:
                about = {"key": key, "outlet_id": outlets.get(met[key].outlet or ""), "first_seen_at": at}
                rows.put_missing(connection, PROBLEM, [about | facts])
        gone = PROBLEM.c.over_at.is_(None), PROBLEM.c.last_seen_at <= at - OVER_AFTER
        ending = update(PROBLEM).where(*gone, PROBLEM.c.key.not_in(met)).returning(PROBLEM.c.key)
        over = connection.execute(ending.values(over_at=PROBLEM.c.last_seen_at)).scalars().all()
    return new, sorted(over)


def open_problems(engine: Engine) -> Sequence[OpenProblem]:
    """Give the problems that are not over, the critical first."""
    query = _query().where(PROBLEM.c.over_at.is_(None)).order_by(PROBLEM.c.severity, PROBLEM.c.key)
    with engine.connect() as connection:
        return [
            OpenProblem(
                key=row.key,
                outlet=row.outlet,
                severity=Severity(row.severity),
                message=row.message,
                first_seen_at=row.first_seen_at,
            )
            for row in connection.execute(query)
        ]


def untold(engine: Engine, at: datetime) -> Sequence[Untold]:
    """Give what is to be told, oldest first: problems, and ends that are not too old."""
    problem = and_(PROBLEM.c.over_at.is_(None), PROBLEM.c.told_at.is_(None))
    end = and_(PROBLEM.c.over_at > at - TOLD_WITHIN, PROBLEM.c.over_told_at.is_(None))
    query = _query().where(or_(problem, end)).order_by(PROBLEM.c.id)
    with engine.connect() as connection:
        return [
            Untold(
                id=row.id,
                key=row.key,
                outlet=row.outlet,
                severity=Severity(row.severity),
                message=row.message,
                first_seen_at=row.first_seen_at,
                over_at=row.over_at,
                told=row.told_at is not None,
            )
            for row in connection.execute(query)
        ]


def waiting(engine: Engine, *, apart_from: str) -> tuple[int, datetime | None]:
    """Give how many open problems nobody was told of, and since when the oldest waits."""
    query = select(func.count(), func.min(PROBLEM.c.first_seen_at)).where(
        PROBLEM.c.over_at.is_(None), PROBLEM.c.told_at.is_(None), PROBLEM.c.key != apart_from
    )
    with engine.connect() as connection:
        count, since = connection.execute(query).one()
    return count, since


def mark_told(engine: Engine, told: Collection[Untold], at: datetime) -> None:
    """Note that these went out to everybody who is to be told."""
    begun = [one.id for one in told if one.over_at is None]
    ended = [one.id for one in told if one.over_at is not None]
    with writing(engine) as connection:
        for ids, column in ((begun, PROBLEM.c.told_at), (ended, PROBLEM.c.over_told_at)):
            if ids:
                unmarked = update(PROBLEM).where(PROBLEM.c.id.in_(ids), column.is_(None))
                connection.execute(unmarked.values({column: at}))


def _open(connection: Connection) -> dict[str, int]:
    query = select(PROBLEM.c.key, PROBLEM.c.id).where(PROBLEM.c.over_at.is_(None))
    return {row.key: row.id for row in connection.execute(query)}


def _query() -> Any:
    return select(PROBLEM, OUTLET.c.key.label("outlet")).join_from(
        PROBLEM, OUTLET, OUTLET.c.id == PROBLEM.c.outlet_id, isouter=True
    )
