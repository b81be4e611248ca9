"""Choosing among the candidates the elements that hold one comment each."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crawlers.article.elements import Element
from crawlers.discussion import details as reading
from crawlers.discussion import sayings, unit
from crawlers.discussion.details import Details

MOST = 5000
"""Comments taken of one page; no page shows as many."""
_MOST_KINDS = 16
_SAMPLE = 50
_ALL, _HALF = 1.0, 0.6
_GOOD, _FAIR = 0.9, 0.55
# What blogs print of a link from elsewhere: an excerpt between two ellipses in brackets.
_QUOTED_PING = re.compile(r"\W{0,3}\[(?:\u2026|\.{3})\].*\[(?:\u2026|\.{3})\]\W{0,3}", re.DOTALL)
_SURE_KINDS = ("id:", "data:", "type", "class:li:comment", "class:div:comment", "class:article:comment")
_PING = re.compile(
    r"(?:^|\s)(?:pingback|trackback|type-(?:ping|track)back|webmention)(?:\s|$)", re.IGNORECASE
)


class Member(NamedTuple):
    """One element chosen, what it holds, and how much it looks like a comment (0 to 1)."""

    element: Element
    details: Details
    controls: int
    quality: float


class Selection(NamedTuple):
    """The comments chosen in document order, and how many pingbacks were left out."""

    members: tuple[Member, ...] = ()
    pings: int = 0
    kind: str = ""
    cut: bool = False

    @property
    def quality(self) -> float:
        """The mean quality of the members, 0 where there are none."""
        return sum(one.quality for one in self.members) / len(self.members) if self.members else 0.0

    @property
    def whole(self) -> int:
        """How many of them have a name, a time and a text."""
        return sum(one.quality == _ALL for one in self.members)


def choose(kinds: Mapping[str, Sequence[Element]]) -> Selection:
    """Give the kind whose elements are comments: those with most names, times and texts; empty for none."""
    best, pings = Selection(), 0
    for kind, elements in list(kinds.items())[:_MOST_KINDS]:
        if best.members and min(len(elements), MOST) <= _weight(best) + _FAIR:  # it cannot hold more
            continue
        if not promises(kind, elements):
            continue
        found = examine(kind, elements)
        pings = max(pings, found.pings)
        if not _acceptable(found):
            continue
        if not best.members or _weight(found) > _weight(best) + _FAIR:
            best = found
    return best if best.members else Selection(pings=pings)


def promises(kind: str, elements: Sequence[Element]) -> bool:
    """Say whether the first of many elements are comments: the others need not be read to know better."""
    if len(elements) <= 2 * _SAMPLE:
        return True
    return examine(kind, elements[:_SAMPLE]).quality >= _FAIR


def pingbacks(elements: Sequence[Element]) -> int:
    """Count the elements a class name calls a link from elsewhere."""
    return sum(_PING.search(element.get("class") or "") is not None for element in elements)


def examine(kind: str, elements: Sequence[Element]) -> Selection:
    """Give these elements as comments, without those that hold no text and without pingbacks."""
    cut = len(elements) > MOST
    elements = elements[:MOST]
    others = frozenset(elements)
    members, pings = [], 0
    for element in elements:
        if _PING.search(element.get("class") or ""):
            pings += 1
            continue
        held = unit.read(element, others)
        found = reading.details(held)
        if _QUOTED_PING.fullmatch(" ".join(found.body)):
            pings += 1
            continue
        if found.body and not _is_form(found):
            members.append(Member(element, found, held.controls, _quality(found)))
    return Selection(tuple(members), pings, kind, cut)


def _is_form(found: Details) -> bool:
    """Say whether all there is to read belongs to a form or says that there are no comments."""
    if found.author and (
        sayings.heading(found.author) or sayings.form(found.author) or sayings.recent(found.author)
    ):
        return True
    return all(
        sayings.form(text)
        or sayings.none(text)
        or sayings.closed(text)
        or sayings.control(text)
        or sayings.heading(text)
        for text in found.body[:10]
    ) and any(
        sayings.form(text) or sayings.none(text) or sayings.heading(text) or sayings.closed(text)
        for text in found.body[:10]
    )


def _quality(found: Details) -> float:
    if not any(character.isalnum() for text in found.body for character in text):
        return _HALF / 2 if found.author and _dated(found) else 0.0
    if found.author and _dated(found):
        return _ALL
    return _HALF if found.author or _dated(found) else 0.0


def _dated(found: Details) -> bool:
    return found.found is not None or bool(found.stamps)


def _acceptable(found: Selection) -> bool:
    """Say whether a kind may be comments: with times, or with names the markup itself calls so."""
    if not found.members or found.quality < _FAIR:
        return False
    if found.whole:
        return True
    named = sum(one.details.stated for one in found.members)
    return named * 2 > len(found.members) and found.kind.startswith(_SURE_KINDS)


def _weight(found: Selection) -> float:
    return found.quality * len(found.members)
