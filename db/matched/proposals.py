"""Pairs of articles that wait for a person's decision, with all that a person needs for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from db import rows
from db.identity import are_certainly_two
from db.models import Article, ArticleMatch, ArticleText, ArticleVersion, Document, Outlet, Url, table
from db.words import ArticleState, MatchDecision

ARTICLE, MATCH, OUTLET, URL = table(Article), table(ArticleMatch), table(Outlet), table(Url)
VERSION, TEXT, DOCUMENT = table(ArticleVersion), table(ArticleText), table(Document)


@dataclass(frozen=True, kw_only=True, slots=True)
class Half:
    """One article of a pair as it was last seen; ``published_on`` is a day of the outlet's zone."""

    article_id: int
    url: str
    title: str
    published_on: date | None
    words: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """Two articles that may be one; the evidence is of the two versions most alike.

    ``title`` and ``date`` say "same", "alike", "other" or "lacking"; ``share`` of the longer text, 0 to 1,
    stands in both in order, ``common`` are those words, ``only_first`` and ``only_second`` the others.
    ``redirected``: an address of one led to one of the other. ``reason`` is why no rule decided it.
    """

    outlet: str
    first: Half
    second: Half
    share: float
    title: str
    date: str
    common: int
    only_first: int
    only_second: int
    redirected: bool
    reason: str
    found_at: datetime


def proposals(connection: Connection, outlet: str | None = None) -> list[Proposal]:
    """Give the pairs that wait for a decision, of one outlet or of all, those most alike first.

    Pairs one of which was merged meanwhile into an article that the other one is certainly not wait
    for nothing, and are left out.
    """
    query = (
        select(MATCH, OUTLET.c.key)
        .join_from(MATCH, OUTLET, OUTLET.c.id == MATCH.c.outlet_id)
        .where(MATCH.c.decision.is_(None))
        .order_by(OUTLET.c.key, MATCH.c.share.desc(), MATCH.c.article_id, MATCH.c.other_id)
    )
    if outlet is not None:
        query = query.where(OUTLET.c.key == outlet)
    found = connection.execute(query).all()
    halves = _halves(connection, [key for row in found for key in (row.article_id, row.other_id)])
    names = _names(connection, list(halves))
    told = []
    for row in found:
        one, other = halves.get(row.article_id), halves.get(row.other_id)
        if one is None or other is None or _are_two(names[one.article_id], names[other.article_id]):
            continue
        evidence = row.evidence
        told.append(
            Proposal(
                outlet=row.key,
                first=one,
                second=other,
                share=row.share,
                title=evidence["title"],
                date=evidence["date"],
                common=evidence["common"],
                only_first=evidence["words"][0] - evidence["common"],
                only_second=evidence["words"][1] - evidence["common"],
                redirected=evidence["redirected"],
                reason=_reason(row.share, evidence),
                found_at=row.found_at,
            )
        )
    return told


def _reason(share: float, evidence: dict[str, object]) -> str:
    if evidence["agrees"]:
        return "one of the two agrees so with another article, too"
    parts = []
    if evidence["title"] != "same":
        parts.append("the titles differ")
    if evidence["date"] != "same":
        parts.append("a date is lacking" if evidence["date"] == "lacking" else "the dates differ")
    if share < 0.9:  # noqa: PLR2004 - db.matched.likeness.AGREEING, in words
        parts.append(f"{share:.0%} of the text agree")
    return ", ".join(parts) or "an address has no form of the outlet's"


def _are_two(one: set[str], other: set[str]) -> bool:
    return any(are_certainly_two(mine, its) for mine in one for its in other)


def _names(connection: Connection, article_ids: Sequence[int]) -> dict[int, set[str]]:
    """Give the identities of each article and of those merged into it."""
    query = select(ARTICLE.c.id, ARTICLE.c.identity)
    found = {row[0]: {row[1]} for row in rows.among(connection, query, ARTICLE.c.id, article_ids)}
    joined = (
        select(MATCH.c.article_id, ARTICLE.c.identity)
        .join_from(MATCH, ARTICLE, ARTICLE.c.id == MATCH.c.other_id)
        .where(MATCH.c.decision == MatchDecision.MERGED.value)
    )
    for row in rows.among(connection, joined, MATCH.c.article_id, article_ids):
        found[row.article_id].add(row.identity)
    return found


def _halves(connection: Connection, article_ids: Sequence[int]) -> dict[int, Half]:
    query = (
        select(
            ARTICLE.c.id.label("article_id"),
            URL.c.url,
            DOCUMENT.c.title,
            DOCUMENT.c.published_on,
            DOCUMENT.c.word_count.label("words"),
            ARTICLE.c.first_seen_at,
            ARTICLE.c.last_seen_at,
        )
        .join_from(ARTICLE, URL, URL.c.id == ARTICLE.c.canonical_url_id)
        .join(VERSION, (VERSION.c.article_id == ARTICLE.c.id) & VERSION.c.retracted_at.is_(None))
        .join(TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .join(DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .where(ARTICLE.c.state.not_in([ArticleState.MERGED.value, ArticleState.ERASED.value]))
        .order_by(VERSION.c.seq)
    )
    found = rows.among(connection, query, ARTICLE.c.id, article_ids)
    return {row.article_id: Half(**row._asdict()) for row in found}
