"""One comment's own part of the tree: its lines, with what each of them is for."""

import re
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from lxml import etree

from core.text import line
from crawlers.article.blocks import BLOCK_TAGS
from crawlers.article.elements import Element
from crawlers.discussion import times
from crawlers.discussion.roles import Role, role

_UNSEEN = frozenset(
    {
        "applet", "audio", "button", "canvas", "datalist", "embed", "form", "iframe", "input", "map",
        "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "video",
    }
)  # fmt: skip
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STRONG = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"})
_EMOJI = re.compile(r"emoji|smil", re.IGNORECASE)
_HEADS = frozenset({Role.AUTHOR, Role.NAME, Role.DATE, Role.HEAD})
_NAMED = frozenset({Role.AUTHOR, Role.NAME})
_LONGEST_HEAD = 240  # characters; what is longer is no control
_LONGEST_TEXT = 200_000  # characters of one comment; the rest of a trap is left out


class Run(NamedTuple):
    """A stretch of a line: its text, what it is for, the element that says so."""

    text: str
    role: Role
    owner: Element | None
    linked: bool
    strong: bool


class Line(NamedTuple):
    """The text between two breaks, on one line; ``lone`` says that one ``<br>`` parts it from that before.

    ``bodies`` are the numbers of the text containers around it, outermost first.
    """

    runs: tuple[Run, ...]
    text: str
    lone: bool
    bodies: tuple[int, ...]


class Unit(NamedTuple):
    """What one comment's element holds, without the comments nested in it.

    ``bodies`` are the lines' containers that hold only the text; ``moments`` the ``datetime`` values
    by their element; ``controls`` how many controls were passed over.
    """

    element: Element
    lines: tuple[Line, ...]
    bodies: frozenset[int]
    stamps: tuple[str, ...]
    controls: int


def read(element: Element, others: AbstractSet[Element]) -> Unit:
    """Give the lines of a comment's element without the other comments within it; linear, no recursion.

    A ``dd`` is read with the ``dt`` above it.
    """
    walk = _Walk(element, others)
    above = element.getprevious() if element.tag == "dd" else None
    if above is not None and above.tag == "dt":
        walk.through(above)
    walk.through(element)
    return walk.unit()


