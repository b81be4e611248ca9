"""The order in which an outlet is checked: pure steps that ask for documents and end in facts."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, zip_longest
from typing import TypeAlias

from scrapy.http import Response

from core import text
from core.errors import PageError
from core.records import Moment, Reason, ScrapedArticle
from crawlers import reading
from crawlers.checkup.card import ArticleFacts, Examined, SourceFacts
from crawlers.frontier import Kind
from crawlers.outlet import Outlet
from crawlers.reach import Reach
from crawlers.sources import sitemap
from crawlers.sources.entry import Entry, Found
from crawlers.sources.reader import SourceReader
from crawlers.survey.documents import Ask, Document

PARTS = 3  # sitemaps of an index, until one tells of articles
ANNOUNCED = 3  # feeds that pages announce, and sitemaps that robots.txt names, which are looked at
_FIELDS = ("standfirst", "byline", "section", "published", "modified", "tags", "image_url", "language")
_OPENING = 300  # characters of a text that tell it from others

Steps: TypeAlias = Generator[Ask, Document, Examined]


@dataclass(kw_only=True)
class Examination:
    """One outlet's check; ``most`` articles are read, ``max_bytes`` bounds a packed sitemap."""

    outlet: Outlet
    reach: Reach
    most: int
    max_bytes: int
    _sources: list[SourceFacts] = field(default_factory=list)
    _told: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    def steps(self) -> Steps:
        """Ask for the sources, then for articles they tell of."""
        reader = SourceReader(outlet=self.outlet, reach=self.reach, max_bytes=self.max_bytes)
        announced: list[str] = []
        named: tuple[str, ...] = ()
        for kind, address in self._declared():
            found, document = yield from self._source(reader, kind, address, "the outlet")
            named = named or document.sitemaps
            announced += found.feeds if found else ()
        for address in named[:ANNOUNCED]:
            yield from self._source(reader, Kind.SITEMAP, address, "robots.txt")
        for address in list(dict.fromkeys(announced))[:ANNOUNCED]:
            yield from self._source(reader, Kind.FEED, address, "a page")
        articles = []
        for url, (source, entry) in self._chosen():
            document = yield Ask(url=url, what="article")
            articles.append(self._article(url, source, entry, document))
        return Examined(sources=tuple(self._sources), articles=tuple(articles), told_of=len(self._told))

    def _declared(self) -> Iterator[tuple[Kind, str]]:
        outlet = self.outlet
        yield Kind.HOME, outlet.home
        for kind, addresses in (
            (Kind.LISTING, outlet.listings),
            (Kind.FEED, outlet.feeds),
            (Kind.POSTS, outlet.posts),
            (Kind.SITEMAP, outlet.sitemaps),
        ):
            for address in addresses:
                yield kind, address

    def _source(
        self, reader: SourceReader, kind: Kind, address: str, named_by: str
    ) -> Generator[Ask, Document, tuple[Found | None, Document]]:
        """Ask for one source, and for the newest of an index of sitemaps; nothing is asked twice."""
        first = reader.first_page(kind, address, self.outlet.home)
        if first is None or first[0] in self._asked:
            return None, Document(url=address)
        url, name = first
        self._asked.add(url)
        document = yield Ask(url=url, what=kind.name.lower())
        found, problem = _told_by(reader, kind, document)
        if kind is Kind.SITEMAP and found is not None and not found.entries:
            for part in sitemap.articles_first(found.more)[:PARTS]:
                document_of_part = yield Ask(url=part, what="sitemap of the index")
                found, problem = _told_by(reader, kind, document_of_part)
                if found and any(entry.url for entry in found.entries):
                    break
        entries = found.entries if found else ()
        for entry in entries:
            if entry.url is not None:
                key = self.outlet.article_key(entry.url) or entry.url
                if key not in self._told or (_day(entry) and not _day(self._told[key][1])):
                    self._told[key] = (name, entry)
        self._sources.append(
            SourceFacts(
                kind=kind.name.lower(),
                url=url,
                named_by=named_by,
                problem=problem,
                items=len(entries),
                articles=sum(entry.url is not None for entry in entries),
                newest=max(filter(None, map(_day, entries)), default=None),
            )
        )
        return found, document

    def _chosen(self) -> list[tuple[str, tuple[str, Entry]]]:
        """Give the articles to read: of each form of address and each source in turn, the newest first."""
        groups: dict[tuple[str | None, str], list[tuple[str, tuple[str, Entry]]]] = {}
        for source, entry in self._told.values():
            if entry.url is not None:
                form = (self.outlet.article_key(entry.url) or "").partition("/")[0]
                groups.setdefault((form, source), []).append((entry.url, (source, entry)))
        for group in groups.values():
            group.sort(key=lambda one: _day(one[1][1]) or date.min, reverse=True)
        # Feeds first: their dates are what a page's own is compared with.
        ordered = sorted(groups.items(), key=lambda item: (not item[0][1].startswith("feed"), not item[0][0]))
        turns = zip_longest(*(group for _, group in ordered))
        return [one for one in chain.from_iterable(turns) if one is not None][: self.most]

    def _article(self, url: str, source: str, entry: Entry, document: Document) -> ArticleFacts:
        if not document.had:
            return ArticleFacts(url=url, source=source, told=entry.published, problem=document.told)
        try:
            article = self._read(document)
        except PageError as error:
            return ArticleFacts(
                url=url,
                source=source,
                told=entry.published,
                problem=text.line(error.detail)[:300],
                reason=Reason(error.reason),
            )
        return ArticleFacts(
            url=url,
            source=source,
            told=entry.published,
            layout=article.layout,
            layout_version=article.layout_version,
            title=article.title,
            words=len(text.words(article.body)),
            opening=text.line(article.body)[:_OPENING],
            published=article.published,
            byline=article.byline,
            fields=("title", "body", *(name for name in _FIELDS if getattr(article, name))),
            read_by=dict(article.read_by),
            comment_state=article.comment_state,
            comments=len(article.comments),
            comments_claimed=article.comments_claimed,
            warnings=article.warnings,
        )

    def _read(self, document: Document) -> ScrapedArticle:
        if self.reach.is_front(document.url):
            raise PageError(Reason.NOT_AN_ARTICLE, "it leads to the home page")
        try:
            return reading.read(document.page, self.outlet)
        except PageError:
            raise
        except Exception as error:  # as in a crawl: whatever goes wrong with one page is its own error
            told = f"the reader failed: {type(error).__name__}: {error}"
            raise PageError(Reason.UNREADABLE, told) from error


def _told_by(reader: SourceReader, kind: Kind, document: Document) -> tuple[Found | None, str | None]:
    """Give what a source tells, or why it tells nothing."""
    if not document.had:
        return None, document.told
    headers = {"Content-Type": document.content_type} if document.content_type else None
    try:
        return reader.read(Response(document.url, headers=headers, body=document.body), kind), None
    except PageError as error:
        return None, text.line(error.detail)[:300]


def _day(entry: Entry) -> date | None:
    """Give the day a source states for an article, that of its last change where it states no other."""
    moments: Iterable[Moment | None] = (entry.published, entry.modified)
    return next((moment.on for moment in moments if moment is not None and moment.on), None)
