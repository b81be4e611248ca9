"""One check: what must hold, the query that finds what breaks it, and what to do then."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

SHOWN = 20  # rows given of all that break a check

RESTORE = (
    "no crawl does this: keep the database and these rows for a report; "
    "`cuttings db restore` brings back a backup that verifies clean"
)
RESTORE_CAPTURES = "bring the file back from a backup of the captures (docs/operations.md)"

_OF_OUTLET = {
    "article_id": "SELECT a.id FROM article a JOIN outlet o ON o.id = a.outlet_id WHERE o.key = :outlet",
    "run_id": "SELECT r.id FROM run r JOIN outlet o ON o.id = r.outlet_id WHERE o.key = :outlet",
}


class Weight(StrEnum):
    """How much it matters when a check finds rows."""

    BREAK = "break"  # the archive is not what it says it is
    NOTICE = "notice"  # worth knowing; nothing is wrong


def _untold(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What to look at: one outlet's rows or all; ``most`` rows are given of those that break a check.

    ``told`` is called with how much of a long check is done and how much there is, in its own unit.
    """

    outlet: str | None = None
    most: int = SHOWN
    told: Callable[[int, int], None] = _untold


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What breaks a check: how many rows in all, and the first of them by the names of their columns."""

    count: int = 0
    rows: tuple[Mapping[str, Any], ...] = ()


class Breaks:
    """Collects what breaks a check: counts all, keeps the first ``most``."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._rows: list[Mapping[str, Any]] = []

    def add(self, **row: Any) -> None:
        """Take one row."""
        self._count += 1
        if len(self._rows) < self._most:
            self._rows.append(row)

    def found(self) -> Found:
        """Give what was collected."""
        return Found(count=self._count, rows=tuple(self._rows))


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """Something that must hold of the archive.

    ``holds`` says it, ``remedy`` what to do where it does not. ``of_outlet`` is False for what has no
    outlet (the schema): left out when one outlet is looked at.
    """

    name: str
    holds: str
    remedy: str
    find: Callable[[Engine, Scope], Found]
    weight: Weight = Weight.BREAK
    of_outlet: bool = True

    def run(self, engine: Engine, scope: Scope) -> "Finding":
        """Look, in transactions that only read and are short; a database that fails breaks the check."""
        weight = self.weight
        try:
            found = self.find(engine, scope)
        except DBAPIError as error:
            found = Found(count=1, rows=({"error": " ".join(str(error.orig).split())},))
            weight = Weight.BREAK
        return Finding(
            name=self.name,
            weight=weight,
            holds=self.holds,
            remedy=self.remedy,
            count=found.count,
            rows=found.rows,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a check came to; ``count`` rows are not as they must be, ``rows`` are the first of them."""

    name: str
    weight: Weight
    holds: str
    remedy: str
    count: int
    rows: tuple[Mapping[str, Any], ...]

    @property
    def broken(self) -> bool:
        """Whether something must be mended."""
        return self.count > 0 and self.weight is Weight.BREAK


def reading(engine: Engine) -> AbstractContextManager[Connection]:
    """Give a connection that only reads: PostgreSQL refuses writes, SQLite takes no lock of writers."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(postgresql_readonly=True)
    return engine.connect()


def by_query(  # noqa: PLR0913 - the facts of one check, each named at the call
    name: str,
    holds: str,
    sql: str,
    *,
    remedy: str = RESTORE,
    outlet_by: str | None = "article_id",
    weight: Weight = Weight.BREAK,
) -> Check:
    """Give the check of one query whose rows are those that break it.

    ``outlet_by`` is its column that tells the outlet: ``article_id`` or ``run_id``.
    """

    def find(engine: Engine, scope: Scope) -> Found:
        return _ask(engine, sql, scope, outlet_by)

    return Check(
        name=name, holds=holds, remedy=remedy, find=find, weight=weight, of_outlet=outlet_by is not None
    )


def _ask(engine: Engine, sql: str, scope: Scope, outlet_by: str | None) -> Found:
    """Count all rows of a query and give the first: the database does both in one pass."""
    of_outlet = f"WHERE b.{outlet_by} IN ({_OF_OUTLET[outlet_by]})" if outlet_by and scope.outlet else ""
    query = (
        f"SELECT b.*, count(*) OVER () AS broken_rows FROM (\n{sql}\n) b {of_outlet} ORDER BY 1 LIMIT :most"  # noqa: S608 - our own texts
    )
    values = {"most": scope.most} | ({"outlet": scope.outlet} if of_outlet else {})
    with reading(engine) as connection:
        rows = connection.execute(text(query), values).mappings().all()
    if not rows:
        return Found()
    shown = tuple({name: value for name, value in row.items() if name != "broken_rows"} for row in rows)
    return Found(count=int(rows[0]["broken_rows"]), rows=shown)
