"""How rows leave the archive: a table for people, CSV and JSON for machines."""

import csv
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

    from db.time_travel.asof_session import Answer

SHOWN = 1_000  # rows a table on a terminal has at most
WIDEST = 60  # characters of one value in it
ABSENT = "NULL"
STRUCTURED = frozenset({"tags", "counts", "evidence"})
"""The columns of the views that hold JSON; SQLite knows them as text only."""


def write_csv(answer: "Answer", stream: TextIO) -> int:
    """Write CSV by RFC 4180 (UTF-8, header, CRLF, quotes doubled; NULL is empty); give the row count."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(answer.columns)
    count = 0
    for count, row in enumerate(answer.rows, start=1):  # noqa: B007 - the last number is the result
        writer.writerow(row)
    return count


def write_json(answer: "Answer", stream: TextIO) -> int:
    """Write one array of objects, an object a line, as the rows come; give the row count."""
    stream.write("[")
    count = 0
    for count, entry in enumerate(_objects(answer), start=1):
        stream.write(",\n " if count > 1 else "\n ")
        stream.write(_json(entry))
    stream.write("\n]\n" if count else "]\n")
    return count


def show_table(answer: "Answer", console: "Console") -> None:
    """Print a table for a person: long values cut, a thousand rows at most, both said below it."""
    from rich.table import Table
    from rich.text import Text

    rows = list(islice(answer.rows, SHOWN + 1))
    table = Table(box=None, pad_edge=False)
    for place, name in enumerate(answer.columns):
        numbers = rows and all(isinstance(row[place], int | float | None) for row in rows)
        table.add_column(Text(name), justify="right" if numbers else "left", overflow="fold")
    shortened = False
    for row in rows[:SHOWN]:
        shown = [_short(value) for value in row]
        shortened = shortened or any(text.endswith("…") for text in shown)
        table.add_row(
            *(Text(text, "" if value is not None else "dim") for text, value in zip(shown, row, strict=True))
        )
    console.print(table)
    count = f"the first {SHOWN} rows" if len(rows) > SHOWN else f"{len(rows)} row{'s'[: len(rows) != 1]}"
    hint = "; --csv and --json give everything" if shortened or len(rows) > SHOWN else ""
    console.print(Text(f"{count}{hint}", "dim"))


def _short(value: Any) -> str:
    if value is None:
        return ABSENT
    text = " ".join(str(value).split())
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _objects(answer: "Answer") -> Iterator[Mapping[str, Any]]:
    from db.snapshot import distinct

    names = distinct(answer.columns)
    parsed = [place for place, name in enumerate(answer.columns) if name in STRUCTURED]
    for row in answer.rows:
        entry = dict(zip(names, row, strict=True))
        for place in parsed:
            entry[names[place]] = _structure(row[place])
        yield entry


def _structure(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:  # somebody's own column of that name
        return value


def _json(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False)
