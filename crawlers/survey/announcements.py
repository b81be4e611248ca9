"""What a site announces of its articles: feeds, lists of posts, sitemaps."""

import re
from collections.abc import Generator, Iterable
from dataclasses import replace
from datetime import date

from core import urls
from core.errors import PageError
from crawlers.page import Page
from crawlers.sources import sitemap
from crawlers.survey import links, reading
from crawlers.survey.documents import Ask, Document
from crawlers.survey.leads import Leads
from crawlers.survey.reading import Heard
from crawlers.survey.site import Site, Waiting
from crawlers.survey.survey import Source

_FEEDS = 4
_SITEMAPS = 5
_MOST_LISTED = 5_000  # addresses taken of one sitemap: its newest
_COMMON_FEEDS = ("/feed/", "/rss.xml", "/rss", "/feed.xml")
_COMMON_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")


class Announcements:
    """Looks for the sources a site keeps for programs; what they tell of goes to ``leads``."""

    def __init__(self, site: Site, leads: Leads) -> None:
        self._site = site
        self._leads = leads
        self._heard: list[tuple[str, str, Heard]] = []

    def sources(self) -> list[Source]:
        """Give those that answered, with how much of what they tell are articles."""
        return [
            Source(
                kind=kind,
                address=address,
                entries=len(heard.entries),
                articles=sum(self._site.is_article(url) for url, _ in heard.entries),
            )
            for kind, address, heard in self._heard
        ]

    def _has(self, wanted: str) -> bool:
        return any(kind == wanted for kind, _, _ in self._heard)

    def follow_feeds(self, front: Page) -> Waiting:
        """Ask for the feeds the front announces, else for the platform's and the usual ones."""
        site = self._site
        for address in list(dict.fromkeys(links.announced_feeds(front)))[:_FEEDS]:
            if site.reach.allows(site.reach.place(address)):
                yield from self._hear_feed(address)
            else:
                site.caveats.append(f"The feed {address} is on another host, and is not followed.")
        for address in dict.fromkeys((*(site.platform.feeds if site.platform else ()), *_COMMON_FEEDS)):
            if self._has("feed") or site.asked > 2 * _FEEDS:
                break
            yield from self._hear_feed(address)
        if not self._has("feed"):
            site.caveats.append("No feed was found.")

    def _hear_feed(self, address: str) -> Waiting:
        document = yield from self._site.ask(address, "a feed")
        heard = reading.of_feed(document) if document and document.had else None
        if heard and document and self._site.is_new(document):
            self._take("feed", address, heard)
            self._site.names += [heard.title] if heard.title else []

    def follow_posts(self, interface: str | None) -> Waiting:
        """Ask for the list of posts of a WordPress site; ``interface`` is where it says it is."""
        platform = self._site.platform
        if interface is None and not (platform and platform.posts):
            return
        address = (interface or "/wp-json/").rstrip("/") + "/wp/v2/posts"
        document = yield from self._site.ask(address, "a list of posts (wp-json)")
        if document and document.had and (heard := reading.of_posts(document)):
            self._take("posts", address, heard)
        else:
            told = document.told if document else "it lies elsewhere"
            self._site.caveats.append(f"The list of posts (wp-json) is not to be had: {told}.")

    def follow_sitemaps(self, named: Iterable[str]) -> Waiting:
        """Ask for the sitemaps robots.txt names, else for the platform's and the usual ones."""
        site, stated = self._site, list(dict.fromkeys(named))
        tries = [*stated, *(site.platform.sitemaps if site.platform else ()), *_COMMON_SITEMAPS]
        begun = site.asked
        for address in dict.fromkeys(tries):
            if site.asked - begun >= _SITEMAPS or (self._has("sitemap") and address not in stated):
                break
            document = yield from site.ask(address, "a sitemap")
            if heard := self._of_sitemap(document):
                inside = yield from self._inside(heard.more)
                self._take("sitemap", address, replace(heard, entries=heard.entries + inside))
        if not self._has("sitemap"):
            site.caveats.append("No sitemap was found.")

    def _inside(self, more: Iterable[str]) -> Generator[Ask, Document, tuple[tuple[str, date | None], ...]]:
        """Give the entries of two sitemaps of an index: those of articles first; take one of other pages."""
        ranked = sitemap.articles_first(more)
        found: tuple[tuple[str, date | None], ...] = ()
        pages = [url for url in ranked if re.search("page", url.rpartition("/")[2])][:1]
        for address in [*[url for url in ranked if url not in pages][:2], *pages]:
            document = yield from self._site.ask(address, "a sitemap of an index")
            heard = self._of_sitemap(document)
            if heard and address in pages:
                self._leads.others += [url for url, _ in heard.entries]
            elif heard:
                found += heard.entries
        return found

    def _of_sitemap(self, document: Document | None) -> Heard | None:
        if document is None or not document.had:
            return None
        try:
            return reading.of_sitemap(document, self._site.wish.max_bytes)
        except PageError as error:
            self._site.caveats.append(f"The sitemap {self._site.written(document.url)}: {error.detail}.")
            return None

    def _take(self, kind: str, address: str, heard: Heard) -> None:
        reach = self._site.reach
        entries = tuple(
            (place, day)
            for url, day in heard.entries
            if reach.allows(place := reach.place(url)) and not reach.is_front(place)
        )
        self._heard.append((kind, self._site.written(address), replace(heard, entries=entries)))
        elsewhere = sorted({urls.host(url) for url, _ in heard.entries}) if not entries else []
        if elsewhere:
            told = f"The {kind} {address} leads to another host: {', '.join(elsewhere[:3])}."
            self._site.caveats.append(told)
        if kind == "sitemap":
            self._leads.listed += [url for url, _ in entries[:_MOST_LISTED]]
        else:
            self._leads.announce(entries)
