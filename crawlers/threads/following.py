"""Following a discussion over its pages, and putting it together: pure, whoever brings the pages."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from core import urls
from core.records import CommentState, ScrapedArticle, ScrapedComment
from crawlers.threads import addresses
from crawlers.threads.part import Part

MOST_PAGES = 50  # other pages of one discussion; the longest seen on trade titles have a handful
_PAGE = re.compile(r"comment-page-(\d+)")


@dataclass(kw_only=True, slots=True)
class Following:
    """The discussion of one article, page by page.

    Ask :meth:`next` for the address to have, bring what it gave to :meth:`take`, until there is none;
    then :meth:`article` is the article with its whole discussion, as far as it was had.
    """

    found: ScrapedArticle
    had: dict[str, Part | None] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    _met: set[str] = field(default_factory=set)
    _cut: bool = False

    def __post_init__(self) -> None:
        self._met = {urls.address_key(self.found.url)}
        self._meet(self.found.thread_pages)

    def next(self) -> str | None:
        """Give the address of the next page to have, None when there is none."""
        return self.waiting[0] if self.waiting else None

    def take(self, address: str, part: Part | None) -> None:
        """Take what the page of an address gave; None for one that could not be had.

        What another page was served for was not had either.
        """
        part = part if part is not None and self._is_of(address, part) else None
        self.waiting.remove(address)
        self.had[address] = part
        self._meet(part.more if part else ())

    def stop(self) -> None:
        """Take none of the pages that were not had yet."""
        for address in list(self.waiting):
            self.take(address, None)

    def article(self) -> ScrapedArticle:
        """Give the article with the comments of all pages that were had, in their order.

        Its comments are LISTED when all pages were had that there are, else PARTIAL; where none was
        had of a system that the page itself shows nothing of, that stays UNSUPPORTED.
        """
        found, parts = self.found, [part for part in self.had.values() if part is not None]
        if not self.had:
            return found
        lacking = len(self.had) - len(parts)
        warnings = list(found.warnings)
        if lacking:
            warnings.append(f"{lacking} other pages of the discussion could not be had")
        if self._cut:
            warnings.append(f"the discussion has more than {MOST_PAGES} other pages: the rest was left out")
        if not parts:
            state = found.comment_state
            told = state if state is CommentState.UNSUPPORTED else CommentState.PARTIAL
            return replace(found, comment_state=told, warnings=tuple(warnings))
        comments = _together(self._in_order())
        short = (found.comments_claimed or 0) > len(comments)
        if short and not lacking:
            warnings.append(f"the page counts {found.comments_claimed} comments, {len(comments)} are listed")
        whole = not lacking and not self._cut and not (short and not self._is_listing_of(comments))
        return replace(
            found,
            comment_state=_whole_state(found) if whole else CommentState.PARTIAL,
            comments=comments,
            warnings=tuple(warnings),
        )

    def brought(self) -> dict[str, frozenset[int]]:
        """Give the positions of the comments that each page brought, by its address."""
        placed = {_identity(one): one.position for one in self.article().comments}
        return {
            address: frozenset(placed[_identity(one)] for one in part.comments if _identity(one) in placed)
            for address, part in self.had.items()
            if part is not None
        }

    def _is_of(self, address: str, part: Part) -> bool:
        """Whether the page an address led to is the one it names.

        To the article lead the addresses that other pages have for the comments on it.
        """
        if part.served is None or (key := urls.address_key(part.served)) == urls.address_key(address):
            return True
        if key == urls.address_key(self.found.url):
            return address not in self.found.thread_pages
        return number(address) is None or number(address) == number(part.served)

    def _is_listing_of(self, comments: tuple[ScrapedComment, ...]) -> bool:
        """Whether a system's own listing, which leaves out what is no comment, gave these."""
        return bool(comments) and addresses.kind(self.found.thread_pages[0]) != addresses.PAGES

    def _meet(self, found: Iterable[str]) -> None:
        for address in found:
            key = urls.address_key(address)
            if key in self._met:
                continue
            if len(self.had) + len(self.waiting) >= MOST_PAGES:
                self._cut = True
                return
            self._met.add(key)
            self.waiting.append(address)

    def _in_order(self) -> Iterator[Part]:
        """Give the parts in the order of their pages, the article's own where its number is lacking."""
        own = Part(comments=self.found.comments)
        parts = [(number(address), part) for address, part in self.had.items() if part is not None]
        if any(place is None for place, _ in parts):
            return iter((own, *(part for _, part in parts)))
        there = {place for place, _ in parts}
        lacking = next(place for place in range(1, len(there) + 2) if place not in there)
        placed = [(place or 0, part) for place, part in parts]
        return iter([part for _, part in sorted([(lacking, own), *placed], key=lambda one: one[0])])


def number(address: str) -> int | None:
    """Give which page of the comments an address is, None where it does not say."""
    parts = urlsplit(address)
    if match := _PAGE.search(parts.path):
        return int(match[1][:6])
    stated = parse_qs(parts.query)
    for name, first in (("cpage", 0), ("page", 1)):  # Drupal counts its pages from 0
        value = stated.get(name, [""])[-1]
        if value.isdecimal() and addresses.kind(address) == addresses.PAGES:
            return int(value[:6]) + first
    return None


def _whole_state(found: ScrapedArticle) -> CommentState:
    closed = found.comment_state is CommentState.CLOSED
    return CommentState.CLOSED if closed else CommentState.LISTED


def _identity(one: ScrapedComment) -> tuple[str | None, ...]:
    if one.outlet_id is not None:
        return (one.outlet_id,)
    return one.author, one.posted.raw if one.posted else None, one.body


def _together(parts: Iterable[Part]) -> tuple[ScrapedComment, ...]:
    """Give the comments of the parts one after another, each once, parents by their new places."""
    found: list[ScrapedComment] = []
    answers: dict[str, str] = {}
    placed: dict[tuple[str | None, ...], int] = {}
    for part in parts:
        answers |= part.answers
        places: dict[int, int] = {}
        before = frozenset(placed)
        for one in part.comments:
            identity = _identity(one)
            if identity in before or (one.outlet_id is not None and identity in placed):
                places[one.position] = placed[identity]
                continue
            position = places[one.position] = placed[identity] = len(found) + 1
            parent = places.get(one.parent) if one.parent is not None else None
            found.append(replace(one, position=position, parent=parent))
    return tuple(_answering(one, answers, placed) for one in found)


def _answering(
    one: ScrapedComment, answers: dict[str, str], placed: dict[tuple[str | None, ...], int]
) -> ScrapedComment:
    answered = answers.get(one.outlet_id or "")
    parent = placed.get((answered,)) if answered else None
    return replace(one, parent=parent) if parent and parent != one.position else one
