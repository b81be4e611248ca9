"""How fast the store takes new articles into a small archive and into a large one, turn about."""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from benchmarks import articles
from core.clock import now
from core.records import ArticleRecord, FetchAttempt
from db.engine import open_engine
from db.running import runs
from db.store import Store
from pipelines.writer import BATCH

TURNS = 12
IN_A_TURN = 4  # transactions


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """New articles stored a second, the median of all turns; ``articles`` is the size of the archive."""

    articles: int
    rate: float


def arrived(urls: dict[int, str]) -> list[Arrived]:
    """Store the same new articles into each of the archives, given by their sizes."""
    began, taken = now(), {size: list[float]() for size in urls}
    engines = {size: open_engine(url) for size, url in urls.items()}
    stores = {}
    for size, engine in engines.items():
        run_id = runs.start(engine, articles.Gazette(), software_version="benchmark")
        stores[size] = Store(
            engine, outlet=articles.Gazette(), run_id=run_id, pseudonym_key=b"for benchmarks"
        )
    first = max(_known(engine) for engine in engines.values())
    for turn in range(TURNS + 1):
        batches = list(_batches(first, turn, began))
        for size, store in stores.items():
            start = time.perf_counter()
            for batch in batches:
                store.write(batch)
            taken[size].append(sum(map(len, batches)) / 2 / (time.perf_counter() - start))
    for engine in engines.values():
        engine.dispose()
    return [
        Arrived(articles=size, rate=statistics.median(rates[1:])) for size, rates in taken.items()
    ]  # the first turn opens what the later ones find open


def _known(engine: Engine) -> int:
    """Give how many articles an earlier measurement stored: new ones get other numbers."""
    with engine.connect() as connection:
        query = "SELECT count(*) FROM article a JOIN outlet o ON o.id = a.outlet_id WHERE o.key = :key"
        return int(connection.scalar(text(query), {"key": articles.Gazette.key}) or 0)


def _batches(first: int, turn: int, began: datetime) -> Iterator[Sequence[FetchAttempt | ArticleRecord]]:
    """Give first visits, each with what was read from it."""
    each = BATCH // 2
    for place in range(turn * IN_A_TURN, (turn + 1) * IN_A_TURN):
        batch: list[FetchAttempt | ArticleRecord] = []
        for number in range(first + place * each, first + (place + 1) * each):
            seen = articles.visit(number, began + timedelta(milliseconds=number - first))
            batch += [seen, articles.record(seen, number)]
        yield batch
