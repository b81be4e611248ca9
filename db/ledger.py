"""The archive's memory as spiders ask for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Engine, and_, exists, func, or_, select

from core.chrome import Chrome
from core.clock import now
from core.records import HeldComment, Known, Outcome, Via
from db import chrome, rows
from db.discussions.held_comments import held_comments
from db.models import (
    Article,
    ArticleUrl,
    Capture,
    Extraction,
    Extractor,
    FetchAttempt,
    Outlet,
    Payload,
    Url,
    table,
)
from db.recheck import AUDIT
from db.words import ArticleState

ARTICLE, ARTICLE_URL, OUTLET, URL = table(Article), table(ArticleUrl), table(Outlet), table(Url)
ATTEMPT, CAPTURE, PAYLOAD = table(FetchAttempt), table(Capture), table(Payload)
EXTRACTION, EXTRACTOR = table(Extraction), table(Extractor)

PAGE = 500  # addresses asked of the database at a time
_ENDED = (ArticleState.GONE.value, ArticleState.REDIRECTED.value)
_VISITED = (ArticleState.LIVE.value, ArticleState.MISSING.value, ArticleState.UNKNOWN.value, *_ENDED)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueArticle:
    """An article to visit again; ``next_check_at`` is None while no schedule says when."""

    article_id: int
    url: str
    state: str
    last_checked_at: datetime
    next_check_at: datetime | None


class ArchiveLedger:
    """What one outlet's rows say of addresses; has the shape of ``crawlers.ledger.Ledger``.

    Safe to use from several threads: each call takes a connection of its own.
    """

    def __init__(self, engine: Engine, outlet: str) -> None:
        self._engine = engine
        self._outlet = outlet

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
        """Give what is remembered of each address, by the address asked; unknown ones are left out.

        Known is an address that served a page or that is an article's, when the outlet itself was asked:
        what only archives have seen of it says nothing of how it answers today. The validators are those of
        the last answer with the bytes remembered, and are kept back while nothing has been read from
        those bytes: a 304 would otherwise hide for ever a page whose reading a crash prevented.
        """
        with self._engine.connect() as connection:
            captures = {row.url: row for row in rows.among(connection, _captures(), URL.c.url, urls)}
            articles = {
                row.url: row for row in rows.among(connection, _articles(self._outlet), URL.c.url, urls)
            }
            validators = _validators(connection, captures.values())
        return {
            url: _known(url, captures.get(url), articles.get(url), validators)
            for url in urls
            if url in captures or url in articles
        }

    def due(self, limit: int | None = None, *, everything: bool = False) -> Iterator[str]:
        """Give canonical addresses of the outlet's articles to visit again: see :meth:`due_articles`."""
        return (article.url for article in self.due_articles(limit, everything=everything))

    def due_articles(self, limit: int | None = None, *, everything: bool = False) -> Iterator[DueArticle]:
        """Give the outlet's articles that are due, most overdue first; with ``everything`` the others too.

        First those without a schedule, longest unvisited first (the outlet's ended ones only once
        unvisited for a year), then by when they were due; last those overdue for more than a year: what
        web archives alone have seen is not asked for before what the outlet shows. Those checked since
        the first one was asked for are not given again. Merged and erased ones are never given.
        """
        started, given = now(), 0
        for column, query in self._due(started, everything=everything):
            after = None
            while limit is None or given < limit:
                size = PAGE if limit is None else min(PAGE, limit - given)
                page = _page(query, column, after, size)
                with self._engine.connect() as connection:
                    found = [DueArticle(**row._asdict()) for row in connection.execute(page)]
                yield from found
                given += len(found)
                if len(found) < size:
                    break
                after = found[-1]

    def chrome(self) -> Chrome | None:
        """Give what the outlet's pages are known to share, None where nothing was learnt."""
        with self._engine.connect() as connection:
            lesson = chrome.newest(connection, self._outlet)
        return lesson.chrome if lesson else None

    def comments(self, urls: Sequence[str]) -> tuple[HeldComment, ...]:
        """Give the comments of the articles at these addresses that are not known to be gone."""
        with self._engine.connect() as connection:
            return held_comments(connection, self._outlet, urls)

    def count_due(self, *, everything: bool = False) -> int:
        """Count the articles that :meth:`due_articles` would give now."""
        with self._engine.connect() as connection:
            return sum(
                connection.scalar(select(func.count()).select_from(query.subquery())) or 0
                for _, query in self._due(now(), everything=everything)
            )

    def _due(self, started: datetime, *, everything: bool) -> tuple[tuple[Column[datetime], rows.Query], ...]:
        """Give the parts of what is due, each with the column of its order.

        Apart, each is a stretch of an index; together, NULLs first, they would be sorted anew for
        each page.
        """
        outlet = select(OUTLET.c.id).where(OUTLET.c.key == self._outlet).scalar_subquery()
        query = (
            select(
                ARTICLE.c.id.label("article_id"),
                URL.c.url,
                ARTICLE.c.state,
                ARTICLE.c.last_checked_at,
                ARTICLE.c.next_check_at,
            )
            .join_from(ARTICLE, URL, ARTICLE.c.canonical_url_id == URL.c.id)
            .where(
                ARTICLE.c.outlet_id == outlet,
                ARTICLE.c.state.in_(_VISITED),
                ARTICLE.c.last_checked_at < started,
            )
        )
        unplanned = query.where(ARTICLE.c.next_check_at.is_(None))
        planned = query.where(ARTICLE.c.next_check_at.is_not(None))
        if not everything:
            ended = ARTICLE.c.state.in_(_ENDED)
            unplanned = unplanned.where(or_(~ended, ARTICLE.c.last_checked_at <= started - AUDIT))
            planned = planned.where(ARTICLE.c.next_check_at <= started)
        long_ago = ARTICLE.c.next_check_at < started - AUDIT
        return (
            (ARTICLE.c.last_checked_at, unplanned),
            (ARTICLE.c.next_check_at, planned.where(~long_ago)),
            (ARTICLE.c.next_check_at, planned.where(long_ago)),
        )


