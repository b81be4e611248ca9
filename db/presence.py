"""What visits alone tell of articles: seen again unchanged, or not there any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select, update

from core.records import COMPLETE, Outcome
from db import rows, spells
from db.models import (
    Article,
    Comment,
    CommentVersion,
    Document,
    Extraction,
    FetchAttempt,
    Url,
    table,
)
from db.spells import Observation
from db.words import ArticleState, CommentPresence, Ending
from db.work import Fetched, Work

# Gone needs evidence (ARCHIVE-FACTS.md section 1.2, rule 5): 410 at once, other absences only when
# found so many times over so long; server errors, refusals and timeouts are no evidence at all.
ABSENCES = 3
ABSENT_FOR = timedelta(hours=48)
_ABSENT = frozenset({Outcome.NOT_FOUND, Outcome.GONE, Outcome.SOFT_404})

ARTICLE, COMMENT, COMMENT_VERSION = table(Article), table(Comment), table(CommentVersion)
DOCUMENT, EXTRACTION = table(Document), table(Extraction)
ATTEMPT, URL = table(FetchAttempt), table(Url)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The newest reading of a capture."""

    article_id: int
    extractor_id: int
    document_id: int
    sha256: str
    fingerprint: str
    published_at: datetime | None
    published_on: date | None
    comment_state: str


def see_again(work: Work, fetched: Sequence[Fetched]) -> None:
    """Extend what is known by the visits that brought no new bytes: nothing else tells of them."""
    same = [f for f in fetched if f.capture_id is not None and not f.fresh and _is_page(f)]
    readings = _readings(work, {f.capture_id for f in same if f.capture_id is not None})
    for group in _once_each([f for f in same if f.capture_id in readings], readings):
        seen = [_observation(f, readings[f.capture_id or 0]) for f in group]
        current = spells.load(work, {o.article_id for o in seen})
        spells.apply(work, [o for o in seen if o.article_id in current], current)
        _extend_comments(work, seen, readings)


def miss(work: Work, fetched: Sequence[Fetched]) -> None:
    """Note which articles were asked for at their own address, and which were not there.

    410 makes an article *gone* at once. 404, a soft 404 and a redirect to the home page make it
    *missing* once found at least 3 times over at least 48 hours since it was last seen.
    """
    articles = _by_canonical(work, {f.url_id for f in fetched})
    asked = [(articles[f.url_id], f) for f in fetched if f.url_id in articles]
    if not asked:
        return
    work.connection.execute(
        update(ARTICLE)
        .where(ARTICLE.c.id == bindparam("of"), ARTICLE.c.last_checked_at < bindparam("at"))
        .values(last_checked_at=bindparam("at")),
        [{"of": article.id, "at": f.attempt.fetched_at} for article, f in asked],
    )
    ended: dict[int, tuple[ArticleState, datetime]] = {}
    for article, f in asked:
        if article.state == ArticleState.GONE or f.attempt.fetched_at <= article.last_seen_at:
            continue
        if f.attempt.outcome is Outcome.GONE:
            ended[article.id] = (ArticleState.GONE, f.attempt.fetched_at)
        elif (
            _is_absence(f)
            and article.state != ArticleState.MISSING
            and article.id not in ended
            and (since := _missing_since(work, f.url_id, article.last_seen_at))
        ):
            ended[article.id] = (ArticleState.MISSING, since)
    _end(work, ended)


def _end(work: Work, ended: dict[int, tuple[ArticleState, datetime]]) -> None:
    if not ended:
        return
    for state in {state for state, _ in ended.values()}:
        at = {article_id: since for article_id, (now, since) in ended.items() if now is state}
        spells.close(work, at, Ending(state.value))
    work.connection.execute(
        update(ARTICLE)
        .where(ARTICLE.c.id == bindparam("of"))
        .values(state=bindparam("now"), state_since=bindparam("since")),
        [{"of": key, "now": state.value, "since": at} for key, (state, at) in ended.items()],
    )


def _is_page(fetched: Fetched) -> bool:
    return fetched.attempt.outcome in {Outcome.OK, Outcome.NOT_MODIFIED}


def _is_absence(fetched: Fetched) -> bool:
    return fetched.attempt.outcome in _ABSENT or (
        fetched.attempt.outcome is Outcome.REDIRECT and _is_root(fetched.attempt.redirect_to)
    )


def _is_root(address: str | None) -> bool:
    return address is not None and urlsplit(address).path in {"", "/"} and not urlsplit(address).query


