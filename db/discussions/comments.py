"""Comments as rows: brought to what the pages that showed them add up to."""

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Update, bindparam, literal_column, select, update

from core.records import CommentState
from core.text import fold, line, words
from db import rows
from db.discussions import comment_lists, comment_rows
from db.discussions.comment_adoption import adopt
from db.discussions.comment_rows import COMMENT, COMMENTER, EXTENDED, VERSION, Stored
from db.discussions.threads import Counts, Known, LastPage, Thread, ThreadPage, Wording
from db.histories.spells import Lasting
from db.histories.timeline import Timeline
from db.recheck import known_by
from db.words import CommentPresence
from db.work import Work

_TOLD = frozenset({CommentPresence.VISIBLE.value, CommentPresence.REMOVED.value})
_ERASED: ColumnElement[str] = literal_column(f"'{CommentPresence.ERASED.value}'")  # no value of the entries
_KEPT = ("state", "state_since", "first_seen_at", "last_seen_at", "parent_id")


@dataclass(frozen=True, slots=True)
class Shown:
    """A page that an article's comments are read from now, and the page before it."""

    article_id: int
    page: ThreadPage
    last: LastPage | None


@dataclass(frozen=True, slots=True)
class Saved:
    """Whether an article's comments are otherwise than before, and when the newest was written."""

    otherwise: bool
    commented_at: datetime | None


PSEUDONYM = re.compile(r"reader-[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}")
"""What :func:`pseudonym` gives."""


def record(work: Work, shown: Sequence[Shown]) -> tuple[list[Counts], dict[int, Saved]]:
    """Bring the comments of these articles up to date by pages newer than all known; each article once."""
    stored = comment_rows.load(work, [one.article_id for one in shown], newest_only=True)
    threads = {}
    counts = []
    lasts = _last_pages(work, shown)
    for one in shown:
        thread = stored[one.article_id].thread
        thread.last = lasts[one.article_id]
        counts.append(thread.see(one.page))
        threads[one.article_id] = thread
    return counts, _save(work, threads, stored)


def _last_pages(work: Work, shown: Sequence[Shown]) -> dict[int, LastPage | None]:
    """Give the page before each of these; one that was closed listed its comments only if it had any."""
    closed = {one.last.list_id for one in shown if one.last and one.last.closed}
    lists = comment_lists.load(work.connection, {number for number in closed if number is not None})
    return {
        one.article_id: replace(one.last, complete=bool(lists.get(one.last.list_id or 0)))
        if one.last and one.last.closed
        else one.last
        for one in shown
    }


def rebuild(work: Work, timelines: Mapping[int, Timeline]) -> dict[int, Saved]:
    """Work the comments of these articles out anew.

    Where a list was not kept (pages read before lists were) the comments stay as they are.
    """
    told = {
        article_id: timeline
        for article_id, timeline in timelines.items()
        if all(page.comment_list_id is not None for page in timeline.pages)
    }
    wanted = {page.comment_list_id for timeline in told.values() for page in timeline.pages}
    lists = comment_lists.load(work.connection, {key for key in wanted if key is not None})
    stored = comment_rows.load(work, list(told), newest_only=False)
    threads = {}
    for article_id, timeline in told.items():
        thread = threads[article_id] = Thread()
        for page in timeline.pages:
            list_id = page.comment_list_id or 0
            thread.see(
                ThreadPage(
                    at=page.at,
                    run_id=page.run_id,
                    capture_id=page.capture_id,
                    extractor_id=page.extractor_id,
                    state=CommentState(page.comment_state),
                    comments=lists[list_id],
                    list_id=list_id,
                )
            )
        adopt(thread, stored[article_id].thread.comments)
    return _save(work, threads, stored)


def extend(work: Work, seen: Sequence[Lasting]) -> None:
    """Say of the comments these pages showed that they showed them again.

    They are those last seen when the page was last seen.
    """
    entries = [
        {"of": one.article_id, "was": one.seen_before, "at": one.at}
        for one in seen
        if one.commented_at is not None
    ]
    if not entries:
        return
    for again in _shown_again(at_once=rows.takes_arrays(work.connection)):
        rows.many(work.connection, again, entries)


