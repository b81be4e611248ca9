"""Replies in markup of their own: comments found within what was taken for one comment."""

from collections.abc import Sequence

from crawlers.article.blocks import Block
from crawlers.article.elements import Element
from crawlers.discussion import candidates, selection, structure
from crawlers.discussion.selection import Selection

_MOST_KINDS = 12


def added(chosen: Selection, blocks: Sequence[Block]) -> Selection:
    """Give the comments with the replies that stand within them in other markup, in document order.

    Only where a comment states several times as heads of comments do, and nothing of the comments
    found before is lost.
    """
    if not any(member.details.further for member in chosen.members):
        return chosen
    held = {member.element for member in chosen.members}
    best = chosen
    for elements in list(_kinds(held, blocks).values())[:_MOST_KINDS]:
        every = _in_order(held, elements)
        found = selection.examine(chosen.kind, every)
        lost = held - {member.element for member in found.members}
        if not lost and found.whole > best.whole and found.quality >= chosen.quality:
            best = found
    return best


def _kinds(held: set[Element], blocks: Sequence[Block]) -> dict[str, list[Element]]:
    """Give the elements around times within the comments, by shape, most frequent first."""
    around: dict[Element, None] = {}
    for head in structure.dated(blocks):
        above: list[Element] = []
        element: Element | None = head.block.element
        while element is not None and element not in held and len(above) < structure.LEVELS:
            above.append(element)
            element = element.getparent()
        if element is not None and element in held:
            around |= dict.fromkeys(above)
    kinds = candidates.alike(around)
    return dict(sorted(kinds.items(), key=lambda entry: -len(entry[1])))


def _in_order(held: set[Element], more: Sequence[Element]) -> list[Element]:
    wanted = held | set(more)
    top = next(iter(held)).getroottree().getroot()
    return [element for element in top.iter("*") if element in wanted]
