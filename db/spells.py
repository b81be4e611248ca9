"""Spells: when the outlet showed which text of an article, kept up with each observation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, update

from db import rows
from db.changes import Text, measure
from db.models import (
    Article,
    ArticleChange,
    ArticleText,
    ArticleVersion,
    Document,
    Extraction,
    table,
)
from db.words import ArticleState, Ending, Reading
from db.work import Work

ARTICLE, VERSION, TEXT = table(Article), table(ArticleVersion), table(ArticleText)
DOCUMENT, EXTRACTION = table(Document), table(Extraction)
OPENS_SPELL = frozenset({Reading.NEW, Reading.CHANGED, Reading.REAPPEARED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Current:
    """What is known of an article before an observation: its last version and the text believed of it.

    ``last_sha256`` is the document last read for it, which may differ from the text in looks;
    ``comment_state`` is what that reading told of the comments.
    """

    article_id: int
    version_id: int
    seq: int
    valid_from: datetime
    valid_to: datetime | None
    last_seen_at: datetime
    last_capture_id: int
    text_id: int
    extractor_id: int
    document_id: int
    sha256: str
    fingerprint: str
    published_at: datetime | None
    published_on: date | None
    last_sha256: str | None
    comment_state: str | None
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """An article seen at an instant showing a document, as one extractor reads it.

    ``read_now`` is False for a 304 and for identical bytes: then the reading is an older one.
    """

    article_id: int
    at: datetime
    capture_id: int
    extractor_id: int
    document_id: int
    sha256: str
    fingerprint: str
    published_at: datetime | None
    published_on: date | None
    read_now: bool = True


def decide(current: Current | None, seen: Observation) -> Reading:
    """Give what an observation comes to (ARCHIVE-FACTS.md section 1.2, rules 1 and 2).

    Only readings by one extractor are compared for edits. What another layout, or another version
    of it, reads differently is ``reread``: the text believed of the version is replaced, and no
    version begins. An edit made between the last reading by the old extractor and the first by the
    new one is thereby not dated, but an edit is never invented; comparing the older bytes as the new
    extractor reads them is the re-reading's work.

    A date of publication is an edit only where both texts state one: the same legacy article shows
    its date at one address and none at another (OUTLETS.md section 1). Where only the new one does,
    it is the ``fuller`` text of the same version.
    """
    if current is None:
        return Reading.NEW
    same_looks_aside = seen.fingerprint == current.fingerprint
    like_with_like = seen.extractor_id == current.extractor_id
    if current.valid_to is not None:
        back = Reading.REAPPEARED if same_looks_aside or not like_with_like else Reading.CHANGED
        return back if seen.at > current.valid_to else Reading.LATE
    if seen.sha256 in {current.sha256, current.last_sha256}:
        return Reading.UNCHANGED
    if like_with_like and same_looks_aside and not _redated(current, seen):
        return Reading.FULLER if _dated(seen) and not _dated(current) else Reading.COSMETIC
    if not like_with_like:
        return Reading.REREAD if seen.read_now else Reading.UNCHANGED
    return Reading.CHANGED if seen.at > current.last_seen_at else Reading.LATE


def _dated(text: Current | Observation) -> bool:
    return text.published_on is not None


def _redated(current: Current, seen: Observation) -> bool:
    if current.published_at and seen.published_at:
        return current.published_at != seen.published_at
    return _dated(current) and _dated(seen) and current.published_on != seen.published_on


def load(work: Work, article_ids: Collection[int]) -> dict[int, Current]:
    """Give the current version of each article, its row locked against other writers."""
    found = rows.among(work.connection, _current(), ARTICLE.c.id, article_ids)
    return {row.article_id: Current(**row._asdict()) for row in found}


@cache  # making a statement with its aliases costs more than running it
def _current() -> rows.Query:
    newest = VERSION.alias()
    last_seq = select(func.max(newest.c.seq)).where(newest.c.article_id == ARTICLE.c.id).scalar_subquery()
    last_read = DOCUMENT.alias()
    return (
        select(
            ARTICLE.c.id.label("article_id"),
            VERSION.c.id.label("version_id"),
            VERSION.c.seq,
            VERSION.c.valid_from,
            VERSION.c.valid_to,
            VERSION.c.last_seen_at,
            VERSION.c.last_capture_id,
            TEXT.c.id.label("text_id"),
            TEXT.c.extractor_id,
            TEXT.c.document_id,
            DOCUMENT.c.sha256,
            DOCUMENT.c.fingerprint,
            DOCUMENT.c.published_at,
            DOCUMENT.c.published_on,
            last_read.c.sha256.label("last_sha256"),
            EXTRACTION.c.comment_state,
            ARTICLE.c.state,
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
        .order_by(ARTICLE.c.id)
        .with_for_update(of=ARTICLE)
    )


def apply(
    work: Work, seen: Sequence[Observation], current: Mapping[int, Current]
) -> list[tuple[Reading, int]]:
    """Bring the spells up to date; give each observation's reading and the article's version number.

    No article may be in ``seen`` twice.
    """
    readings = [decide(current.get(observation.article_id), observation) for observation in seen]
    opened = [o for o, reading in zip(seen, readings, strict=True) if reading in OPENS_SPELL]
    _close(work, {o.article_id: o.at for o in opened}, current)
    _open(work, opened, current)
    kept = [(o, r) for o, r in zip(seen, readings, strict=True) if r not in {*OPENS_SPELL, Reading.LATE}]
    _extend(work, [o for o, _ in kept], current)
    _supersede(work, [o for o, r in kept if r is Reading.FULLER or _by_another(o, current)], current)
    _mark_seen(work, [o for o, r in zip(seen, readings, strict=True) if r is not Reading.LATE], current)
    return [
        (reading, _seq(current.get(observation.article_id)) + (reading in OPENS_SPELL))
        for observation, reading in zip(seen, readings, strict=True)
    ]


def close(work: Work, ended: Mapping[int, datetime], by: Ending = Ending.CHANGED) -> None:
    """End the open spell of each article, if it has one, at the instant it was first not seen."""
    query = (
        update(VERSION)
        .where(VERSION.c.article_id == bindparam("of"), VERSION.c.valid_to.is_(None))
        .values(
            valid_to=bindparam("ended"),
            ended_by=by.value,
            ended_run_id=work.run_id,
            end_recorded_at=work.now,
        )
    )
    if ended:
        work.connection.execute(query, [{"of": key, "ended": at} for key, at in ended.items()])


def _close(work: Work, ended: Mapping[int, datetime], current: Mapping[int, Current]) -> None:
    close(work, {key: at for key, at in ended.items() if key in current and current[key].valid_to is None})


def _seq(current: Current | None) -> int:
    return current.seq if current else 0


def _open(work: Work, seen: Sequence[Observation], current: Mapping[int, Current]) -> None:
    """Begin a spell for each observation, with its text and how it differs from the one before."""
    versions = [_version(work, observation, current.get(observation.article_id)) for observation in seen]
    numbers = rows.put_numbered(work.connection, VERSION, versions)
    texts = [_text(work, number, o) for number, o in zip(numbers, seen, strict=True)]
    rows.put(work.connection, TEXT, texts)
    _record_changes(
        work,
        [
            (number, o, current[o.article_id])
            for number, o in zip(numbers, seen, strict=True)
            if o.article_id in current
        ],
    )


def _version(work: Work, seen: Observation, before: Current | None) -> dict[str, Any]:
    return {
        "article_id": seen.article_id,
        "seq": _seq(before) + 1,
        "run_id": work.run_id,
        "first_capture_id": seen.capture_id,
        "last_capture_id": seen.capture_id,
        "valid_from": seen.at,
        # After an absence the text came back after the last time it was found away.
        "changed_after": (before.valid_to or before.last_seen_at) if before else None,
        "last_seen_at": seen.at,
        "recorded_at": work.now,
    }


def _text(work: Work, version_id: int, seen: Observation) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "extractor_id": seen.extractor_id,
        "document_id": seen.document_id,
        "recorded_at": work.now,
    }


def _extend(work: Work, seen: Sequence[Observation], current: Mapping[int, Current]) -> None:
    """Let the open spells last until these observations; replace texts another extractor read."""
    if not seen:
        return
    reread = [o for o in seen if _by_another(o, current)]
    # The capture a text was last read from is one that the text's own extractor has read.
    captured = {o.article_id for o in seen if o.extractor_id == current[o.article_id].extractor_id} | {
        o.article_id for o in reread
    }
    work.connection.execute(
        update(VERSION)
        .where(VERSION.c.id == bindparam("of"))
        .values(last_seen_at=bindparam("seen"), last_capture_id=bindparam("capture")),
        [
            {
                "of": current[o.article_id].version_id,
                "seen": max(o.at, current[o.article_id].last_seen_at),
                "capture": o.capture_id
                if o.article_id in captured
                else current[o.article_id].last_capture_id,
            }
            for o in seen
        ],
    )


def _by_another(seen: Observation, current: Mapping[int, Current]) -> bool:
    """Say whether another extractor than the current text's has read the article now."""
    return seen.read_now and seen.extractor_id != current[seen.article_id].extractor_id


