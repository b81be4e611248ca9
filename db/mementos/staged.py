"""A listed capture as the store has it, and what is decided of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from core import mementos
from core.records import Via
from db.models import Memento, table
from db.words import Choice, MementoState

MEMENTO = table(Memento)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A capture that an archive lists, and what became of it so far.

    ``sha256`` are the bytes it is known to show, ``run_id`` the run that fetched it, or stored what it
    tells without that: a row in state ``observed`` without one is only judged to be.
    """

    id: int
    memento: mementos.Memento
    address_key: str
    state: MementoState
    choice: Choice | None = None
    rank: int = 0
    sha256: str | None = None
    run_id: int | None = None

    def is_settled(self) -> bool:
        """Say whether it is fetched, observed or lacking for good."""
        if self.state is MementoState.OBSERVED:
            return self.run_id is not None
        return self.state in {MementoState.FETCHED, MementoState.LACKING}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What is decided of a listed capture; lower ranks are fetched first.

    ``sha256`` is that of the bytes it showed where they are held already.
    """

    memento_id: int
    state: MementoState
    choice: Choice | None = None
    rank: int = 0
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What became of a listed capture in a run, stored with the visit it stands for.

    ``detail`` is the word for why it is lacking.
    """

    memento_id: int
    state: MementoState
    sha256: str | None = None
    detail: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which listed captures an order asks for; other orders may have listed more.

    Those taken on or between two days (UTC), None for no bound; where ``paths`` are named, only those
    in these files and below these folders (absolute).
    """

    since: date | None = None
    until: date | None = None
    paths: Collection[str] = ()

    def covers(self, memento: mementos.Memento) -> bool:
        """Say whether a capture is asked for."""
        day = memento.archived_at.date()
        if (self.since is not None and day < self.since) or (self.until is not None and day > self.until):
            return False
        archive = memento.archive
        return not self.paths or any(archive == path or archive.startswith(f"{path}/") for path in self.paths)

    def where(self) -> ColumnElement[bool]:
        """Give the same as a condition on the rows."""
        held: list[ColumnElement[bool]] = [MEMENTO.c.id.is_not(None)]
        if self.since is not None:
            held.append(MEMENTO.c.archived_at >= datetime.combine(self.since, time.min, UTC))
        if self.until is not None:
            held.append(MEMENTO.c.archived_at <= datetime.combine(self.until, time.max, UTC))
        if self.paths:
            below = (func.substr(MEMENTO.c.archive, 1, len(path) + 1) == f"{path}/" for path in self.paths)
            held.append(or_(MEMENTO.c.archive.in_(self.paths), *below))
        return and_(*held)


ALL = Wanted()
"""Every capture that is listed."""


def listed_rows() -> Select[Any]:
    """Ask for what :func:`listed` reads."""
    return select(*(column for column in MEMENTO.c if column.name != "detail"))


def listed(row: Any) -> Listed:
    """Give a row as a listed capture."""
    return Listed(
        id=row.id,
        memento=mementos.Memento(
            via=Via(row.via),
            archive=row.archive,
            url=row.url,
            archived_at=row.archived_at,
            place=row.place,
            digest=row.digest,
            status=row.status,
            content_type=row.content_type,
            length=row.length,
        ),
        address_key=row.address_key,
        state=MementoState(row.state),
        choice=Choice(row.choice) if row.choice else None,
        rank=row.rank,
        sha256=row.sha256,
        run_id=row.run_id,
    )
