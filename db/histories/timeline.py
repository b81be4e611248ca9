"""What was observed of articles, out of the evidence: when they were served, and when they were not."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, or_, select

from core.records import Outcome, Reason
from db import rows
from db.histories.history import Absent, Observation, Seen, Shown
from db.models import Article, Document, Extraction, Extractor, FetchAttempt, Hold, Rejection, Url, table
from db.words import Decision, Ending

ARTICLE, ATTEMPT, DOCUMENT = table(Article), table(FetchAttempt), table(Document)
EXTRACTOR = table(Extractor)
EXTRACTION, HOLD, REJECTION, URL = table(Extraction), table(Hold), table(Rejection), table(Url)

_ABSENCE = {
    Outcome.GONE.value: Ending.GONE,
    Outcome.NOT_FOUND.value: Ending.MISSING,
    Outcome.SOFT_404.value: Ending.MISSING,
}
BELIEVED_AT = func.coalesce(EXTRACTION.c.reread_at, EXTRACTION.c.extracted_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighted:
    """An article's page with its comments at an instant, as the reading believed today has them.

    ``comment_list_id`` is None where they were not kept; ``comment_state`` is the word of the page.
    """

    at: datetime
    run_id: int
    capture_id: int
    extractor_id: int
    comment_state: str
    comment_list_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """All that was observed of one article, oldest first; ``pages`` only by readings that are not held."""

    observations: tuple[Observation, ...]
    pages: tuple[Sighted, ...]


def is_absence(outcome: str, redirect_to: str | None) -> Ending | None:
    """Give what an attempt at an article's own address tells of its absence, None for nothing."""
    if outcome == Outcome.REDIRECT.value:
        return Ending.REDIRECTED if is_root(redirect_to) else None
    return _ABSENCE.get(outcome)


def is_root(address: str | None) -> bool:
    """Say whether an address is a site's home page."""
    return address is not None and urlsplit(address).path in {"", "/"} and not urlsplit(address).query


def load(connection: Connection, article_ids: Collection[int]) -> dict[int, Timeline]:
    """Give what was observed of each article."""
    readings: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.among(connection, _readings(), EXTRACTION.c.article_id, article_ids):
        readings[row.article_id][row.capture_id].append(row)
    visits = _visits(connection, {capture for article in readings.values() for capture in article})
    absences = _absences(connection, article_ids)
    return {
        article_id: _timeline(readings[article_id], visits, absences[article_id])
        for article_id in article_ids
    }


def _timeline(
    readings: dict[int, list[Any]],
    visits: dict[int, list[Any]],
    absences: list[tuple[int | None, Absent]],
) -> Timeline:
    seen: list[Seen] = []
    pages: list[Sighted] = []
    for capture_id, found in readings.items():
        free = [row for row in found if not row.held]
        read_to = {row.extractor_id: shown(row, row.layout) for row in free}
        best = max(free, key=lambda row: (row.believed_at, row.extractor_id)) if free else None
        for visit in visits.get(capture_id, ()):
            seen.append(
                Seen(at=visit.fetched_at, run_id=visit.run_id, capture_id=capture_id, readings=read_to)
            )
            if best is not None:
                pages.append(
                    Sighted(
                        at=visit.fetched_at,
                        run_id=visit.run_id,
                        capture_id=capture_id,
                        extractor_id=best.extractor_id,
                        comment_state=best.comment_state,
                        comment_list_id=best.comment_list_id,
                    )
                )
    away = [absent for capture_id, absent in absences if capture_id not in readings]
    return Timeline(observations=_in_order(seen, away), pages=tuple(sorted(pages, key=_when)))


def _when(seen: Seen | Sighted) -> tuple[datetime, int]:
    return seen.at, seen.capture_id


