"""Which text blocks of a page are its article: the page's own word, else content analysis."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import lxml.html
from lxml import etree

from core.text import line, paragraphs
from crawlers import metadata
from crawlers.anchors import folded_line
from crawlers.blocks import Block
from crawlers.elements import Element, search
from crawlers.headline import is_prose, parts_aside
from crawlers.page import Page

CONTAINER, ANALYSIS, DENSITY, JSON_LD = "article", "content-analysis", "density", "json-ld"
_BODIES = search("//*[contains(concat(' ', @itemprop, ' '), ' articleBody ')]")
_ARTICLES = search("//article[not(ancestor::aside or ancestor::footer or ancestor::nav)]")
_PARSER = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
_LARGEST_PAGE = 1_500_000  # characters of source given to content analysis: its cost outgrows them
_FAST_PAGE = 400_000  # above which only its quick pass is run
_MOST_BLOCKS = 8000
_DEEPEST = 400  # levels; the analysis recurses
_SURE = 25  # letters and digits from which a text found within a longer one is no accident
_NEARLY_ALL = 0.85  # share of the kept text whose container is the article's
_ROW_DEPTH = 4  # containers between a list's item and the row its list stands in
_MOST_CONTAINERS = 50  # looked at; a listing has more articles
_MOST_OF = 0.6  # share of a page's prose that makes one container the article's
_CACHE_AGE = 100  # pages after which the caches of the analysis are emptied (htmldate #56)
_LETTERS = re.compile(r"[\W_]+")
_ANALYSIS_ERRORS = (
    ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError, etree.LxmlError,
)  # fmt: skip


class Content(NamedTuple):
    """The blocks chosen, in page order, and the way they were.

    ``paragraphs`` are filled where the page shows no such blocks and has its text elsewhere.
    """

    blocks: tuple[Block, ...]
    way: str
    paragraphs: tuple[str, ...] = ()


class _Age:
    """Counts the pages analysed since the caches were emptied."""

    pages = 0


def content(page: Page, blocks: Sequence[Block], title: str | None) -> Content:
    """Give those of a page's blocks that are its article, furniture within it included, title not.

    A container the page itself names is taken where it holds most of the page's prose; else the
    blocks content analysis keeps; else the container with most prose.
    """
    out = parts_aside(blocks)
    prose = _prose([block for block in blocks if block.part not in out])
    for named in (_BODIES, _ARTICLES):
        found = [_within(blocks, element) for element in _outermost(named(page.tree)[:_MOST_CONTAINERS])]
        found = [inside for inside in found if _prose(inside) >= _MOST_OF * prose and _prose(inside)]
        if len(found) == 1:
            return Content(_from_title(blocks, found[0], title), CONTAINER)
    if chosen := _analysed(page, blocks):
        return Content(_from_title(blocks, chosen, title), ANALYSIS)
    if dense := _densest(blocks):
        return Content(_from_title(blocks, dense, title), DENSITY)
    return unshown(page)


def unshown(page: Page) -> Content:
    """Give the text a page holds for machines alone: JSON-LD articleBody, or what analysis digs out."""
    if text := paragraphs(metadata.text_lines(page.metadata.article.get("articleBody"))):
        return Content((), JSON_LD, tuple(text.split("\n\n")))
    found = [line(text) for text in _extracted(page).split("\n")]
    return Content((), ANALYSIS, tuple(text for text in found if text))


def _from_title(blocks: Sequence[Block], chosen: Sequence[Block], title: str | None) -> tuple[Block, ...]:
    """Drop what stands above the title, where most of the prose stands beneath it."""
    folded = folded_line(title or "")
    tops = [i for i, block in enumerate(blocks) if not block.linked and folded_line(block.text) == folded]
    tops = [i for i in tops if blocks[i].level == 1] or tops
    if tops:
        above = {id(block) for block in blocks[: tops[0]]}
        beneath = [block for block in chosen if id(block) not in above]
        if _prose(beneath) >= _MOST_OF * _prose(chosen):
            return tuple(beneath)
    return tuple(chosen)


def _prose(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks if is_prose(block))


def _outermost(elements: list[Element]) -> list[Element]:
    chosen = set(elements)
    return [one for one in elements if not any(above in chosen for above in one.iterancestors())]


def _within(blocks: Sequence[Block], container: Element) -> list[Block]:
    inside = set(container.iter())
    return [block for block in blocks if block.element in inside]


def _analysed(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """Give our blocks where content analysis finds the article: its choice, our exact text.

    It drops lists and headings at times: what sits among the blocks it keeps is kept as well.
    """
    text = _extracted(page)
    if not text:
        return []
    lines = [letters(piece) for piece in text.split("\n")]
    exact, joined = set(lines), "".join(lines)
    keys = [letters(block.text) for block in blocks]
    kept = [bool(key) and (key in exact or (len(key) >= _SURE and key in joined)) for key in keys]
    chosen = [block for block, keep in zip(blocks, kept, strict=True) if keep]
    container = _container(chosen)
    if container is None:
        return chosen
    inside = set(container.iter())
    chosen = [block for block in chosen if block.element in inside]
    return _with_neighbours(blocks, chosen)


def _container(blocks: Sequence[Block]) -> Element | None:
    """Give the smallest container of nearly all of the blocks' text."""
    weights: dict[Element, int] = {}
    for block in blocks:
        for above in (block.element, *block.element.iterancestors()):
            weights[above] = weights.get(above, 0) + len(block.text)
    least = _NEARLY_ALL * sum(len(block.text) for block in blocks)
    # Insertion goes from inner to outer, so the smallest of the heaviest comes first by weight.
    fitting = [element for element, weight in weights.items() if weight >= least]
    return min(fitting, key=lambda element: weights[element], default=None)


