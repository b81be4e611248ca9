"""What pages showed as their comments: kept once for each list, given back as the pages showed them."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, select, update

from core.records import Moment, ScrapedComment
from db import rows
from db.models import CommentList, Extraction, table

COMMENT_LIST, EXTRACTION = table(CommentList), table(Extraction)

Comments = tuple[ScrapedComment, ...]


def keep(connection: Connection, lists: Sequence[Comments]) -> list[int]:
    """Give the ids of the lists, in their order; those not kept yet are."""
    if not lists:
        return []
    entries = [[_entry(comment) for comment in comments] for comments in lists]
    keys = [_digest(entry) for entry in entries]
    by_key = dict(zip(keys, entries, strict=True))

    def make(key: str) -> rows.Values:
        return {"sha256": key, "comments": by_key[key]}

    ids = rows.numbered(connection, COMMENT_LIST, "sha256", by_key, make)
    return [ids[key] for key in keys]


def find(connection: Connection, comments: Comments) -> int | None:
    """Give the id of a list, None where it is not kept."""
    digest, _ = written(comments)
    return connection.execute(select(COMMENT_LIST.c.id).where(COMMENT_LIST.c.sha256 == digest)).scalar()


def load(connection: Connection, list_ids: Collection[int]) -> Mapping[int, Comments]:
    """Give the lists by their ids."""
    query = select(COMMENT_LIST.c.id, COMMENT_LIST.c.comments)
    found = rows.among(connection, query, COMMENT_LIST.c.id, list_ids)
    return {row.id: tuple(_comment(entry) for entry in row.comments) for row in found}


def put_in_place(connection: Connection, list_id: int, comments: Comments) -> bool:
    """Let a list be another one from now on; say whether it was one that is kept already."""
    digest, entry = written(comments)
    alike = connection.execute(select(COMMENT_LIST.c.id).where(COMMENT_LIST.c.sha256 == digest)).scalar()
    of = COMMENT_LIST.c.id == list_id
    if alike is None:
        connection.execute(update(COMMENT_LIST).where(of).values(sha256=digest, comments=entry))
        return False
    if alike != list_id:
        shown = EXTRACTION.c.comment_list_id == list_id
        connection.execute(update(EXTRACTION).where(shown).values(comment_list_id=alike))
        connection.execute(delete(COMMENT_LIST).where(of))
    return True


def written(comments: Comments) -> tuple[str, list[dict[str, Any]]]:
    """Give the digest of a list and the list as its row has it."""
    entry = [_entry(comment) for comment in comments]
    return _digest(entry), entry


def _digest(entry: list[dict[str, Any]]) -> str:
    return sha256(json.dumps(entry, ensure_ascii=False).encode()).hexdigest()


def _entry(comment: ScrapedComment) -> dict[str, Any]:
    """Give one comment as JSON; what is absent is left out."""
    posted = comment.posted or Moment(raw="")
    values: dict[str, Any] = {
        "position": comment.position,
        "author": comment.author,
        "posted_raw": posted.raw if comment.posted else None,
        "posted_at": posted.at.isoformat() if posted.at else None,
        "posted_on": posted.on.isoformat() if posted.on else None,
        "posted_note": posted.note,
        "body": comment.body,
        "raw": comment.raw,
        "parent": comment.parent,
        "outlet_id": comment.outlet_id,
    }
    return {name: value for name, value in values.items() if value is not None}


def _comment(entry: Mapping[str, Any]) -> ScrapedComment:
    posted = None
    if "posted_raw" in entry:
        at, on = entry.get("posted_at"), entry.get("posted_on")
        posted = Moment(
            raw=entry["posted_raw"],
            at=datetime.fromisoformat(at) if at else None,
            on=date.fromisoformat(on) if on else None,
            note=entry.get("posted_note"),
        )
    return ScrapedComment(
        position=entry["position"],
        author=entry.get("author"),
        posted=posted,
        body=entry["body"],
        raw=entry["raw"],
        parent=entry.get("parent"),
        outlet_id=entry.get("outlet_id"),
    )
