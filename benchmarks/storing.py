"""The store alone against SQLAlchemy Core inserts of the rows it makes, and the disk they take."""

import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Engine, Table, func, insert, select

from benchmarks import articles, databases
from benchmarks.articles import Gazette
from benchmarks.figure import Bound, Figure
from core.clock import now
from core.records import ArticleRecord, FetchAttempt
from db import schema
from db.engine import open_engine, writing
from db.models import Base
from db.running import runs
from db.store import Store
from pipelines.writer import BATCH

KNOWN, NEW = 20_000, 1_000
TURN = 10  # batches stored before it is the yardstick's turn
RECHECK, FIRST = 0.5, 0.2  # of the yardstick's rate
OVERHEAD = 4.0  # times the disk that the text alone takes
GROWTH = 1.5  # times the disk that the yardstick's rows take

_FIRST_BATCHES = TURN // 5  # new articles are slower: turns of one length
_TABLES: tuple[tuple[Table, Column[int]], ...] = tuple(
    (one, first)
    for one in Base.metadata.sorted_tables
    for first in [next(iter(one.primary_key.columns))]
    if first.name in {"id", "capture_id"}
)

Batch = Sequence[FetchAttempt | ArticleRecord]
Rows = Sequence[tuple[Table, list[dict[str, object]]]]


