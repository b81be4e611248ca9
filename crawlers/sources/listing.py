"""Home, section and listing pages: article links by address form, pagers, announced feeds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from core import text, urls
from crawlers.reach import Reach
from crawlers.sources.entry import Entry, Found

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_LINKS = 2_000  # a page with more links than that is a trap
_MAX_DIGITS = 5  # of a page number
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})


def read(tree: "_Element", url: str, reach: Reach) -> Found:
    """Give the articles linked on a page in its order, its next page, and the feeds it announces.

    Only addresses the crawl may ask are given. Teasers without titles are fine: a link is known
    by its address alone. The next page is a ``rel=next`` link, else the link to the same path
    with ``page`` one higher (the platform counts from 0, others from 1).
    """
    stated = next((element.get("href") for element in tree.iter("base")), None)
    base = urls.absolute(url, stated) or url if stated else url
    entries: dict[str, Entry] = {}
    following: list[str] = []
    feeds: list[str] = []
    counted = _page_number(url)
    by_number: str | None = None
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
        elif by_number is None and _same_listing(place, url) and _page_number(place) == counted + 1:
            by_number = place
    more = [link for link in following if _same_listing(link, url) or not reach.outlet.article_key(link)][:1]
    if not more and by_number is not None:
        more = [by_number]
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


def _page_number(url: str) -> int:
    """Give the ``page`` parameter, 0 where there is none or it is no number."""
    stated = parse_qs(urlsplit(url).query).get("page", ["0"])[-1]
    return int(stated) if stated.isdecimal() and len(stated) <= _MAX_DIGITS else 0


def _same_listing(url: str, listing: str) -> bool:
    """Say whether an address is a page of the listing: same path, nothing but ``page`` differs."""
    first, second = urlsplit(url), urlsplit(listing)
    others = {k: v for k, v in parse_qs(first.query).items() if k != "page"}
    return first.path.rstrip("/") == second.path.rstrip("/") and others == {
        k: v for k, v in parse_qs(second.query).items() if k != "page"
    }
