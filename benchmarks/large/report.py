"""What was measured of one database, for a person and for a program."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.large.alone import Done
from benchmarks.large.arriving import Arrived
from benchmarks.large.asking import Asked

AIM = 0.8  # of the rate at which a small archive takes new articles
MEGA = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """The figures of an archive of one database: ``rows`` by table, ``disk`` in bytes by part."""

    database: str
    articles: int
    rows: dict[str, int]
    asked: list[Asked]
    done: list[Done]
    disk: dict[str, int]
    arrived: list[Arrived]

    @property
    def kept_rate(self) -> float:
        """Give how fast the large archive takes new articles, as a share of the small one."""
        few, many = sorted(self.arrived, key=lambda one: one.articles)
        return many.rate / few.rate

    def as_json(self) -> dict[str, Any]:
        """Give all of it."""
        asked = [
            dataclasses.asdict(one) | {"median": one.median, "slowest": one.slowest} for one in self.asked
        ]
        return dataclasses.asdict(self) | {"asked": asked, "kept_rate": self.kept_rate}


def show(measured: Measured, console: Console) -> None:
    """Print the tables."""
    held = measured.rows
    console.print(
        f"\n{measured.database}: {held['article']:,} articles, {held['article_version']:,} versions, "
        f"{held['document']:,} texts, {held['comment']:,} comments, {held['fetch_attempt']:,} attempts"
    )
    for table in (_latencies(measured), _tasks(measured), _disk(measured)):
        console.print(table)
    few, many = sorted(measured.arrived, key=lambda one: one.articles)
    console.print(
        f"new articles: {many.rate:,.0f}/s into {many.articles:,} articles, {few.rate:,.0f}/s into "
        f"{few.articles:,}: {measured.kept_rate:.2f} (aim: at least {AIM:g})"
    )


def _latencies(measured: Measured) -> Table:
    table = Table("asked", "", "rows", "median", "slowest", "runs")
    last = ""
    for one in measured.asked:
        table.add_row(
            one.kind if one.kind != last else "",
            one.name,
            f"{one.rows:,}",
            _time(one.median),
            _time(one.slowest),
            str(len(one.seconds)),
        )
        last = one.kind
    return table


def _tasks(measured: Measured) -> Table:
    table = Table("task", "rows", "size", "time", "a million rows", "memory")
    for one in measured.done:
        each = _time(one.seconds / one.rows * MEGA) if one.bytes else ""
        size = f"{one.bytes / MEGA:,.0f} MB" if one.bytes else ""
        table.add_row(one.name, f"{one.rows:,}", size, _time(one.seconds), each, f"{one.peak / MEGA:,.0f} MB")
    return table


def _disk(measured: Measured) -> Table:
    table = Table("disk", "in all", "an article", "share")
    whole = sum(measured.disk.values())
    for name, size in _with_sum(measured.disk, whole):
        each = f"{size / measured.articles / 1000:,.2f} kB"
        table.add_row(name, f"{size / MEGA:,.0f} MB", each, f"{size / whole:.0%}")
    return table


def _with_sum(disk: dict[str, int], whole: int) -> Iterator[tuple[str, int]]:
    yield from disk.items()
    yield "all", whole


def _time(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.1f} s"