@dataclass(kw_only=True)
class Pair:
    """An archive, and an equal one that gets the same rows by plain inserts; ``marks`` are its last ids."""

    ours: Engine
    plain: Engine
    marks: dict[str, int] = field(default_factory=dict)

    def follow(self) -> Rows:
        """Give the rows that ours has more than the plain one, which is to get them now."""
        found = []
        with self.ours.connect() as connection:
            for one, first in _TABLES:
                query = select(one).where(first > self.marks[one.name]).order_by(first)
                rows = [dict(row) for row in connection.execute(query).mappings()]
                if rows:
                    self.marks[one.name] = int(rows[-1][first.name])
                    found.append((one, rows))
        return found


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was stored a second, turn by turn, and the bytes by which both databases grew."""

    ours: list[float]
    plain: list[float]
    grown: tuple[int, int]


def figures() -> list[Figure]:
    """Fill an archive of each kind, recheck all of it twice, then store new articles.

    The second recheck counts: after it, PostgreSQL has room of replaced rows to use again, as in an
    archive in use.
    """
    found = []
    for kind in databases.KINDS:
        with _pair(kind) as (pair, size):
            _measure(pair, list(_rechecks()), TURN, 1)
            databases.settle(pair.ours)
            databases.settle(pair.plain)
            again = _measure(pair, list(_rechecks()), TURN, 1)
            first = _measure(pair, list(_visits(range(KNOWN, KNOWN + NEW), now())), _FIRST_BATCHES, 2)
        name = f"recheck of {KNOWN:,} unchanged articles, {kind}, against Core inserts of the attempts"
        found.append(_speed(name, again, "visits", RECHECK))
        name = f"{NEW:,} new articles, {kind}, against Core inserts of their rows"
        found.append(_speed(name, first, "articles", FIRST))
        found.append(_disk(kind, size))
        found.append(_growth(kind, again.grown))
    return found


@contextmanager
def _pair(kind: str) -> Iterator[tuple[Pair, int]]:
    """Give a filled archive with its equal, and how many bytes of disk the articles take."""
    with databases.of_kind(kind) as make:
        url = make("ours")
        engine = open_engine(url)
        schema.upgrade(engine)
        empty = databases.size(engine)
        store = _store(engine)
        for batch in _visits(range(KNOWN), now() - timedelta(minutes=30)):
            store.write(batch)
        databases.settle(engine)
        pair = Pair(ours=engine, plain=open_engine(make("plain", url)))
        size = databases.size(engine) - empty
        with pair.plain.connect() as connection:
            pair.marks = {one.name: _last(connection, first) for one, first in _TABLES}
        try:
            yield pair, size
        finally:
            pair.ours.dispose()
            pair.plain.dispose()


def _store(engine: Engine) -> Store:
    run_id = runs.start(engine, Gazette(), software_version="benchmark")
    return Store(engine, outlet=Gazette(), run_id=run_id, pseudonym_key=b"only for benchmarks")


def _last(connection: Connection, column: Column[int]) -> int:
    return int(connection.scalar(select(func.max(column))) or 0)


def _measure(pair: Pair, batches: Sequence[Batch], turn: int, records: int) -> Measured:
    """Store batches, a turn at a time; then the yardstick inserts the same rows, in as many transactions."""
    store = _store(pair.ours)
    _insert(pair.plain, [pair.follow()])  # the run
    sizes = [databases.size(engine) for engine in (pair.ours, pair.plain)]
    ours, plain = [], []
    for start in range(0, len(batches), turn):
        turns, made, taken = batches[start : start + turn], [], 0.0
        for batch in turns:
            began = time.perf_counter()
            store.write(batch)
            taken += time.perf_counter() - began
            made.append(pair.follow())
        stored = sum(len(batch) for batch in turns) / records
        ours.append(stored / taken)
        plain.append(stored / _insert(pair.plain, made))
    grown = [
        databases.size(engine) - size for engine, size in zip((pair.ours, pair.plain), sizes, strict=True)
    ]
    return Measured(ours=ours, plain=plain, grown=(grown[0], grown[1]))


def _insert(engine: Engine, made: Iterable[Rows]) -> float:
    """Insert the rows of each batch in one transaction; give the seconds that took."""
    began = time.perf_counter()
    for rows in made:
        with writing(engine) as connection:
            for one, entries in rows:
                connection.execute(insert(one), entries)
    return time.perf_counter() - began


def _rechecks() -> Iterator[Batch]:
    """Give visits of all known articles: every other one a 304, the rest with the bytes they had."""
    began = now()
    for start in range(0, KNOWN, BATCH):
        yield [
            articles.visit(number, began + timedelta(milliseconds=number), served=number % 2 == 0)
            for number in range(start, start + BATCH)
        ]


def _visits(numbers: range, began: datetime) -> Iterator[Batch]:
    """Give first visits, each with what was read from it."""
    for start in range(numbers.start, numbers.stop, BATCH // 2):
        batch: list[FetchAttempt | ArticleRecord] = []
        for number in range(start, start + BATCH // 2):
            seen = articles.visit(number, began + timedelta(milliseconds=number))
            batch += [seen, articles.record(seen, number)]
        yield batch


def _speed(name: str, measured: Measured, what: str, wanted: float) -> Figure:
    return Figure(
        name=name,
        ours=f"{statistics.median(measured.ours):,.0f} {what}/s",
        yardstick=f"{statistics.median(measured.plain):,.0f} {what}/s",
        ratio=statistics.median(a / b for a, b in zip(measured.ours, measured.plain, strict=True)),
        bound=Bound.AT_LEAST,
        wanted=wanted,
    )


def _disk(kind: str, size: int) -> Figure:
    text = statistics.mean(
        len(record.document.body) + sum(len(comment.body) for comment in record.comments)
        for batch in _visits(range(BATCH), now())
        for record in batch
        if isinstance(record, ArticleRecord)
    )
    return Figure(
        name=f"disk an article takes, {kind}, against its text and comments alone",
        ours=f"{size / KNOWN / 1000:.1f} kB",
        yardstick=f"{text / 1000:.1f} kB",
        ratio=size / KNOWN / text,
        bound=Bound.AT_MOST,
        wanted=OVERHEAD,
    )


def _growth(kind: str, grown: tuple[int, int]) -> Figure:
    ours, plain = grown
    return Figure(
        name=f"disk an unchanged recheck takes, {kind}, against its attempt alone",
        ours=f"{ours / KNOWN:.0f} B",
        yardstick=f"{plain / KNOWN:.0f} B",
        ratio=ours / plain,
        bound=Bound.AT_MOST,
        wanted=GROWTH,
    )
