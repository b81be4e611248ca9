"""What visits alone tell of articles: seen again unchanged, or not there any more."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from core.records import Outcome, Reason, Unread
from db import rows
from db.discussions import comments
from db.histories import rebuilding, spells
from db.histories.history import Shown
from db.histories.spells import Lasting, Observation
from db.histories.timeline import BELIEVED_AT, is_absence, shown
from db.models import Article, ArticleVersion, Document, Extraction, Hold, table
from db.running import attention
from db.words import ArticleState, Decision
from db.work import Fetched, Work

ARTICLE, VERSION, DOCUMENT = table(Article), table(ArticleVersion), table(Document)
EXTRACTION, HOLD = table(Extraction), table(Hold)
_PAGES = frozenset({Outcome.OK, Outcome.NOT_MODIFIED})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """The newest reading of a capture that is not held; without one, ``shown`` is None."""

    article_id: int
    shown: Shown | None


def see_again(work: Work, fetched: Sequence[Fetched]) -> None:
    """Take what visits that brought no new bytes tell: mostly that a text lasts on."""
    same = [f for f in fetched if f.capture_id is not None and not f.fresh and f.attempt.outcome in _PAGES]
    if not same:
        return
    waiting = _let_last(work, same)
    readings = _readings(work, {f.capture_id for f in waiting if f.capture_id is not None})
    waiting = [f for f in waiting if f.capture_id in readings]
    while waiting:
        met: set[int] = set()
        turn: list[Fetched] = []
        later: list[Fetched] = []
        for f in waiting:
            article_id = readings[f.capture_id or 0].article_id
            (later if article_id in met else turn).append(f)
            met.add(article_id)
        _see_once_each(work, turn, readings)
        waiting = later


def _let_last(work: Work, same: Sequence[Fetched]) -> list[Fetched]:
    """Let spells last whose newest bytes were simply seen again; give the visits that are not so simple.

    That is nearly all of a recheck: it asks for a few columns in one query.
    """
    times = Counter(f.capture_id for f in same)
    found: dict[int, Any] = {}
    odd: set[int] = set()
    for row in rows.among(work.connection, _open_spells(), VERSION.c.last_capture_id, times):
        if row.hold_id is not None or row.read_as != row.article_id:
            odd.add(row.capture_id)
        found[row.capture_id] = row
    lasting: list[Lasting] = []
    other: list[Fetched] = []
    for f in same:
        spell = found.get(f.capture_id or 0)
        simple = spell and f.capture_id not in odd and times[f.capture_id] == 1
        at = f.attempt.fetched_at
        if spell and simple and at > spell.seen_before and at >= spell.last_checked_at:
            lasting.append(_lasting(f, spell))
        else:
            other.append(f)
    spells.last(work, lasting)
    comments.extend(work, lasting)
    return other


def _lasting(fetched: Fetched, row: Any) -> Lasting:
    return Lasting(
        article_id=row.article_id,
        version_id=row.version_id,
        capture_id=row.capture_id,
        is_other_capture=False,
        seen_before=row.seen_before,
        at=fetched.attempt.fetched_at,
        changed_at=row.last_changed_at or row.valid_from,
        state=row.state,
        state_since=row.state_since,
        commented_at=row.last_commented_at,
    )


@cache
def _open_spells() -> rows.Query:
    """Give the open spells with what was read from their newest bytes, the articles' rows locked."""
    return (
        select(
            VERSION.c.last_capture_id.label("capture_id"),
            VERSION.c.id.label("version_id"),
            VERSION.c.last_seen_at.label("seen_before"),
            VERSION.c.valid_from,
            VERSION.c.article_id,
            ARTICLE.c.state,
            ARTICLE.c.state_since,
            ARTICLE.c.last_checked_at,
            ARTICLE.c.last_changed_at,
            ARTICLE.c.last_commented_at,
            EXTRACTION.c.hold_id,
            EXTRACTION.c.article_id.label("read_as"),
        )
        .join_from(VERSION, ARTICLE, ARTICLE.c.id == VERSION.c.article_id)
        .join(EXTRACTION, EXTRACTION.c.capture_id == VERSION.c.last_capture_id)
        .where(VERSION.c.valid_to.is_(None), VERSION.c.retracted_at.is_(None))
        .order_by(ARTICLE.c.id)
        .with_for_update(of=ARTICLE)
    )


