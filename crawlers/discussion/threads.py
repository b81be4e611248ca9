"""Which comment answers which, as the markup tells it."""

import re
from collections.abc import Mapping, Sequence

from crawlers.article.elements import Element
from crawlers.discussion.candidates import outlet_id

_DEPTH = re.compile(
    r"(?:^|\s)(?:\S*[-_])?(?:depth|level|lvl|indent)[-_]?(?P<depth>\d{1,3})(?=\s|$)", re.IGNORECASE
)
_PARENT = (
    "data-parent-id",
    "data-parent",
    "data-parentid",
    "data-comment-parent",
    "data-parent-comment-id",
    "data-reply-to",
)
_SHIFT = re.compile(r"(?:margin|padding)-left\s*:\s*(?P<size>\d{1,4})", re.IGNORECASE)
_DEEPEST = 2000


def parents(elements: Sequence[Element]) -> tuple[int | None, ...]:
    """Give for each comment, in document order, the index of the one it answers, None for none.

    Told by an attribute that names the parent; else by nesting of their elements; else by depth:
    a class name, an indent, the length of the way up to what all of them share.
    """
    stated = _stated(elements)
    if stated is not None:
        return stated
    nested = _nested(elements)
    if any(parent is not None for parent in nested):
        return nested
    for depths in (_depths(elements), _ways(elements)):
        if len(set(depths)) > 1:
            return _by_depth(depths)
    return nested


def _stated(elements: Sequence[Element]) -> tuple[int | None, ...] | None:
    names = [next((value for name in _PARENT if (value := element.get(name))), None) for element in elements]
    if not any(names):
        return None
    by_id: Mapping[str, int] = {key: i for i, element in enumerate(elements) if (key := outlet_id(element))}
    found = [by_id.get(name.rpartition("-")[2]) if name else None for name in names]
    if not any(index is not None for index in found):
        return None
    return tuple(index if index is not None and index < i else None for i, index in enumerate(found))


def _nested(elements: Sequence[Element]) -> tuple[int | None, ...]:
    at = {element: i for i, element in enumerate(elements)}
    nearest: dict[Element, int | None] = {}
    found = []
    for element in elements:
        above: list[Element] = []
        parent = element.getparent()
        index: int | None = None
        while parent is not None:
            if parent in at:
                index = at[parent]
                break
            if parent in nearest:
                index = nearest[parent]
                break
            above.append(parent)
            parent = parent.getparent()
        nearest |= dict.fromkeys(above, index)
        found.append(index)
    return tuple(found)


def _depths(elements: Sequence[Element]) -> list[int]:
    found = []
    for element in elements:
        parent = element.getparent()
        words = f"{element.get('class') or ''} {parent.get('class') or '' if parent is not None else ''}"
        match = _DEPTH.search(words)
        shift = _SHIFT.search(element.get("style") or "")
        found.append(int(match["depth"]) if match else int(shift["size"]) if shift else 0)
    return found


def _ways(elements: Sequence[Element]) -> list[int]:
    """Give how many elements stand above each; where the shallowest is not the first, nothing is told."""
    found: list[int] = []
    known: dict[Element, int] = {}
    for element in elements:
        above: list[Element] = []
        parent = element.getparent()
        while parent is not None and parent not in known and len(above) < _DEEPEST:
            above.append(parent)
            parent = parent.getparent()
        base = known[parent] if parent is not None and parent in known else 0
        known |= {one: number for number, one in enumerate(reversed(above), start=base + 1)}
        own = element.getparent()
        found.append(known[own] if own is not None else 0)
    return found if found and found[0] == min(found) else [0] * len(found)


def _by_depth(depths: Sequence[int]) -> tuple[int | None, ...]:
    found: list[int | None] = []
    open_ones: list[int] = []
    for index, depth in enumerate(depths):
        while open_ones and depths[open_ones[-1]] >= depth:
            open_ones.pop()
        found.append(open_ones[-1] if open_ones else None)
        open_ones.append(index)
    return tuple(found)
