"""What an archive's operation is judged by: last runs, last news, fields read; every question bounded."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from core.records import CommentState
from db.models import (
    Article,
    Capture,
    Document,
    Extraction,
    Extractor,
    FetchAttempt,
    Outlet,
    Run,
    WarcFile,
    table,
)
from db.words import Kind, Reading, Verdict

RUNS = 30
"""Newest runs of each outlet that are looked at."""
NEWS = 200
"""Newest crawls that brought articles that are looked at."""
PAGES = 100
"""Newly read articles of one run that are looked at."""
HISTORY = timedelta(days=60)
"""How far back an outlet's own habits are looked for."""
BODY = 40
"""Words from which on a text counts as one."""
GENERIC = "generic"
"""The layout that reads what no layout of the outlet's own knows."""

SUCCEEDED = frozenset({Verdict.OK, Verdict.PARTIAL, Verdict.HELD})
"""Verdicts of a crawl that met articles; what a held one met waits for a decision."""
NEUTRAL = frozenset({Verdict.SKIPPED, Verdict.STOPPED})
"""Verdicts that say nothing of the outlet: somebody else crawled it, or a person ended it."""

ARTICLE, ATTEMPT, CAPTURE, DOCUMENT = table(Article), table(FetchAttempt), table(Capture), table(Document)
EXTRACTION, EXTRACTOR, FILE = table(Extraction), table(Extractor), table(WarcFile)
OUTLET, RUN = table(Outlet), table(Run)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLine:
    """What a run came to, in short; times are aware UTC."""

    id: int
    kind: Kind
    verdict: Verdict | None
    reason: str | None
    started_at: datetime
    ended_at: datetime | None
    host: str
    counts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsRun:
    """A crawl that brought articles: when it began, and how many."""

    id: int
    started_at: datetime
    new: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reads:
    """Newly read articles of some runs, and of how many each field is known."""

    pages: int
    known: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class LastRecord:
    """Where the newest record of a run lies: the file's name below the home, and the offset in it."""

    path: str
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownOutlet:
    """An outlet as the archive knows it; ``example`` says whether it is an invented one."""

    id: int
    key: str
    title: str
    example: bool


def outlets(engine: Engine) -> Sequence[KnownOutlet]:
    """Give each outlet that the archive knows, by key."""
    query = select(*(OUTLET.c[name] for name in KnownOutlet.__dataclass_fields__)).order_by(OUTLET.c.key)
    with engine.connect() as connection:
        return [KnownOutlet(**row._asdict()) for row in connection.execute(query)]


def articles(engine: Engine) -> Mapping[str, int]:
    """Give how many articles the archive has of each outlet, by key.

    Counted in full once in an hour (0.2 s for 300,000), and from the last one counted in between.
    """
    at = time.monotonic()
    counted = _COUNTED.get(engine)
    if counted is None or at - counted.since > _RECOUNT:
        counted = _Counted(since=at, last=0, counts={})
    query = (
        select(ARTICLE.c.outlet_id, func.count().label("fresh"), func.max(ARTICLE.c.id).label("last"))
        .where(ARTICLE.c.id > counted.last)
        .group_by(ARTICLE.c.outlet_id)
    )
    with engine.connect() as connection:
        fresh = connection.execute(query).all()
        keys = connection.execute(select(OUTLET.c.id, OUTLET.c.key)).all()
    counts = dict(counted.counts)
    for row in fresh:
        counts[row.outlet_id] = counts.get(row.outlet_id, 0) + row.fresh
    last = max((row.last for row in fresh), default=counted.last)
    _COUNTED[engine] = _Counted(since=counted.since, last=last, counts=counts)
    return {row.key: counts.get(row.id, 0) for row in keys}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counted:
    """How many articles each outlet has up to the last one counted; ``since`` is a monotonic clock's."""

    since: float
    last: int
    counts: Mapping[int, int]


_COUNTED: WeakKeyDictionary[Engine, _Counted] = WeakKeyDictionary()
_RECOUNT = 3600.0  # seconds: transactions that end late and rows that go are counted by then


def last_runs(connection: Connection, outlet_id: int) -> Sequence[RunLine]:
    """Give the newest crawls and rechecks of an outlet, at most ``RUNS``, newest first."""
    names = tuple(RunLine.__dataclass_fields__)
    query = (
        select(*(RUN.c[name] for name in names))
        .where(RUN.c.outlet_id == outlet_id, RUN.c.kind.in_([Kind.CRAWL.value, Kind.RECHECK.value]))
        .order_by(RUN.c.started_at.desc())
        .limit(RUNS)
    )
    return [
        RunLine(
            **row._asdict()
            | {
                "kind": Kind(row.kind),
                "verdict": Verdict(row.verdict) if row.verdict else None,
                "counts": row.counts or {},
            }
        )
        for row in connection.execute(query)
    ]


