"""One article's history, and counts as of a date, in a small archive and in one thirty times as large."""

import random
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from benchmarks import databases, synthetic
from benchmarks.figure import Bound, Figure
from cli import history
from db.engine import open_engine
from db.time_travel.asof import close_as_of, open_as_of

FEW, MANY = 10_000, 300_000
ASKED = 300  # articles whose history is read in each archive
COUNTS = 3
FLAT = 2.0  # times as long in the large archive as in the small one
BOUND = 5.0  # ms, in either
LINEAR = 2.0  # times as long an article, where all articles are counted

Read = Callable[[Connection, int], object]


def figures() -> list[Figure]:
    """Write both archives of each kind; read the same number of articles, turn about."""
    found = []
    for kind in databases.KINDS:
        with databases.of_kind(kind) as make, ExitStack() as opened:
            archives = {}
            for number in (FEW, MANY):
                url = make(f"of_{number}")
                synthetic.write(url, number)
                archives[number] = opened.enter_context(open_engine(url).connect())
            found += _figures(kind, archives)
    return found


def _figures(kind: str, archives: dict[int, Connection]) -> list[Figure]:
    told = _medians(archives, _told)
    versions = _medians(archives, _versions)
    counted = {number: _seconds(connection, number) for number, connection in archives.items()}
    middle = {number: _as_of(connection, number) for number, connection in archives.items()}
    return [
        *_flat(f"an article's history as `cuttings article` reads it, {kind}", told),
        *_flat(f"SELECT * FROM article_versions of one article, {kind}", versions),
        _linear(f"SELECT count(*) FROM articles, {kind}", counted),
        _linear(f"SELECT count(*) FROM articles as of a date, {kind}", middle),
    ]


def _told(connection: Connection, article_id: int) -> object:
    found = history.article(connection, article_id)
    assert found is not None
    return history.history(connection, found).versions


def _versions(connection: Connection, article_id: int) -> object:
    query = text("SELECT * FROM article_versions WHERE article_id = :article")
    return connection.execute(query, {"article": article_id}).all()


def _medians(archives: dict[int, Connection], read: Read) -> dict[int, float]:
    """Give the median milliseconds of reading one article, each only once."""
    chance = random.Random(1)
    chosen = {number: chance.sample(range(1, number + 1), ASKED) for number in archives}
    taken: dict[int, list[float]] = {number: [] for number in archives}
    for place in range(ASKED):
        for number, connection in archives.items():
            began = time.perf_counter()
            assert read(connection, chosen[number][place])
            taken[number].append((time.perf_counter() - began) * 1000)
    return {number: statistics.median(times) for number, times in taken.items()}


def _as_of(connection: Connection, number: int) -> float:
    """Count as of the day on which half of the articles had been seen; then bring the session back."""
    middle = datetime.fromtimestamp(synthetic.BEGAN + synthetic.EVERY * number / 2, UTC)
    open_as_of(connection, middle)
    taken = _seconds(connection, number // 2)
    close_as_of(connection)
    return taken


def _seconds(connection: Connection, expected: int) -> float:
    """Give the median seconds of counting the articles."""
    taken = []
    for _ in range(COUNTS):
        began = time.perf_counter()
        counted = connection.scalar(text("SELECT count(*) FROM articles"))
        taken.append(time.perf_counter() - began)
        if counted != expected:
            raise SystemExit(f"{counted} articles counted, not {expected}")
    return statistics.median(taken)


def _flat(name: str, medians: dict[int, float]) -> list[Figure]:
    few, many = medians[FEW], medians[MANY]
    ours, yardstick = f"{many:.2f} ms", f"{few:.2f} ms"
    flat = Figure(
        name=f"{name}: of {MANY:,} articles against of {FEW:,}",
        ours=ours,
        yardstick=yardstick,
        ratio=many / few,
        bound=Bound.AT_MOST,
        wanted=FLAT,
    )
    quick = Figure(
        name=f"{name}: of {MANY:,} articles, in milliseconds",
        ours=ours,
        yardstick=f"{BOUND:g} ms",
        ratio=many,
        bound=Bound.AT_MOST,
        wanted=BOUND,
    )
    return [flat, quick]


def _linear(name: str, seconds: dict[int, float]) -> Figure:
    few, many = seconds[FEW], seconds[MANY]
    return Figure(
        name=f"{name}: each of {MANY:,}, against each of {FEW:,}",
        ours=f"{many:.3f} s",
        yardstick=f"{few:.3f} s",
        ratio=(many / MANY) / (few / FEW),
        bound=Bound.AT_MOST,
        wanted=LINEAR,
    )
