"""One export from end to end: counted, written, checked, described."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from core import clock
from core.errors import CuttingsError
from db import schema
from db.result_kinds import Kind
from db.snapshot import Column, Question, Result, Row, whole
from db.time_travel.asof_session import Reader
from pipelines.captures import software_version
from pipelines.exporting.digested import Digested
from pipelines.exporting.formats import Csv, JsonLines, Writer
from pipelines.exporting.formulas import HOW
from pipelines.exporting.manifest import Manifest
from pipelines.exporting.parquet import Parquet

FORMS = (".csv", ".jsonl", ".parquet")
TOLD_EVERY = 1_000  # rows between two words on how far it is
MOST_OUTLETS = 50
"""Outlets a manifest names; where there are more, something else than outlets stands in that column."""
_PERIODS = ("published_on", "posted_on", "day", "published_at", "posted_at", "valid_from", "first_seen_at")
"""Columns that say what time a row is about, the plainest first."""


class Progress(Protocol):
    """Who is told how far the work is."""

    def step(self, name: str) -> None:
        """Begin the next step."""

    def told(self, done: int, total: int) -> None:
        """Hear how many of the rows are written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is wished: ``name`` is the file's, its suffix one of :data:`FORMS`; instants are aware UTC."""

    name: str
    question: Question
    where: str | None = None
    as_of: datetime | None = None
    believed_at: datetime | None = None
    with_names: bool = False
    raw: bool = False
    bom: bool = False

    @property
    def form(self) -> str:
        """Give the suffix that says the format."""
        return next(form for form in FORMS if self.name.lower().endswith(form))


def export(reader: Reader, order: Order, stream: BinaryIO, progress: Progress) -> Manifest:
    """Write all rows a question has into an empty file, front to back; give the manifest.

    Memory is bounded, however many rows there are. CuttingsError where the query is wrong, or the rows
    that came are not as many as were counted; OSError where the disk takes no more.
    """
    exported_at = clock.now()
    writer = _writer(order, exported_at)
    progress.step("counting the rows")
    out = Digested(stream, order.name)
    with whole(reader, order.question) as result:
        progress.step(f"writing {result.count:,} rows")
        about = _About(result.columns)
        rows = _told(about.noted(result.rows), result, progress)
        writer.write(result.columns, rows, out)
        if about.count != result.count:
            raise CuttingsError(
                f"nothing was exported: the query counted {result.count:,} rows and gave {about.count:,}; "
                "it answers differently each time (random(), the time of day?)"
            )
    out.flush()
    return Manifest(
        file=order.name,
        rows=about.count,
        bytes=out.size,
        sha256=out.digest.hexdigest(),
        exported_at=exported_at,
        **_wished(order),
        format=_format(order),
        formulas=_formulas(order, writer),
        columns=result.columns,
        outlets=about.outlets(),
        period=about.period(),
        software=f"Cuttings/{software_version()}",
        schema=schema.head(),
        database=reader.connection.dialect.name,
    )


def _writer(order: Order, exported_at: datetime) -> Writer:
    if order.form == ".csv":
        return Csv(raw=order.raw, bom=order.bom)
    if order.form == ".jsonl":
        return JsonLines()
    wished = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in _wished(order).items()
    }
    software = {"software": f"Cuttings/{software_version()}", "schema": schema.head()}
    return Parquet({"exported_at": exported_at.isoformat(), **wished, **software})


def _wished(order: Order) -> Mapping[str, Any]:
    return {
        "view": order.question.view,
        "where": order.where,
        "query": order.question.statement,
        "as_of": order.as_of,
        "believed_at": order.believed_at,
        "with_names": order.with_names,
    }


def _format(order: Order) -> Mapping[str, Any]:
    if order.form == ".csv":
        rules = {"delimiter": ",", "line_end": "CRLF", "quotes": "doubled", "null": "empty"}
        return {"name": "CSV (RFC 4180)", "encoding": "UTF-8", "byte_order_mark": order.bom, **rules}
    if order.form == ".jsonl":
        return {"name": "JSON lines", "encoding": "UTF-8", "line_end": "LF"}
    return {"name": "Parquet", "compression": "zstd"}


def _formulas(order: Order, writer: Writer) -> Mapping[str, Any] | None:
    if order.form != ".csv" or order.raw:
        return None
    return {"neutralised": True, "cells": writer.altered, "how": HOW}


def _told(rows: Iterator[Row], result: Result, progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % TOLD_EVERY == 0:
            progress.told(number, result.count)


class _About:
    """What the rows that go by are about: how many, of which outlets, from when to when."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.count = 0
        places = {column.name: place for place, column in enumerate(columns)}
        self._outlet = places.get("outlet")
        dated = [
            places[name]
            for name in _PERIODS
            if name in places and columns[places[name]].kind in {Kind.DAY, Kind.INSTANT}
        ]
        self._dated = dated[0] if dated else None
        self._outlets: set[str] = set()
        self._first: str | None = None
        self._last: str | None = None

    def noted(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Give the rows on."""
        outlet, dated = self._outlet, self._dated
        for row in rows:
            self.count += 1
            if outlet is not None and row[outlet] is not None and len(self._outlets) <= MOST_OUTLETS:
                self._outlets.add(str(row[outlet]))
            if dated is not None and (day := row[dated]) is not None:
                self._first = min(self._first or day, day)
                self._last = max(self._last or day, day)
            yield row

    def outlets(self) -> tuple[str, ...]:
        """Give the outlets named, none where these cannot be outlets."""
        return tuple(sorted(self._outlets)) if len(self._outlets) <= MOST_OUTLETS else ()

    def period(self) -> tuple[str, str] | None:
        """Give the first and the last day."""
        return (self._first[:10], self._last[:10]) if self._first and self._last else None
