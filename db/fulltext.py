"""Questions to the full-text indexes: which articles and comments contain words, the best first."""

# ruff: noqa: S608 - names of our own relations only; what was typed is a parameter

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any

from sqlalchemy import BindParameter, Connection, Date, Engine, bindparam, text

from core.query_dialects import match_expression, tsquery_text
from core.query_language import Query
from core.snippets import Snippet, snippet
from db.engine import writing
from db.search_tables import INDEXES
from db.types import UtcDateTime

_BATCHES = (100, 1_000, 10_000)  # rows of the index looked up at once
_NOT_TOLD = "SELECT a.id FROM article a WHERE a.state IN ('merged', 'erased')"
_SIGNS = {"since": ">=", "until": "<="}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is looked for, where, and in which order.

    ``since`` and ``until`` are days of publication (of comments: on which they were posted), in the
    outlet's zone. ``versions`` are past ones too; else a text counts that is shown now, or, in a
    session as of an instant (db/time_travel/asof.py), was shown then.
    """

    query: Query
    outlet: str | None = None
    since: date | None = None
    until: date | None = None
    versions: bool = False
    newest: bool = False
    most: int = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleHit:
    """A version of an article that contains the words; instants are UTC."""

    article_id: int
    outlet: str
    url: str
    title: str
    published_at: datetime | None
    published_on: date | None
    state: str
    version: int
    versions: int
    valid_from: datetime
    valid_to: datetime | None
    snippet: Snippet


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentHit:
    """A version of a comment that contains the words; instants are UTC."""

    comment_id: int
    article_id: int
    outlet: str
    url: str
    commenter: str | None
    posted_at: datetime | None
    posted_on: date | None
    state: str
    version: int
    versions: int
    valid_from: datetime
    valid_to: datetime | None
    snippet: Snippet


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where hits of one kind lie: the index, its rows' own table, the views, and what is asked of them.

    ``weights`` are those of title, standfirst and body, for SQLite's bm25() and PostgreSQL's ranks.
    """

    index: str
    rows: str
    day: str
    moment: str
    now: tuple[str, str]
    past: tuple[str, str]
    key: str
    facts: str
    texts: tuple[str, ...]
    weights: tuple[str, str]


_ARTICLES = _Place(
    index="article_search",
    rows="document",
    day="published_on",
    moment="published_at",
    now=("articles", "document_id"),
    past=("article_versions", "document_id"),
    key="article_id",
    facts=(
        "article_id, outlet, url, title, published_at, published_on, version, valid_from, valid_to, "
        "standfirst, body"
    ),
    texts=("body", "standfirst", "title"),
    weights=("8.0, 3.0, 1.0", "{0.1, 0.1, 0.4, 1.0}"),
)
_COMMENTS = _Place(
    index="comment_search",
    rows="comment_version",
    day="posted_on",
    moment="posted_at",
    now=("comments", "comment_version_id"),
    past=("comment_versions", "comment_version_id"),
    key="comment_id",
    facts=(
        "comment_id, article_id, outlet, url, commenter, posted_at, posted_on, version, valid_from, "
        "valid_to, body"
    ),
    texts=("body",),
    weights=("1.0", "{0.1, 1.0, 1.0, 1.0}"),
)


def articles(connection: Connection, wanted: Wanted) -> list[ArticleHit]:
    """Give the articles, or their versions, that contain the words: the best first, or the newest."""
    return [ArticleHit(**row) for row in _found(connection, _ARTICLES, wanted)]


def comments(connection: Connection, wanted: Wanted) -> list[CommentHit]:
    """Give the comments, or their versions, that contain the words, removed ones too."""
    return [CommentHit(**row) for row in _found(connection, _COMMENTS, wanted)]


def rebuild(engine: Engine) -> None:
    """Make the indexes anew from the texts; PostgreSQL's only their storage: it keeps them right itself.

    Takes the time of reading all texts, in which nobody else writes.
    """
    with writing(engine) as connection:
        for name, table in INDEXES.items():
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql(f"INSERT INTO {name}({name}) VALUES ('rebuild')")
            else:
                connection.exec_driver_sql(f"REINDEX INDEX ix_{table}_search")


