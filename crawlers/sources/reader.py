"""One page of any source, read by its kind, its addresses placed where this crawl asks them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy.http import Response

from core import urls
from crawlers.frontier import Kind
from crawlers.outlet import Outlet
from crawlers.page import Page
from crawlers.reach import Reach
from crawlers.sources import feed, listing, posts, sitemap
from crawlers.sources.entry import Entry, Found

_OF_ARTICLES = frozenset({Kind.FEED, Kind.POSTS})


def total_pages(response: Response) -> int | None:
    """Give how many pages a listing of WordPress's interface says it has, None where it does not."""
    return _stated(response, "X-WP-TotalPages")


def total_rows(response: Response) -> int | None:
    """Give how many rows such a listing says it has on all its pages, None where it does not."""
    return _stated(response, "X-WP-Total")


def _stated(response: Response, name: str) -> int | None:
    stated = (response.headers.get(name) or b"").decode("latin-1").strip()
    return int(stated[:9]) if stated.isdecimal() else None


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceReader:
    """Reads the sources of one crawl; ``max_bytes`` bounds a packed sitemap."""

    outlet: Outlet
    reach: Reach
    max_bytes: int

    def read(self, response: Response, kind: Kind) -> Found:
        """Give what the page tells; an entry that cannot be followed has no address.

        Raises :class:`core.errors.PageError` where it is not what it should be.
        """
        found = self._found(response, kind)
        return Found(
            entries=tuple(self._placed(entry, kind) for entry in found.entries),
            more=self._asked(found.more),
            feeds=self._asked(found.feeds),
            ttl=found.ttl,
        )

    def _found(self, response: Response, kind: Kind) -> Found:
        zone = self.outlet.timezone
        if kind is Kind.FEED:
            header = response.headers.get("Content-Type")
            return feed.read(response.body, response.url, header.decode("latin-1") if header else None, zone)
        if kind is Kind.POSTS:
            return posts.read(response.body, response.url, zone, total_pages(response))
        if kind is Kind.SITEMAP:
            return sitemap.read(response.body, response.url, zone, self.max_bytes)
        return listing.read(Page.from_response(response).tree, response.url, self.reach)

    def _placed(self, entry: Entry, kind: Kind) -> Entry:
        """Give the entry where it is asked: of any form from a source of articles only, else a known one."""
        place = self.reach.place(entry.url) if entry.url else None
        if place is None or not self.reach.allows(place) or self.reach.is_front(place):
            return entry.at(None)
        return entry.at(place if kind in _OF_ARTICLES or self.outlet.article_key(place) else None)

    def _asked(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(place for address in addresses if self.reach.allows(place := self.reach.place(address)))

    def first_page(self, kind: Kind, address: str, base: str) -> tuple[str, str] | None:
        """Give where a source's first page is asked and the source's name, None where it is not asked."""
        url = urls.absolute(base, address)
        url = posts.first(url) if url and kind is Kind.POSTS else url
        place = self.reach.place(url) if url else None
        if place is None or not self.reach.allows(place):
            return None
        parts = urlsplit(place)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return place, f"{kind.name.lower()}:{path}"
