"""Parts that pages bring apart from where they show them, put where a browser's scripts put them."""

import re

from crawlers.article.elements import Element, search

_MARKS = ("S:0", "S:1", "shadowrootmode")  # React numbers the parts of a page from 0
_PARTS = search("//*[@hidden][contains(@id, 'S:')]")
_PLACES = search("//template[contains(@id, 'B:') or contains(@id, 'P:')]")
_SHADOWS = search("//template[@shadowrootmode]")
_NAME = re.compile(r"(?P<prefix>.*)[SBP]:(?P<number>[0-9a-f]+)", re.DOTALL)


def may_be(source: str) -> bool:
    """Say whether a page's source may hold such parts: few do, and the others are not searched."""
    return any(mark in source for mark in _MARKS)


def put_in_place(tree: Element) -> None:
    """Move what the page streams after itself to where it is shown, and open its shadow roots.

    React sends what it waited for as ``<div hidden id="S:0">``, and a script puts it in the place of
    ``<template id="B:0">`` (of ``P:0`` within such a part); as sent, none of it is shown. A part that
    has no place stays where it is and is shown there. The content of ``<template shadowrootmode>``
    is shown where it stands (HTML, "declarative shadow roots").
    """
    for shadow in _SHADOWS(tree):
        shadow.tag = "div"
    places = {_name(place): place for place in reversed(_PLACES(tree))}
    for part in _PARTS(tree):
        name = _name(part)
        if name is None:
            continue
        del part.attrib["hidden"]
        place = places.get(name)
        if place is not None and part not in place.iterancestors():
            _replace(place, part)


def _name(element: Element) -> tuple[str, str] | None:
    """Give what a part and its place have in common: the prefix of the page's root, and the number."""
    match = _NAME.fullmatch(element.get("id") or "")
    return (match["prefix"], match["number"]) if match else None


def _replace(place: Element, part: Element) -> None:
    """Put a part into a place; the text that follows either stays where it is."""
    tail, part.tail = part.tail, None
    before, parent = part.getprevious(), part.getparent()
    place.addprevious(part)
    if tail and parent is not None:
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
