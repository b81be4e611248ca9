"""Which rows a thread that was worked out anew keeps: comments stay the comments they were."""

from collections.abc import Sequence

from core.text import fold
from db.discussions.matching import match
from db.discussions.threads import Known, Thread, Wording


def adopt(thread: Thread, stored: Sequence[Known]) -> None:
    """Give the comments and wordings of a thread the rows that tell the same, from those stored.

    A comment is the one that is worded alike at the end of both; labels of those that stay without a
    row are made unlike all stored ones, for the database allows each label once.
    """
    kept = {place: stored[known] for place, known in _pairs(stored, thread.comments).items()}
    for place, row in kept.items():
        known = thread.comments[place]
        known.row_id, known.first_sight_key, known.dup_no = row.row_id, row.first_sight_key, row.dup_no
        by_start = {wording.valid_from: wording for wording in row.wordings}
        for wording in known.wordings:
            was = by_start.get(wording.valid_from)
            if was is not None and _tells_the_same(was, wording):
                wording.row_id = was.row_id
    taken = {(row.first_sight_key, row.dup_no) for row in stored}
    for known in thread.comments:
        while known.row_id is None and (known.first_sight_key, known.dup_no) in taken:
            known.dup_no += 1
        taken.add((known.first_sight_key, known.dup_no))


def _pairs(stored: Sequence[Known], worked_out: Sequence[Known]) -> dict[int, int]:
    labels = {(row.first_sight_key, row.dup_no): index for index, row in enumerate(stored)}
    found = {
        place: labels[known.first_sight_key, known.dup_no]
        for place, known in enumerate(worked_out)
        if (known.first_sight_key, known.dup_no) in labels
    }
    taken = set(found.values())
    left = [place for place in range(len(worked_out)) if place not in found]
    free = [index for index in range(len(stored)) if index not in taken]
    likely = match([stored[index].remark() for index in free], [worked_out[place].remark() for place in left])
    return found | {left[place]: free[index] for place, index in likely.items()}


def _tells_the_same(row: Wording, wording: Wording) -> bool:
    """Say whether a row can tell of a wording: only its end may still be added to it."""
    same = ("seq", "posted", "body", "changed_after")
    author = fold(row.author or "") == fold(wording.author or "")  # names meet in their folded spelling
    return (
        author
        and all(getattr(row, name) == getattr(wording, name) for name in same)
        and (row.valid_to is None or (row.valid_to, row.ended_by) == (wording.valid_to, wording.ended_by))
    )
