"""Which text blocks of a page are its article: the page's own word, else content analysis."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import lxml.html
from lxml import etree

from core.text import line, paragraphs
from crawlers.article import furniture, metadata
from crawlers.article.anchors import folded_line
from crawlers.article.blocks import Block
from crawlers.article.class_names import Asides
from crawlers.article.elements import Element, search
from crawlers.article.headline import is_prose, parts_aside
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
_ARTICLE = 1000  # characters of running text that a page's main container has at least
_TOO_LITTLE = 0.28  # of it, when content analysis missed the article
_MOST_PROSE = 0.8  # share of a page's running text that its main container holds
_MOST_LOST = 0.3  # share of the analysis' text that may be in no block of the page
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


def content(page: Page, blocks: Sequence[Block], title: str | None, asides: Asides) -> Content:
    """Give those of a page's blocks that are its article, furniture within it included, title not.

    What content analysis keeps, put right by the page: containers that call themselves something else
    are left out, running text between what was kept is taken in. Where that leaves most of the page's
    running text aside, its container is taken; else a container the page itself names.
    """
    out = parts_aside(blocks)
    free = [block for block in blocks if block.part not in out and not asides.holds(block.element)]
    chosen, lines = _analysed(page, blocks)
    if lines:
        return Content((), ANALYSIS, lines)
    main = _main(free)
    if _prose(main) >= _ARTICLE and _shown(chosen) < _TOO_LITTLE * _prose(main):
        return Content(_from_title(blocks, main, title), DENSITY)
    if chosen:
        chosen = [block for block in chosen if not asides.holds(block.element)] or chosen
        return Content(_from_title(blocks, _with_prose_between(blocks, chosen, free), title), ANALYSIS)
    prose = _prose(free)
    for named in (_BODIES, _ARTICLES):
        found = [_within(blocks, element) for element in _outermost(named(page.tree)[:_MOST_CONTAINERS])]
        found = [inside for inside in found if _prose(inside) >= _MOST_OF * prose and _prose(inside)]
        if len(found) == 1:
            return Content(_from_title(blocks, found[0], title), CONTAINER)
    if dense := _densest(blocks):
        return Content(_from_title(blocks, dense, title), DENSITY)
    return unshown(page)


def _main(free: Sequence[Block]) -> list[Block]:
    """Give what is no link in the smallest container of most of the page's running text."""
    container = _container([block for block in free if is_prose(block)], _MOST_PROSE)
    return [block for block in _within(free, container) if not block.linked] if container is not None else []


def _shown(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks if not block.linked)


def _with_prose_between(
    blocks: Sequence[Block], chosen: Sequence[Block], free: Sequence[Block]
) -> list[Block]:
    """Give the chosen blocks with the running text between them in their own container."""
    picked, allowed = {id(block) for block in chosen}, {id(block) for block in free}
    container = _container(chosen)
    inside = set(container.iter()) if container is not None else set()
    indexes = [index for index, block in enumerate(blocks) if id(block) in picked]
    return [
        block
        for block in blocks[indexes[0] : indexes[-1] + 1]
        if id(block) in picked or (id(block) in allowed and block.element in inside and is_prose(block))
    ]


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


def _analysed(page: Page, blocks: Sequence[Block]) -> tuple[list[Block], tuple[str, ...]]:
    """Give our blocks where content analysis finds the article: its choice, our exact text.

    It drops lists and headings at times: what sits among the blocks it keeps is kept as well. A block
    outside their container counts where its text is not within it too (a standfirst, no teaser). Where
    the text it finds is in no block of ours, its own lines are given instead.
    """
    lines = [piece for piece in map(line, _extracted(page).split("\n")) if piece]
    keys = [letters(block.text) for block in blocks]
    said = [letters(piece) for piece in lines]
    exact, joined = set(said), "".join(said)
    kept = [bool(key) and (key in exact or (len(key) >= _SURE and key in joined)) for key in keys]
    chosen = [block for block, keep in zip(blocks, kept, strict=True) if keep]
    found = [key for key, keep in zip(keys, kept, strict=True) if keep]
    if sum(map(len, _lost(said, found))) > _MOST_LOST * len(joined):
        known = {letters(block.text) for block in page.blocks}.difference(keys)
        return [], tuple(piece for piece, key in zip(lines, said, strict=True) if key not in known)
    if not chosen:
        return [], ()
    container = _container(chosen)
    inside = set(container.iter()) if container is not None else set()
    within = {key for block, key in zip(chosen, found, strict=True) if block.element in inside}
    base: list[Block] = []
    for block, key in zip(chosen, found, strict=True):
        if block.element in inside:
            base.append(block)
        elif len(key) >= _SURE and key not in within:
            within.add(key)
            base.append(block)
    return _with_neighbours(blocks, base, joined), ()


def _lost(said: Sequence[str], found: Sequence[str]) -> list[str]:
    """Give the lines of the analysis of which no block holds anything."""
    shown = "".join(found)
    return [one for one in said if one not in shown and not any(key in one for key in found)]


def _container(blocks: Sequence[Block], share: float = _NEARLY_ALL) -> Element | None:
    """Give the smallest container of a share of the blocks' text, nearly all by default."""
    weights: dict[Element, int] = {}
    for block in blocks:
        for above in (block.element, *block.element.iterancestors()):
            weights[above] = weights.get(above, 0) + len(block.text)
    least = share * sum(len(block.text) for block in blocks)
    # Insertion goes from inner to outer, so the smallest of the heaviest comes first by weight.
    fitting = [element for element, weight in weights.items() if weight >= least]
    return min(fitting, key=lambda element: weights[element], default=None)


def _with_neighbours(blocks: Sequence[Block], chosen: Sequence[Block], joined: str) -> list[Block]:
    """Give the chosen blocks and those between them in the same row or list, where they may be text.

    They may be the items of a list, and what the analysis kept as well (``joined`` is its letters);
    what is plainly none tells where the text ends.
    """
    rows = {block.element for block in chosen} | {block.element.getparent() for block in chosen}
    picked, out = {id(block) for block in chosen}, parts_aside(blocks)
    indexes = [index for index, block in enumerate(blocks) if id(block) in picked]
    found: list[Block] = []
    for block in blocks[indexes[0] : indexes[-1] + 1]:
        if id(block) in picked:
            found.append(block)
        elif not block.linked and block.part not in out and _in_row(block, rows):
            key = letters(block.text)
            if block.item or (key and key in joined) or furniture.is_sign(block):
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
