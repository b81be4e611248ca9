"""What kind of value each column of a result holds, the same on both databases."""

# ruff: noqa: S608 - a SELECT the session only reads is asked within another

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from db import views
from db.models import Base
from db.types import UtcDateTime

if TYPE_CHECKING:
    from db.time_travel.asof_session import Reader


class Kind(Enum):
    """What a column holds; every cell of it is that, or NULL."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "day"
    INSTANT = "instant"
    JSON = "json"


BY_NUMBER = {
    16: Kind.BOOLEAN,
    20: Kind.INTEGER,
    21: Kind.INTEGER,
    23: Kind.INTEGER,
    26: Kind.INTEGER,
    700: Kind.NUMBER,
    701: Kind.NUMBER,
    114: Kind.JSON,
    3802: Kind.JSON,
    1082: Kind.DAY,
    1184: Kind.INSTANT,
}
"""PostgreSQL's types by their numbers, which never change (its pg_type.dat)."""
NUMERIC = 1700
"""A PostgreSQL number of any size: what its values are decides."""

DECLARED = {
    "INTEGER": Kind.INTEGER,
    "BIGINT": Kind.INTEGER,
    "FLOAT": Kind.NUMBER,
    "DOUBLE": Kind.NUMBER,
    "BOOLEAN": Kind.BOOLEAN,
    "DATE": Kind.DAY,
    "JSON": Kind.JSON,
    "TEXT": Kind.TEXT,
}
"""The types our tables' columns are declared with on SQLite, which its views hand on."""
EXPRESSIONS: Mapping[str, Mapping[str, Kind]] = {
    "articles": {"comments": Kind.INTEGER},
    "comments_named": {"commenter_name": Kind.TEXT},
    "outlet_daily": dict.fromkeys(("articles", "words", "bylines", "comments"), Kind.INTEGER),
    "removals": {"kind": Kind.TEXT, "comment_id": Kind.INTEGER},
    "coverage": {"month": Kind.TEXT, "looked": Kind.TEXT}
    | dict.fromkeys(("days_crawled", "expected", "held", "held_live", "held_archive"), Kind.INTEGER)
    | dict.fromkeys(
        [
            *("missing_waiting", "missing_unread", "missing_lacking", "missing_refused"),
            *("missing_failed", "missing_gone", "missing_unknown"),
        ],
        Kind.INTEGER,
    ),
    "outlets": {"followed_since": Kind.INSTANT, "last_crawled_at": Kind.INSTANT},
    "mementos": {"digest": Kind.TEXT},
    "stories": {"is_first": Kind.BOOLEAN},
}
"""Columns of views that are worked out: SQLite does not know what they hold before it has worked."""

_DAY = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
_INSTANT = f"{_DAY} [0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z"
_FORMS = {
    # SQLite counts on from 30 February and the hour 25: what comes is another then.
    Kind.INSTANT: (
        f"{{0}} GLOB '{_INSTANT}' AND datetime(substr({{0}}, 1, 19), '0 days') IS substr({{0}}, 1, 19)"
    ),
    Kind.DAY: f"{{0}} GLOB '{_DAY}' AND date({{0}}, '0 days') IS {{0}}",
    Kind.JSON: "CASE WHEN {0} IS NOT NULL THEN json_valid({0}) END",  # to some versions NULL is not valid
    Kind.BOOLEAN: "{} IN (0, 1)",
}
"""What SQLite's values of a kind look like (db/types.py)."""


def of_view(reader: "Reader", view: str, types: Sequence[int | None]) -> tuple[Kind | None, ...]:
    """Give what a view's columns hold; None where only their values tell."""
    worked_out = EXPRESSIONS.get(view, {})
    if reader.is_sqlite:
        return tuple(worked_out.get(name, kind) for name, kind in _declared(reader, view))
    columns = [name for name, _ in _declared(reader, view)] if worked_out else [""] * len(types)
    return tuple(
        worked_out.get(name, _by_number(number)) for name, number in zip(columns, types, strict=True)
    )


def of_query(reader: "Reader", types: Sequence[int | None]) -> tuple[Kind | None, ...]:
    """Give what is certain of a query's columns: on PostgreSQL most, on SQLite nothing."""
    return tuple(None if reader.is_sqlite else _by_number(number) for number in types)


