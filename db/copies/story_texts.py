"""Which texts of articles are looked for in other outlets, and their shingles as the database keeps them.

Of each article the first text and the newest: copies are often of the first wording, and the newest is
what readers see. What lay between them is left out: it would be held thrice and more for little.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, case, delete, func, select, update

from db import rows
from db.copies.overlap import Headed
from db.copies.shingles import STRETCH, shingled
from db.models import (
    Article,
    ArticleText,
    ArticleVersion,
    Document,
    FrequentShingle,
    Outlet,
    Shingle,
    StoryMember,
    StoryText,
    table,
)
from db.words import Appearance, ArticleState

ARTICLE, OUTLET, VERSION, TEXT = table(Article), table(Outlet), table(ArticleVersion), table(ArticleText)
DOCUMENT, STORY_TEXT, MEMBER = table(Document), table(StoryText), table(StoryMember)
SHINGLE, FREQUENT = table(Shingle), table(FrequentShingle)

FREQUENT_FROM = 20  # texts of different stories that share a shingle (ARCHIVE-FACTS.md section 7)
HOUSE_FROM = 3  # articles of one outlet that share a shingle: its footer, its house lines, its templates

_NO_TEXT = (ArticleState.MERGED.value, ArticleState.ERASED.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """An article with its texts that are looked for; by when it had appeared (aware UTC), and how we know."""

    article_id: int
    outlet_id: int
    appeared_at: datetime
    appeared_by: Appearance
    document_ids: tuple[int, ...]


def believed(connection: Connection, article_ids: Collection[int]) -> dict[int, Source]:
    """Give the sources of those of the articles that have a text, as it is believed now."""
    query = (
        select(
            ARTICLE.c.id,
            ARTICLE.c.outlet_id,
            ARTICLE.c.first_seen_at,
            OUTLET.c.timezone,
            TEXT.c.document_id,
            DOCUMENT.c.published_at,
            DOCUMENT.c.published_on,
        )
        .join_from(ARTICLE, OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .join(VERSION, (VERSION.c.article_id == ARTICLE.c.id) & VERSION.c.retracted_at.is_(None))
        .join(TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .join(DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .where(ARTICLE.c.state.not_in(_NO_TEXT))
        .order_by(ARTICLE.c.id, VERSION.c.seq)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.among(connection, query, ARTICLE.c.id, article_ids):
        found[row.id].append(row)
    return {article_id: _source(versions[0], versions[-1]) for article_id, versions in found.items()}


def kept(connection: Connection, article_ids: Collection[int]) -> dict[int, Source]:
    """Give the sources of those of the articles whose texts are kept here, as they are kept."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.among(connection, STORY_TEXT.select(), STORY_TEXT.c.article_id, article_ids):
        found[row.article_id].append(row)
    return {
        article_id: Source(
            article_id=article_id,
            outlet_id=several[0].outlet_id,
            appeared_at=several[0].appeared_at,
            appeared_by=Appearance(several[0].appeared_by),
            document_ids=tuple(sorted(row.document_id for row in several)),
        )
        for article_id, several in found.items()
    }


def compared(connection: Connection, article_ids: Collection[int]) -> set[int]:
    """Give those of the articles all whose kept texts were looked for in other outlets."""
    query = (
        select(STORY_TEXT.c.article_id)
        .group_by(STORY_TEXT.c.article_id)
        .having(func.count() == func.count(STORY_TEXT.c.compared_at))
    )
    return {row.article_id for row in rows.among(connection, query, STORY_TEXT.c.article_id, article_ids)}


def mark_compared(connection: Connection, article_ids: Collection[int], now: datetime) -> None:
    """Say that the kept texts of these articles were looked for in other outlets."""
    for chunk in rows.chunks(article_ids):
        done = update(STORY_TEXT).where(STORY_TEXT.c.article_id.in_(chunk)).values(compared_at=now)
        connection.execute(done)


def mark_uncompared(connection: Connection, outlet_id: int) -> None:
    """Let all texts of an outlet be looked for in the others again."""
    again = update(STORY_TEXT).where(STORY_TEXT.c.outlet_id == outlet_id).values(compared_at=None)
    connection.execute(again)