def _supersede(work: Work, seen: Sequence[Observation], current: Mapping[int, Current]) -> None:
    """Replace the text believed of each open version by the one read now (system time)."""
    if not seen:
        return
    work.connection.execute(
        update(TEXT).where(TEXT.c.id == bindparam("of")).values(superseded_at=work.now),
        [{"of": current[o.article_id].text_id} for o in seen],
    )
    rows.put(work.connection, TEXT, [_text(work, current[o.article_id].version_id, o) for o in seen])


def _mark_seen(work: Work, seen: Sequence[Observation], current: Mapping[int, Current]) -> None:
    """Say of the articles known before that they are live, and since when where they were not."""
    seen = [o for o in seen if o.article_id in current]
    if not seen:
        return
    work.connection.execute(
        update(ARTICLE)
        .where(ARTICLE.c.id == bindparam("of"), ARTICLE.c.last_seen_at < bindparam("seen"))
        .values(last_seen_at=bindparam("seen"), last_checked_at=bindparam("seen")),
        [{"of": o.article_id, "seen": o.at} for o in seen],
    )
    back = [o for o in seen if current[o.article_id].state != ArticleState.LIVE.value]
    if back:
        work.connection.execute(
            update(ARTICLE)
            .where(ARTICLE.c.id == bindparam("of"))
            .values(state=ArticleState.LIVE.value, state_since=bindparam("since")),
            [{"of": o.article_id, "since": o.at} for o in back],
        )