@cache
def _shown_again(*, at_once: bool) -> tuple[Update, Update]:
    """Give what updates wordings, and what updates comments, by entries of :func:`extend`."""
    like = {"of": COMMENT.c.article_id, "was": COMMENT.c.last_seen_at, "at": COMMENT.c.last_seen_at}
    given = rows.given(like, at_once=at_once)
    is_shown = (COMMENT.c.article_id == given["of"]) & (COMMENT.c.state != _ERASED)
    of_article = (
        (VERSION.c.comment_id == COMMENT.c.id) & is_shown
        if at_once
        else VERSION.c.comment_id.in_(select(COMMENT.c.id).where(is_shown))
    )
    is_open = VERSION.c.superseded_at.is_(None) & VERSION.c.valid_to.is_(None)
    seen = {"last_seen_at": given["at"]}
    return (
        update(VERSION).where(of_article, is_open, VERSION.c.last_seen_at == given["was"]).values(seen),
        update(COMMENT).where(is_shown, COMMENT.c.last_seen_at == given["was"]).values(seen),
    )


def pseudonym(key: bytes, outlet: str, name_key: str) -> str:
    """Give what stands for a commenter's name: a keyed hash, the same for a name within an outlet.

    Whoever lacks the key can neither undo it nor test a name; 60 bits keep two names apart.
    """
    digest = hmac.digest(key, f"{outlet}\0{name_key}".encode(), "sha256")
    short = b32encode(digest).decode().lower()[:12]
    return f"reader-{short[:4]}-{short[4:8]}-{short[8:]}"


def _save(work: Work, threads: Mapping[int, Thread], stored: Mapping[int, Stored]) -> dict[int, Saved]:
    """Write what differs from the rows; anything but the times of sight makes comments otherwise."""
    saved: dict[int, Saved] = {}
    superseded: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    extended: list[dict[str, Any]] = []
    altered: list[dict[str, Any]] = []
    new: list[tuple[int, Known]] = []
    for article_id, thread in threads.items():
        own = stored[article_id]
        own.reuse_bare(thread)
        kept = {w.row_id for known in thread.comments for w in known.wordings if w.row_id is not None}
        gone = [row_id for row_id in own.wordings if row_id not in kept]
        superseded += [{"of": row_id} for row_id in gone]
        before = len(ended) + len(altered)
        for known in thread.comments:
            if known.row_id is None:
                new.append((article_id, known))
            for wording in known.wordings:
                if wording.row_id is not None:
                    was = own.wordings[wording.row_id]
                    ended += _end(wording, was)
                    extended += _extension(wording, was)
        altered += _left_behind(own, thread)
        fresh = any(w.row_id is None for known in thread.comments for w in known.wordings)
        otherwise = bool(gone) or fresh or len(ended) + len(altered) > before
        saved[article_id] = Saved(otherwise, _commented_at(thread))
    _alter(work, VERSION, superseded, superseded_at=work.now)
    _alter(
        work,
        VERSION,
        ended,
        valid_to=bindparam("to"),
        ended_by=bindparam("by"),
        ended_run_id=bindparam("ended_run"),
        end_recorded_at=work.now,
    )
    _alter(work, VERSION, extended, **{name: bindparam(f"to_{name}") for name in EXTENDED})
    _insert_comments(work, new)
    for article_id, thread in threads.items():
        altered += _alterations(stored[article_id], thread)
    _alter(work, COMMENT, altered, **{name: bindparam(f"to_{name}") for name in _KEPT})
    _insert_wordings(work, threads.values())
    return saved


def _commented_at(thread: Thread) -> datetime | None:
    written = (
        known_by(known.first_seen_at, posted.at or posted.on if posted else None)
        for known in thread.comments
        for posted in [known.newest.posted]
    )
    return max(written, default=None)


def _alter(work: Work, target: Any, entries: Sequence[Mapping[str, Any]], **values: Any) -> None:
    if entries:
        statement = update(target).where(target.c.id == bindparam("of")).values(values)
        work.connection.execute(statement, list(entries))


def _end(wording: Wording, was: Mapping[str, Any]) -> list[dict[str, Any]]:
    if wording.valid_to is None or was["valid_to"] is not None:
        return []
    by = wording.ended_by.value if wording.ended_by else None
    return [{"of": wording.row_id, "to": wording.valid_to, "by": by, "ended_run": wording.ended_run_id}]


def _extension(wording: Wording, was: Mapping[str, Any]) -> list[dict[str, Any]]:
    values = {name: getattr(wording, name) for name in EXTENDED}
    if all(was[name] == value for name, value in values.items()):
        return []
    return [{"of": wording.row_id} | {f"to_{name}": value for name, value in values.items()}]


