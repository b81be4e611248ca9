"""Spells kept up with each observation: a text seen again lasts on, anything else is worked out anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select

from db import recheck, rows
from db.histories.history import Shown
from db.models import Article, ArticleText, ArticleVersion, Document, Extraction, table
from db.recheck import Checked
from db.words import ArticleState, Reading
from db.work import Work

ARTICLE, VERSION, TEXT = table(Article), table(ArticleVersion), table(ArticleText)
DOCUMENT, EXTRACTION = table(Document), table(Extraction)


@dataclass(frozen=True, kw_only=True, slots=True)
class Current:
    """What is known of an article before an observation: its last version and the text believed of it.

    ``read_sha256`` is the document last read for it, which may differ from the text in looks;
    ``comment_state`` and ``comment_list_id`` are what that reading told of the comments.
    """

    article_id: int
    seq: int
    version_id: int
    valid_from: datetime
    valid_to: datetime | None
    version_seen_at: datetime
    last_capture_id: int
    extractor_id: int
    document_id: int
    sha256: str
    fingerprint: str
    published_at: datetime | None
    published_on: date | None
    read_sha256: str | None
    comment_state: str | None
    comment_list_id: int | None
    state: str
    state_since: datetime
    last_seen_at: datetime
    last_checked_at: datetime
    last_changed_at: datetime | None
    last_commented_at: datetime | None

    def text(self) -> Shown:
        """Give the text believed of it."""
        return Shown(
            extractor_id=self.extractor_id,
            document_id=self.document_id,
            sha256=self.sha256,
            fingerprint=self.fingerprint,
            published_at=self.published_at,
            published_on=self.published_on,
            recorded_at=self.version_seen_at,
            believed_at=self.version_seen_at,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """An article seen at an instant showing a text, as one extractor reads it."""

    article_id: int
    at: datetime
    capture_id: int
    shown: Shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Lasting:
    """An open spell that lasts until ``at``; ``seen_before`` is how long it had lasted.

    ``capture_id`` are the bytes seen now, ``is_other_capture`` whether others were last.
    """

    article_id: int
    version_id: int
    capture_id: int
    is_other_capture: bool
    seen_before: datetime
    at: datetime
    changed_at: datetime
    state: str
    state_since: datetime
    commented_at: datetime | None


def judge(current: Current | None, seen: Observation) -> Reading:
    """Give what an observation comes to by what is known when it comes.

    It is what a reading is recorded as, and it finds those that need no more than to let a spell
    last. The history itself is told by :func:`db.histories.history.tell` alone.
    """
    if current is None:
        return Reading.NEW
    text, shown = current.text(), seen.shown
    if seen.at <= (current.valid_to or current.version_seen_at):
        return Reading.LATE
    like_with_like = shown.extractor_id == text.extractor_id
    if current.valid_to is not None:
        other = like_with_like and shown.says_other_than(text)
        return Reading.CHANGED if other else Reading.REAPPEARED
    if not like_with_like:
        return Reading.REREAD
    return _compare(text, shown, current.read_sha256 or text.sha256)


def _compare(text: Shown, shown: Shown, last_sha256: str) -> Reading:
    """Compare like with like, the cheapest question first (ARCHIVE-FACTS.md section 1.2, rule 1)."""
    if shown.sha256 == last_sha256:
        return Reading.UNCHANGED
    if shown.says_other_than(text):
        return Reading.CHANGED
    return Reading.FULLER if shown.is_fuller_than(text) else Reading.COSMETIC


def lasts(current: Current | None, seen: Observation) -> bool:
    """Say whether an observation only lets the open spell last: the bytes, or the text, read last.

    One that is older than the last visit does not: the article may have been found away since.
    """
    if current is None or current.valid_to is not None or seen.at <= current.version_seen_at:
        return False
    if seen.at < current.last_checked_at:
        return False
    return seen.capture_id == current.last_capture_id or judge(current, seen) is Reading.UNCHANGED


def load(work: Work, article_ids: Collection[int]) -> dict[int, Current]:
    """Give the current version of each article, its row locked against other writers."""
    found = rows.among(work.connection, _current(), ARTICLE.c.id, article_ids)
    return {row.article_id: Current(**row._asdict()) for row in found}


@cache  # making a statement with its aliases costs more than running it
def _current() -> rows.Query:
    newer = VERSION.alias()
    last_seq = (
        select(func.max(newer.c.seq))
        .where(newer.c.article_id == ARTICLE.c.id, newer.c.retracted_at.is_(None))
        .scalar_subquery()
    )
    last_read = DOCUMENT.alias()
    names = (name for name in Current.__dataclass_fields__ if name in ARTICLE.c)
    return (
        select(
            ARTICLE.c.id.label("article_id"),
            *(ARTICLE.c[name] for name in names),
            VERSION.c.id.label("version_id"),
            VERSION.c.seq,
            VERSION.c.valid_from,
            VERSION.c.valid_to,
            VERSION.c.last_seen_at.label("version_seen_at"),
            VERSION.c.last_capture_id,
            TEXT.c.extractor_id,
            TEXT.c.document_id,
            DOCUMENT.c.sha256,
            DOCUMENT.c.fingerprint,
            DOCUMENT.c.published_at,
            DOCUMENT.c.published_on,
            last_read.c.sha256.label("read_sha256"),
            EXTRACTION.c.comment_state,
            EXTRACTION.c.comment_list_id,
        )
        .join_from(ARTICLE, VERSION, (VERSION.c.article_id == ARTICLE.c.id) & (VERSION.c.seq == last_seq))
        .join(TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .join(DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .outerjoin(
            EXTRACTION,
            (EXTRACTION.c.capture_id == VERSION.c.last_capture_id)
            & (EXTRACTION.c.extractor_id == TEXT.c.extractor_id),
        )
        .outerjoin(last_read, last_read.c.id == EXTRACTION.c.document_id)
        .where(VERSION.c.retracted_at.is_(None))
        .order_by(ARTICLE.c.id)
        .with_for_update(of=ARTICLE)
    )


def extend(work: Work, seen: Sequence[Observation], current: Mapping[int, Current]) -> list[Lasting]:
    """Let the open spells last until these observations, and say when to ask again; give them.

    The comments are the caller's.
    """
    lasting = [_lasting(o, current[o.article_id]) for o in seen]
    last(work, lasting)
    return lasting


def last(work: Work, lasting: Sequence[Lasting]) -> None:
    """Let open spells last, and say when to ask for their articles again; comments are the caller's."""
    same = [{"of": one.version_id, "last_seen_at": one.at} for one in lasting if not one.is_other_capture]
    rows.alter(work.connection, VERSION, same)
    other = [one for one in lasting if one.is_other_capture]
    rows.alter(
        work.connection,
        VERSION,
        [{"of": one.version_id, "last_seen_at": one.at, "last_capture_id": one.capture_id} for one in other],
    )
    rows.alter(work.connection, ARTICLE, [_seen_again(one) for one in lasting])


def _lasting(seen: Observation, current: Current) -> Lasting:
    return Lasting(
        article_id=current.article_id,
        version_id=current.version_id,
        capture_id=seen.capture_id,
        is_other_capture=seen.capture_id != current.last_capture_id,
        seen_before=current.version_seen_at,
        at=seen.at,
        changed_at=current.last_changed_at or current.valid_from,
        state=current.state,
        state_since=current.state_since,
        commented_at=current.last_commented_at,
    )


def _seen_again(one: Lasting) -> dict[str, Any]:
    checked = Checked(
        article_id=one.article_id,
        checked_at=one.at,
        changed_at=one.changed_at,
        state=ArticleState(one.state),
        state_since=one.state_since,
        commented_at=one.commented_at,
    )
    return {
        "of": one.article_id,
        "last_seen_at": one.at,
        "last_checked_at": one.at,
        "next_check_at": recheck.next_check(checked),
    }
