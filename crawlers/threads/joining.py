"""Putting the parts of a discussion together: each comment once, in order, parents by their new places."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from core.records import ScrapedComment
from crawlers.threads.part import Part

Identity = tuple[str | None, ...]


def identity(one: ScrapedComment) -> Identity:
    """Give by what a comment is known on the other pages of its discussion."""
    return _wording(one) if one.outlet_id is None else (one.outlet_id,)


def together(parts: Iterable[Part]) -> tuple[ScrapedComment, ...]:
    """Give the comments of the parts one after another, each once, parents by their new places.

    An id that one page gives to one comment and another page to another names neither.
    """
    found: list[ScrapedComment] = []
    answers: dict[str, str] = {}
    placed: dict[Identity, int] = {}
    for part in parts:
        answers |= part.answers
        places: dict[int, int] = {}
        before = frozenset(placed)
        for shown in part.comments:
            one, own = shown, identity(shown)
            if one.outlet_id is not None and own in placed and _is_another(found[placed[own] - 1], one):
                one = replace(one, outlet_id=None)
                own = identity(one)
            if own in before or (one.outlet_id is not None and own in placed):
                places[one.position] = placed[own]
                continue
            position = places[one.position] = placed[own] = len(found) + 1
            parent = places.get(one.parent) if one.parent is not None else None
            found.append(replace(one, position=position, parent=parent))
    return tuple(_answering(one, answers, placed) for one in found)


def united(later: Sequence[ScrapedComment], earlier: Sequence[ScrapedComment]) -> tuple[ScrapedComment, ...]:
    """Give the comments of two readings of one discussion: those of the later one, then what it lacks.

    One that was edited in between is the later one's: known by its id, else by a name and a time that
    no other comment of the reading bears.
    """
    placed = {identity(one): one.position for one in later}
    ours, theirs = _headings(later), _headings(earlier)
    found = list(later)
    places: dict[int, int] = {}
    for one in earlier:
        heading = _heading(one)
        place = placed.get(identity(one))
        if place is None and one.outlet_id is None and theirs[heading] == 1 and ours[heading] == 1:
            place = next(other.position for other in later if _heading(other) == heading)
        if place is None:
            place = len(found) + 1
            parent = places.get(one.parent) if one.parent is not None else None
            found.append(replace(one, position=place, parent=parent))
        places[one.position] = place
    return tuple(found)


def overlapping(parts: Sequence[Part]) -> bool:
    """Say whether a page ends as the next one begins, in comments without ids.

    That is one comment that slipped onto the next page meanwhile, or one that was posted twice.
    """
    for one, following in pairwise(parts):
        last, first = one.comments[-1:], following.comments[:1]
        if last and first and last[0].outlet_id is None and identity(last[0]) == identity(first[0]):
            whole = {identity(comment) for comment in following.comments}
            if not whole.issuperset(identity(comment) for comment in one.comments):
                return True
    return False


def _wording(one: ScrapedComment) -> Identity:
    return one.author, one.posted.raw if one.posted else None, one.body


def _is_another(one: ScrapedComment, other: ScrapedComment) -> bool:
    return one.author != other.author and one.body != other.body


def _heading(one: ScrapedComment) -> tuple[str, str] | None:
    return (one.author, one.posted.raw) if one.author and one.posted else None


def _headings(comments: Sequence[ScrapedComment]) -> Counter[tuple[str, str] | None]:
    return Counter(heading for one in comments if (heading := _heading(one)))


def _answering(one: ScrapedComment, answers: dict[str, str], placed: dict[Identity, int]) -> ScrapedComment:
    answered = answers.get(one.outlet_id or "")
    parent = placed.get((answered,)) if answered else None
    return replace(one, parent=parent) if parent and parent != one.position else one
