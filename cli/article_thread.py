"""The order of a comment thread: answers below what they answer, each comment with its versions."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.article_records import Comment, CommentVersion, History


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """A comment in its place: how deep it is nested, whom it answers, its versions oldest first.

    ``lost`` is True where it answers a comment that the archive does not show (any more).
    """

    comment: "Comment"
    versions: "tuple[CommentVersion, ...]"
    depth: int
    lost: bool


def thread(history: "History") -> Iterator[Remark]:
    """Give every comment once, in reading order, however deep the nesting and whatever it refers to."""
    versions = defaultdict(list)
    for version in history.comment_versions:
        versions[version.comment_id].append(version)
    ids = {comment.comment_id for comment in history.comments}
    answers: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in history.comments:
        answers[comment.parent_id if comment.parent_id in ids else None].append(comment)
    met: set[int] = set()
    # Comments that answer each other in a circle hang below no first one: they begin threads then.
    for first in (*answers[None], *history.comments):
        for comment, depth in _below(first, answers, met):
            lost = comment.parent_id is not None and comment.parent_id not in ids
            shown = tuple(versions[comment.comment_id])
            yield Remark(comment=comment, versions=shown, depth=depth, lost=lost)


def _below(
    first: "Comment", answers: "dict[int | None, list[Comment]]", met: set[int]
) -> "Iterator[tuple[Comment, int]]":
    """Give a comment and all below it that were not met yet, with their depths."""
    stack = [(first, 0)]
    while stack:
        comment, depth = stack.pop()
        if comment.comment_id in met:
            continue
        met.add(comment.comment_id)
        yield comment, depth
        stack += [(answer, depth + 1) for answer in reversed(answers.get(comment.comment_id, []))]
