"""Following a discussion over its pages, and putting it together: pure, whoever brings the pages.

Pages are had one after another, and the discussion goes on meanwhile: a comment taken down on a page that was
had moves the first one of the next page onto it, where nobody looks any more. So a discussion over several
pages is had once more where its pages' counts do not agree or where it lacks a comment the archive holds
(:meth:`Following.doubtful`): last page first, since what moves forward is then met twice and not missed.
What either reading shows is shown; that a comment is not there is believed only if both show the same ones,
else the discussion is PARTIAL. That costs a second reading where something went or is amiss and nothing
elsewhere, and no removal waits for another visit unless the discussion moves.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from core import urls
from core.records import COMPLETE, CommentState, HeldComment, ScrapedArticle, ScrapedComment
from core.text import fold
from crawlers.threads import addresses, joining
from crawlers.threads.part import Part

MOST_PAGES = 50  # other pages of one discussion; the longest seen on trade titles have a handful
_PAGE = re.compile(r"comment-page-(\d+)")


@dataclass(kw_only=True, slots=True)
class Following:
    """The discussion of one article, page by page.

    Ask :meth:`next` for the address to have, bring what it gave to :meth:`take`, until there is none;
    then :meth:`article` is the article with its whole discussion, as far as it was had. Where that is
    :meth:`doubtful`, have it :meth:`again`.
    """

    found: ScrapedArticle
    had: dict[str, Part | None] = field(default_factory=dict)
    had_again: dict[str, Part | None] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    _is_again: bool = False
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
        (self.had_again if self._is_again else self.had)[address] = part
        self._meet(part.more if part else ())

    def stop(self) -> None:
        """Take none of the pages that were not had yet."""
        for address in list(self.waiting):
            self.take(address, None)

    def doubtful(self, held: Iterable[HeldComment]) -> bool:
        """Say whether a comment may have slipped from page to page unseen; ``held`` are those to be there.

        So it may where the pages state counts that do not agree with each other, or with what was found,
        or where a comment is lacking. One listing that is one page is had in one piece.
        """
        parts = [part for part in self.had.values() if part is not None]
        in_one_piece = len(parts) == 1 and not self._on_own_page()
        if self._is_again or self._cut or in_one_piece or not parts or len(parts) < len(self.had):
            return False
        totals = {part.total for part in parts}
        if totals not in ({None}, {sum(part.rows for part in parts)}):
            return True
        found = self.article()
        if found.comment_state not in COMPLETE:
            return self._comments()[1]
        return _lacks(found.comments, held)

    def again(self) -> None:
        """Begin to have all pages once more, the last one first, the article's own with them."""
        self._is_again = True
        self.waiting = [*reversed(self.had), *([self.found.url] if self._on_own_page() else ())]

    def article(self) -> ScrapedArticle:
        """Give the article with the comments of all pages that were had, in their order.

        Its comments are LISTED when all pages were had that there are, and showed the same ones when they
        were had again, else PARTIAL; where none was had of a system that the page itself shows nothing of,
        that stays UNSUPPORTED.
        """
        found, parts = self.found, [part for part in self.had.values() if part is not None]
        if not self.had:
            return found
        lacking = sum(part is None for part in (*self.had.values(), *self.had_again.values()))
        warnings = list(found.warnings)
        if lacking:
            warnings.append(f"{lacking} other pages of the discussion could not be had")
        if self._cut:
            warnings.append(f"the discussion has more than {MOST_PAGES} other pages: the rest was left out")
        if not parts:
            state = found.comment_state
            told = state if state is CommentState.UNSUPPORTED else CommentState.PARTIAL
            return replace(found, comment_state=told, warnings=tuple(warnings))
        comments, moves = self._comments()
        if moves:
            warnings.append("the discussion changed while its pages were had: a comment may be missing")
        short = (found.comments_claimed or 0) > len(comments)
        if short and not lacking:
            warnings.append(f"the page counts {found.comments_claimed} comments, {len(comments)} are listed")
        short = short and not self._is_listing_of(comments)
        whole = not (lacking or self._cut or moves or short)
        return replace(
            found,
            comment_state=_whole_state(found) if whole else CommentState.PARTIAL,
            comments=comments,
            warnings=tuple(warnings),
        )

    def _comments(self) -> tuple[tuple[ScrapedComment, ...], bool]:
        """Give the comments of all pages that were had, and whether some may have slipped between two."""
        own = Part(comments=self.found.comments, claimed=self.found.comments_claimed)
        first = self._in_order(self.had, own)
        comments = joining.together(first)
        if not self.had_again:
            return comments, joining.overlapping(first) or _count_otherwise(first)
        own = self.had_again.get(self.found.url) or own
        others = {url: self.had_again[url] for url in self._all() if url in self.had_again}
        second = self._in_order(others, own)
        later = joining.together(second)
        both = joining.united(later, comments)
        alike = len(both) == len(later) == len(comments)
        return both, not alike or joining.overlapping(second) or _count_otherwise(second)

    def brought(self, *, again: bool = False) -> dict[str, frozenset[int]]:
        """Give the positions of the comments that each page brought, by its address, the second time."""
        placed = {joining.identity(one): one.position for one in self.article().comments}
        return {
            address: frozenset(
                placed[key] for one in part.comments if (key := joining.identity(one)) in placed
            )
            for address, part in (self.had_again if again else self.had).items()
            if part is not None
        }

    def _all(self) -> list[str]:
        """Give the other pages of the discussion that were asked for, those met late at the end."""
        late = (url for url in self.had_again if url not in self.had and url != self.found.url)
        return [*self.had, *late]

    def _on_own_page(self) -> bool:
        """Whether the article's own page is one of those that its comments lie on."""
        return addresses.kind(self.found.thread_pages[0]) == addresses.PAGES

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
            if len(self._all()) + sum(url not in self.had for url in self.waiting) >= MOST_PAGES:
                self._cut = True
                return
            self._met.add(key)
            self.waiting.append(address)

    @staticmethod
    def _in_order(had: Mapping[str, Part | None], own: Part) -> list[Part]:
        """Give the parts in the order of their pages, the article's own where its number is lacking."""
        parts = [(number(address), part) for address, part in had.items() if part is not None]
        if any(place is None for place, _ in parts):
            return [own, *(part for _, part in parts)]
        there = {place for place, _ in parts}
        lacking = next(place for place in range(1, len(there) + 2) if place not in there)
        placed = [(place or 0, part) for place, part in parts]
        return [part for _, part in sorted([(lacking, own), *placed], key=lambda one: one[0])]


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


def _lacks(comments: Sequence[ScrapedComment], held: Iterable[HeldComment]) -> bool:
    """Say whether one of the comments held is not there, by its text or by the outlet's id."""
    texts = Counter(fold(one.body) for one in comments)
    ids = {one.outlet_id for one in comments if one.outlet_id is not None}
    for one in held:
        text = fold(one.body)
        if texts[text] > 0:
            texts[text] -= 1
        elif one.outlet_id is None or one.outlet_id not in ids:
            return True
    return False


def _count_otherwise(parts: Sequence[Part]) -> bool:
    """Say whether pages of comments state counts that are not the same: they are not of one moment."""
    return len({part.claimed for part in parts if part.claimed is not None}) > 1