def _with_neighbours(blocks: Sequence[Block], chosen: Sequence[Block]) -> list[Block]:
    """Give the chosen blocks and those between them that sit in the same row or list."""
    rows = {block.element for block in chosen} | {block.element.getparent() for block in chosen}
    picked, out = {id(block) for block in chosen}, parts_aside(blocks)
    indexes = [index for index, block in enumerate(blocks) if id(block) in picked]
    found: list[Block] = []
    for index in range(indexes[0], indexes[-1] + 1):
        block = blocks[index]
        if id(block) in picked or (not block.linked and block.part not in out and _in_row(block, rows)):
            found.append(block)
    for block in blocks[indexes[-1] + 1 :]:  # a list that ends the text
        if not block.item or block.linked or not _in_row(block, rows):
            break
        found.append(block)
    return found


def _in_row(block: Block, rows: set[Element | None]) -> bool:
    element: Element | None = block.element
    for _ in range(_ROW_DEPTH):
        if element is None or element in rows:
            return element is not None
        element = element.getparent()
    return False


def _extracted(page: Page) -> str:
    """Give the lines content analysis keeps, empty for a page beyond what it can bear."""
    if len(page.text) > _LARGEST_PAGE or len(page.blocks) > _MOST_BLOCKS or _is_deep(page.tree):
        return ""
    # Half a second and 30 MB that a crawl of legacy pages never needs.
    from trafilatura import bare_extraction
    from trafilatura.meta import reset_caches

    _Age.pages += 1
    if _Age.pages % _CACHE_AGE == 0:
        reset_caches()
    try:
        tree = lxml.html.document_fromstring(page.text.encode(), parser=_PARSER)
        document = bare_extraction(
            tree, include_comments=False, include_tables=True, fast=len(page.text) > _FAST_PAGE
        )
    except _ANALYSIS_ERRORS:
        return ""
    return (document.text or "") if document is not None and not isinstance(document, dict) else ""


def _is_deep(tree: Element) -> bool:
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest > _DEEPEST


def _densest(blocks: Sequence[Block]) -> list[Block]:
    """Give the blocks of the container that holds most prose at first or second hand."""
    weights: dict[Element, float] = {}
    out = parts_aside(blocks)
    for block in blocks:
        if is_prose(block) and block.part not in out:
            for share, above in zip((1.0, 0.5), block.element.iterancestors(), strict=False):
                weights[above] = weights.get(above, 0.0) + share * len(block.text)
    if not weights:
        return []
    return _within(blocks, max(weights, key=lambda element: weights[element]))


def letters(text: str) -> str:
    """Give the letters and digits of a text in lower case: what two renderings of it share."""
    return _LETTERS.sub("", text).lower()
