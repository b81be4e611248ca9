"""Blanks the rows of what is erased, in one transaction; numbers, dates and counts of words stay."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from db import rows, suppressing
from db.copies import story_texts
from db.discussions import comment_lists
from db.erasures import articles, marks, samples
from db.erasures.scope import COMMENT, COMMENTER, EXTRACTION, VERSION, Scope
from db.erasures.transaction import Blanking, Noted
from db.models import Document, Erasure, ErasurePass, Redaction, Shingle, table
from db.screening import without
from db.words import ERASED, CommentPresence, Erased

DOCUMENT, ERASURE, PASS = table(Document), table(Erasure), table(ErasurePass)
REDACTION, SHINGLE = table(Redaction), table(Shingle)
LIST = comment_lists.COMMENT_LIST


def blank(
    connection: Connection, scope: Scope, payload_ids: Collection[int], noted: Noted, made: suppressing.Marks
) -> tuple[int, dict[str, int]]:
    """Blank all rows of a scope, and note which bytes have to go; give the erasure's number and the counts.

    What is blanked is kept out from now on. The guards of the evidence allow it in this transaction only.
    """
    erasure_id = _begin(connection, scope, noted)
    connection.execute(insert(PASS).values(erasure_id=erasure_id))
    own = marks.of(connection, scope, made)
    gone = suppressing.Suppressions.of(made, own, erasure_id)
    work = Blanking(connection, scope, gone, erasure_id, noted.at)
    kept_out = suppressing.keep(connection, erasure_id, own)
    _lists(work)
    _comments(work)
    _texts_with_comments(work)
    if scope.is_of_articles:
        articles.blank(work)
    samples.blank(work)
    entries = [
        {"payload_id": number, "erasure_id": erasure_id, "asked_at": noted.at}
        for number in sorted(payload_ids)
    ]
    rows.put_missing(connection, REDACTION, entries)
    counts = dict(sorted(work.counts.items())) | {"suppression": kept_out, "payload": len(entries)}
    connection.execute(update(ERASURE).where(ERASURE.c.id == erasure_id).values(counts=counts))
    connection.execute(delete(PASS))
    return erasure_id, counts


def _begin(connection: Connection, scope: Scope, noted: Noted) -> int:
    wish = scope.wish
    entry: dict[str, Any] = {
        "outlet_id": min(scope.outlets),
        "what": wish.what.value,
        "comment_id": wish.number if wish.what is Erased.COMMENT else None,
        "article_id": wish.number if wish.what is Erased.ARTICLE else None,
        "reason": noted.reason,
        "asked_by": noted.asked_by,
        "erased_at": noted.at,
        "counts": {},
        "software_version": noted.software_version,
    }
    return rows.put_numbered(connection, ERASURE, [entry])[0]


def _lists(work: Blanking) -> None:
    """Write the lists of comments anew without those that go, where nothing else has them."""
    loaded = comment_lists.load(work.connection, work.scope.lists)
    for list_id, shown in sorted(loaded.items()):
        left = without(shown, set(work.scope.lists[list_id]))
        comment_lists.put_in_place(work.connection, list_id, left)
        work.counts[LIST.name] += 1


def _comments(work: Blanking) -> None:
    """Leave of the comments that they were there, when, and how long they were."""
    scope = work.scope
    values = {
        "body": "",
        "raw": "",
        "posted_raw": None,
        "posted_note": None,
        "commenter_id": None,
    }
    work.blank(VERSION, scope.comments, values, "comment_id")
    for comment_id in sorted(scope.comments):
        gone = {
            "outlet_comment_id": None,
            "first_sight_key": f"{ERASED}{comment_id}",
            "state": CommentPresence.ERASED.value,
            "state_since": work.at,
        }
        work.blank(COMMENT, [comment_id], gone)
    # Answers to them: the lists they are worked out from no longer say whom they answer.
    for chunk in rows.chunks(scope.comments):
        answers = update(COMMENT).where(COMMENT.c.parent_id.in_(chunk)).values(parent_id=None)
        work.connection.execute(answers)
    named = {one.commenter_id for one in scope.said if one.commenter_id is not None}
    if scope.names:
        query = select(COMMENTER.c.id).where(COMMENTER.c.outlet_id.in_(scope.outlets))
        named |= {row[0] for row in rows.among(work.connection, query, COMMENTER.c.name_key, scope.names)}
    query = select(VERSION.c.commenter_id).distinct()
    still = {row[0] for row in rows.among(work.connection, query, VERSION.c.commenter_id, named)}
    work.drop(COMMENTER, named - still)


def _texts_with_comments(work: Blanking) -> None:
    """Take comments out of the texts of articles into which a layout read them."""
    own = [one.body for one in work.scope.said if len(one.body.split()) >= suppressing.OWN_WORDING]
    if not own or work.scope.articles:
        return
    query = select(DOCUMENT.c.id, DOCUMENT.c.body).join_from(
        DOCUMENT, EXTRACTION, EXTRACTION.c.document_id == DOCUMENT.c.id
    )
    found = rows.among(work.connection, query.distinct(), EXTRACTION.c.article_id, work.scope.shown_by)
    changed: set[int] = set()
    for row in found:
        body = row.body
        for text in own:
            body = body.replace(text, "")
        if body != row.body:
            token = f"{ERASED}{row.id}"
            work.blank(DOCUMENT, [row.id], {"body": body, "sha256": token, "fingerprint": token})
            changed.add(row.id)
    for document_id, hashes in story_texts.outdated(work.connection, changed).items():
        for chunk in rows.chunks(hashes):
            gone = delete(SHINGLE).where(SHINGLE.c.document_id == document_id, SHINGLE.c.hash.in_(chunk))
            work.did(SHINGLE, work.connection.execute(gone).rowcount)
