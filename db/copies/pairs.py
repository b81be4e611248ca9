"""Pairs of articles across outlets: found by their shingles, compared word by word, kept as evidence."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Connection, func, select

from db import rows
from db.copies import story_texts
from db.copies.overlap import Overlap, overlap, weighed
from db.copies.shingles import MOST_KEPT
from db.copies.stars import Pair, pair
from db.copies.story_texts import Source
from db.models import Shingle, SimilarPair, StoryText, table
from db.words import Bar

SHINGLE, STORY_TEXT, SIMILAR = table(Shingle), table(StoryText), table(SimilarPair)

WINDOW = timedelta(days=30)  # between the appearances of two articles; later ones are reprints of another day
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
LEAST_MET = 3  # kept shingles in common: of 60 words shared some six are kept
MOST_CANDIDATES = 30  # of one article, those that share most first


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Two articles, the texts of theirs that are closest, and what those share."""

    pair: Pair
    document_ids: tuple[int, int]
    overlap: Overlap


def candidates(connection: Connection, source: Source, hashes: Collection[int]) -> list[Pair]:
    """Give the pairs of an article with those of other outlets, within 30 days, that share its shingles.

    ``hashes`` are those of its texts that are not house text.
    """
    met = func.count(SHINGLE.c.hash.distinct())
    query = (
        select(STORY_TEXT.c.article_id)
        .join_from(SHINGLE, STORY_TEXT, STORY_TEXT.c.document_id == SHINGLE.c.document_id)
        .where(
            STORY_TEXT.c.outlet_id != source.outlet_id,
            STORY_TEXT.c.appeared_at.between(*_window(source.appeared_at)),
        )
        .group_by(STORY_TEXT.c.article_id)
        .having(met >= LEAST_MET)
        .order_by(met.desc(), STORY_TEXT.c.article_id)
        .limit(MOST_CANDIDATES)
    )
    asked = sorted(hashes)[:MOST_KEPT]  # one question: the shares of two could not be added up
    found = rows.among(connection, query, SHINGLE.c.hash, asked)
    return [pair(source.article_id, row.article_id) for row in found]


def standing(connection: Connection, article_ids: Collection[int]) -> set[Pair]:
    """Give the kept pairs of these articles."""
    return {(row.article_id, row.other_id) for row in _rows(connection, article_ids)}


def alike(connection: Connection, article_ids: Collection[int]) -> dict[Pair, Any]:
    """Give the kept pairs of these articles that are copies, each with its row."""
    found = _rows(connection, article_ids)
    return {(row.article_id, row.other_id): row for row in found if row.barred_by is None}


def among(connection: Connection, wanted: Collection[Pair]) -> dict[Pair, Any]:
    """Give those of the pairs that are kept, each with its row."""
    found = rows.among(connection, SIMILAR.select(), SIMILAR.c.article_id, {one for one, _ in wanted})
    return {key: row for row in found if (key := (row.article_id, row.other_id)) in wanted}


def compare(connection: Connection, wanted: Iterable[Pair]) -> list[Compared]:
    """Compare pairs of articles by the texts kept of them; a pair one of which has none is left out."""
    pairs_ = sorted(set(wanted))
    sources = story_texts.kept(connection, {key for both in pairs_ for key in both})
    known = [(one, other) for one, other in pairs_ if one in sources and other in sources]
    document_ids = {key for both in known for one in both for key in sources[one].document_ids}
    texts = story_texts.texts(connection, document_ids)
    hashes = {hash_ for headed in texts.values() for hash_ in headed.text.kept}
    house = story_texts.house(connection, hashes)
    own = {key: weighed(headed, house) for key, headed in texts.items()}
    found = []
    for one, other in known:
        several = [
            Compared(pair=(one, other), document_ids=both, overlap=overlap(own[both[0]], own[both[1]]))
            for both in product(sources[one].document_ids, sources[other].document_ids)
        ]
        found.append(max(several, key=lambda compared: compared.overlap.strength))
    return found


def put(
    connection: Connection, found: Sequence[Compared], now: datetime, *, unlike: bool = False
) -> set[int]:
    """Keep what was found of pairs; give the articles of which something else is believed now.

    Pairs that share too little are kept where they once shared more, or with ``unlike``.
    """
    known = among(connection, {compared.pair for compared in found})
    fresh: list[rows.Values] = []
    altered: list[rows.Values] = []
    concerned: set[int] = set()
    for compared in found:
        values = _values(compared)
        row = known.get(compared.pair)
        if row is None:
            if compared.overlap.barred_by is Bar.UNLIKE and not unlike:
                continue
            one, other = compared.pair
            fresh.append({"article_id": one, "other_id": other, **values, "computed_at": now})
        elif any(getattr(row, name) != value for name, value in values.items()):
            altered.append({"of": row.id, **values, "computed_at": now})
        else:
            continue
        concerned.update(compared.pair)
    rows.put_new(connection, SIMILAR, fresh)
    rows.alter(connection, SIMILAR, altered)
    return concerned


def _rows(connection: Connection, article_ids: Collection[int]) -> list[Any]:
    found = {
        row.id: row
        for column in (SIMILAR.c.article_id, SIMILAR.c.other_id)
        for row in rows.among(connection, SIMILAR.select(), column, article_ids)
    }
    return list(found.values())


def _values(compared: Compared) -> dict[str, Any]:
    found = compared.overlap
    return {
        "document_id": compared.document_ids[0],
        "other_document_id": compared.document_ids[1],
        "words": found.words[0],
        "other_words": found.words[1],
        "shared_words": found.shared[0],
        "other_shared_words": found.shared[1],
        "jaccard": found.jaccard,
        "relation": found.relation.value if found.relation else None,
        "barred_by": found.barred_by.value if found.barred_by else None,
    }


def _window(appeared_at: datetime) -> tuple[datetime, datetime]:
    """Give the instants between which copies appear; pages may state the first or the last year there is."""
    begin = appeared_at - WINDOW if appeared_at - _FIRST > WINDOW else _FIRST
    end = appeared_at + WINDOW if _LAST - appeared_at > WINDOW else _LAST
    return begin, end