def miss(work: Work, fetched: Sequence[Fetched]) -> None:
    """Take what visits tell of articles that their own address did not serve.

    The history says what it comes to (:func:`db.histories.history.tell`).
    """
    away = [f for f in fetched if f.attempt.outcome not in _PAGES]
    if not away:
        return
    _not_served(
        work,
        {f.url_id: f.attempt.fetched_at for f in away},
        {f.url_id for f in away if is_absence(f.attempt.outcome.value, f.attempt.redirect_to)},
    )


def unread(
    work: Work,
    pages: Sequence[Unread],
    fetched: Mapping[str, Fetched],
    url_ids: Mapping[str, int],
) -> None:
    """Take what pages that gave no article tell: a soft 404 is an absence, all else tells nothing."""
    visits = {url_ids[p.url]: fetched[p.fetch_key] for p in pages if p.fetch_key and p.fetch_key in fetched}
    soft = {url_ids[page.url] for page in pages if page.reason is Reason.SOFT_404}
    _not_served(work, {url_id: f.attempt.fetched_at for url_id, f in visits.items()}, soft)


def _not_served(work: Work, asked: Mapping[int, datetime], absent: Collection[int]) -> None:
    query = select(ARTICLE.c.canonical_url_id, ARTICLE.c.id).where(
        ARTICLE.c.outlet_id == work.outlet_id, ARTICLE.c.state != ArticleState.MERGED.value
    )
    articles = {
        row[1]: row[0] for row in rows.among(work.connection, query, ARTICLE.c.canonical_url_id, asked)
    }
    attention.checked(work, {article_id: asked[url_id] for article_id, url_id in articles.items()})
    gone = [article_id for article_id, url_id in articles.items() if url_id in absent]
    if gone:
        rebuilding.rebuild_versions(work, gone)


def _see_once_each(work: Work, fetched: Sequence[Fetched], readings: Mapping[int, _Reading]) -> None:
    """Let spells last where that is all; work the other articles out anew."""
    current = spells.load(work, {readings[f.capture_id or 0].article_id for f in fetched})
    lasting, other = [], set()
    for f in fetched:
        reading = readings[f.capture_id or 0]
        known = current.get(reading.article_id)
        seen = reading.shown and Observation(
            article_id=reading.article_id,
            at=f.attempt.fetched_at,
            capture_id=f.capture_id or 0,
            shown=reading.shown,
        )
        if seen and known and seen.capture_id == known.last_capture_id and spells.lasts(known, seen):
            lasting.append(seen)
        else:
            other.add(reading.article_id)
    comments.extend(work, spells.extend(work, lasting, current))
    if other:
        rebuilding.rebuild(work, other)


def _readings(work: Work, capture_ids: set[int]) -> dict[int, _Reading]:
    found: dict[int, Any] = {}
    articles: dict[int, int] = {}
    for row in rows.among(work.connection, _query(), EXTRACTION.c.capture_id, capture_ids):
        articles[row.capture_id] = row.article_id
        if row.hold_id is None or row.decision == Decision.RELEASED.value:
            found[row.capture_id] = row  # the newest stays
    return {
        capture_id: _Reading(
            article_id=article_id, shown=shown(found[capture_id]) if capture_id in found else None
        )
        for capture_id, article_id in articles.items()
    }


@cache
def _query() -> rows.Query:
    return (
        select(
            EXTRACTION.c.capture_id,
            EXTRACTION.c.article_id,
            EXTRACTION.c.extractor_id,
            EXTRACTION.c.document_id,
            EXTRACTION.c.extracted_at,
            BELIEVED_AT.label("believed_at"),
            EXTRACTION.c.hold_id,
            HOLD.c.decision,
            DOCUMENT.c.sha256,
            DOCUMENT.c.fingerprint,
            DOCUMENT.c.published_at,
            DOCUMENT.c.published_on,
        )
        .join_from(EXTRACTION, DOCUMENT, DOCUMENT.c.id == EXTRACTION.c.document_id)
        .outerjoin(HOLD, HOLD.c.id == EXTRACTION.c.hold_id)
        .order_by(BELIEVED_AT, EXTRACTION.c.extractor_id)
    )
