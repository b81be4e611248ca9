"""The title of an article's page: what it states for machines, weighed against what it shows."""

from collections.abc import Sequence

from core.errors import PageError
from core.records import Reason
from core.text import fold, line, words
from crawlers.article import dates, fields, places
from crawlers.article.blocks import Block
from crawlers.article.elements import inner_text
from crawlers.page import Page

_H1 = "h1"
_BESIDE = frozenset({"nav", "aside", "footer"})
_CUT = ("...", "\u2026")
_FEW = 3  # words of a title that may be a part of any heading
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
    tops = [block for block in tops if fold(block.text) not in names]
    headings = [block.text for block in tops]
    for stated, way in fields.titles(page):
        found = fields.without_site(stated, names)
        if found and not _is_of_many(found, window, headings):
            shown = (
                _headline(found, tops)
                or _heading_in(found, blocks, names, longest=True)
                or _heading_in(window, tops, names, longest=True)  # the two readers see agree
            )
            return shown or found, _H1 if shown and fold(shown) != fold(found) else way
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
    """Give the top heading that is the site's name: it ends the window's title, whose start is beneath it.

    "Quay to be mended | Quayside Courier" above the headings "Quayside Courier", "Quay to be mended".
    """
    headings = [(block.level, fold(block.text)) for block in blocks if block.level]
    for mark in fields.PARTED.finditer(window):
        rest, name = fold(window[: mark.start()]), fold(window[mark.end() :])
        if (1, name) in headings:
            beneath = headings[headings.index((1, name)) + 1 :]
            if any(text == rest for _, text in beneath):
                return frozenset({name})
    return frozenset()


def _is_of_many(title: str, window: str, headings: Sequence[str]) -> bool:
    """Say whether a stated title is that of all pages: the window's is quite another, and a heading."""
    said = {fold(word) for word in words(window)}
    own = any(window and fold(window) in fold(heading) for heading in headings)
    return own and not said & {fold(word) for word in words(title)}


def _headline(stated: str, tops: Sequence[Block]) -> str | None:
    """Give the top heading that says much the same as a stated title, if one does and says no more."""
    headings = [block.text for block in tops]
    whole = _whole(stated, headings)
    if fold(whole) in map(fold, headings):
        return whole
    shown = _alike(stated, headings)
    crowded = any(block.text == shown and _is_crowded(block, fold(stated)) for block in tops)
    return None if crowded else shown


def _is_crowded(heading: Block, stated: str) -> bool:
    """Say whether a heading is the title with a section before it, or a site's name or a day after it."""
    shown = fold(heading.text)
    if len(stated.split()) <= _FEW:
        return False
    if shown.startswith(stated):
        rest = shown.removeprefix(stated).lstrip()
        before = next((before for before, _ in dates.within(rest, None)), None)
        return rest.startswith("|") or before == ""
    before = shown.removesuffix(stated).strip() if shown.endswith(stated) else ""
    return before != "" and any(
        fold(line(inner_text(one))) == before for one in heading.element.iterdescendants()
    )


def _alike(title: str, headings: Sequence[str]) -> str | None:
    """Give the heading that shares most words with a title, half of either's at least.

    One word is enough of a short title, where there is no other heading.
    """
    said = {fold(word) for word in words(title)}
    best, most = None, 0
    for text in headings:
        shown = {fold(word) for word in words(text)}
        shared = len(said & shown)
        enough = shared > 1 or (len(headings) == 1 and len(said) <= _FEW)
        if shared > most and 2 * shared >= min(len(said), len(shown)) and enough:
            best, most = text, shared
    return best


def _heading_in(
    title: str, blocks: Sequence[Block], names: frozenset[str], *, longest: bool = False
) -> str | None:
    """Give the lower heading that is a part of a title, or its longest part."""
    parts = [fold(piece) for piece in fields.PARTED.split(title)]
    pieces = {max(parts, key=len)} if longest else {*parts, fold(title)}
    for block in blocks:
        folded = fold(block.text) if block.level and len(block.text) <= len(title) else ""
        if folded and folded in pieces and folded not in names and block.part not in _BESIDE:
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
