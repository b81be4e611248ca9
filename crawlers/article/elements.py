"""Searches in an element tree, with the types lxml leaves open."""

from collections.abc import Callable
from typing import TypeAlias, cast

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml names the class of every element so
Search: TypeAlias = Callable[[Element], list[Element]]


def search(expression: str) -> Search:
    """Give a compiled XPath search for elements."""
    return cast("Search", etree.XPath(expression, smart_strings=False))


def inner_text(element: Element) -> str:
    """Give all text within an element, as it stands in the source."""
    return "".join(cast("list[str]", list(element.itertext())))
