"""The title of an article's page: what it states for machines, weighed against what it shows."""

from collections.abc import Sequence

from core.errors import PageError
from core.records import Reason
from core.text import fold
from crawlers import fields, places
from crawlers.blocks import Block
from crawlers.page import Page

_H1 = "h1"
_CUT = ("...", "\u2026")
_LONGEST_STATED = 100  # characters; JSON-LD headlines are cut at 110


def title(
    page: Page, blocks: Sequence[Block], names: frozenset[str], known: places.Places = ()
) -> tuple[str, str]:
    """Give the title and its way: its known place, JSON-LD, Open Graph, Dublin Core, the top heading.

    ``names`` are the folded names of the site; ``known`` are places of titles; ``blocks`` are those
    that may be the article's. Last comes ``<title>``. Raises PageError NO_TITLE.
    """
    for texts in places.texts(page, known):
        if whole := fields.without_site(texts[0], names):
            return whole, places.SELECTOR
    headings = [block.text for block in blocks if block.level == 1 and fold(block.text) not in names]
    for stated, way in fields.titles(page):
        found = fields.without_site(stated, names)
        if found:
            return _whole(found, headings), way
    whole = fields.without_site(page.metadata.title or "", names)
    agreed = [text for text in headings if fold(whole).startswith(fold(text))]
    for text in agreed or headings:
        return text, _H1
    if whole:
        return whole, "title"
    for block in blocks:
        if block.level and not block.part and fold(block.text) not in names:
            return block.text, "heading"
    raise PageError(Reason.NO_TITLE, "neither metadata nor a heading names a title")


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
