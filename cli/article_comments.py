"""The comments of an article: nested, each with what was edited or removed, and when."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from cli.article_difference import words
from cli.article_text import at, plainly, window
from cli.article_thread import Remark, thread
from db.words import CommentEnding, CommentPresence

if TYPE_CHECKING:
    from rich.text import Text

    from cli.article_records import Comment, CommentVersion, History
    from cli.article_sheet import Sheet

STEP = 3  # columns an answer stands further in
DEEPEST = 6  # steps at most: below that, who is answered is said in words alone
EVENT = "yellow"
LOST = "red"


def write_comments(sheet: "Sheet", history: "History") -> None:
    """Write the thread, removed comments too, each with its own history."""
    sheet.heading("Comments")
    names = {c.commenter: c.commenter_name for c in history.comments if c.commenter and c.commenter_name}
    by_id = {comment.comment_id: comment for comment in history.comments}
    if not by_id:
        sheet.prose("no comments")
    for number, remark in enumerate(thread(history)):
        if number:
            sheet.blank()
        answered = by_id.get(remark.comment.parent_id or 0)
        _write(sheet, remark, answered, names)


def _write(sheet: "Sheet", remark: Remark, answered: "Comment | None", names: Mapping[str, str]) -> None:
    comment, indent = remark.comment, STEP * min(remark.depth, DEEPEST)
    sheet.prose(_head(remark, answered), indent=indent)
    removed = comment.state == CommentPresence.REMOVED
    sheet.paragraphs(comment.body, indent=indent + 2, style="red strike" if removed else "")
    _events(sheet, remark, names, indent + 2)


def _head(remark: Remark, answered: "Comment | None") -> "Text":
    """Give the line above a comment: who, when, in answer to whom, and what became of it."""
    from rich.text import Text

    comment = remark.comment
    head = Text(plainly(_name(comment)), style="")
    head.stylize("bold")
    head.append(f", {plainly(posted(comment))}", style="dim")
    if answered is not None:
        head.append(f", answers {plainly(_name(answered))}", style="dim")
    elif remark.lost:
        head.append(", answers a comment that is not kept", style="dim")
    if len(remark.versions) > 1:
        head.append(f"  {_summary(remark.versions)}", style=EVENT)
    if comment.state in {CommentPresence.REMOVED, CommentPresence.UNKNOWN}:
        head.append(f"  {comment.state.upper()}", style=LOST)
    return head


def _summary(versions: "tuple[CommentVersion, ...]") -> str:
    back = sum(before.ended_by == CommentEnding.REMOVED for before, _ in pairwise(versions))
    edited = sum(before.body != after.body for before, after in pairwise(versions))
    parts = (("edited", edited), ("back", back))
    said = [word if number == 1 else f"{word} {number} times" for word, number in parts if number]
    return ", ".join(said) or "written under another name"


def _events(sheet: "Sheet", remark: Remark, names: Mapping[str, str], indent: int) -> None:
    """Write a comment's own history, oldest first."""
    first = remark.versions[0] if remark.versions else None
    if first is None:
        return
    sheet.prose(f"first seen {window(first.changed_after, first.valid_from)}", indent=indent, style="dim")
    for before, after in pairwise(remark.versions):
        if before.ended_by == CommentEnding.REMOVED and before.valid_to is not None:
            gone = window(before.last_seen_at, before.valid_to)
            sheet.prose(f"removed {gone}", indent=indent, style=LOST)
            since = max(before.valid_to, after.changed_after or before.valid_to)
            sheet.prose(f"reappeared {window(since, after.valid_from)}", indent=indent, style=EVENT)
        else:
            edited = window(after.changed_after or before.last_seen_at, after.valid_from)
            sheet.prose(f"edited {edited}", indent=indent, style=EVENT)
        if before.body != after.body:
            sheet.prose(words(before.body, after.body), indent=indent + 2)
        if before.commenter != after.commenter:
            old, new = (names.get(v.commenter or "", v.commenter or "(no name)") for v in (before, after))
            sheet.prose(words(old, new), indent=indent + 2, lead="name: ")
    _ending(sheet, remark, indent)


def _ending(sheet: "Sheet", remark: Remark, indent: int) -> None:
    comment, last = remark.comment, remark.versions[-1]
    if comment.state == CommentPresence.REMOVED:
        gone = window(last.last_seen_at, last.valid_to or comment.state_since)
        sheet.prose(f"removed {gone}", indent=indent, style=LOST)
    elif comment.state == CommentPresence.UNKNOWN:
        since = window(last.last_seen_at, comment.state_since)
        sheet.prose(
            f"unknown whether it is still there: the page lost its comment section {since}",
            indent=indent,
            style=LOST,
        )


def posted(comment: "Comment") -> str:
    """Give when a comment was posted, as exactly as the page says it."""
    if comment.posted_at:
        return at(comment.posted_at)
    return comment.posted_raw or (comment.posted_on.isoformat() if comment.posted_on else "no date")


def _name(comment: "Comment") -> str:
    return comment.commenter_name or "(no name)"