def _record_changes(work: Work, changed: Sequence[tuple[int, Observation, Current]]) -> None:
    if not changed:
        return
    texts = _texts(work, {o.document_id for _, o, _ in changed} | {c.document_id for _, _, c in changed})
    earlier = _earlier(work, [c for _, _, c in changed])
    entries = []
    for version_id, seen, before in changed:
        difference = measure(
            texts[before.document_id], texts[seen.document_id], earlier.get(before.article_id, ())
        )
        fields = asdict(difference) | {"kind": difference.kind.value}
        entries.append(
            {
                "article_id": seen.article_id,
                "version_id": version_id,
                "previous_version_id": before.version_id,
                "before_document_id": before.document_id,
                "after_document_id": seen.document_id,
                "changed_after": before.valid_to or before.last_seen_at,
                "changed_by": seen.at,
                "recorded_at": work.now,
                **fields,
            }
        )
    rows.put(work.connection, table(ArticleChange), entries)


def _texts(work: Work, document_ids: set[int]) -> dict[int, Text]:
    names = tuple(name for name in Text.__dataclass_fields__ if name != "tags")
    query = select(DOCUMENT.c.id, DOCUMENT.c.tags, *(DOCUMENT.c[name] for name in names))
    return {
        row.id: Text(tags=tuple(row.tags), **{name: getattr(row, name) for name in names})
        for row in rows.among(work.connection, query, DOCUMENT.c.id, document_ids)
    }


def _earlier(work: Work, current: Sequence[Current]) -> dict[int, set[str]]:
    """Give the fingerprints of the texts each article had before its current one."""
    query = (
        select(VERSION.c.article_id, DOCUMENT.c.fingerprint)
        .join_from(VERSION, TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .join(DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .where(VERSION.c.valid_to.is_not(None))  # not the one that has just begun
    )
    now = {c.article_id: c.fingerprint for c in current}
    found: dict[int, set[str]] = {}
    for article_id, fingerprint in rows.among(work.connection, query, VERSION.c.article_id, now):
        if fingerprint != now[article_id]:
            found.setdefault(article_id, set()).add(fingerprint)
    return found
