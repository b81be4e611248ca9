"""The formats of rows in a file: CSV and JSON lines here, Parquet beside it."""

import csv
import json
import math
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import Any, Protocol

from db.result_kinds import Kind
from db.snapshot import Column, Row
from pipelines.exporting.digested import Digested
from pipelines.exporting.formulas import neutral

BOM = "\ufeff"
"""What makes spreadsheets of one maker read UTF-8 as such."""


class Writer(Protocol):
    """Writes rows into a file, front to back."""

    altered: int
    """How many cells are not as archived, because a spreadsheet would have run them."""

    def write(self, columns: Sequence[Column], rows: Iterator[Row], stream: Digested) -> None:
        """Write all rows; the file is whole when this returns. OSError where the disk takes no more."""


class Csv:
    """CSV by RFC 4180: UTF-8, header, CRLF, quotes doubled; NULL is an empty cell.

    Booleans are ``true`` and ``false``. Unless ``raw``, no cell is a formula
    (:mod:`pipelines.exporting.formulas`).
    """

    def __init__(self, *, raw: bool = False, bom: bool = False) -> None:
        """``bom``: begin with a byte order mark."""
        self.altered = 0
        self._raw = raw
        self._bom = bom

    def write(self, columns: Sequence[Column], rows: Iterator[Row], stream: Digested) -> None:
        """Write header and rows."""
        text = _text(stream)
        if self._bom:
            text.write(BOM)
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([column.name if self._raw else neutral(column.name) for column in columns])
        texts = [place for place, column in enumerate(columns) if column.kind is Kind.TEXT]
        flags = [place for place, column in enumerate(columns) if column.kind is Kind.BOOLEAN]
        writer.writerows(self._cells(row, () if self._raw else texts, flags) for row in rows)
        text.detach()

    def _cells(self, row: Row, texts: Sequence[int], flags: Sequence[int]) -> Sequence[Any]:
        cells = list(row)
        for place in texts:
            if cell := cells[place]:
                cells[place] = neutral(cell)
                self.altered += cells[place] is not cell
        for place in flags:
            if cells[place] is not None:
                cells[place] = "true" if cells[place] else "false"
        return cells


class JsonLines:
    """One JSON object a line: numbers, booleans, null and JSON as such; instants and days as text.

    A number JSON has no word for (infinity) is text.
    """

    altered = 0

    def write(self, columns: Sequence[Column], rows: Iterator[Row], stream: Digested) -> None:
        """Write the rows."""
        text = _text(stream)
        names = [column.name for column in columns]
        parsed = [column.name for column in columns if column.kind is Kind.JSON]
        numbers = [column.name for column in columns if column.kind is Kind.NUMBER]
        for row in rows:
            entry = dict(zip(names, row, strict=True))
            for name in parsed:
                if entry[name] is not None:
                    entry[name] = json.loads(entry[name], parse_float=_number)
            for name in numbers:
                if entry[name] is not None and not math.isfinite(entry[name]):
                    entry[name] = str(entry[name])
            text.write(json.dumps(entry, ensure_ascii=False) + "\n")
        text.detach()


def _number(said: str) -> float | str:
    """Give a number of JSON; as its text where it is larger than any float."""
    value = float(said)
    return value if math.isfinite(value) else said


def _text(stream: Digested) -> TextIOWrapper:
    # Lone surrogates cannot come from either database; should one, it is written as its escape.
    return TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="")