def _missing_since(work: Work, url_id: int, last_seen_at: datetime) -> datetime | None:
    """Give when the address was first found absent, if that was often and long enough, else None."""
    target = URL.alias()
    query = (
        select(ATTEMPT.c.fetched_at, ATTEMPT.c.outcome, target.c.url)
        .join_from(ATTEMPT, target, target.c.id == ATTEMPT.c.redirect_to_url_id, isouter=True)
        .where(ATTEMPT.c.url_id == url_id, ATTEMPT.c.fetched_at > last_seen_at)
        .order_by(ATTEMPT.c.fetched_at)
    )
    times = [
        row.fetched_at
        for row in work.connection.execute(query)
        if row.outcome in _ABSENT or (row.outcome == Outcome.REDIRECT and _is_root(row.url))
    ]
    enough = len(times) >= ABSENCES and times[-1] - times[0] >= ABSENT_FOR
    return times[0] if enough else None


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    state: str
    last_seen_at: datetime


def _by_canonical(work: Work, url_ids: set[int]) -> dict[int, _Known]:
    query = select(ARTICLE.c.canonical_url_id, ARTICLE.c.id, ARTICLE.c.state, ARTICLE.c.last_seen_at).where(
        ARTICLE.c.outlet_id == work.outlet_id
    )
    found = rows.among(work.connection, query, ARTICLE.c.canonical_url_id, url_ids)
    return {row[0]: _Known(*row[1:]) for row in found}


def _readings(work: Work, capture_ids: set[int]) -> dict[int, _Reading]:
    query = (
        select(
            EXTRACTION.c.capture_id,
            EXTRACTION.c.article_id,
            EXTRACTION.c.extractor_id,
            EXTRACTION.c.document_id,
            DOCUMENT.c.sha256,
            DOCUMENT.c.fingerprint,
            DOCUMENT.c.published_at,
            DOCUMENT.c.published_on,
            EXTRACTION.c.comment_state,
        )
        .join_from(EXTRACTION, DOCUMENT, DOCUMENT.c.id == EXTRACTION.c.document_id)
        .order_by(EXTRACTION.c.extracted_at)
    )
    found = rows.among(work.connection, query, EXTRACTION.c.capture_id, capture_ids)
    return {row[0]: _Reading(*row[1:]) for row in found}  # the newest reading of a capture stays


def _observation(fetched: Fetched, reading: _Reading) -> Observation:
    return Observation(
        article_id=reading.article_id,
        at=fetched.attempt.fetched_at,
        capture_id=fetched.capture_id or 0,
        extractor_id=reading.extractor_id,
        document_id=reading.document_id,
        sha256=reading.sha256,
        fingerprint=reading.fingerprint,
        published_at=reading.published_at,
        published_on=reading.published_on,
        read_now=False,
    )


def _once_each(fetched: Sequence[Fetched], readings: dict[int, _Reading]) -> list[list[Fetched]]:
    """Give groups that hold no article twice, in order."""
    groups: list[list[Fetched]] = []
    rounds: dict[int, int] = {}
    for f in fetched:
        article_id = readings[f.capture_id or 0].article_id
        turn = rounds.get(article_id, 0)
        rounds[article_id] = turn + 1
        if turn == len(groups):
            groups.append([])
        groups[turn].append(f)
    return groups


def _extend_comments(work: Work, seen: Sequence[Observation], readings: dict[int, _Reading]) -> None:
    """Say of the comments those bytes show that they were seen again.

    A page that listed all its comments showed all that are visible now; of another page, only those
    last read from these very bytes were on it.
    """
    query = (
        select(COMMENT.c.article_id, COMMENT.c.id, COMMENT_VERSION.c.id, COMMENT_VERSION.c.last_capture_id)
        .join_from(COMMENT, COMMENT_VERSION, COMMENT_VERSION.c.comment_id == COMMENT.c.id)
        .where(
            COMMENT.c.state == CommentPresence.VISIBLE.value,
            COMMENT_VERSION.c.valid_to.is_(None),
            COMMENT_VERSION.c.superseded_at.is_(None),
        )
    )
    by_article = {o.article_id: o for o in seen}
    comments, versions = [], []
    found = rows.among(work.connection, query, COMMENT.c.article_id, by_article)
    for article_id, comment_id, version_id, last_capture_id in found:
        observation = by_article[article_id]
        complete = readings[observation.capture_id].comment_state in COMPLETE
        if complete or last_capture_id == observation.capture_id:
            comments.append({"of": comment_id, "at": observation.at})
            versions.append({"of": version_id, "at": observation.at})
    for target, entries in ((COMMENT, comments), (COMMENT_VERSION, versions)):
        if entries:
            query_seen = (
                update(target)
                .where(target.c.id == bindparam("of"), target.c.last_seen_at < bindparam("at"))
                .values(last_seen_at=bindparam("at"))
            )
            work.connection.execute(query_seen, entries)