def texts(connection: Connection, document_ids: Collection[int]) -> dict[int, Headed]:
    """Give documents with their shingles; standfirst and body are one text."""
    query = select(DOCUMENT.c.id, DOCUMENT.c.title, DOCUMENT.c.standfirst, DOCUMENT.c.body)
    return {
        row.id: Headed(title=row.title, text=shingled("\n\n".join(filter(None, (row.standfirst, row.body)))))
        for row in rows.among(connection, query, DOCUMENT.c.id, document_ids)
    }


def keep(
    connection: Connection,
    article_ids: Collection[int],
    sources: Mapping[int, Source],
    found: Mapping[int, Headed],
    now: datetime,
) -> set[int]:
    """Keep these articles' texts: those of ``sources``, which ``found`` has; the others' are let go.

    Gives the articles that share what has become frequent with this: what they share with others must
    be weighed again.
    """
    before = {key for source in kept(connection, article_ids).values() for key in source.document_ids}
    wanted = {key for source in sources.values() for key in source.document_ids}
    _put_sources(connection, article_ids, sources)
    _drop_shingles(connection, before - wanted)
    fresh = {key: found[key].text.kept for key in wanted - before}
    hashes = {hash_ for several in fresh.values() for hash_ in several}
    known = {row.hash for row in rows.among(connection, FREQUENT.select(), FREQUENT.c.hash, hashes)}
    entries = [
        {"hash": hash_, "document_id": key}
        for key, several in sorted(fresh.items())
        for hash_ in several
        if hash_ not in known
    ]
    rows.put_new(connection, SHINGLE, entries)
    return _retire_frequent(connection, hashes - known, now)


