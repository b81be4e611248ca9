"""A query's whole result: counted and read in one snapshot, every column of one kind."""

# ruff: noqa: S608 - a SELECT the session only reads is asked within another

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from db import dictionary, result_kinds
from db.result_kinds import Kind, Tally
from db.time_travel.asof_session import Reader, plain, refuse_orders

Row = tuple[Any, ...]
_HALF = re.compile(r"[\ud800-\udfff]")
_BEYOND = "\ud800"  # what no sound text has


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """The rows of a SELECT; of a whole view or some of its rows where ``view`` names it.

    ``order`` is its ORDER BY where that is known: rows are counted without it.
    """

    query: str
    view: str | None = None
    order: str = ""

    @property
    def statement(self) -> str:
        """Give the SELECT as it is run."""
        return f"{self.query} {self.order}".rstrip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column; ``description`` is the dictionary's sentence, None where it has none."""

    name: str
    kind: Kind
    description: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """A result: ``count`` is how many ``rows`` there are, known before the first is read.

    Cells are plain values by their column's kind: str (days and instants as in ``cuttings sql``, JSON as
    text), int, float, bool; None is NULL.
    """

    columns: tuple[Column, ...]
    count: int
    rows: Iterator[Row]


@contextmanager
def whole(reader: Reader, question: Question) -> Iterator[Result]:
    """Count the rows and give them, in one snapshot; they can be read within the ``with``.

    Names that columns share are told apart by a number. CuttingsError when the query would write, is
    wrong, or fails on the way.
    """
    query = question.query.strip().rstrip("; \t\r\n")
    refuse_orders(query)
    with reader.snapshot():
        with reader.ask(f"SELECT * FROM ({query}\n) AS q LIMIT 0") as found:
            columns, types = found.columns, found.types
        certain = (
            result_kinds.of_view(reader, question.view, types)
            if question.view
            else result_kinds.of_query(reader, types)
        )
        tally = Tally(reader, query, columns, certain)
        with reader.ask(tally.statement, as_stored=True) as found:
            count, kinds = tally.read(next(found.rows))
        ordered = f"{query}\n{question.order}" if question.order else query
        with reader.ask(ordered, as_stored=True) as found:
            yield Result(
                columns=tuple(
                    Column(name=name, kind=kind, description=_sentence(question.view, column))
                    for name, column, kind in zip(distinct(found.columns), found.columns, kinds, strict=True)
                ),
                count=count,
                rows=_converted(found.rows, _converters(reader, kinds, certain, types)),
            )


def distinct(columns: Sequence[str]) -> tuple[str, ...]:
    """Give the names, those that repeat an earlier one numbered: an object would keep only the last."""
    names: list[str] = []
    for column in columns:
        name, number = column, 1
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return tuple(names)


def _sentence(view: str | None, column: str) -> str | None:
    """Give what a column holds: of a query's, what columns of that name hold in all views."""
    try:
        return dictionary.sentence(view or "", column)
    except KeyError:
        return None


def _converted(rows: Iterator[Row], converters: dict[int, Callable[[Any], Any]]) -> Iterator[Row]:
    if not converters:
        yield from rows
        return
    each = tuple(converters.items())
    for row in rows:
        cells = list(row)
        for place, convert in each:
            if cells[place] is not None:
                cells[place] = convert(cells[place])
        yield tuple(cells)


def _converters(
    reader: Reader, kinds: Sequence[Kind], certain: Sequence[Kind | None], types: Sequence[int | None]
) -> dict[int, Callable[[Any], Any]]:
    """Give what makes plain values of the driver's, by the columns that need it."""
    if not reader.is_sqlite:
        needed: dict[Kind, Callable[[Any], Any]] = {
            Kind.TEXT: _text,
            Kind.INTEGER: int,
            Kind.NUMBER: float,
            Kind.DAY: plain,
            Kind.INSTANT: plain,
            Kind.JSON: _json_of_value,
        }
        return {
            place: needed[kind]
            for place, kind in enumerate(kinds)
            if kind in needed and (kind is not Kind.INTEGER or types[place] == result_kinds.NUMERIC)
        }
    stored: dict[Kind, Callable[[Any], Any]] = {
        Kind.BOOLEAN: bool,
        Kind.NUMBER: float,
        Kind.JSON: _json_of_text,
    }
    found = {place: stored[kind] for place, kind in enumerate(kinds) if kind in stored}
    unsure = {
        place: _text for place, kind in enumerate(kinds) if kind is Kind.TEXT and certain[place] is None
    }
    return found | unsure


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(plain(value))


def _json_of_value(value: Any) -> str:
    """Give JSON as text, its keys in their order: PostgreSQL keeps none, SQLite that in which they came."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _json_of_text(value: str) -> str:
    r"""Give JSON as PostgreSQL would: letters for ``\u00e9``, the last of equal keys, those in order.

    What has no such form (half a pair of surrogates, a number beyond any float) stays as it is.
    """
    if "\\u" not in value and "{" not in value:
        return value
    found = _json_of_value(json.loads(value, parse_float=_finite))
    return value if _HALF.search(found) else found


def _finite(said: str) -> float | str:
    number = float(said)
    return number if math.isfinite(number) else _BEYOND
