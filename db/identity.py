"""Which article a record is of: by identity, by address, by a likely address and the same text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, select

from core import urls
from core.records import ArticleRecord
from db import rows
from db.matched import merged
from db.models import (
    Article,
    ArticleText,
    ArticleUrl,
    ArticleVersion,
    Document,
    Url,
    table,
)
from db.words import ArticleState
from db.work import Fetched, Work

ARTICLE, ARTICLE_URL, URL = table(Article), table(ArticleUrl), table(Url)
VERSION, TEXT, DOCUMENT = table(ArticleVersion), table(ArticleText), table(Document)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A record with the attempt that brought it."""

    record: ArticleRecord
    fetched: Fetched
    capture_id: int

    def addresses(self) -> tuple[str, ...]:
        """Give the article's addresses by this record, the strongest evidence first."""
        canonical = (self.record.canonical_url,) if self.record.canonical_url else ()
        return tuple(dict.fromkeys((self.record.url, *canonical, *self.record.aliases)))

    def thread(self) -> tuple[str, ...]:
        """Give the addresses of other pages that its comments were read from: they identify nothing."""
        return tuple(page.url for page in self.record.thread)


def resolve(work: Work, visits: Sequence[Visit], url_ids: Mapping[str, int]) -> list[int]:
    """Give the article of each visit; those never met before are made.

    1. the outlet's certain identity; 2. an address that led to the article before, in any spelling of
    scheme, ``www`` and default port, unless both identities are certain ones of one form and differ;
    3. an address equal but for tracking parameters, when the article's text is the record's too;
    4. a new article. No two visits may be of one article yet to be made. Where an article was merged,
    it is the one that stays, known by the identities of all that were merged into it.
    """
    found = _by_identity(work, visits)
    found |= _of_merged(work, visits, found, url_ids)
    left = [visit for visit in visits if visit.record.identity not in found]
    found |= _by_address(work, left)
    left = [visit for visit in left if visit.record.identity not in found]
    found |= _by_likeness(work, left)
    left = [visit for visit in left if visit.record.identity not in found]
    found |= _made(work, left, url_ids)
    return [found[visit.record.identity] for visit in visits]


def tokens(record: ArticleRecord) -> set[str]:
    """Give marks two records must share to become one article: those that share any go in turn."""
    addresses = (record.url, *((record.canonical_url,) if record.canonical_url else ()), *record.aliases)
    return {record.identity, record.url_key, *(urls.address_key(address) for address in addresses)}


def turns(visits: Iterable[Visit]) -> list[list[Visit]]:
    """Give the visits in groups within which no two records can be of one article, oldest first."""
    found: list[list[Visit]] = []
    next_turn: dict[str, int] = {}
    for visit in sorted(visits, key=lambda visit: visit.fetched.attempt.fetched_at):
        marks = tokens(visit.record)
        turn = max(next_turn.get(mark, 0) for mark in marks)
        next_turn.update(dict.fromkeys(marks, turn + 1))
        if turn == len(found):
            found.append([])
        found[turn].append(visit)
    return found


def _by_identity(work: Work, visits: Sequence[Visit]) -> dict[str, int]:
    query = select(ARTICLE.c.identity, ARTICLE.c.id).where(ARTICLE.c.outlet_id == work.outlet_id)
    wanted = [visit.record.identity for visit in visits]
    return {row[0]: row[1] for row in rows.among(work.connection, query, ARTICLE.c.identity, wanted)}


def _by_address(work: Work, visits: Sequence[Visit]) -> dict[str, int]:
    keys = {visit.record.identity: [urls.address_key(a) for a in visit.addresses()] for visit in visits}
    wanted = [key for several in keys.values() for key in several]
    known: dict[str, tuple[int, str]] = {
        row[0]: (row[1], row[2])
        for row in rows.among(work.connection, _addressed(work.outlet_id), URL.c.address_key, wanted)
    }
    others = merged.identities(work, {article_id for article_id, _ in known.values()})
    found = {}
    for identity, several in keys.items():
        for key in several:
            if key in known and not _are_two_to_any(identity, known[key], others):
                found[identity] = known[key][0]
                break
    return found


def form(identity: str) -> str:
    """Give the form of addresses an identity is of: ``legacy`` of ``legacy/<slug>``, else nothing."""
    prefix = identity.partition("/")[0]
    # An identity that begins with a host is an address: certain, but not its article's only one.
    return "" if {".", ":"} & set(prefix) else prefix