def outdated(connection: Connection, document_ids: Collection[int]) -> dict[int, set[int]]:
    """Give by document the kept shingles that its text, of which something was erased, no longer has."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows.among(connection, SHINGLE.select(), SHINGLE.c.document_id, document_ids):
        found[row.document_id].add(row.hash)
    left = texts(connection, found.keys())
    return {key: several.difference(left[key].text.kept) for key, several in found.items()}


def house(connection: Connection, hashes: Collection[int]) -> set[int]:
    """Give those shingles that are house text of some outlet, or frequent everywhere."""
    query = (
        select(SHINGLE.c.hash)
        .join_from(SHINGLE, STORY_TEXT, STORY_TEXT.c.document_id == SHINGLE.c.document_id)
        .group_by(SHINGLE.c.hash, STORY_TEXT.c.outlet_id)
        .having(func.count(STORY_TEXT.c.article_id.distinct()) >= HOUSE_FROM)
    )
    found = {row.hash for row in rows.among(connection, query, SHINGLE.c.hash, hashes)}
    return found | {row.hash for row in rows.among(connection, FREQUENT.select(), FREQUENT.c.hash, hashes)}


def new_house(connection: Connection, outlet_id: int, counted: Mapping[int, int]) -> set[int]:
    """Give those shingles that have become house text of an outlet by articles just kept.

    ``counted`` says in how many of these articles each stands.
    """
    articles = func.count(STORY_TEXT.c.article_id.distinct())
    query = (
        select(SHINGLE.c.hash, articles.label("articles"))
        .join_from(SHINGLE, STORY_TEXT, STORY_TEXT.c.document_id == SHINGLE.c.document_id)
        .where(STORY_TEXT.c.outlet_id == outlet_id)
        .group_by(SHINGLE.c.hash)
        .having(articles >= HOUSE_FROM)
    )
    found = rows.among(connection, query, SHINGLE.c.hash, counted)
    return {row.hash for row in found if row.articles - counted[row.hash] < HOUSE_FROM}


def articles_with(connection: Connection, hashes: Collection[int]) -> set[int]:
    """Give the articles in whose kept texts several of these shingles stand: one is but a phrase."""
    query = (
        select(STORY_TEXT.c.article_id)
        .join_from(SHINGLE, STORY_TEXT, STORY_TEXT.c.document_id == SHINGLE.c.document_id)
        .group_by(STORY_TEXT.c.article_id)
        .having(func.count(SHINGLE.c.hash.distinct()) >= STRETCH)
    )
    return {row.article_id for row in rows.among(connection, query, SHINGLE.c.hash, hashes)}


def _source(first: Any, last: Any) -> Source:
    stated = [_stated(row) for row in (first, last)]
    appeared_at, appeared_by = min(
        [*filter(None, stated), (first.first_seen_at, Appearance.FIRST_SEEN)], key=lambda known: known[0]
    )
    return Source(
        article_id=first.id,
        outlet_id=first.outlet_id,
        appeared_at=appeared_at,
        appeared_by=appeared_by,
        document_ids=tuple(sorted({first.document_id, last.document_id})),
    )


def _stated(row: Any) -> tuple[datetime, Appearance] | None:
    """Give by when a page says it had appeared: of a day its end, for more is not known."""
    if row.published_at is not None:
        return row.published_at, Appearance.PUBLISHED_AT
    if row.published_on is not None:
        return _end_of(row.published_on, row.timezone), Appearance.PUBLISHED_ON
    return None


@cache
def _end_of(day: date, timezone: str) -> datetime:
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day, time.max, ZoneInfo(timezone)).astimezone(UTC)


def _put_sources(connection: Connection, article_ids: Collection[int], sources: Mapping[int, Source]) -> None:
    for chunk in rows.chunks(article_ids):
        connection.execute(delete(STORY_TEXT).where(STORY_TEXT.c.article_id.in_(chunk)))
    entries = [
        {
            "article_id": source.article_id,
            "document_id": document_id,
            "outlet_id": source.outlet_id,
            "appeared_at": source.appeared_at,
            "appeared_by": source.appeared_by.value,
            "compared_at": None,
        }
        for source in sources.values()
        for document_id in source.document_ids
    ]
    rows.put(connection, STORY_TEXT, entries)


def _drop_shingles(connection: Connection, document_ids: Collection[int]) -> None:
    """Let go of the shingles of documents that no article stands for any more."""
    for chunk in rows.chunks(document_ids):
        still = select(STORY_TEXT.c.document_id).where(STORY_TEXT.c.document_id.in_(chunk))
        gone = SHINGLE.c.document_id.in_(chunk) & SHINGLE.c.document_id.not_in(still)
        connection.execute(delete(SHINGLE).where(gone))


def _retire_frequent(connection: Connection, hashes: Collection[int], now: datetime) -> set[int]:
    """Mark what texts of too many different stories share; give the articles in which it stands."""
    crowd = (
        select(SHINGLE.c.hash).group_by(SHINGLE.c.hash).having(func.count() >= FREQUENT_FROM)
    )  # by the index alone; which stories they are of is asked of these few only
    crowded = {row.hash for row in rows.among(connection, crowd, SHINGLE.c.hash, hashes)}
    story = case((MEMBER.c.story_id.is_(None), -STORY_TEXT.c.article_id), else_=MEMBER.c.story_id)
    query = (
        select(SHINGLE.c.hash)
        .join_from(SHINGLE, STORY_TEXT, STORY_TEXT.c.document_id == SHINGLE.c.document_id)
        .outerjoin(
            MEMBER,
            (MEMBER.c.article_id == STORY_TEXT.c.article_id) & MEMBER.c.superseded_at.is_(None),
        )
        .group_by(SHINGLE.c.hash)
        .having(func.count(story.distinct()) >= FREQUENT_FROM)
    )
    frequent = {row.hash for row in rows.among(connection, query, SHINGLE.c.hash, crowded)}
    concerned = articles_with(connection, frequent)
    rows.put_new(connection, FREQUENT, [{"hash": hash_, "found_at": now} for hash_ in sorted(frequent)])
    for chunk in rows.chunks(frequent):
        connection.execute(delete(SHINGLE).where(SHINGLE.c.hash.in_(chunk)))
    return concerned
