"""One erasure's transaction: what is written down of it, how rows are blanked, and how many were."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, update

from db import rows
from db.erasures.scope import Scope
from db.suppressing import Suppressions


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """What is written down of an erasure; ``at`` is aware UTC."""

    reason: str
    asked_by: str | None
    at: datetime
    software_version: str


@dataclass(slots=True)
class Blanking:
    """One erasure's transaction: where it writes, for whom, and what it has counted so far, by table.

    ``gone`` knows addresses and headlines of it wherever they stand, as it keeps them out from now on.
    """

    connection: Connection
    scope: Scope
    gone: Suppressions
    erasure_id: int
    at: datetime
    counts: Counter[str] = field(default_factory=Counter)

    def blank(self, of: Table, ids: Collection[int], values: Mapping[str, Any], key: str = "id") -> None:
        """Give these rows of a table these values."""
        for chunk in rows.chunks(ids):
            done = self.connection.execute(update(of).where(of.c[key].in_(chunk)).values(values))
            self.did(of, done.rowcount)

    def did(self, of: Table, number: int) -> None:
        """Count rows of a table that were blanked: its files are rid of what they held (db/scouring.py)."""
        self.counts[of.name] += number

    def drop(self, of: Table, ids: Collection[int], key: str = "id") -> None:
        """Delete these rows of a table."""
        for chunk in rows.chunks(ids):
            self.did(of, self.connection.execute(delete(of).where(of.c[key].in_(chunk))).rowcount)
