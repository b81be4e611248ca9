"""Comments in markup that says nothing of them: repeated blocks, each with a name, a time and a text."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from core.text import line
from crawlers.article.blocks import Block
from crawlers.article.elements import Element, inner_text
from crawlers.discussion import candidates, sayings, selection, times
from crawlers.discussion.selection import Member, Selection

_MOST_DATED = 3000
LEVELS = 10
_MOST_KINDS = 24
_LONGEST_HEAD = 240  # characters of a line of who and when
_ENOUGH = 2
_GOOD = 0.6
_CLIMB = 12
_NEAR = 8  # blocks above and below the comments among which their heading or form stands
_SEVERAL = 4
_SPEAKS = re.compile(
    r"\b(?:says|said|wrote|writes|schrieb|schreibt|sagt|a\sécrit|dice|(?:comment|kommentar|commentaire"
    r"|reply|response|antwort)\s(?:by|von|de|from))\b|['\u2019]s\scomment\b",
    re.IGNORECASE,
)
_RECENT = re.compile(
    r"(?:recent|latest|newest|last|popular|letzte|neueste|derniers)[-_]?(?:comment|kommentar|reader)",
    re.IGNORECASE,
)


class Dated(NamedTuple):
    """A block that states a time as a line of who and when does."""

    at: int
    block: Block


def dated(blocks: Sequence[Block]) -> tuple[Dated, ...]:
    """Give the blocks that state a time, those of menus and footers left out."""
    found = []
    for index, block in enumerate(blocks):
        text = block.text
        if len(text) <= _LONGEST_HEAD and block.part not in ("nav", "footer") and times.find(text):
            found.append(Dated(index, block))
            if len(found) >= _MOST_DATED:
                break
    return tuple(found)


def choose(heads: Sequence[Dated]) -> Selection:
    """Give the repeated elements around these times that hold most whole comments, empty for none."""
    if len(heads) < _ENOUGH:
        return Selection()
    best, best_weight = Selection(), 0.0
    kinds = _kinds(heads)
    for kind, elements in list(kinds.items())[:_MOST_KINDS]:
        if elements[0].find(".//h1") is not None:
            continue
        if not selection.promises(kind, elements):
            continue
        found = selection.examine(kind, elements)
        whole = _together([one for one in found.members if one.quality == 1.0])
        if len(whole) < _ENOUGH or len(whole) < _GOOD * len(found.members):
            continue
        weight = sum(_share(one) for one in whole)
        if weight > best_weight:
            best, best_weight = found._replace(members=tuple(whole)), weight
    return best._replace(members=_in_order(best.members)) if best.members else best


def _together(members: Sequence[Member]) -> list[Member]:
    """Give those of the members that stand beside another one, or within one."""
    parents = Counter(member.element.getparent() for member in members)
    held = {member.element for member in members}
    return [
        member
        for member in members
        if parents[member.element.getparent()] > 1
        or any(one in held for one in islice(member.element.iterancestors(), LEVELS))
        or any(one in parents for one in _cousins(member.element))
    ]


def _cousins(element: Element) -> list[Element]:
    """Give the elements beside an element's parent that look like it."""
    parent = element.getparent()
    if parent is None:
        return []
    look = candidates.shape(parent)
    return [
        one
        for one in (parent.getprevious(), parent.getnext())
        if one is not None and candidates.shape(one) == look
    ]


def _in_order(members: Sequence[Member]) -> tuple[Member, ...]:
    by_element = {member.element: member for member in members}
    top = members[0].element.getroottree().getroot()
    return tuple(by_element[element] for element in top.iter("*") if element in by_element)


def _kinds(heads: Sequence[Dated]) -> dict[str, list[Element]]:
    """Give the elements around the times by shape, those around most times first."""
    around: dict[Element, int] = {}
    for head in heads:
        element: Element | None = head.block.element
        for _ in range(LEVELS):
            if element is None or element.tag in ("body", "html"):
                break
            around[element] = around.get(element, 0) + 1
            element = element.getparent()
    kinds = candidates.alike(around)
    kept = {kind: elements for kind, elements in kinds.items() if len(elements) >= _ENOUGH}
    return dict(sorted(kept.items(), key=lambda entry: -len(entry[1])))


def _share(member: Member) -> float:
    """Give how much a member counts: a text of a few words less than one of a sentence."""
    size = sum(len(text) for text in member.details.body)
    return min(1.0, 0.5 + size / 200)


