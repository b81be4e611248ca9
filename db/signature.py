"""The promise of the views: their names, columns, order and types, as db/views/signature.txt has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

FILE = Path(__file__).parent / "views" / "signature.txt"
UNTYPED = "-"
"""What the file has for a column to which SQLite gives no type: one that is worked out."""
_KINDS = {
    "text": "text",
    "bigint": "integer",
    "integer": "integer",
    "numeric": "integer",  # what PostgreSQL gives as the sum of whole numbers
    "double precision": "real",
    "real": "real",
    "boolean": "boolean",
    "timestamp with time zone": "instant",
    "date": "day",
    "jsonb": "json",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a view, with its type on either database."""

    view: str
    name: str
    postgresql: str
    sqlite: str

    @property
    def kind(self) -> str:
        """What it holds on either database: text, integer, real, boolean, instant (UTC), day or json."""
        return _KINDS[self.postgresql]

    def line(self) -> str:
        """Give it as the file has it."""
        return f"{self.view}.{self.name} | {self.postgresql} | {self.sqlite}"


@cache
def views() -> Mapping[str, tuple[Column, ...]]:
    """Give every view with its columns, in order."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    columns = [_column(line) for line in lines if line and not line.startswith("#")]
    return {view: tuple(own) for view, own in groupby(columns, key=lambda column: column.view)}


def _column(line: str) -> Column:
    where, postgresql, sqlite = (part.strip() for part in line.split("|"))
    view, _, name = where.partition(".")
    return Column(view=view, name=name, postgresql=postgresql, sqlite=sqlite)