def _page(query: rows.Query, column: Column[datetime], after: DueArticle | None, size: int) -> rows.Query:
    """Give the part of a query that follows an article in the order of the column."""
    if after is not None:
        reached = getattr(after, column.name)
        query = query.where(column >= reached, or_(column > reached, ARTICLE.c.id > after.article_id))
    return query.order_by(column, ARTICLE.c.id).limit(size)


@cache  # making a statement with its aliases costs more than running it
def _articles(outlet: str) -> rows.Query:
    """Ask for the article each address leads to; the outlet itself was asked for it, at any address."""
    its = ARTICLE_URL.alias()
    was_asked = (
        exists()
        .where(its.c.article_id == ARTICLE.c.id, ATTEMPT.c.url_id == its.c.url_id)
        .where(ATTEMPT.c.via == Via.LIVE.value)
        .correlate(ARTICLE)
    )
    return (
        select(URL.c.url, ARTICLE.c.id, ARTICLE.c.last_checked_at)
        .join_from(URL, ARTICLE_URL, and_(ARTICLE_URL.c.url_id == URL.c.id, ARTICLE_URL.c.valid_to.is_(None)))
        .join(ARTICLE, ARTICLE.c.id == ARTICLE_URL.c.article_id)
        .join(OUTLET, OUTLET.c.id == ARTICLE.c.outlet_id)
        .where(OUTLET.c.key == outlet, was_asked)
    )


@cache  # the same
def _captures() -> rows.Query:
    """Ask for the last page each address served, with its newest reading."""
    reading = EXTRACTION.alias()
    last = (
        select(ATTEMPT.c.capture_id)
        .where(
            ATTEMPT.c.url_id == URL.c.id,
            ATTEMPT.c.via == Via.LIVE.value,
            ATTEMPT.c.outcome.in_([Outcome.OK.value, Outcome.NOT_MODIFIED.value]),
            ATTEMPT.c.capture_id.is_not(None),
        )
        .order_by(ATTEMPT.c.fetched_at.desc(), ATTEMPT.c.id.desc())
        .limit(1)
        .correlate(URL)
        .scalar_subquery()
    )
    newest = (
        select(reading.c.extractor_id)
        .where(reading.c.capture_id == CAPTURE.c.id)
        .order_by(reading.c.extracted_at.desc())
        .limit(1)
        .correlate(CAPTURE)
        .scalar_subquery()
    )
    return (
        select(
            URL.c.url,
            CAPTURE.c.id.label("capture_id"),
            CAPTURE.c.captured_at,
            PAYLOAD.c.sha256,
            EXTRACTOR.c.layout,
            EXTRACTOR.c.version,
            EXTRACTION.c.read_by,
        )
        .join_from(URL, CAPTURE, CAPTURE.c.id == last)
        .join(PAYLOAD, PAYLOAD.c.id == CAPTURE.c.payload_id)
        .outerjoin(EXTRACTOR, EXTRACTOR.c.id == newest)
        .outerjoin(
            EXTRACTION,
            and_(EXTRACTION.c.capture_id == CAPTURE.c.id, EXTRACTION.c.extractor_id == EXTRACTOR.c.id),
        )
    )


def _validators(connection: Connection, captures: Any) -> dict[int, Any]:
    """Give the last attempt that saw each capture's bytes and had validators."""
    wanted = [row.capture_id for row in captures if row.layout is not None]
    return {row.id: row for row in rows.among(connection, _last_answers(), CAPTURE.c.id, wanted)}


@cache  # the same
def _last_answers() -> rows.Query:
    older = ATTEMPT.alias()
    last = (
        select(older.c.id)
        .where(
            older.c.capture_id == CAPTURE.c.id,
            older.c.via == Via.LIVE.value,
            or_(older.c.etag.is_not(None), older.c.last_modified.is_not(None)),
        )
        .order_by(older.c.fetched_at.desc(), older.c.id.desc())
        .limit(1)
        .correlate(CAPTURE)
        .scalar_subquery()
    )
    return select(CAPTURE.c.id, ATTEMPT.c.etag, ATTEMPT.c.last_modified).join_from(
        CAPTURE, ATTEMPT, ATTEMPT.c.id == last
    )


def _known(url: str, capture: Any, article: Any, validators: Mapping[int, Any]) -> Known:
    answer = validators.get(capture.capture_id) if capture else None
    return Known(
        url=url,
        article_id=article.id if article else None,
        etag=answer.etag if answer else None,
        last_modified=answer.last_modified if answer else None,
        sha256=capture.sha256 if capture else None,
        read_by=(capture.layout, capture.version) if capture and capture.layout else None,
        last_checked_at=article.last_checked_at if article else capture.captured_at,
        captured_at=capture.captured_at if capture else None,
        thread=(capture.read_by or {}).get("comments") if capture else None,
    )
