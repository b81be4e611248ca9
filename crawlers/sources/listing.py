"""Home, section and listing pages: article links by address form, pagers, announced feeds."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

from core import text, urls
from crawlers.reach import Reach
from crawlers.sources.entry import Entry, Found

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_LINKS = 2_000  # a page with more links than that is a trap
_MAX_DIGITS = 5  # of a page number
_COUNTING = ("page", "paged", "start")  # parameters: Drupal and others, WordPress, Joomla (in articles)
_PATH_PAGE = re.compile(r"(?P<listing>.*)/page/(?P<number>\d{1,5})/?", re.IGNORECASE)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})


def read(tree: "_Element", url: str, reach: Reach) -> Found:
    """Give the articles linked on a page in its order, its next page, and the feeds it announces.

    Only addresses the crawl may ask are given. Teasers without titles are fine: a link is known
    by its address alone. The next page is a ``rel=next`` link, else the link to the same listing
    whose number is the next higher one: ``page=2``, ``/page/2/``, and of Joomla's ``start=10``, which
    counts articles, the lowest above this page's. Platforms count from 0 or from 1.
    """
    stated = next((element.get("href") for element in tree.iter("base")), None)
    base = urls.absolute(url, stated) or url if stated else url
    entries: dict[str, Entry] = {}
    following: list[str] = []
    feeds: list[str] = []
    here = _paged(url)
    numbered: dict[int, str] = {}
    for element, address in _links(tree, base):
        place = reach.place(address)
        if not reach.allows(place):
            continue
        relations = (element.get("rel") or "").lower().split()
        if element.tag == "link":
            if "alternate" in relations and (element.get("type") or "").lower() in _FEED_TYPES:
                feeds.append(place)
            elif "next" in relations:
                following.append(place)
        elif "next" in relations:
            following.append(place)
        elif reach.outlet.article_key(place) is not None:
            entries.setdefault(place, Entry(url=place, title=_words(element)))
        elif (there := _paged(place)).is_further(here):
            numbered.setdefault(there.number, place)
    more = [link for link in following if _is_page(link, here) or not reach.outlet.article_key(link)][:1]
    if not more and numbered:
        more = [numbered[min(numbered)]]
    return Found(entries=tuple(entries.values()), more=tuple(more), feeds=tuple(dict.fromkeys(feeds)))


def _links(tree: "_Element", base: str) -> Iterator[tuple["_Element", str]]:
    seen: set[tuple[str, str | None]] = set()
    for element in tree.iter("a", "link", "area"):
        href = element.get("href")
        once = (href or "", element.get("rel"))  # a teaser links its article two or three times
        if not href or once in seen:
            continue
        seen.add(once)
        address = urls.absolute(base, href)
        if address is not None:
            yield element, address
        if len(seen) >= MAX_LINKS:
            return


def _words(element: "_Element") -> str | None:
    return text.line("".join(map(str, element.itertext()))) or None


class _Paged(NamedTuple):
    """A page of a listing: the listing, what counts its pages, and its number (0 for none stated)."""

    path: str
    others: tuple[tuple[str, tuple[str, ...]], ...]
    counting: str
    number: int

    def is_same(self, other: "_Paged") -> bool:
        """Say whether both are pages of one listing."""
        return (self.path, self.others) == (other.path, other.others)

    def is_further(self, other: "_Paged") -> bool:
        """Say whether this page may follow the other: the next by number, or a later offset."""
        if not self.is_same(other) or (other.number and self.counting != other.counting):
            return False
        if self.counting == "start":
            return self.number > other.number
        if not other.number:  # a first page is number 0 or number 1, and mostly does not say so
            return self.number in {1, 2}
        return self.number == other.number + 1


def _paged(url: str) -> _Paged:
    """Give the page an address is of its listing, by a number in its path or parameters."""
    parts = urlsplit(url)
    path, counting, number = parts.path.rstrip("/"), "", 0
    if match := _PATH_PAGE.fullmatch(parts.path):
        path, counting, number = match["listing"], "/page/", int(match["number"])
    parameters = parse_qs(parts.query)
    for name in _COUNTING:
        stated = parameters.pop(name, ["0"])[-1]
        if not counting and stated.isdecimal() and len(stated) <= _MAX_DIGITS and int(stated):
            counting, number = name, int(stated)
    others = tuple(sorted((name, tuple(values)) for name, values in parameters.items()))
    return _Paged(path, others, counting, number)


def _is_page(url: str, here: _Paged) -> bool:
    return _paged(url).is_same(here)
