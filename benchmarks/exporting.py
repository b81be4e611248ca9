"""Exports in each format, against a plain cursor over the same rows that does nothing with them."""

import sqlite3
import statistics
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from sqlalchemy import make_url

from benchmarks import databases, synthetic
from benchmarks.figure import Bound, Figure
from db.snapshot import Question
from db.time_travel.asof_session import reading
from pipelines.exporting.exporting import Order, export

ARTICLES = 30_000
TIMES = 3
VIEW = Question(query="SELECT * FROM articles", view="articles", order="ORDER BY 1, 2")
PROMISED = {".csv": 5.0, ".jsonl": 5.0, ".parquet": 5.0}
"""Times as long as the plain cursor; counting the rows beforehand is in it."""


class Silent:
    """Hears how far an export is."""

    def step(self, name: str) -> None:
        """Hear of a step."""

    def told(self, done: int, total: int) -> None:
        """Hear of rows."""


def figures() -> list[Figure]:
    """Write one archive; read it and export it, turn about."""
    with databases.of_kind("SQLite") as make:
        url = make("exported")
        synthetic.write(url, ARTICLES)
        path = Path(str(make_url(url).database))
        works: dict[str, Callable[[], None]] = {"plain": lambda: _plain(path)}
        works |= {form: _exporting(url, form) for form in PROMISED}
        taken: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(TIMES):
            for name, work in works.items():
                began = time.perf_counter()
                work()
                taken[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    return [
        Figure(
            name=f"exporting {ARTICLES:,} articles to {form}",
            ours=f"{ARTICLES / medians[form]:,.0f} rows/s",
            yardstick=f"{ARTICLES / medians['plain']:,.0f} rows/s read and dropped",
            ratio=medians[form] / medians["plain"],
            bound=Bound.AT_MOST,
            wanted=wanted,
        )
        for form, wanted in PROMISED.items()
    ]


def _plain(path: Path) -> None:
    connection = sqlite3.connect(path)
    rows = 0
    cursor = connection.execute(VIEW.statement)
    while some := cursor.fetchmany(1_000):
        rows += len(some)
    connection.close()
    assert rows == ARTICLES


def _exporting(url: str, form: str) -> Callable[[], None]:
    def work() -> None:
        with reading(url) as reader:
            told = export(reader, Order(name=f"articles{form}", question=VIEW), BytesIO(), Silent())
        assert told.rows == ARTICLES

    return work
