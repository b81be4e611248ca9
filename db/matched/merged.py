"""Articles that were merged: which article stays for each, and what is kept for taking them apart."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from db import rows
from db.models import Article, ArticleMatch, ArticleUrl, table
from db.words import MatchDecision
from db.work import Work

ARTICLE, ARTICLE_URL, MATCH = table(Article), table(ArticleUrl), table(ArticleMatch)
_IS_MERGED = MATCH.c.decision == MatchDecision.MERGED.value


def roots(work: Work, article_ids: Collection[int]) -> dict[int, int]:
    """Give the article that stays for each of these that was merged, however often that one was again."""
    found: dict[int, int] = {}
    waiting = {article_id: article_id for article_id in article_ids}  # what is asked: where it got to
    while waiting:
        query = select(MATCH.c.other_id, MATCH.c.article_id).where(_IS_MERGED)
        stays = {
            row[0]: row[1] for row in rows.among(work.connection, query, MATCH.c.other_id, waiting.values())
        }
        waiting = {asked: stays[reached] for asked, reached in waiting.items() if reached in stays}
        found |= waiting
    return found


def members(work: Work, article_ids: Collection[int]) -> dict[int, set[int]]:
    """Give all articles that were merged into each of these, into one of them, and so on."""
    found: dict[int, set[int]] = defaultdict(set)
    waiting = {article_id: {article_id} for article_id in article_ids}  # reached: the articles asked for
    while waiting:
        query = select(MATCH.c.article_id, MATCH.c.other_id).where(_IS_MERGED)
        reached: dict[int, set[int]] = defaultdict(set)
        for row in rows.among(work.connection, query, MATCH.c.article_id, waiting):
            for asked in waiting[row.article_id]:
                found[asked].add(row.other_id)
                reached[row.other_id].add(asked)
        waiting = reached
    return found


def whole(connection: Connection, asked: Collection[int]) -> set[int]:
    """Give the articles with all that were merged with them, either way."""
    found: set[int] = set()
    waiting = set(asked)
    query = select(MATCH.c.article_id, MATCH.c.other_id).where(_IS_MERGED)
    while waiting:
        found |= waiting
        pairs = rows.among(connection, query, MATCH.c.article_id, waiting)
        pairs += rows.among(connection, query, MATCH.c.other_id, waiting)
        waiting = {number for pair in pairs for number in pair} - found
    return found


def identities(work: Work, article_ids: Collection[int]) -> dict[int, set[str]]:
    """Give the identities of the articles merged into each of these; those without any are left out."""
    merged = members(work, article_ids)
    wanted = {member for several in merged.values() for member in several}
    query = select(ARTICLE.c.id, ARTICLE.c.identity)
    names = {row[0]: row[1] for row in rows.among(work.connection, query, ARTICLE.c.id, wanted)}
    return {article_id: {names[member] for member in several} for article_id, several in merged.items()}


def bring(work: Work, brought: Mapping[int, Collection[int]]) -> None:
    """Keep that articles merged before brought further addresses (ids of ``url``), those nobody held.

    They go with the article if it is split off again.
    """
    wanted = {url_id for several in brought.values() for url_id in several}
    query = select(ARTICLE_URL.c.url_id)
    held = {row[0] for row in rows.among(work.connection, query, ARTICLE_URL.c.url_id, wanted)}
    fresh = {key: set(several) - held for key, several in brought.items()}
    while fresh := {key: several for key, several in fresh.items() if several}:
        upwards: dict[int, set[int]] = {}
        for row in _merges_of(work, fresh):
            added = fresh[row.other_id]
            entry = update(MATCH).where(MATCH.c.id == row.id)
            work.connection.execute(entry.values(url_ids=sorted({*row.url_ids, *added})))
            upwards.setdefault(row.article_id, set()).update(added)
        fresh = upwards


def _merges_of(work: Work, article_ids: Collection[int]) -> list[Any]:
    query = select(MATCH.c.id, MATCH.c.article_id, MATCH.c.other_id, MATCH.c.url_ids).where(_IS_MERGED)
    return rows.among(work.connection, query, MATCH.c.other_id, article_ids)