def last_success(connection: Connection, outlet_id: int) -> datetime | None:
    """Give when the outlet's latest crawl that met articles ended, None where none ever did.

    Walks back through all of its runs: to be asked only where none of the last ones succeeded.
    """
    query = (
        select(RUN.c.ended_at)
        .where(
            RUN.c.outlet_id == outlet_id,
            RUN.c.kind == Kind.CRAWL.value,
            RUN.c.verdict.in_([verdict.value for verdict in SUCCEEDED]),
        )
        .order_by(RUN.c.started_at.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def news_runs(connection: Connection, outlet_id: int) -> Sequence[NewsRun]:
    """Give the crawls that brought articles, newest first, at most ``NEWS``.

    Those of ``HISTORY`` up to the latest, and the one before them. Walks back through as many runs as
    brought nothing: many only where an outlet has been quiet for long.
    """
    last = _news(connection, outlet_id, limit=1)
    if not last:
        return ()
    found = _news(connection, outlet_id, RUN.c.started_at >= last[0].started_at - HISTORY, limit=NEWS)
    if len(found) == NEWS:
        return found
    return [*found, *_news(connection, outlet_id, RUN.c.started_at < found[-1].started_at, limit=1)]


def _news(
    connection: Connection, outlet_id: int, *conditions: ColumnElement[bool], limit: int
) -> Sequence[NewsRun]:
    new = RUN.c.counts["new"].as_integer()
    query = (
        select(RUN.c.id, RUN.c.started_at, new.label("new"))
        .where(RUN.c.outlet_id == outlet_id, RUN.c.kind == Kind.CRAWL.value, new > 0, *conditions)
        .order_by(RUN.c.started_at.desc())
        .limit(limit)
    )
    return [NewsRun(**row._asdict()) for row in connection.execute(query)]


def reads(connection: Connection, run_ids: Sequence[int]) -> Mapping[int, Reads]:
    """Give what each of these runs read for the first time, at most ``PAGES`` articles of each.

    The runs have ended: what they read stays as it is, so a process asks once for each of them.
    """
    remembered = _READ.setdefault(connection.engine, {})
    if len(remembered) > _REMEMBERED:
        remembered.clear()
    for run_id in run_ids:
        if run_id not in remembered:
            row = connection.execute(_reads(), {"run": run_id}).mappings().one()
            known = {name: int(row[name] or 0) for name in row if name != "pages"}
            remembered[run_id] = Reads(pages=row["pages"], known=known)
    return {run_id: remembered[run_id] for run_id in run_ids}


_READ: WeakKeyDictionary[Engine, dict[int, Reads]] = WeakKeyDictionary()
_REMEMBERED = 50_000  # runs; some 20 MB at most


@cache
def _reads() -> Select[*tuple[Any, ...]]:
    columns = ("document_id", "extractor_id", "comment_state")
    read = (
        select(*(EXTRACTION.c[name] for name in columns))
        # A range: by its statistics SQLite would read the whole table where one run made most of it.
        .where(EXTRACTION.c.run_id.between(bindparam("run"), bindparam("run")))
        .where(EXTRACTION.c.outcome == Reading.NEW.value)
        .limit(PAGES)
        .subquery()
    )
    tests = {
        "byline": DOCUMENT.c.byline.is_not(None),
        "date": DOCUMENT.c.published_on.is_not(None),
        "body": DOCUMENT.c.word_count >= BODY,
        "comments": read.c.comment_state != CommentState.UNKNOWN.value,
        "layout": EXTRACTOR.c.layout != GENERIC,
    }
    return (
        select(
            func.count().label("pages"),
            *(func.sum(case((test, 1), else_=0)).label(name) for name, test in tests.items()),
        )
        .join_from(read, DOCUMENT, DOCUMENT.c.id == read.c.document_id)
        .join(EXTRACTOR, EXTRACTOR.c.id == read.c.extractor_id)
    )


def last_record(connection: Connection, run_id: int) -> LastRecord | None:
    """Give where the newest record of a run lies, None where its last ``PAGES`` attempts wrote none."""
    newest = (
        select(ATTEMPT.c.id, ATTEMPT.c.warc_file_id, ATTEMPT.c.warc_offset)
        .where(ATTEMPT.c.run_id == run_id)
        .order_by(ATTEMPT.c.id.desc())
        .limit(PAGES)
        .subquery()
    )
    query = (
        select(FILE.c.path, newest.c.warc_offset.label("offset"))
        .join_from(newest, FILE, FILE.c.id == newest.c.warc_file_id)
        .order_by(newest.c.id.desc())
        .limit(1)
    )
    found = connection.execute(query).one_or_none()
    return LastRecord(**found._asdict()) if found else None


def newest_instants(connection: Connection) -> Mapping[str, datetime]:
    """Give when the newest run began and the newest capture was made, as the archive has them."""
    queries = {
        "run": select(RUN.c.started_at).order_by(RUN.c.id.desc()).limit(1),
        "capture": select(CAPTURE.c.captured_at).order_by(CAPTURE.c.id.desc()).limit(1),
    }
    found = {name: connection.execute(query).scalar_one_or_none() for name, query in queries.items()}
    return {name: at for name, at in found.items() if at is not None}


def clock(connection: Connection) -> datetime | None:
    """Give what time it is on the database's server; None on SQLite, which has no clock of its own."""
    if connection.dialect.name != "postgresql":
        return None
    at: datetime = connection.execute(select(literal_column("clock_timestamp()"))).scalar_one()
    return at