def sure(chosen: Selection, blocks: Sequence[Block], *, named: bool) -> float:
    """Say how sure it is (0 to 1) that these are comments and no teasers, authors or events.

    Told by the words of class names and headings, by controls and forms, by the form of the times;
    against it speak links: as headings, as texts, as all there is to read.
    """
    members = chosen.members
    number = len(members)
    if sum(_is_teaser(one) for one in members) * 2 >= number:  # so for no members too
        return 0.0
    around = _announced(members, blocks)
    value = 0.55 if named else 0.1
    value += 0.3 * (chosen.whole / number)
    value += 0.25 * _has_words(members[0].element)
    value += 0.25 * (around > 0)
    value -= 0.6 * (around < 0 or _recent(members[0].element))
    value += 0.15 * (sum(one.controls > 0 or _has_controls(one) for one in members) * 2 >= number)
    value += 0.1 * (sum(_precise(one) for one in members) * 2 >= number)
    value += 0.2 * (sum(_SPEAKS.search(one.details.raw[:200]) is not None for one in members) * 2 >= number)
    value -= 0.2 * (not named and number < _SEVERAL and _is_plain(chosen.kind))
    value -= 0.5 * (sum(one.details.linked > 0.6 for one in members) * 2 >= number)  # noqa: PLR2004 - most of it
    value -= 0.5 * (sum(one.details.further > 1 for one in members) * 2 >= number)
    value -= 0.3 * _aside(members[0].element)
    names = {one.details.author for one in members}
    value -= 0.3 * (len(names) == 1 and number > (_ENOUGH if named else 1))
    value -= 0.3 * (not named and sum(_is_label(one.details.author or "") for one in members) * 2 >= number)
    return max(0.0, min(1.0, value))


def _has_words(element: Element) -> bool:
    """Say whether the element or one close above it is named after comments."""
    one: Element | None = element
    for _ in range(5):
        if one is None or one.tag in ("body", "html", "main"):
            return False
        words = f"{one.get('class') or ''} {one.get('id') or ''}".lower()
        if any(
            word in words
            for word in (
                "comment",
                "kommentar",
                "comentario",
                "reactie",
                "discuss",
                "response",
                "talkback",
                "forum",
            )
        ):
            return True
        one = one.getparent()
    return False


def _announced(members: Sequence[Member], blocks: Sequence[Block]) -> int:
    """Say whether a heading of comments stands above the first, or a form near them (1).

    -1 where the heading is that of the latest comments on all pages, 0 for neither.
    """
    inside = {member.element for member in members}
    start = end = None
    for index, block in enumerate(blocks):
        one: Element | None = block.element
        for _ in range(_CLIMB):
            if one is None or one in inside:
                break
            one = one.getparent()
        if one is not None and one in inside:
            start = index if start is None else start
            end = index
    if start is None or end is None:
        return 0
    above, below = blocks[max(0, start - _NEAR) : start], blocks[end + 1 : end + 1 + _NEAR]
    for one_above in reversed(above[-3:]):
        if sayings.recent(one_above.text):
            return -1
    if any(sayings.heading(one.text) or sayings.form(one.text) for one in above):
        return 1
    return int(any(sayings.form(one.text) or sayings.closed(one.text) for one in below))


def _is_plain(kind: str) -> bool:
    """Say whether elements are alike by their tags alone."""
    return all(part.endswith(".") for part in kind.split(" > "))


def _recent(element: Element) -> bool:
    """Say whether a class name calls these the latest comments of the whole site."""
    one: Element | None = element
    for _ in range(6):
        if one is None:
            break
        if _RECENT.search(f"{one.get('class') or ''} {one.get('id') or ''}"):
            return True
        one = one.getparent()
    return False


def _is_label(name: str) -> bool:
    """Say whether what stands where a name would is a headline or a label."""
    return len(name.split()) > 5 or ":" in name or name.endswith((".", "?", "!"))  # noqa: PLR2004 - no name is longer


def _has_controls(member: Member) -> bool:
    return any(
        len(text) > 2 and sayings.control(text) and any(character.isalpha() for character in text)  # noqa: PLR2004
        for text in member.details.raw.split("\n")
    )


def _precise(member: Member) -> bool:
    found = member.details.found
    return found is not None and (found.match is None or bool(found.match["hour"]))


def _is_teaser(member: Member) -> bool:
    """Say whether an element has a linked heading of several words, as teasers have."""
    for tag in ("h1", "h2", "h3", "h4", "h5"):
        for heading in member.element.iter(tag):
            link = heading.find(".//a[@href]")
            above = heading.getparent()
            if link is None and above is not None and above.tag == "a":
                link = above
            if link is None or "#" in link.get("href", "#"):  # a comment's own address has one
                continue
            words = line(inner_text(heading if link is above else link)).split()
            if len(words) > 3 and times.find(line(inner_text(heading))) is None:  # noqa: PLR2004 - no name is longer
                return True
    return False


def _aside(element: Element) -> bool:
    return any(one.tag in ("aside", "nav", "footer", "header") for one in element.iterancestors())
