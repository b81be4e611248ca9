"""Places of fields on a page: what a family of outlets names by XPath."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeAlias, cast

from core.text import line
from crawlers.article.blocks import Block
from crawlers.article.elements import Element, Search, inner_text, search
from crawlers.page import Page

SELECTOR = "selector"
Places: TypeAlias = tuple[str, ...]
_MOST = 200  # elements looked at for one place
_STATING = ("datetime", "content")  # attributes that hold the value of an element


def texts(page: Page, places: Places) -> Iterator[tuple[str, ...]]:
    """Give the texts of each place that holds some, first place first.

    A place may name elements, of which ``datetime`` and ``content`` count before the text, or
    attributes.
    """
    for place in places:
        found = tuple(filter(None, (line(_said(one)) for one in _found(page, place))))
        if found:
            yield tuple(dict.fromkeys(found))


def blocks(page: Page, places: Places, shown: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    """Give those of the shown blocks that lie in each place that holds some, first place first."""
    for place in places:
        inside = _inside(page, (place,))
        if found := tuple(block for block in shown if block.element in inside):
            yield found


def without(page: Page, places: Places, shown: Sequence[Block]) -> tuple[Block, ...]:
    """Give the blocks that lie in none of these places."""
    inside = _inside(page, places)
    return tuple(block for block in shown if block.element not in inside) if inside else tuple(shown)


def _inside(page: Page, places: Places) -> set[Element]:
    return {
        inner
        for place in places
        for one in _found(page, place)
        if not isinstance(one, str)
        for inner in one.iter()
    }


def _found(page: Page, place: str) -> list[Element | str]:
    found = _compiled(place)(page.tree)
    return cast("list[Element | str]", found[:_MOST]) if isinstance(found, list) else [str(found)]


def _said(one: Element | str) -> str:
    if isinstance(one, str):
        return one
    return next(filter(None, map(one.get, _STATING)), None) or inner_text(one)


@cache
def _compiled(place: str) -> Search:
    return search(place)