class Tally:
    """The SELECT that counts a query's rows and looks at the values of columns whose kind is not certain."""

    def __init__(
        self, reader: "Reader", query: str, columns: Sequence[str], kinds: Sequence[Kind | None]
    ) -> None:
        """Nothing is asked yet."""
        self._reader = reader
        self._kinds = kinds
        self._open = [place for place, kind in enumerate(kinds) if kind is None]
        likely = _likely(reader) if self._open else {}
        self._likely = {place: likely.get(columns[place]) for place in self._open}
        names = ", ".join(f"c{place}" for place in range(len(columns)))
        asked = ["count(*)", *(part for place in self._open for part in self._parts(place))]
        self.statement = f"WITH q({names}) AS ({query}\n) SELECT {', '.join(asked)} FROM q"

    def read(self, found: Sequence[Any]) -> tuple[int, tuple[Kind, ...]]:
        """Give the number of rows and the kinds from what the statement gave."""
        count, *more = found
        values = iter(more)
        told = {place: self._kind(place, values) for place in self._open}
        return int(count), tuple(kind or told[place] for place, kind in enumerate(self._kinds))

    def _parts(self, place: int) -> list[str]:
        column = f"c{place}"
        if not self._reader.is_sqlite:
            return [f"bool_and({column} = trunc({column}) AND abs({column}) < 9223372036854775807)"]
        kinds = f"nullif(typeof({column}), 'null')"
        return [
            f"min({kinds})",
            f"max({kinds})",
            *(f"min({_FORMS[form].format(column)})" for form in self._forms(place)),
        ]

    def _forms(self, place: int) -> list[Kind]:
        """Give the kinds a column's values are to be held against; text that is known to be text: none."""
        likely = self._likely[place]
        if likely is None:
            return [Kind.INSTANT, Kind.DAY]
        return [likely] if likely in _FORMS else []

    def _kind(self, place: int, values: Iterator[object]) -> Kind:
        if not self._reader.is_sqlite:
            return Kind.INTEGER if next(values) else Kind.NUMBER
        lowest, highest = next(values), next(values)
        fitting = [form for form in self._forms(place) if next(values) == 1]
        likely = self._likely[place]
        if lowest is None:
            return likely or Kind.TEXT
        if {lowest, highest} <= {"integer", "real"}:
            if highest == "integer" and likely is not Kind.NUMBER:
                return Kind.BOOLEAN if fitting == [Kind.BOOLEAN] else Kind.INTEGER
            return Kind.NUMBER
        is_text = lowest == highest == "text"
        return fitting[0] if is_text and fitting and fitting != [Kind.BOOLEAN] else Kind.TEXT


def _by_number(number: int | None) -> Kind | None:
    return None if number == NUMERIC else BY_NUMBER.get(number or 0, Kind.TEXT)


def _declared(reader: "Reader", view: str) -> list[tuple[str, Kind | None]]:
    if not reader.is_sqlite:
        with reader.ask(f"SELECT * FROM {view} LIMIT 0") as found:
            return [(name, None) for name in found.columns]
    # Of the real view: those of a session as of a date work more of their columns out.
    found_columns = reader.connection.exec_driver_sql(f"PRAGMA main.table_xinfo({view})").all()
    return [(column[1], _of(column[1], column[2])) for column in found_columns]


def _of(name: str, declared: str) -> Kind | None:
    kind = DECLARED.get(declared.upper().split("(")[0])
    if kind is Kind.TEXT and (name in instants() or name.endswith("_at")):
        return Kind.INSTANT
    return kind


@cache
def instants() -> frozenset[str]:
    """Give the names that columns of instants have in our tables; on SQLite they are declared as text."""
    return frozenset(
        column.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, UtcDateTime)
    )


def _likely(reader: "Reader") -> Mapping[str, Kind]:
    """Give the kinds that columns of a name have wherever a view has one."""
    if not reader.is_sqlite:
        return {}
    found: dict[str, set[Kind]] = {}
    for view in views.names():
        worked_out = EXPRESSIONS.get(view, {})
        for name, declared in _declared(reader, view):
            if kind := worked_out.get(name, declared):
                found.setdefault(name, set()).add(kind)
    return {name: next(iter(kinds)) for name, kinds in found.items() if len(kinds) == 1}
