"""Comments: recognised, recorded, and kept in spells of their own."""

import hmac
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, func, select, update

from core.records import COMPLETE, CommentState, Moment, ScrapedComment
from core.text import fold, line, words
from db import rows
from db.matching import Remark, known_remark, match, remark
from db.models import Comment, Commenter, CommentVersion, table
from db.words import CommentPresence
from db.work import Work

COMMENT, VERSION, COMMENTER = table(Comment), table(CommentVersion), table(Commenter)
SEEN_TOGETHER = frozenset({state.value for state in COMPLETE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """The comments of one article as one page showed them.

    ``page_seen_at`` is when the page was last seen before; ``was_complete`` whether it listed all its
    comments then. ``same_reader`` is True when the same extractor read it then: only then is a
    comment that is not there a removed one.
    """

    article_id: int
    at: datetime
    capture_id: int
    extractor_id: int
    comments: tuple[ScrapedComment, ...]
    state: CommentState
    page_seen_at: datetime | None
    was_complete: bool
    same_reader: bool


@dataclass(slots=True)
class Counts:
    """How many comments a page brought, showed otherwise, and no longer showed."""

    new: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A comment with its newest version."""

    comment_id: int
    article_id: int
    outlet_comment_id: str | None
    first_sight_key: str
    dup_no: int
    state: str
    version_id: int
    seq: int
    extractor_id: int
    commenter_id: int | None
    posted_at: datetime | None
    posted_on: date | None
    posted_raw: str | None
    body: str
    first_capture_id: int
    valid_from: datetime
    changed_after: datetime | None
    last_seen_at: datetime
    name_key: str | None

    def remark(self) -> Remark:
        posted = (
            Moment(raw=self.posted_raw, at=self.posted_at, on=self.posted_on) if self.posted_raw else None
        )
        return known_remark(self.outlet_comment_id, self.name_key or "", posted, self.body)

    @property
    def visible(self) -> bool:
        return self.state == CommentPresence.VISIBLE.value


@dataclass(slots=True)
class _Plan:
    """What is to be written for all threads of a batch, by kind."""

    touched: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    fresh: list[tuple[Thread, ScrapedComment, dict[str, Any]]] = field(default_factory=list)
    ids: dict[tuple[int, int], int] = field(default_factory=dict)  # (article, position) -> comment


def record(work: Work, threads: Sequence[Thread]) -> list[Counts]:
    """Bring the comments of these pages up to date; no article may be there twice."""
    known = _load(work, [thread.article_id for thread in threads])
    commenters = _commenters(work, threads)
    plan = _Plan()
    counts = [_compare(work, thread, known[thread.article_id], commenters, plan) for thread in threads]
    _write(work, plan)
    return counts


def pseudonym(key: bytes, outlet: str, name_key: str) -> str:
    """Give what stands for a commenter's name: a keyed hash, the same for a name within an outlet.

    Whoever lacks the key can neither undo it nor test a name; 60 bits keep two names apart.
    """
    digest = hmac.digest(key, f"{outlet}\0{name_key}".encode(), "sha256")
    short = b32encode(digest).decode().lower()[:12]
    return f"reader-{short[:4]}-{short[4:8]}-{short[8:]}"


def _load(work: Work, article_ids: Sequence[int]) -> dict[int, list[_Known]]:
    found: dict[int, list[_Known]] = defaultdict(list)
    for row in rows.among(work.connection, _newest(), COMMENT.c.article_id, article_ids):
        found[row.article_id].append(_Known(**row._asdict()))
    return found


@cache  # making a statement with its aliases costs more than running it
def _newest() -> rows.Query:
    newest = VERSION.alias()
    last_seq = (
        select(func.max(newest.c.seq))
        .where(newest.c.comment_id == COMMENT.c.id, newest.c.superseded_at.is_(None))
        .scalar_subquery()
    )
    names = [name for name in _Known.__dataclass_fields__ if name in VERSION.c and name != "comment_id"]
    return (
        select(
            COMMENT.c.id.label("comment_id"),
            COMMENT.c.article_id,
            COMMENT.c.outlet_comment_id,
            COMMENT.c.first_sight_key,
            COMMENT.c.dup_no,
            COMMENT.c.state,
            VERSION.c.id.label("version_id"),
            *(VERSION.c[name] for name in names),
            COMMENTER.c.name_key,
        )
        .join_from(COMMENT, VERSION, (VERSION.c.comment_id == COMMENT.c.id) & (VERSION.c.seq == last_seq))
        .outerjoin(COMMENTER, COMMENTER.c.id == VERSION.c.commenter_id)
        .where(VERSION.c.superseded_at.is_(None))
        .order_by(VERSION.c.position, COMMENT.c.id)
    )


def _commenters(work: Work, threads: Sequence[Thread]) -> dict[str, int]:
    """Give the ids of the names under these comments, by the folded name."""
    wanted: dict[str, dict[str, Any]] = {}
    for comment in (comment for thread in threads for comment in thread.comments):
        name_key = fold(comment.author or "")
        if name_key and name_key not in wanted:
            wanted[name_key] = {
                "outlet_id": work.outlet_id,
                "name_key": name_key,
                "display_name": line(comment.author or ""),
                "pseudonym": pseudonym(work.pseudonym_key, work.outlet, name_key),
            }
    by_pseudonym = {entry["pseudonym"]: entry for entry in wanted.values()}
    ids = rows.numbered(work.connection, COMMENTER, "pseudonym", by_pseudonym, by_pseudonym.__getitem__)
    return {entry["name_key"]: ids[name] for name, entry in by_pseudonym.items()}


def _compare(
    work: Work, thread: Thread, known: Sequence[_Known], commenters: Mapping[str, int], plan: _Plan
) -> Counts:
    """Match one page's comments with those known, and plan what follows."""
    counts = Counts()
    shown = _without_repeated_ids(thread.comments)
    visible = [k for k in known if k.visible]
    away = [k for k in known if not k.visible]
    found = _matched(visible, away, shown)
    dup_numbers = _next_dup_numbers(known)
    for place, comment in enumerate(shown):
        fields = _fields(thread, comment, commenters)
        before = found.get(place)
        if before is None:
            counts.new += 1
            key = _first_sight_key(comment)
            label = {"first_sight_key": key, "dup_no": dup_numbers[key]}
            dup_numbers[key] += 1
            plan.fresh.append((thread, comment, fields | label))
            continue
        plan.ids[thread.article_id, comment.position] = before.comment_id
        counts.changed += _follow(work, thread, before, fields, plan)
    kept = {k.comment_id for k in found.values()}
    if thread.state in COMPLETE and thread.same_reader:
        for gone in (k for k in visible if k.comment_id not in kept):
            counts.removed += 1
            plan.closed.append({"of": gone.version_id, "ended": thread.at, "by": "removed"})
            removed = {"now": CommentPresence.REMOVED.value, "since": thread.at}
            plan.states.append({"of": gone.comment_id, **removed})
    return counts


def _matched(
    visible: Sequence[_Known], away: Sequence[_Known], shown: Sequence[ScrapedComment]
) -> dict[int, _Known]:
    """Give the known comment of each one shown, by its place; removed ones only when it is sure."""
    remarks = [remark(comment) for comment in shown]
    found = {p: visible[k] for p, k in match([k.remark() for k in visible], remarks).items()}
    left = [place for place in range(len(shown)) if place not in found]
    if away and left:
        again = match([k.remark() for k in away], [remarks[place] for place in left], sure=True)
        found |= {left[p]: away[k] for p, k in again.items()}
    return found


def _follow(work: Work, thread: Thread, before: _Known, fields: dict[str, Any], plan: _Plan) -> bool:
    """Plan for a comment that is known; say whether its page shows it otherwise than before."""
    plan.seen.append({"of": before.comment_id, "seen": max(thread.at, before.last_seen_at)})
    same = fold(fields["body"]) == fold(before.body) and fields["commenter_id"] == before.commenter_id
    if not before.visible:
        plan.states.append(
            {"of": before.comment_id, "now": CommentPresence.VISIBLE.value, "since": thread.at}
        )
        plan.versions.append(_version(work, thread, before.comment_id, before.seq + 1, fields))
        return True
    if same:
        plan.touched.append(
            {
                "of": before.version_id,
                "seen": max(thread.at, before.last_seen_at),
                "capture": thread.capture_id,
                "place": fields["position"],
                "reader": thread.extractor_id,
            }
        )
        return False
    if before.extractor_id != thread.extractor_id:
        # Another extractor reads it otherwise: the reading is replaced, the outlet edited nothing.
        plan.superseded.append({"of": before.version_id})
        spell = {
            "valid_from": before.valid_from,
            "changed_after": before.changed_after,
            "first_capture_id": before.first_capture_id,
        }
        plan.versions.append(_version(work, thread, before.comment_id, before.seq, fields) | spell)
        return False
    plan.closed.append({"of": before.version_id, "ended": thread.at, "by": "edited"})
    changed_after = {"changed_after": before.last_seen_at}
    plan.versions.append(_version(work, thread, before.comment_id, before.seq + 1, fields) | changed_after)
    return True


def _fields(thread: Thread, comment: ScrapedComment, commenters: Mapping[str, int]) -> dict[str, Any]:
    posted = comment.posted
    return {
        "commenter_id": commenters.get(fold(comment.author or "")),
        "position": comment.position,
        "posted_at": posted.at if posted else None,
        "posted_on": posted.on if posted else None,
        "posted_raw": posted.raw if posted else None,
        "posted_note": posted.note if posted else None,
        "body": comment.body,
        "raw": comment.raw,
        "word_count": len(words(comment.body)),
        "extractor_id": thread.extractor_id,
    }


def _version(
    work: Work, thread: Thread, comment_id: int | None, seq: int, fields: dict[str, Any]
) -> dict[str, Any]:
    return fields | {
        "comment_id": comment_id,
        "seq": seq,
        "run_id": work.run_id,
        "first_capture_id": thread.capture_id,
        "last_capture_id": thread.capture_id,
        "valid_from": thread.at,
        # A page that listed all its comments before did not have this one yet, or not any more.
        "changed_after": thread.page_seen_at if thread.was_complete else None,
        "last_seen_at": thread.at,
        "recorded_at": work.now,
    }


def _first_sight_key(comment: ScrapedComment) -> str:
    shown = remark(comment)
    return sha256(f"{shown.author}\0{shown.time}\0{shown.text}".encode()).hexdigest()


def _next_dup_numbers(known: Sequence[_Known]) -> dict[str, int]:
    following: dict[str, int] = defaultdict(int)
    for k in known:
        following[k.first_sight_key] = max(following[k.first_sight_key], k.dup_no + 1)
    return following


def _without_repeated_ids(comments: Sequence[ScrapedComment]) -> list[ScrapedComment]:
    """Give the comments of a page in order; an outlet's id that comes again names nothing."""
    from dataclasses import replace

    met: set[str] = set()
    kept = []
    for comment in comments:
        repeated = comment.outlet_id in met
        met.add(comment.outlet_id or "")
        kept.append(replace(comment, outlet_id=None) if repeated else comment)
    return kept


def _write(work: Work, plan: _Plan) -> None:
    def alter(target: Any, entries: list[dict[str, Any]], **values: Any) -> None:
        if entries:
            work.connection.execute(
                update(target).where(target.c.id == bindparam("of")).values(values), entries
            )

    alter(
        VERSION,
        plan.closed,
        valid_to=bindparam("ended"),
        ended_by=bindparam("by"),
        ended_run_id=work.run_id,
        end_recorded_at=work.now,
    )
    alter(VERSION, plan.superseded, superseded_at=work.now)
    alter(
        VERSION,
        plan.touched,
        last_seen_at=bindparam("seen"),
        last_capture_id=bindparam("capture"),
        position=bindparam("place"),
        extractor_id=bindparam("reader"),
    )
    alter(COMMENT, plan.seen, last_seen_at=bindparam("seen"))
    alter(COMMENT, plan.states, state=bindparam("now"), state_since=bindparam("since"))
    first = list(_made(work, plan))
    rows.put(work.connection, VERSION, plan.versions + first)


def _made(work: Work, plan: _Plan) -> Iterator[dict[str, Any]]:
    """Make the comments never seen before; give their first versions."""
    entries = [
        {
            "article_id": thread.article_id,
            "outlet_comment_id": comment.outlet_id,
            "first_sight_key": fields.pop("first_sight_key"),
            "dup_no": fields.pop("dup_no"),
            "first_seen_at": thread.at,
            "last_seen_at": thread.at,
            "state": CommentPresence.VISIBLE.value,
            "state_since": thread.at,
        }
        for thread, comment, fields in plan.fresh
    ]
    numbers = rows.put_numbered(work.connection, COMMENT, entries)
    parents = []
    for number, (thread, comment, fields) in zip(numbers, plan.fresh, strict=True):
        plan.ids[thread.article_id, comment.position] = number
        yield _version(work, thread, number, 1, fields)
    for number, (thread, comment, _) in zip(numbers, plan.fresh, strict=True):
        parent = plan.ids.get((thread.article_id, comment.parent)) if comment.parent else None
        if parent is not None and parent != number:
            parents.append({"of": number, "parent": parent})
    if parents:
        answer = update(COMMENT).where(COMMENT.c.id == bindparam("of"))
        work.connection.execute(answer.values(parent_id=bindparam("parent")), parents)
