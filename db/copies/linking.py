"""Copies found as texts come in: a few articles at a time, from where the last run ended."""

import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select

from core.clock import now
from core.errors import CuttingsError
from db import rows
from db.copies import pairs, stories, story_texts
from db.copies.overlap import Headed
from db.copies.stars import Pair
from db.copies.story_texts import Source
from db.engine import writing
from db.models import (
    Article,
    ArticleMatch,
    ArticleText,
    ArticleVersion,
    Extraction,
    Outlet,
    StoryProgress,
    table,
)
from db.words import Reading

ARTICLE, VERSION, TEXT = table(Article), table(ArticleVersion), table(ArticleText)
OUTLET, PROGRESS, MATCH = table(Outlet), table(StoryProgress), table(ArticleMatch)
EXTRACTION = table(Extraction)

AT_ONCE = 50  # articles in one transaction: others may write in between, and their texts fit the memory
SETTLED = timedelta(minutes=10)
"""Age from which no row of a lower number can still come in: no transaction of the store takes so long."""

_LOCK = zlib.crc32(b"cuttings stories")  # PostgreSQL's advisory locks are numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """What came of looking for copies: articles looked at, pairs and stories that are otherwise now."""

    articles: int = 0
    pairs: int = 0
    stories: int = 0

    def __add__(self, other: "Linked") -> "Linked":
        """Give both together."""
        return Linked(
            articles=self.articles + other.articles,
            pairs=self.pairs + other.pairs,
            stories=self.stories + other.stories,
        )


