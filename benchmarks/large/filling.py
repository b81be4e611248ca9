"""How an invented archive gets into a database: as fast as it takes rows, its full text made afterwards."""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Protocol

import psycopg
from sqlalchemy.engine import make_url

from benchmarks import databases
from benchmarks.large import comments, copies, lives, rows
from benchmarks.large.plan import Plan
from db import fulltext, schema
from db.engine import open_engine
from db.models import Base
from db.search_tables import INDEXES

BLOCK = 5_000  # versions, articles or stories made at once: what the memory holds of rows
EVERY = 10  # seconds between two words on how far it is
STREAMS = 2  # in which PostgreSQL takes texts: finding their stems is most of the work

Told = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


class Load(Protocol):
    """What takes rows."""

    def put(self, target: str, found: Iterable[tuple[object, ...]]) -> None:
        """Take the rows of a table, named with its columns."""


class Eta:
    """Tells on stderr how far the work is and how long it will take."""

    def __init__(self) -> None:
        """Begin."""
        self._what, self._began, self._said = "", 0.0, 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say it, every ten seconds at most."""
        moment = time.monotonic()
        if what != self._what:
            self._what, self._began, self._said = what, moment, 0.0
        if done and moment - self._said > EVERY:
            self._said = moment
            left = (moment - self._began) / done * (total - done)
            print(f"{what}: {done:,} of {total:,}, some {left:,.0f} s left", file=sys.stderr, flush=True)


def fill(url: str, articles: int, told: Told) -> dict[str, float]:
    """Make an archive of so many articles at an address; give the seconds of its steps."""
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    taken, began = {}, time.perf_counter()
    plan = Plan(articles)
    load = _into_sqlite if make_url(url).get_backend_name() == "sqlite" else _into_postgresql
    load(url, plan, told)
    taken["rows"] = time.perf_counter() - began
    told("full text", 0, 1)
    began = time.perf_counter()
    fulltext.rebuild(engine)
    taken["full text"] = time.perf_counter() - began
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    databases.settle(engine)
    return taken


def _into_sqlite(url: str, plan: Plan, told: Told) -> None:
    with closing(sqlite3.connect(str(make_url(url).database))) as connection:
        for order in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {order}")
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name = ?"
        triggers = [
            connection.execute(query, (f"{table}_search_insert",)).fetchone() for table in INDEXES.values()
        ]
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        load = _Sqlite(connection)
        _put(load, plan, told)
        for block in _blocks(plan.versions):
            load.put(rows.DOCUMENT, rows.documents(plan, block))
            told("texts", block.stop - 1, plan.versions)
        for _, trigger in triggers:
            connection.execute(trigger)
        connection.commit()


def _into_postgresql(url: str, plan: Plan, told: Told) -> None:
    with _postgresql(url) as connection:
        # Not kept up while rows come in: making them anew is part of what follows.
        for table in INDEXES.values():
            connection.execute(
                f"UPDATE pg_index SET indisready = false WHERE indexrelid = 'ix_{table}_search'::regclass"
            )
        connection.commit()
        load = _Postgresql(connection)
        _put(load, plan, told)
        with ThreadPoolExecutor(STREAMS) as streams:
            several = list(_blocks(plan.versions))
            parts = [several[number::STREAMS] for number in range(STREAMS)]
            list(streams.map(lambda part: _texts(url, plan, part, told), parts))
        for one in Base.metadata.sorted_tables:
            if "id" in one.columns:
                connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{one.name}', 'id'), "
                    f"(SELECT coalesce(max(id), 0) + 1 FROM {one.name}), false)"
                )
        connection.commit()


def _texts(url: str, plan: Plan, blocks: list[range], told: Told) -> None:
    """Write some of the texts through a connection of their own."""
    with _postgresql(url) as connection:
        load = _Postgresql(connection)
        for block in blocks:
            load.put(rows.DOCUMENT, rows.documents(plan, block))
            told("texts", block.stop - 1, plan.versions)


def _postgresql(url: str) -> psycopg.Connection[Any]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(address, options="-c timezone=UTC -c session_replication_role=replica")
    connection.execute("SET maintenance_work_mem = '1GB'")
    return connection


def _put(load: Load, plan: Plan, told: Told) -> None:
    """Write all but the texts."""
    for made in _made(plan, told):
        for target, found in made.items():
            load.put(target, found)


def _made(plan: Plan, told: Told) -> Iterator[rows.Rows]:
    yield rows.ground(plan)
    yield comments.names(plan)
    number = 1
    for block in _blocks(plan.articles):
        yield rows.articles(plan, block)
        several = sum(lives.comments(article) for article in block)
        yield comments.under(plan, block, range(number, number + several))
        number += several
        told("articles", block.stop - 1, plan.articles)
    for block in _blocks(plan.versions):
        yield rows.versions(plan, block)
        told("versions", block.stop - 1, plan.versions)
    for block in _blocks(copies.count(plan)):
        yield copies.stories(plan, block)
        told("stories", block.stop - 1, copies.count(plan))
    yield copies.done(plan)


def _blocks(several: int) -> Iterator[range]:
    for start in range(1, several + 1, BLOCK):
        yield range(start, min(start + BLOCK, several + 1))


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, target: str, found: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * (target.count(",") + 1))
        self._connection.executemany(f"INSERT INTO {target} VALUES ({marks})", found)


class _Postgresql:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def put(self, target: str, found: Iterable[tuple[object, ...]]) -> None:
        with self._connection.cursor().copy(f"COPY {target} FROM STDIN") as copy:
            for row in found:
                copy.write_row(row)
        self._connection.commit()