def _found(connection: Connection, place: _Place, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Give the hits' facts: first which they are, in order, then all about those few."""
    pairs = _ranked(connection, place, wanted)
    keys: BindParameter[Any] = bindparam("keys", sorted({key for key, _ in pairs}), expanding=True)
    numbers: BindParameter[Any] = bindparam(
        "numbers", sorted({number for _, number in pairs}), expanding=True
    )
    query = f"SELECT {place.facts} FROM {place.past[0]} WHERE {place.key} IN :keys AND version IN :numbers"
    types: dict[str, Any] = {name: UtcDateTime() for name in (place.moment, "valid_from", "valid_to")}
    rows = connection.execute(text(query).bindparams(keys, numbers).columns(**types, **{place.day: Date()}))
    by_pair = {(row[place.key], row["version"]): dict(row) for row in rows.mappings()}
    query = f"SELECT {place.key}, state, versions FROM {place.now[0]} WHERE {place.key} IN :keys"
    now = {row[0]: row for row in connection.execute(text(query).bindparams(keys))}
    for pair in pairs:
        if pair in by_pair and pair[0] in now:  # else it was erased meanwhile
            row = by_pair[pair] | {"state": now[pair[0]].state, "versions": now[pair[0]].versions}
            texts = [row[name] or "" for name in place.texts]
            shown = {name: value for name, value in row.items() if name not in {"standfirst", "body"}}
            yield shown | {"snippet": snippet(texts, wanted.query)}


def _ranked(connection: Connection, place: _Place, wanted: Wanted) -> Sequence[tuple[int, int]]:
    """Give the hits, by article or comment and version, in order.

    The index is asked and sorted first, and its rows are looked up in the views, where it is found
    out whether a text is one that counts, only until there are enough: most words are in far more
    texts than anybody reads.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    hits = _sqlite_hits(place, wanted) if is_sqlite else _postgresql_hits(place, wanted)
    typed = match_expression(wanted.query) if is_sqlite else tsquery_text(wanted.query)
    days = _days(wanted)
    query = text(hits).bindparams(*(bindparam(name, type_=Date()) for name in days if f":{name}" in hits))
    values = {"query": typed} | {name: day for name, day in days.items() if f":{name}" in hits}
    found: list[tuple[int, int]] = []
    result = connection.execute(query, values)
    for size in chain(_BATCHES, repeat(_BATCHES[-1])):
        ids = [row[0] for row in result.fetchmany(size)]
        found += _counting(connection, place, wanted, ids)
        if len(found) >= wanted.most or len(ids) < size:
            break
    result.close()
    return found[: wanted.most]


def _counting(
    connection: Connection, place: _Place, wanted: Wanted, ids: Sequence[int]
) -> list[tuple[int, int]]:
    """Give what the views show of some rows of the index, in the order of those."""
    view, column = place.past if wanted.versions else place.now
    number = "version" if wanted.versions else "versions"
    days = _days(wanted)
    conditions = [f"{place.day} {_SIGNS[name]} :{name}" for name in days]
    if wanted.outlet is not None:
        conditions.append("outlet = :outlet")
    if place is _ARTICLES:
        conditions.append(f"article_id NOT IN ({_NOT_TOLD})")
    query = text(
        f"SELECT {column}, {place.key}, {number} FROM {view} "
        f"WHERE {' AND '.join((f'{column} IN :ids', *conditions))} ORDER BY {place.key}, {number}"
    )
    binds: list[BindParameter[Any]] = [bindparam("ids", ids, expanding=True)]
    binds += [bindparam(name, day, type_=Date()) for name, day in days.items()]
    binds += [bindparam("outlet", wanted.outlet)] if wanted.outlet is not None else []
    order = {found: at for at, found in enumerate(ids)}
    rows = connection.execute(query.bindparams(*binds)).all()
    return [(row[1], row[2]) for row in sorted(rows, key=lambda row: order[row[0]])]


def _sqlite_hits(place: _Place, wanted: Wanted) -> str:
    """Give the SELECT of the index's rows in order; its cursor gives them as they are asked for."""
    within = f"{place.index} MATCH :query"
    if place is _ARTICLES:
        within += _published(wanted, "+i.rowid")  # the sign: tested, not looked up one by one
    if wanted.newest:
        return (
            f"SELECT d.id FROM {place.index} i CROSS JOIN {place.rows} d ON d.id = i.rowid WHERE {within} "
            f"ORDER BY d.{place.day} DESC NULLS LAST, d.id DESC"
        )
    ranked = f"{within} AND rank MATCH 'bm25({place.weights[0]})'"
    return f"SELECT i.rowid FROM {place.index} i WHERE {ranked} ORDER BY rank"


def _postgresql_hits(place: _Place, wanted: Wanted) -> str:
    """Give the SELECT of the index's rows in order."""
    asked = "to_tsquery('cuttings', :query)"
    within = f"i.search @@ {asked}" + (_published(wanted, "i.rowid") if place is _ARTICLES else "")
    if wanted.newest:
        source, score = f"{place.index} i JOIN {place.rows} d ON d.id = i.rowid", f"d.{place.day}"
    else:
        source, score = f"{place.index} i", f"ts_rank_cd('{place.weights[1]}', i.search, {asked}, 1)"
    return f"SELECT i.rowid FROM {source} WHERE {within} ORDER BY {score} DESC NULLS LAST, i.rowid DESC"


def _days(wanted: Wanted) -> dict[str, date]:
    """Give the days wanted, by name."""
    return {name: day for name, day in (("since", wanted.since), ("until", wanted.until)) if day}


def _published(wanted: Wanted, column: str) -> str:
    """Give the condition that a text was published in the days wanted: it spares looking up the others."""
    days = [f"published_on {_SIGNS[name]} :{name}" for name in _days(wanted)]
    return f" AND {column} IN (SELECT id FROM document WHERE {' AND '.join(days)})" if days else ""