def link(
    engine: Engine,
    outlet: str,
    *,
    run_id: int | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Linked:
    """Look in the other outlets for what an outlet's new texts share with theirs; keep its stories in step.

    Goes on where the last call ended, in short transactions: interrupted, the next call does the rest.
    Without new texts it costs some questions. ``run_id`` is a run that has just ended: its articles are
    looked at even where it only took something back. ``told`` is called with texts done and texts in all.
    Needs no lock of the outlet's. CuttingsError for an outlet that the archive does not have.
    """
    outlet_id = _outlet_id(engine, outlet)
    with engine.connect() as connection:
        cursor = begun = _progress(connection, outlet_id)
        settled = _settled(connection, begun)
        altered = sorted(_merged(connection, outlet_id) | _read_otherwise(connection, run_id))
        total = _count(connection, outlet_id, begun) if told else 0
    done, looked = Linked(), 0
    for start in range(0, len(altered), AT_ONCE):
        done += _link(engine, altered[start : start + AT_ONCE])
    while True:
        with engine.connect() as connection:
            found = _next(connection, outlet_id, cursor)
        if not found:
            break
        cursor = found[-1].id
        done += _link(engine, {row.article_id for row in found})
        looked += len(found)
        if told:
            told(looked, max(looked, total))
    if settled > begun:
        with linking(engine) as connection:
            _advance(connection, outlet_id, settled)
    return done


def unlink(engine: Engine, outlet: str) -> None:
    """Let the next :func:`link` look at all texts of an outlet again, and compare all its pairs anew."""
    outlet_id = _outlet_id(engine, outlet)
    with linking(engine) as connection:
        connection.execute(delete(PROGRESS).where(PROGRESS.c.outlet_id == outlet_id))
        story_texts.mark_uncompared(connection, outlet_id)


@contextmanager
def linking(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that writes shingles, pairs and stories, one at a time: all outlets share them."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield connection


def _link(engine: Engine, article_ids: Collection[int]) -> Linked:
    """Keep the texts of some articles, compare them with what they meet, rebuild the stories concerned."""
    with engine.connect() as connection:
        sources = story_texts.believed(connection, article_ids)
        before = story_texts.kept(connection, article_ids)
        done = story_texts.compared(connection, article_ids)
        fresh = {key for key in article_ids if before.get(key) != sources.get(key) or key not in done}
        fresh -= {key for key in fresh if key not in sources and key not in before}
        sources = {key: source for key, source in sources.items() if key in fresh}
        found = story_texts.texts(
            connection, {key for source in sources.values() for key in source.document_ids}
        )
    if not fresh:
        return Linked()
    with linking(engine) as connection:
        shaken = story_texts.keep(connection, fresh, sources, found, now())
    with engine.connect() as connection:
        compared = pairs.compare(connection, _worth_comparing(connection, sources, found, shaken))
    with linking(engine) as connection:
        moment = now()
        concerned = pairs.put(connection, compared, moment)
        changed = stories.rebuild(connection, concerned | fresh, moment)
        story_texts.mark_compared(connection, fresh, moment)
    return Linked(articles=len(fresh), pairs=len(compared), stories=len(changed))


def _worth_comparing(
    connection: Connection,
    sources: dict[int, Source],
    found: dict[int, Headed],
    shaken: Collection[int],
) -> set[Pair]:
    """Give the pairs to compare: those that meet now, those of before, those that house text shakes."""
    wanted = pairs.standing(connection, sources)
    kept = {
        key: {hash_ for document_id in source.document_ids for hash_ in found[document_id].text.kept}
        for key, source in sources.items()
    }
    house = story_texts.house(connection, {hash_ for hashes in kept.values() for hash_ in hashes})
    for key, source in sources.items():
        wanted.update(pairs.candidates(connection, source, kept[key] - house))
    counted = Counter(hash_ for hashes in kept.values() for hash_ in hashes)
    for outlet_id in {source.outlet_id for source in sources.values()}:
        shaken = {
            *shaken,
            *story_texts.articles_with(connection, story_texts.new_house(connection, outlet_id, counted)),
        }
    return wanted | set(pairs.alike(connection, shaken))


def _outlet_id(engine: Engine, outlet: str) -> int:
    with engine.connect() as connection:
        found = connection.execute(select(OUTLET.c.id).where(OUTLET.c.key == outlet)).scalar_one_or_none()
    if found is None:
        raise CuttingsError(
            f"the archive has no outlet {outlet!r}; `cuttings outlets list` shows those it has"
        )
    return int(found)


def _progress(connection: Connection, outlet_id: int) -> int:
    query = select(PROGRESS.c.article_text_id).where(PROGRESS.c.outlet_id == outlet_id)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def _settled(connection: Connection, after: int) -> int:
    """Give the number up to which all rows of texts are there: a crawl and a backfill may write at once."""
    query = select(func.max(TEXT.c.id)).where(TEXT.c.id > after, TEXT.c.recorded_at < now() - SETTLED)
    return int(connection.execute(query).scalar_one_or_none() or after)


def _merged(connection: Connection, outlet_id: int) -> set[int]:
    """Give the outlet's articles that were made one, or two again, since it was last looked at."""
    since = select(PROGRESS.c.linked_at).where(PROGRESS.c.outlet_id == outlet_id)
    linked_at = connection.execute(since).scalar_one_or_none()
    query = select(MATCH.c.article_id, MATCH.c.other_id).where(
        MATCH.c.outlet_id == outlet_id, MATCH.c.decided_at.is_not(None)
    )
    if linked_at is not None:
        query = query.where(MATCH.c.decided_at >= linked_at - SETTLED)
    return {key for row in connection.execute(query) for key in (row.article_id, row.other_id)}


def _read_otherwise(connection: Connection, run_id: int | None) -> set[int]:
    """Give the articles that a run read otherwise than before."""
    told = (Reading.UNCHANGED.value, Reading.COSMETIC.value)
    query = select(EXTRACTION.c.article_id).where(
        EXTRACTION.c.run_id == run_id, EXTRACTION.c.outcome.not_in(told)
    )
    return set() if run_id is None else set(connection.execute(query.distinct()).scalars())


def _next(connection: Connection, outlet_id: int, after: int) -> list[Any]:
    """Give the next of the outlet's texts after a number, each with its article."""
    query = _texts(outlet_id, after, TEXT.c.id, VERSION.c.article_id)
    return list(connection.execute(query.order_by(TEXT.c.id).limit(AT_ONCE)).all())


def _count(connection: Connection, outlet_id: int, after: int) -> int:
    return int(connection.execute(_texts(outlet_id, after, func.count())).scalar_one())


def _texts(outlet_id: int, after: int, *columns: Any) -> rows.Query:
    return (
        select(*columns)
        .select_from(TEXT)
        .join(VERSION, VERSION.c.id == TEXT.c.version_id)
        .join(ARTICLE, ARTICLE.c.id == VERSION.c.article_id)
        # With the plus SQLite goes by the texts' numbers, not by the outlet's articles.
        .where(TEXT.c.id > after, ARTICLE.c.outlet_id + 0 == outlet_id)
    )


def _advance(connection: Connection, outlet_id: int, to: int) -> None:
    connection.execute(delete(PROGRESS).where(PROGRESS.c.outlet_id == outlet_id))
    entry = {"outlet_id": outlet_id, "article_text_id": to, "linked_at": now()}
    rows.put(connection, PROGRESS, [entry])