class _Walk:
    """One pass over a comment's part of the tree."""

    def __init__(self, element: Element, others: AbstractSet[Element]) -> None:
        self.element, self.root, self.others = element, element, others
        self.lines: list[Line] = []
        self.buffer: list[Run] = []
        self.roles: list[tuple[Element, Role]] = []
        self.open_bodies: list[tuple[Element, int]] = []
        self.unclean: set[int] = set()
        self.sealed: set[int] = set()
        self.count = self.controls = self.size = self.links = self.strong = 0
        self.named = self.dated = False
        self.lone = False
        self.breaks = 0
        self.stamps: list[str] = []

    def through(self, root: Element) -> None:
        """Walk over one element of the comment."""
        self.root = root
        skipped: set[Element] = set()
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if self.leaves_out(element):
                    skipped.add(element)
                    if element.tag in BLOCK_TAGS:
                        self.flush()
                    walk.skip_subtree()
                    continue
                self.enter(element)
                if element.text:
                    self.say(element.text)
            else:
                if element in skipped:
                    skipped.discard(element)
                else:
                    self.leave(element)
                if element is not root and element.tail:
                    self.say(element.tail)
                if self.size > _LONGEST_TEXT:
                    break
        self.flush()

    def unit(self) -> Unit:
        """Give what was walked over."""
        clean = frozenset(range(self.count)) - self.unclean | self.sealed
        return Unit(self.element, tuple(self.lines), clean, tuple(self.stamps), self.controls)

    def leaves_out(self, element: Element) -> bool:
        """Say whether an element is no text of this comment: another one, a control, hidden."""
        if element is self.root:
            return False
        if element.tag in _UNSEEN or element in self.others:
            return True
        style = element.get("style")
        if style and _HIDES.search(style) and role(element) is not Role.BODY:
            return True
        if role(element) is not Role.CONTROL or (self.open_bodies and self.open_bodies[-1][1] in self.sealed):
            return False
        if not self.dated and _holds_time(element):
            return False
        self.controls += 1
        return True

    def enter(self, element: Element) -> None:
        tag = element.tag
        if tag == "br":
            self.end_line()
        elif tag in BLOCK_TAGS:
            self.flush()
        if tag == "a":
            self.links += 1
        elif tag in _STRONG:
            self.strong += 1
        elif tag == "img" and _EMOJI.search(element.get("class") or ""):
            self.say(element.get("alt") or "")
        if element is not self.root:
            self.take(element, role(element))

    def take(self, element: Element, kind: Role) -> None:
        """Note what an element is for; within a text that follows its writer's name nothing is."""
        if kind is Role.BODY:
            self.open_bodies.append((element, self.count))
            if self.named and self.dated:
                self.sealed.add(self.count)
            self.count += 1
        within = bool(self.open_bodies) and self.open_bodies[-1][1] in self.sealed
        if kind is Role.DATE and not self.dated and (not within or element.tag == "time"):
            self.stamp(element)
        if kind in _HEADS and not within and not (kind in _NAMED and _is_long(element)):
            self.roles.append((element, kind))
            self.unclean.update(number for _, number in self.open_bodies if number not in self.sealed)
        elif kind is Role.CITED and not self.named:
            self.roles.append((element, kind))

    def stamp(self, element: Element) -> None:
        for name in ("datetime", "content", "title", "data-time", "data-datetime"):
            value = element.get(name)
            if value and any(character.isdigit() for character in value):
                self.stamps.append(value)

    def leave(self, element: Element) -> None:
        tag = element.tag
        if tag in BLOCK_TAGS:
            self.flush()
        if tag == "a":
            self.links -= 1
        elif tag in _STRONG:
            self.strong -= 1
        if self.roles and self.roles[-1][0] is element:
            self.roles.pop()
        if self.open_bodies and self.open_bodies[-1][0] is element:
            self.open_bodies.pop()

    def say(self, text: str) -> None:
        self.size += len(text)
        owner, kind = self.roles[-1] if self.roles else (None, Role.PLAIN)
        if kind is not Role.PLAIN and text.strip():
            self.named = self.named or kind in (Role.AUTHOR, Role.NAME)
            self.dated = self.dated or kind is Role.DATE
        self.buffer.append(Run(text, kind, owner, self.links > 0, self.strong > 0))

    def end_line(self) -> None:
        """Break the line; a second break after an empty line makes it a paragraph's end."""
        filled = any(run.text.strip() for run in self.buffer)
        was_lone = self.breaks
        self.flush()
        self.breaks = 1 if filled else was_lone + 1
        self.lone = self.breaks == 1

    def flush(self) -> None:
        if self.buffer:
            raw = "".join(run.text for run in self.buffer)
            if text := _on_one_line(raw):
                numbers = tuple(number for _, number in self.open_bodies)
                self.lines.append(Line(tuple(self.buffer), text, self.lone, numbers))
            self.buffer.clear()
        self.lone, self.breaks = False, 0


def _on_one_line(raw: str) -> str:
    """Give what :func:`core.text.line` gives, at a tenth of its cost for ordinary text."""
    text = " ".join(raw.split())
    return text if text.isprintable() else line(raw)


def _head(element: Element) -> str:
    """Give the text of an element as far as no head is longer."""
    text = ""
    for piece in element.itertext():
        text += str(piece)
        if len(text) > _LONGEST_HEAD:
            break
    return text


def _is_long(element: Element) -> bool:
    return len(line(_head(element))) > _LONGEST_HEAD // 2


def _holds_time(element: Element) -> bool:
    """Say whether what looks like a control holds the time (a permalink), or too much to be one."""
    text = _head(element)
    return len(text) > _LONGEST_HEAD or times.find(line(text)) is not None
