"""The title of an article's page: what it states for machines, weighed against what it shows."""

from collections.abc import Sequence

from core.errors import PageError
from core.records import Reason
from core.text import fold, words
from crawlers.article import fields, places
from crawlers.article.blocks import Block
from crawlers.page import Page

_H1 = "h1"
_BESIDE = frozenset({"nav", "aside", "footer"})
_CUT = ("...", "\u2026")
_LONGEST_STATED = 100  # characters; JSON-LD headlines are cut at 110


def title(
    page: Page, blocks: Sequence[Block], names: frozenset[str], known: places.Places = ()
) -> tuple[str, str]:
    """Give the title and its way: its known place, JSON-LD, Open Graph, Dublin Core, the top heading.

    ``names`` are the folded names of the site; ``known`` are places of titles; ``blocks`` are those
    that may be the article's. Where a top heading says much the same as what is stated, it is the
    headline readers see, and the other is worded for machines. Last comes ``<title>``. Raises
    PageError NO_TITLE.
    """
    for texts in places.texts(page, known):
        if whole := fields.without_site(texts[0], names):
            return whole, places.SELECTOR
    window = page.metadata.title or ""
    names |= _ends(window, blocks)
    tops = [block for block in blocks if block.level == 1 and block.part not in _BESIDE]
    headings = [block.text for block in tops if fold(block.text) not in names]
    for stated, way in fields.titles(page):
        found = fields.without_site(stated, names)
        if found:
            whole = _whole(found, headings)
            shown = whole if fold(whole) in map(fold, headings) else _alike(found, headings)
            return (shown, _H1) if shown and fold(shown) != fold(found) and shown != whole else (whole, way)
    whole = fields.without_site(window, names)
    if shown := _alike(whole, headings) or _heading_in(whole, blocks, names):
        return shown, _H1
    if headings:
        return headings[0], _H1
    if whole:
        return whole, "title"
    for block in blocks:
        if block.level and not block.part and fold(block.text) not in names:
            return block.text, "heading"
    raise PageError(Reason.NO_TITLE, "neither metadata nor a heading names a title")


def _ends(window: str, blocks: Sequence[Block]) -> frozenset[str]:
    """Give the top heading that is the site's name: it ends the window's title, whose start heads the text.

    "Quay to be mended | Quayside Courier" above the headings "Quayside Courier", "Quay to be mended".
    """
    pieces = [fold(piece) for piece in fields.PARTED.split(window) if piece.strip()]
    headings = [(block.level, fold(block.text)) for block in blocks if block.level]
    if len(pieces) < 2 or (1, pieces[-1]) not in headings:  # noqa: PLR2004 - a title and a name
        return frozenset()
    beneath = headings[headings.index((1, pieces[-1])) + 1 :]
    return frozenset(pieces[-1:]) if any(text == pieces[0] for _, text in beneath) else frozenset()


def _alike(title: str, headings: Sequence[str]) -> str | None:
    """Give the heading that shares most words with a title, half of either's at least."""
    said = {fold(word) for word in words(title)}
    best, most = None, 0
    for text in headings:
        shown = {fold(word) for word in words(text)}
        shared = len(said & shown)
        if shared > most and 2 * shared >= min(len(said), len(shown)) and (shared > 1 or len(headings) == 1):
            best, most = text, shared
    return best


def _heading_in(window: str, blocks: Sequence[Block], names: frozenset[str]) -> str | None:
    """Give the lower heading that a part of the window's title repeats."""
    pieces = {fold(piece) for piece in fields.PARTED.split(window)} | {fold(window)}
    for block in blocks:
        folded = fold(block.text) if block.level and len(block.text) <= len(window) else ""
        if folded in pieces and folded not in names and block.part not in _BESIDE:
            return block.text
    return None


def _whole(title: str, headings: Sequence[str]) -> str:
    """Give the heading of which a stated title is a part: cut short, or with a site's name after it."""
    cut = title.removesuffix(_CUT[0]).removesuffix(_CUT[1]).rstrip()
    for text in headings:
        folded = fold(text)
        is_cut = cut != title or len(cut) >= _LONGEST_STATED
        longer = is_cut and len(text) > len(cut) and folded.startswith(fold(cut))
        if longer or fold(title) == folded or fold(title).startswith((f"{folded} | ", f"{folded} - ")):
            return text
    return title
