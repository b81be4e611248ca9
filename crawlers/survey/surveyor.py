"""The order in which a site is looked at: pure steps that ask for documents and end in a survey."""

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias
from urllib.parse import urlsplit

from core import urls
from crawlers.outlet import Outlet
from crawlers.reach import Reach
from crawlers.sources import listing, sitemap
from crawlers.survey import conclusions, links, names, patterns, reading, zones
from crawlers.survey.documents import Ask, Document
from crawlers.survey.platform import Recognised, recognised
from crawlers.survey.reading import Heard
from crawlers.survey.shapes import Address, Part, addresses
from crawlers.survey.survey import Sample, Source, Survey

MOST = 30
"""Addresses asked for in one survey, robots.txt aside."""
SAMPLES = 5
_FEEDS = 4
_SITEMAPS = 5
_SECTIONS = 5
_UNSURE = 3  # groups of addresses of which one page is looked at
_MOST_LISTED = 5_000  # addresses taken of one sitemap: its newest
_ENOUGH = 3  # article links that make a page a listing
_COMMON_FEEDS = ("/feed/", "/rss.xml", "/rss", "/feed.xml")
_COMMON_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")

Steps: TypeAlias = Generator[Ask, Document, Survey]
Waiting: TypeAlias = Generator[Ask, Document, None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a person asked for: the site's address, and what she knows better than a survey finds out.

    ``base_url`` stands in for the site, as in a crawl; ``max_bytes`` bounds a packed sitemap.
    """

    url: str
    key: str | None = None
    timezone: str | None = None
    base_url: str | None = None
    max_bytes: int = 10 * 1024 * 1024


def stranger(url: str, key: str | None = None) -> Outlet:
    """Give an outlet of which only the address is known: what a survey may ask lies on its host."""
    host, parts = urls.host(url), urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}/"
    return Outlet(
        key=key or names.key(url), title=host, home=home, hosts=(host,), publisher="", forms=(), layouts=()
    )


def _reads_like_one(read: Sample, url: str) -> bool:
    """Say whether a page is an article: some paragraphs with a date, or under an article's number."""
    numbered = any(Part.NUMBER in known.shape.parts for known in addresses([url]))
    article = read.article
    return article is not None and "\n\n" in article.body and (numbered or article.published is not None)


class Surveyor:
    """Looks at one site as a person would: home page, feeds, sitemaps, sections, then articles."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._outlet = stranger(wish.url, wish.key)
        self._asked: dict[str, Document] = {}
        self._recognised: Recognised | None = None
        self._interface: str | None = None
        self._stated_names: list[str] = []
        self._zone: tuple[str, str] | None = (wish.timezone, "as told") if wish.timezone else None
        self._announced: dict[str, date | None] = {}  # articles that feeds and lists of posts told of
        self._listed: list[str] = []  # what sitemaps and pages told of: articles and others
        self._others: list[str] = []
        self._heard: list[tuple[str, str, Heard]] = []
        self._pages: list[Document] = []  # of listings
        self._samples: list[Sample] = []
        self._front: Document | None = None
        self._caveats: list[str] = []
        self.forms: tuple[patterns.Derived, ...] = ()

    @property
    def reach(self) -> Reach:
        """What may be asked, and where it is asked."""
        return Reach(outlet=self._outlet, base_url=self._wish.base_url)

    def steps(self) -> Steps:
        """Ask for one document after the other and be sent each; the survey is what it returns."""
        home = self._front = yield from self._ask(self._outlet.home, "the home page")
        if home is None or not home.is_html:
            told = home.told if home else "it may not be asked"
            home = yield from self._given()
            if home is None:
                return self._unfinished(f"the home page: {told}")
            self._caveats.append(f"The home page is not to be had: {told}.")
        self._pages.append(home)
        self._settle(home)
        self._recognised = recognised([home.page])
        self._interface = links.announced_interface(home.page)
        yield from self._learn_zone(home)
        if self._zone is None:
            return self._unfinished("the time zone: nothing tells it, name it with --timezone")
        yield from self._follow_feeds(home)
        yield from self._follow_posts()
        yield from self._follow_sitemaps(home)
        yield from self._follow_sections(home)
        self._derive()
        yield from self._look_at_unsure()
        yield from self._read_samples()
        return self._survey()

    def _ask(self, address: str, what: str) -> Generator[Ask, Document, Document | None]:
        """Ask for an address of the site, once; None where it is not the site's or enough was asked."""
        url = urls.absolute(self._outlet.home, address)
        place = self.reach.place(url) if url else None
        if place is None or not self.reach.allows(place):
            return None
        if place not in self._asked:
            if len(self._asked) >= MOST:
                return None
            self._asked[place] = yield Ask(url=place, what=what)
        return self._asked[place]

    def _given(self) -> Generator[Ask, Document, Document | None]:
        """Give the page that was named, where it is another than the home page."""
        if not urlsplit(self._wish.url).path.strip("/"):
            return None
        page = yield from self._ask(self._wish.url, "the page you named")
        return page if page and page.is_html else None

    def _settle(self, home: Document) -> None:
        """Take the spelling of the site's origin that it leads to itself: http or https, with www. or not."""
        parts = urlsplit(home.url)
        if self._wish.base_url is None and self._outlet.owns(home.url):
            self._outlet = replace(self._outlet, home=f"{parts.scheme}://{parts.netloc}/")

    def _learn_zone(self, home: Document) -> Waiting:
        """Take the zone from what was told, the address, the language, else from a WordPress site itself."""
        languages = (home.page.metadata.language, (home.page.metadata.first("og:locale") or (None,))[0])
        if self._zone is None:
            self._zone = zones.of_site(self._outlet.home, tuple(filter(None, languages)))
        if self._zone is None and self._interface:
            root = yield from self._ask(self._interface, "what the site says of itself (wp-json)")
            name, zone = reading.of_interface(root) if root and root.had else (None, None)
            self._stated_names += [name] if name else []
            if zone and (stated := zones.stated(zone)):
                self._zone = stated, "the site's wp-json states it"

    def _follow_feeds(self, home: Document) -> Waiting:
        platform = self._recognised.platform if self._recognised else None
        announced = links.announced_feeds(home.page)
        for address in list(dict.fromkeys(announced))[:_FEEDS]:
            if self.reach.allows(self.reach.place(address)):
                yield from self._hear_feed(address)
            else:
                self._caveats.append(f"The feed {address} is on another host, and is not followed.")
        for address in dict.fromkeys((*(platform.feeds if platform else ()), *_COMMON_FEEDS)):
            if any(kind == "feed" for kind, _, _ in self._heard) or len(self._asked) > 2 * _FEEDS:
                break
            yield from self._hear_feed(address)
        if not any(kind == "feed" for kind, _, _ in self._heard):
            self._caveats.append("No feed was found.")

    def _hear_feed(self, address: str) -> Waiting:
        document = yield from self._ask(address, "a feed")
        heard = reading.of_feed(document) if document and document.had else None
        if heard and document and self._is_new(document):
            self._take("feed", address, heard)
            self._stated_names += [heard.title] if heard.title else []

    def _is_new(self, document: Document) -> bool:
        """Whether no other address led to the same bytes."""
        return sum(other.body == document.body for other in self._asked.values()) == 1

    def _follow_posts(self) -> Waiting:
        if self._interface is None and not (self._recognised and self._recognised.platform.posts):
            return
        address = (self._interface or "/wp-json/").rstrip("/") + "/wp/v2/posts"
        document = yield from self._ask(address, "a list of posts (wp-json)")
        if document and document.had and (heard := reading.of_posts(document)):
            self._take("posts", address, heard)
        else:
            told = document.told if document else "it lies elsewhere"
            self._caveats.append(f"The list of posts (wp-json) is not to be had: {told}.")

    def _follow_sitemaps(self, home: Document) -> Waiting:
        platform = self._recognised.platform if self._recognised else None
        named = list(dict.fromkeys(home.sitemaps))
        tries = [*named, *(platform.sitemaps if platform else ()), *_COMMON_SITEMAPS]
        begun = len(self._asked)
        for address in dict.fromkeys(tries):
            found = any(kind == "sitemap" for kind, _, _ in self._heard)
            if len(self._asked) - begun >= _SITEMAPS or (found and address not in named):
                break
            document = yield from self._ask(address, "a sitemap")
            heard = reading.of_sitemap(document, self._wish.max_bytes) if document and document.had else None
            if heard:
                inside = yield from self._inside(heard.more)
                self._take("sitemap", address, replace(heard, entries=heard.entries + inside))
        if not any(kind == "sitemap" for kind, _, _ in self._heard):
            self._caveats.append("No sitemap was found.")

    def _inside(self, more: Iterable[str]) -> Generator[Ask, Document, tuple[tuple[str, date | None], ...]]:
        """Give the entries of two sitemaps of an index: those of articles first; take one of other pages."""
        ranked = sitemap.articles_first(more)
        found: tuple[tuple[str, date | None], ...] = ()
        pages = [url for url in ranked if re.search("page", url.rpartition("/")[2])][:1]
        for address in [*[url for url in ranked if url not in pages][:2], *pages]:
            document = yield from self._ask(address, "a sitemap of an index")
            heard = reading.of_sitemap(document, self._wish.max_bytes) if document and document.had else None
            if heard and address in pages:
                self._others += [url for url, _ in heard.entries]
            elif heard:
                found += heard.entries
        return found

    def _take(self, kind: str, address: str, heard: Heard) -> None:
        entries = tuple(
            (place, day)
            for url, day in heard.entries
            if self.reach.allows(place := self.reach.place(url)) and not self.reach.is_front(place)
        )
        self._heard.append((kind, self._written(address), replace(heard, entries=entries)))
        elsewhere = sorted({urls.host(url) for url, _ in heard.entries}) if not entries else []
        if elsewhere:
            self._caveats.append(f"The {kind} {address} leads to another host: {', '.join(elsewhere[:3])}.")
        if kind == "sitemap":
            self._listed += [url for url, _ in entries[:_MOST_LISTED]]
        else:
            for url, day in entries:
                self._announced.setdefault(url, day)

    def _written(self, address: str) -> str:
        """Give an address as an outlet module names it: without the site's own origin."""
        url = urls.absolute(self._outlet.home, address) or address
        parts = urlsplit(url)
        own = self._outlet.owns(url) or self.reach.exempts(url)
        return (f"{parts.path}?{parts.query}" if parts.query else parts.path) if own else url

    def _follow_sections(self, home: Document) -> Waiting:
        found = links.links(home.page, self.reach)
        known = frozenset(address.path for address in addresses(self._announced))
        self._listed += [link.url for link in found if not link.menu]
        self._others += [link.url for link in found if link.menu and link.url not in self._announced]
        given = [self._wish.url] if urlsplit(self._wish.url).path.strip("/") else []
        for address in [*given, *links.sections(found, known)][:_SECTIONS]:
            document = yield from self._ask(address, "a section")
            if document and document.is_html and document not in self._pages:
                self._pages.append(document)
                inside = links.links(document.page, self.reach)
                self._listed += [link.url for link in inside if not link.menu]

    def _derive(self, more: Iterable[str] = ()) -> None:
        """Derive the forms from what feeds and lists of posts told of, else from what looks like articles."""
        certain = addresses([*self._announced, *more])
        others = addresses(self._others)
        unique = bool(self._recognised and self._recognised.platform.name == "wordpress")
        if len(certain) < _ENOUGH:
            menu = {address.path for address in others}
            certain = tuple(a for a in self._candidates() if a.path not in menu)
        self.forms = patterns.derived(certain, others, unique_slugs=unique)
        self._outlet = replace(self._outlet, forms=tuple(form.form for form in self.forms))

    def _candidates(self) -> tuple[Address, ...]:
        return tuple(a for a in addresses(self._listed) if a.looks_like_an_article)

    def _look_at_unsure(self) -> Waiting:
        """Read a page of each group of addresses that no form takes but that look like articles."""
        groups: dict[tuple[object, str], list[str]] = {}
        for url in self._listed:
            if self._outlet.article_key(url) is None and (known := next(iter(addresses([url])), None)):
                first = known.segments[0].lower() if len(known.segments) > 1 else ""
                if known.looks_like_an_article:
                    groups.setdefault((known.shape, first), []).append(url)
        more: list[str] = []
        ranked = sorted(groups.values(), key=lambda urls_: -len(set(urls_)))
        for group in [urls_ for urls_ in ranked if len(set(urls_)) >= _ENOUGH][:_UNSURE]:
            read = yield from self._sample(group[0])
            if read and _reads_like_one(read, group[0]):
                more += group
                self._samples.append(read)
        if more:
            self._derive([*more, *self._matched()])

    @staticmethod
    def _like_an_article(url: str) -> bool:
        return any(known.looks_like_an_article for known in addresses([url]))

    def _matched(self) -> list[str]:
        """Give the listed addresses the forms take, newest first as their source has them."""
        return [url for url in self._listed if self._outlet.article_key(url) is not None]

    def _read_samples(self) -> Waiting:
        """Read newest articles and older ones; one that was read before counts among them."""
        if not self.forms:
            return
        fresh = [url for url in self._announced if self._outlet.article_key(url) is not None]
        listed = [url for url in self._matched() if self._like_an_article(url)]
        older = [url for url in reversed(listed) if url not in fresh]
        newest = fresh or listed
        mixed = [*newest[:2], *older[:1], *newest[2:3], *older[1:2], *newest[3:], *older[2:]]
        seen = {self._outlet.article_key(read.url) for read in self._samples}
        for url in mixed:
            if len(self._samples) >= SAMPLES or len(self._asked) >= MOST:
                break
            if (key := self._outlet.article_key(url)) not in seen:
                seen.add(key)
                if read := (yield from self._sample(url)):
                    self._samples.append(read)

    def _sample(self, url: str) -> Generator[Ask, Document, Sample | None]:
        document = yield from self._ask(url, "an article")
        if document is None or not document.is_html:
            return None
        if self._recognised is None:  # an article may show what the home page does not
            self._recognised = recognised([self._pages[0].page, document.page])
        return reading.sample(document.page, conclusions.readable(self._outlet, self._zone, self._recognised))

    def _survey(self) -> Survey:
        sources = [*self._sources(), *self._listings()]
        return conclusions.survey(
            conclusions.Seen(
                outlet=self._outlet,
                home=self._pages[0].page,
                zone=self._zone or ("", ""),
                recognised=self._recognised,
                forms=self.forms,
                sources=tuple(sources),
                samples=tuple(self._samples),
                days=tuple(day for day in self._announced.values() if day),
                names=tuple(self._stated_names),
                caveats=tuple(self._caveats),
                asked=len(self._asked),
            )
        )

    def _sources(self) -> list[Source]:
        return [
            Source(
                kind=kind,
                address=address,
                entries=len(heard.entries),
                articles=sum(self._outlet.article_key(url) is not None for url, _ in heard.entries),
            )
            for kind, address, heard in self._heard
        ]

    def _listings(self) -> list[Source]:
        found = []
        for document in self._pages:
            told = listing.read(document.page.tree, document.url, self.reach)
            if len(told.entries) >= _ENOUGH:
                found.append(
                    Source(
                        kind="home" if document is self._front else "listing",
                        address=self._written(document.url),
                        entries=len(told.entries),
                        articles=len(told.entries),
                        pager=bool(told.more),
                    )
                )
        return found

    def _unfinished(self, why: str) -> Survey:
        return Survey(
            key=self._outlet.key,
            home=self._outlet.home,
            host=self._outlet.hosts[0],
            title=self._outlet.title,
            recognised=self._recognised,
            missing=(why,),
            asked=len(self._asked),
        )
