"""What is asked of the archive, through the functions that the commands use, and how long it takes."""

import statistics
import time
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from benchmarks.large.lives import BEGAN, ENDED
from benchmarks.large.texts import Texts
from core.query_language import parse
from db import fulltext
from db.fulltext import Wanted
from db.questions import questions
from db.time_travel.asof_session import Reader, reading

TIMES = 5
PATIENCE = 30.0  # seconds: what has taken so long in all is not asked again
SHOWN = 21  # hits asked for: what `cuttings search` shows, and one more
MIDDLE = datetime.fromtimestamp((BEGAN + ENDED) // 2, UTC)
"""As of when the archive is asked: about half of its articles had been published."""

MONTH = date(2018, 5, 1)
"""The month whose articles are asked for."""

Find = Callable[[Connection, Wanted], Sized]
Ask = Callable[[Reader], int]
"""Asks a session, and gives how many rows or hits there were."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question of a ``kind`` with the seconds each run took, and how many rows it has."""

    kind: str
    name: str
    rows: int
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Give the median of the runs, in seconds."""
        return statistics.median(self.seconds)

    @property
    def slowest(self) -> float:
        """Give the slowest run, in seconds: mostly the first, which finds nothing in the memory."""
        return max(self.seconds)


def asked(url: str, texts: Texts, articles: int, times: int = TIMES) -> Iterator[Asked]:
    """Ask everything, each in a session of its own, several times."""
    for one in questions():
        yield _timed(url, ("question", one.name), _sql(one.sql), times)
    for name, ask in _searches(texts):
        yield _timed(url, ("search", name), ask, times)
    for at in (None, MIDDLE):
        for name, query in _looks(articles):
            kind = "articles as of 2021" if at else "articles today"
            yield _timed(url, (kind, name), _sql(query), times, at)
    search = _search(fulltext.articles, Wanted(query=parse(texts.word_in(0.25)), most=SHOWN))
    yield _timed(url, ("search as of 2021", "a word of every fourth text"), search, times, MIDDLE)


def _timed(url: str, named: tuple[str, str], ask: Ask, times: int, at: datetime | None = None) -> Asked:
    taken: list[float] = []
    rows = 0
    with reading(url, at) as reader:
        while len(taken) < times and sum(taken) < PATIENCE:
            began = time.perf_counter()
            rows = ask(reader)
            taken.append(time.perf_counter() - began)
    return Asked(kind=named[0], name=named[1], rows=rows, seconds=tuple(taken))


def _sql(query: str) -> Ask:
    def ask(reader: Reader) -> int:
        with reader.ask(query) as found:
            return sum(1 for _ in found.rows)

    return ask


def _searches(texts: Texts) -> Iterator[tuple[str, Ask]]:
    every, common, rare = texts.word_in(1), texts.word_in(0.25), texts.word_in(0)
    other, phrase = texts.word_in(0.1), texts.phrase_in(0.01)
    plain = Wanted(query=parse(common), most=SHOWN)
    month = replace(plain, since=MONTH, until=MONTH + timedelta(days=29))
    for name, wanted in (
        ("a word of every text", replace(plain, query=parse(every))),
        ("a word of every fourth text", plain),
        ("a rare word", replace(plain, query=parse(rare))),
        ("a phrase", replace(plain, query=parse(f'"{phrase}"'))),
        ("two words", replace(plain, query=parse(f"{common} AND {other}"))),
        ("one word without another", replace(plain, query=parse(f"{common} NOT {other}"))),
        ("in one outlet", replace(plain, outlet="outlet2")),
        ("in one month", month),
        ("in one month of one outlet", replace(month, outlet="outlet2")),
        ("the newest first", replace(plain, newest=True)),
        ("in past versions too", replace(plain, versions=True)),
        ("a rare word, past versions too", replace(plain, query=parse(rare), versions=True)),
    ):
        yield name, _search(fulltext.articles, wanted)
    for name, word in (("comments: a word of every text", every), ("comments: a common word", common)):
        yield name, _search(fulltext.comments, replace(plain, query=parse(word)))


def _search(find: Find, wanted: Wanted) -> Ask:
    return lambda reader: len(find(reader.connection, wanted))


def _looks(articles: int) -> tuple[tuple[str, str], ...]:
    month = f"outlet = 'outlet2' AND published_on BETWEEN '{MONTH}' AND '{MONTH + timedelta(days=30)}'"
    return (
        ("count of all", "SELECT count(*) FROM articles"),
        ("one outlet's month", f"SELECT article_id, title, word_count, comments FROM articles WHERE {month}"),
        ("one article", f"SELECT * FROM articles WHERE article_id = {articles // 4}"),
    )