def are_certainly_two(identity: str, other: str) -> bool:
    """Say whether both identities are the outlet's own of one form (``legacy/<slug>``) and differ."""
    return form(identity) == form(other) != "" and identity != other


def _are_two_to_any(identity: str, known: tuple[int, str], merged_into: Mapping[int, set[str]]) -> bool:
    return any(are_certainly_two(identity, other) for other in (known[1], *merged_into.get(known[0], ())))


def _of_merged(
    work: Work, visits: Sequence[Visit], found: Mapping[str, int], url_ids: Mapping[str, int]
) -> dict[str, int]:
    """Give the articles that stay for those merged; addresses that come for these are kept as theirs."""
    stays = merged.roots(work, found.values())
    if not stays:
        return {}
    brought: dict[int, set[int]] = {}
    for visit in visits:
        article_id = found.get(visit.record.identity)
        if article_id in stays:
            addresses = {url_ids[address] for address in visit.addresses() if address in url_ids}
            brought.setdefault(article_id, set()).update(addresses)
    merged.bring(work, brought)
    return {identity: stays[article_id] for identity, article_id in found.items() if article_id in stays}


def _by_likeness(work: Work, visits: Sequence[Visit]) -> dict[str, int]:
    wanted = {visit.record.url_key for visit in visits}
    known = {
        (row.url_key, row.fingerprint): (row.id, row.identity)
        for row in rows.among(work.connection, _likely(work.outlet_id), URL.c.url_key, wanted)
    }
    others = merged.identities(work, {article_id for article_id, _ in known.values()})
    found = {}
    for visit in visits:
        candidate = known.get((visit.record.url_key, visit.record.document.fingerprint))
        if candidate and not _are_two_to_any(visit.record.identity, candidate, others):
            found[visit.record.identity] = candidate[0]
    return found


@cache  # making a statement with its aliases costs more than running it
def _addressed(outlet_id: int) -> rows.Query:
    return (
        select(URL.c.address_key, ARTICLE.c.id, ARTICLE.c.identity)
        .join_from(URL, ARTICLE_URL, ARTICLE_URL.c.url_id == URL.c.id)
        .join(ARTICLE, ARTICLE.c.id == ARTICLE_URL.c.article_id)
        .where(_is_of(outlet_id), ARTICLE_URL.c.valid_to.is_(None))
        .order_by(ARTICLE_URL.c.valid_from)
    )


@cache  # the same
def _likely(outlet_id: int) -> rows.Query:
    newest = VERSION.alias()
    last_seq = select(func.max(newest.c.seq)).where(newest.c.article_id == ARTICLE.c.id).scalar_subquery()
    return (
        select(URL.c.url_key, ARTICLE.c.id, ARTICLE.c.identity, DOCUMENT.c.fingerprint)
        .join_from(URL, ARTICLE_URL, ARTICLE_URL.c.url_id == URL.c.id)
        .join(ARTICLE, ARTICLE.c.id == ARTICLE_URL.c.article_id)
        .join(VERSION, (VERSION.c.article_id == ARTICLE.c.id) & (VERSION.c.seq == last_seq))
        .join(TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .join(DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .where(_is_of(outlet_id), ARTICLE_URL.c.valid_to.is_(None))
        .order_by(ARTICLE.c.id.desc())
    )


def _is_of(outlet_id: int) -> ColumnElement[bool]:
    """Say that an article is of the outlet, so that SQLite does not begin with all of its articles."""
    return ARTICLE.c.outlet_id + 0 == outlet_id


def _made(work: Work, visits: Sequence[Visit], url_ids: Mapping[str, int]) -> dict[str, int]:
    entries: dict[str, dict[str, Any]] = {}
    for visit in visits:
        at = visit.fetched.attempt.fetched_at
        entries[visit.record.identity] = {
            "outlet_id": work.outlet_id,
            "identity": visit.record.identity,
            "canonical_url_id": url_ids[visit.record.canonical_url or visit.record.url],
            "first_seen_at": at,
            "last_seen_at": at,
            "last_checked_at": at,
            "state": ArticleState.LIVE.value,
            "state_since": at,
        }
    rows.put_missing(work.connection, ARTICLE, [entries[identity] for identity in sorted(entries)])
    return _by_identity(work, visits)