def _in_order(seen: Iterable[Seen], away: Iterable[Absent]) -> tuple[Observation, ...]:
    """Give the observations oldest first; at one instant, that the article was there comes first."""
    marked: list[tuple[datetime, int, int, Observation]] = [(o.at, 0, o.capture_id, o) for o in seen]
    marked += [(o.at, 1, o.run_id, o) for o in away]
    return tuple(o for *_, o in sorted(marked, key=lambda mark: mark[:3]))


def shown(row: Any, layout: str = "") -> Shown:
    """Give the text a row of a reading, by a layout, and its document tells of."""
    return Shown(
        extractor_id=row.extractor_id,
        document_id=row.document_id,
        sha256=row.sha256,
        fingerprint=row.fingerprint,
        published_at=row.published_at,
        published_on=row.published_on,
        recorded_at=row.extracted_at,
        believed_at=row.believed_at,
        layout=layout,
    )


def _readings() -> rows.Query:
    held = EXTRACTION.c.hold_id.is_not(None) & func.coalesce(HOLD.c.decision, Decision.DISCARDED.value).in_(
        [Decision.DISCARDED.value]
    )
    return (
        select(
            EXTRACTION.c.article_id,
            EXTRACTION.c.capture_id,
            EXTRACTION.c.extractor_id,
            EXTRACTION.c.document_id,
            EXTRACTION.c.extracted_at,
            EXTRACTION.c.comment_state,
            EXTRACTION.c.comment_list_id,
            BELIEVED_AT.label("believed_at"),
            held.label("held"),
            DOCUMENT.c.sha256,
            DOCUMENT.c.fingerprint,
            DOCUMENT.c.published_at,
            DOCUMENT.c.published_on,
            EXTRACTOR.c.layout,
        )
        .join_from(EXTRACTION, DOCUMENT, DOCUMENT.c.id == EXTRACTION.c.document_id)
        .join(EXTRACTOR, EXTRACTOR.c.id == EXTRACTION.c.extractor_id)
        .outerjoin(HOLD, HOLD.c.id == EXTRACTION.c.hold_id)
    )


def _visits(connection: Connection, capture_ids: Collection[int]) -> dict[int, list[Any]]:
    """Give the attempts that saw each capture's bytes."""
    query = select(ATTEMPT.c.capture_id, ATTEMPT.c.fetched_at, ATTEMPT.c.run_id).where(
        ATTEMPT.c.outcome.in_([Outcome.OK.value, Outcome.NOT_MODIFIED.value])
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.among(connection, query, ATTEMPT.c.capture_id, capture_ids):
        found[row.capture_id].append(row)
    return found


def _absences(
    connection: Connection, article_ids: Collection[int]
) -> dict[int, list[tuple[int | None, Absent]]]:
    """Give when each article's own address did not serve it, with the capture of a soft 404."""
    target, soft = URL.alias(), REJECTION.c.reason == Reason.SOFT_404.value
    query = (
        select(
            ARTICLE.c.id,
            ATTEMPT.c.fetched_at,
            ATTEMPT.c.run_id,
            ATTEMPT.c.outcome,
            ATTEMPT.c.capture_id,
            target.c.url,
            REJECTION.c.id.label("soft"),
        )
        .join_from(ARTICLE, ATTEMPT, ATTEMPT.c.url_id == ARTICLE.c.canonical_url_id)
        .outerjoin(target, target.c.id == ATTEMPT.c.redirect_to_url_id)
        .outerjoin(REJECTION, (REJECTION.c.capture_id == ATTEMPT.c.capture_id) & soft)
        .where(or_(ATTEMPT.c.outcome.in_([*_ABSENCE, Outcome.REDIRECT.value]), REJECTION.c.id.is_not(None)))
    )
    found: dict[int, list[tuple[int | None, Absent]]] = defaultdict(list)
    for row in rows.among(connection, query, ARTICLE.c.id, article_ids):
        how = Ending.MISSING if row.soft is not None else is_absence(row.outcome, row.url)
        if how is not None:
            absent = Absent(at=row.fetched_at, run_id=row.run_id, how=how)
            found[row.id].append((row.capture_id if row.soft is not None else None, absent))
    return found
