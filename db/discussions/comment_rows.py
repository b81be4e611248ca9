"""The comments of articles as rows have them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import and_, func, select

from core.records import Moment
from db import rows
from db.discussions.threads import Known, Thread, Wording
from db.models import Comment, Commenter, CommentVersion, table
from db.words import CommentEnding, CommentPresence
from db.work import Work

COMMENT, VERSION, COMMENTER = table(Comment), table(CommentVersion), table(Commenter)
EXTENDED = ("extractor_id", "last_capture_id", "position", "last_seen_at")
"""What a wording that is shown again may have otherwise."""


@dataclass(slots=True)
class Stored:
    """An article's comments as rows have them, with the rows' own values by id.

    ``bare`` are comments that no page shows as they are read today, by their labels.
    """

    thread: Thread = field(default_factory=Thread)
    comments: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    wordings: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    bare: dict[tuple[str, int], int] = field(default_factory=dict)

    def reuse_bare(self, thread: Thread) -> None:
        """Let comments without a row that are worded as a bare one was at first sight be that one."""
        for known in thread.comments:
            if known.row_id is None:
                known.row_id = self.bare.pop((known.first_sight_key, known.dup_no), None)


def load(work: Work, article_ids: Sequence[int], *, newest_only: bool) -> dict[int, Stored]:
    """Give the comments of each article, with their newest wordings or with all that are believed."""
    stored: dict[int, Stored] = defaultdict(Stored)
    met: dict[int, Known] = {}
    query = _query(newest_only=newest_only)
    for row in rows.among(work.connection, query, COMMENT.c.article_id, article_ids):
        own = stored[row.article_id]
        if row.comment_id not in met:
            own.comments[row.comment_id] = _comment_values(row)
        if row.version_id is None:
            own.bare[row.first_sight_key, row.dup_no] = row.comment_id
            continue
        wording = _wording(row)
        own.wordings[row.version_id] = _wording_values(wording)
        if row.comment_id in met:
            met[row.comment_id].wordings.append(wording)
            continue
        known = met[row.comment_id] = Known(
            outlet_comment_id=row.outlet_comment_id,
            first_sight_key=row.first_sight_key,
            dup_no=row.dup_no,
            first_seen_at=row.first_seen_at,
            last_seen_at=row.comment_seen_at,
            state=CommentPresence(row.state),
            state_since=row.state_since,
            wordings=[wording],
            row_id=row.comment_id,
        )
        own.thread.comments.append(known)
    for own in stored.values():
        for known in own.thread.comments:
            parent_id = own.comments[known.row_id or 0]["parent_id"]
            known.parent = met.get(parent_id) if parent_id is not None else None
    return stored


@cache  # making a statement with its aliases costs more than running it
def _query(*, newest_only: bool) -> rows.Query:
    names = [column for column in VERSION.c if column.name not in {"id", "comment_id"}]
    wanted = [VERSION.c.comment_id == COMMENT.c.id, VERSION.c.superseded_at.is_(None)]
    if newest_only:
        newer = VERSION.alias()
        last_seq = select(func.max(newer.c.seq)).where(
            newer.c.comment_id == COMMENT.c.id, newer.c.superseded_at.is_(None)
        )
        wanted.append(VERSION.c.seq == last_seq.scalar_subquery())
    return (
        select(
            COMMENT.c.id.label("comment_id"),
            COMMENT.c.article_id,
            COMMENT.c.outlet_comment_id,
            COMMENT.c.first_sight_key,
            COMMENT.c.dup_no,
            COMMENT.c.state,
            COMMENT.c.state_since,
            COMMENT.c.first_seen_at,
            COMMENT.c.last_seen_at.label("comment_seen_at"),
            COMMENT.c.parent_id,
            VERSION.c.id.label("version_id"),
            *names,
            COMMENTER.c.display_name,
        )
        .select_from(COMMENT)
        .outerjoin(VERSION, and_(*wanted))
        .outerjoin(COMMENTER, COMMENTER.c.id == VERSION.c.commenter_id)
        .where(COMMENT.c.state != CommentPresence.ERASED.value)  # nothing is known of it any more
        .order_by(COMMENT.c.id, VERSION.c.seq)
    )


def _comment_values(row: Any) -> dict[str, Any]:
    return {
        "state": row.state,
        "state_since": row.state_since,
        "first_seen_at": row.first_seen_at,
        "last_seen_at": row.comment_seen_at,
        "parent_id": row.parent_id,
    }


def _wording(row: Any) -> Wording:
    posted = None
    if row.posted_raw is not None:
        posted = Moment(raw=row.posted_raw, at=row.posted_at, on=row.posted_on, note=row.posted_note)
    return Wording(
        seq=row.seq,
        run_id=row.run_id,
        extractor_id=row.extractor_id,
        author=row.display_name,
        posted=posted,
        body=row.body,
        raw=row.raw,
        position=row.position,
        first_capture_id=row.first_capture_id,
        last_capture_id=row.last_capture_id,
        valid_from=row.valid_from,
        changed_after=row.changed_after,
        last_seen_at=row.last_seen_at,
        valid_to=row.valid_to,
        ended_by=CommentEnding(row.ended_by) if row.ended_by else None,
        ended_run_id=row.ended_run_id,
        row_id=row.version_id,
    )


def _wording_values(wording: Wording) -> dict[str, Any]:
    return {name: getattr(wording, name) for name in (*EXTENDED, "valid_to")}