def _left_behind(own: Stored, thread: Thread) -> list[dict[str, Any]]:
    """Give the comments that no page shows as they are read today: what became of them is unknown."""
    kept = {known.row_id for known in thread.comments}
    return [
        {"of": row_id}
        | {f"to_{name}": value for name, value in was.items()}
        | {"to_state": CommentPresence.UNKNOWN.value}
        for row_id, was in own.comments.items()
        if row_id not in kept and was["state"] in _TOLD
    ]


def _alterations(own: Stored, thread: Thread) -> list[dict[str, Any]]:
    entries = []
    for known in thread.comments:
        parent = known.parent.row_id if known.parent else None
        values = {
            "state": known.state.value,
            "state_since": known.state_since,
            "first_seen_at": known.first_seen_at,
            "last_seen_at": known.last_seen_at,
            "parent_id": parent,
        }
        was = own.comments.get(known.row_id or 0)
        if was != values and (was is not None or parent is not None):
            entries.append({"of": known.row_id} | {f"to_{name}": value for name, value in values.items()})
    return entries


def _insert_comments(work: Work, new: Sequence[tuple[int, Known]]) -> None:
    entries = [
        {
            "article_id": article_id,
            "outlet_comment_id": known.outlet_comment_id,
            "first_sight_key": known.first_sight_key,
            "dup_no": known.dup_no,
            "first_seen_at": known.first_seen_at,
            "last_seen_at": known.last_seen_at,
            "state": known.state.value,
            "state_since": known.state_since,
        }
        for article_id, known in new
    ]
    numbers = rows.put_numbered(work.connection, COMMENT, entries)
    for number, (_, known) in zip(numbers, new, strict=True):
        known.row_id = number


def _insert_wordings(work: Work, threads: Iterable[Thread]) -> None:
    fresh = [
        (known, wording)
        for thread in threads
        for known in thread.comments
        for wording in known.wordings
        if wording.row_id is None
    ]
    commenters = _commenters(work, [wording for _, wording in fresh])
    entries = [_values(work, known, wording, commenters) for known, wording in fresh]
    rows.put(work.connection, VERSION, entries)


def _values(work: Work, known: Known, wording: Wording, commenters: Mapping[str, int]) -> dict[str, Any]:
    posted = wording.posted
    return {
        "comment_id": known.row_id,
        "seq": wording.seq,
        "run_id": wording.run_id,
        "extractor_id": wording.extractor_id,
        "commenter_id": commenters.get(fold(wording.author or "")),
        "position": wording.position,
        "posted_at": posted.at if posted else None,
        "posted_on": posted.on if posted else None,
        "posted_raw": posted.raw if posted else None,
        "posted_note": posted.note if posted else None,
        "body": wording.body,
        "raw": wording.raw,
        "word_count": len(words(wording.body)),
        "first_capture_id": wording.first_capture_id,
        "last_capture_id": wording.last_capture_id,
        "valid_from": wording.valid_from,
        "valid_to": wording.valid_to,
        "ended_by": wording.ended_by.value if wording.ended_by else None,
        "ended_run_id": wording.ended_run_id,
        "end_recorded_at": work.now if wording.valid_to else None,
        "changed_after": wording.changed_after,
        "last_seen_at": wording.last_seen_at,
        "recorded_at": work.now,
    }


def _commenters(work: Work, wordings: Iterable[Wording]) -> dict[str, int]:
    """Give the ids of the names under these comments, by the folded name."""
    wanted: dict[str, dict[str, Any]] = {}
    for wording in wordings:
        name_key = fold(wording.author or "")
        if name_key and name_key not in wanted:
            wanted[name_key] = {
                "outlet_id": work.outlet_id,
                "name_key": name_key,
                "display_name": line(wording.author or ""),
                # A name that is kept no longer comes as what stands for it (db/retention.py).
                "pseudonym": name_key
                if PSEUDONYM.fullmatch(name_key)
                else pseudonym(work.pseudonym_key, work.outlet, name_key),
            }
    by_pseudonym = {entry["pseudonym"]: entry for entry in wanted.values()}
    ids = rows.numbered(work.connection, COMMENTER, "pseudonym", by_pseudonym, by_pseudonym.__getitem__)
    return {entry["name_key"]: ids[name] for name, entry in by_pseudonym.items()}
