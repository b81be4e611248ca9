"""The text of a page as blocks, in the order a browser shows them."""

import re
from typing import NamedTuple

from lxml import etree

from core.text import line
from crawlers.article.elements import Element, search

BLOCK_TAGS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend",
        "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
# Shown by no browser as text of the page: code, fallbacks, form controls.
_UNSEEN = frozenset(
    {
        "applet", "audio", "button", "canvas", "datalist", "embed", "head", "iframe", "input",
        "map", "meter", "noembed", "noframes", "noscript", "object", "option", "progress", "rp",
        "script", "select", "style", "svg", "template", "textarea", "title", "video",
    }
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_STRONG = frozenset({"b", "strong"})
_PARTS = frozenset({"nav", "aside", "footer", "header", "figure", "figcaption"})
_MAY_HIDE = search("//*[@style or @hidden]")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SEPARATORS = " \t\r\n\xa0|>»«<·•/-–,&:"
_LINE, _PARAGRAPH = 1, 2
MOST = 100_000
"""Blocks taken of one page: a hundred times what real ones have; the rest of a trap is left out."""
_INLINE = _STRONG | {"a", "br", "img"}
_SPECIAL = _PARTS | {"h1", "h2", "h3", "h4", "h5", "h6", "li", "pre"}


class Link(NamedTuple):
    """A link within a block: its text and its address as written."""

    text: str
    href: str


class Block(NamedTuple):
    """The text between two breaks.

    ``text`` is on one line, NBSP made a space; ``raw`` still has its NBSPs. ``lone`` says that
    only a single ``<br>`` parts it from the block before; ``level`` is the heading level, 0 for
    none; ``linked`` and ``strong`` say that all of it is link or bold; ``part`` is the innermost
    of nav, aside, footer, header, figure, figcaption around it; ``images`` counts the images since
    the block before.
    """

    text: str
    raw: str
    element: Element
    tag: str
    lone: bool
    level: int
    item: bool
    linked: bool
    strong: bool
    part: str
    images: int
    links: tuple[Link, ...]


def blocks(tree: Element) -> tuple[Block, ...]:
    """Give the text blocks of a tree in rendered order; never recurses, linear in the tree.

    What hides all of a page's text is shown by the page's scripts: there nothing counts as hidden.
    """
    body = tree.find("body")
    root = tree if body is None else body
    return _Walk().over(root, _hidden(root)) or _Walk().over(root, frozenset())


def _hidden(root: Element) -> frozenset[Element]:
    """Give the elements hidden by their own attributes; one search in C costs less than asking each."""
    found = _MAY_HIDE(root)
    return frozenset(
        element
        for element in found
        if element.get("hidden") is not None or _HIDES.search(element.get("style") or "")
    )


def _on_one_line(raw: str) -> str:
    """Give what :func:`core.text.line` gives, at a tenth of its cost for ordinary text."""
    text = " ".join(raw.split())
    return text if text.isprintable() else line(raw)


class _Walk:
    """One pass over a tree in document order."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self.buffer: list[str] = []
        self.containers: list[tuple[Element, str]] = []
        self.parts: list[str] = []
        self.level = self.items = self.strong = self.preformatted = 0
        self.pending = _PARAGRAPH
        self.href: str | None = None
        self.link_at = self.images = 0
        self.links: list[Link] = []
        self.unlinked = self.unbold = False

    def over(  # noqa: C901, PLR0912 - split up, it takes half as long again
        self, root: Element, hidden: frozenset[Element]
    ) -> tuple[Block, ...]:
        buffer, containers = self.buffer, self.containers
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:  # the one hot loop of reading: no call that can be spared
            tag = element.tag
            if event == "start":
                if tag in _UNSEEN or (hidden and element in hidden):
                    walk.skip_subtree()
                    continue
                if tag in BLOCK_TAGS:
                    if buffer:
                        self.flush()
                    self.pending = _PARAGRAPH
                    containers.append((element, tag))
                    if tag in _SPECIAL:
                        self.enter(tag)
                elif tag in _INLINE:
                    self.open(element, tag)
                if text := element.text:
                    self.say(text)
            else:
                if len(self.found) >= MOST:
                    break
                if tag in BLOCK_TAGS and not (hidden and element in hidden):
                    if buffer:
                        self.flush()
                    self.pending = _PARAGRAPH
                    containers.pop()
                    if tag in _SPECIAL:
                        self.leave(tag)
                elif tag in _INLINE and not (hidden and element in hidden):
                    self.close(tag)
                if (tail := element.tail) and element is not root:
                    self.say(tail)
        if buffer:
            self.flush()
        return tuple(self.found[:MOST])

    def say(self, text: str) -> None:
        if self.preformatted and "\n" in text:
            first, *rest = text.split("\n")
            self.say(first)
            for piece in rest:
                self.end_line()
                self.say(piece)
            return
        self.buffer.append(text)
        if not (self.unlinked and self.unbold) and text.strip(_SEPARATORS):
            self.unlinked = self.unlinked or self.href is None
            self.unbold = self.unbold or not self.strong

    def enter(self, tag: str) -> None:
        if tag in _HEADINGS:
            self.level = _HEADINGS[tag]
        elif tag == "li":
            self.items += 1
        elif tag == "pre":
            self.preformatted += 1
        else:
            self.parts.append(tag)

    def leave(self, tag: str) -> None:
        if tag in _HEADINGS:
            self.level = 0
        elif tag == "li":
            self.items -= 1
        elif tag == "pre":
            self.preformatted -= 1
        else:
            self.parts.pop()

    def open(self, element: Element, tag: str) -> None:
        if tag == "br":
            if self.level:
                self.buffer.append(" ")  # a headline over two lines is one headline
            else:
                self.end_line()
        elif tag == "img":
            self.images += 1
        elif tag == "a":
            if self.href is not None:
                self.end_link()
            self.href, self.link_at = element.get("href"), len(self.buffer)
        else:
            self.strong += 1

    def close(self, tag: str) -> None:
        if tag == "a":
            if self.href is not None:
                self.end_link()
                self.href = None
        elif tag in _STRONG:
            self.strong -= 1

    def end_link(self) -> None:
        if self.href is not None and (text := _on_one_line("".join(self.buffer[self.link_at :]))):
            self.links.append(Link(text, self.href))
        self.link_at = len(self.buffer)

    def end_line(self) -> None:
        """Break the line; a second break after an empty line makes it a paragraph's end."""
        if self.buffer:
            self.flush()
        self.pending = _PARAGRAPH if self.pending else _LINE

    def flush(self) -> None:
        raw = self.buffer[0] if len(self.buffer) == 1 else "".join(self.buffer)
        if text := _on_one_line(raw):
            if self.href is not None:
                self.end_link()
            element, tag = self.containers[-1]
            self.found.append(
                Block(  # by position: by name it takes twice as long
                    text,
                    raw,
                    element,
                    tag,
                    self.pending == _LINE,
                    self.level,
                    self.items > 0,
                    not self.unlinked and bool(self.links),
                    not self.unbold,
                    self.parts[-1] if self.parts else "",
                    self.images,
                    tuple(self.links),
                )
            )
            self.images = self.pending = 0
            self.links.clear()
            self.unlinked = self.unbold = False
        self.buffer.clear()
        self.link_at = 0
