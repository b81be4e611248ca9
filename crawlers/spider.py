"""The spider of every outlet: asks what the frontier gives, yields what the layouts read."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response

from core.errors import PageError
from core.orders import CrawlOrder
from core.records import Change, PageVisit, Reason, Sighting, StoredArticle, Unread
from crawlers import failures, requests
from crawlers.boundary import PageBoundary
from crawlers.days import Days
from crawlers.frontier import Frontier, Kind, SourcePage, Trail
from crawlers.ledger import Ledger, open_ledger
from crawlers.orders import order_of
from crawlers.outlet import Outlet
from crawlers.reach import reach_of
from crawlers.reader import Reader
from crawlers.sources.entry import Found
from crawlers.sources.reader import SourceReader
from crawlers.sources.robots import Rules
from crawlers.threads.asking import ThreadAsking, kinds_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

Item: TypeAlias = PageVisit | Unread | Sighting

_NOT_SERVED = frozenset({"network_error", "robots_denied", "too_large"})
"""The failures under which an outlet has a page that the archive did not get."""
_SETTLED = frozenset({Change.UNCHANGED, Change.COSMETIC})


class OutletSpider(Spider):
    """Collects one outlet; a subclass names it and gives its facts."""

    outlet: Outlet
    frontier: Frontier
    boundary: PageBoundary
    reader: Reader
    asking: ThreadAsking

    def __init__(self, crawler: "Crawler", order: CrawlOrder) -> None:
        super().__init__()
        settings = crawler.settings
        self.order = order
        self.reach = reach_of(self.outlet, order, settings.get("CUTTINGS_CONTACT", ""))
        self._patience = settings.getint("CUTTINGS_STOP_AFTER_UNCHANGED")
        self._days = Days(zone=self.outlet.timezone, since=order.since, until=order.until)
        self._sources = SourceReader(
            outlet=self.outlet, reach=self.reach, max_bytes=settings.getint("DOWNLOAD_MAXSIZE")
        )
        # Enough to keep every connection busy; the rest are requests that wait to be tried again.
        self._window = 2 * settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") + 16
        self._under_way = 0
        self._sighted: set[tuple[str | None, str | None]] = set()
        self._crawled_before = False
        self._threads = kinds_of(self.outlet, settings)

    @classmethod
    def from_crawler(cls, crawler: "Crawler", *args: Any, **kwargs: Any) -> Self:  # noqa: ARG003 - Scrapy's signature
        """Give the spider of one crawl; raise :class:`core.errors.SetupError` before any request."""
        spider = cls(crawler, order_of(crawler.settings, cls.outlet.key, kwargs))
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.robots_read, signals.robots_parsed)
        crawler.signals.connect(spider.stored, signals.item_scraped)
        crawler.signals.connect(spider.not_stored, signals.item_dropped)
        crawler.signals.connect(spider.not_stored, signals.item_error)
        crawler.signals.connect(spider.gone_idle, signals.spider_idle)
        crawler.signals.connect(spider.ended, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Begin with the addresses ordered, the articles due, or the outlet's sources."""
        self.boundary = PageBoundary(
            stats=self.crawler.stats,  # there only once the crawl has begun
            logger=self.logger,
            max_bytes=self.settings.getint("DOWNLOAD_MAXSIZE"),
        )
        ledger = open_ledger(self.crawler)
        self.outlet = replace(self.outlet, chrome=ledger.chrome())
        self.reader = Reader(self.outlet)
        self.frontier = Frontier(
            self.outlet, ledger, days=self._days, patience=self._patience, limit=self.order.limit
        )
        self.asking = ThreadAsking(
            crawler=self.crawler,
            reach=self.reach,
            reader=self.reader,
            ledger=ledger,
            boundary=self.boundary,
            kinds=self._threads,
        )
        self._begin(ledger)
        for request in self._ask():
            yield request

    def _begin(self, ledger: Ledger) -> None:
        place = self.reach.place
        if self.order.urls:
            self.frontier.add_addresses(Kind.URL, map(place, self.order.urls), "url")
        elif self.order.recheck:
            most = self.order.most_rechecked(self.settings.get("CUTTINGS_RECHECK_BUDGET"))
            due = ledger.due(most, everything=self.order.everything)
            self.frontier.add_addresses(Kind.RECHECK, map(place, due), "recheck")
        else:
            self._crawled_before = next(ledger.due(1, everything=True), None) is not None
            self._follow(Kind.HOME, (self.outlet.home,))
            self._follow(Kind.LISTING, self.outlet.listings)
            self._follow(Kind.FEED, self.outlet.feeds)
            self._follow(Kind.POSTS, self.outlet.posts)
            self._follow(Kind.SITEMAP, self.outlet.sitemaps)

    def _follow(self, kind: Kind, addresses: tuple[str, ...], base: str | None = None) -> None:
        for address in addresses:
            if found := self._sources.first_page(kind, address, base or self.outlet.home):
                self.frontier.add_source(kind, *found)

    def robots_read(self, robotparser: Rules, request: Request) -> None:
        """Follow the sitemaps a robots.txt names."""
        if not self.order.urls and not self.order.recheck:
            self._follow(Kind.SITEMAP, robotparser.sitemaps, request.url)

    def _ask(self) -> Iterator[Request]:
        while self._under_way < self._window and (step := self.frontier.next()) is not None:
            self._under_way += 1
            if isinstance(step, SourcePage):
                yield requests.source_request(step, self.parse_source, self.failed)
            else:
                yield requests.article_request(step, self.parse_article, self.failed, self._threads)

    def parse_source(self, response: Response) -> Iterator[Item | Request]:
        """Take what a page of a source tells, then ask on."""
        self._under_way -= 1
        self.frontier.answered()
        trail: Trail = response.meta["trail"]
        try:
            if self.boundary.had(response):
                with self.boundary.guarding(response):
                    found = self._sources.read(response, trail.kind)
                if trail.read == 1:
                    self._follow(Kind.FEED, found.feeds)
                self._count("source/entries", len(found.entries))
                self._count("source/new", self.frontier.heard(trail, found))
                if found.ttl is not None:
                    self.crawler.stats.max_value("cuttings/source/ttl", found.ttl.total_seconds())
                yield from self._sightings(found, trail)
        except PageError as error:
            yield self.boundary.unread(response, error)
        yield from self._ask()

    def _sightings(self, found: Found, trail: Trail) -> Iterator[Sighting]:
        """Give what a feed announced without a usable link: told apart by title and date alone."""
        for entry in found.entries if trail.kind is Kind.FEED else ():
            told = (entry.title, entry.published.raw if entry.published else None)
            if entry.url is None and told not in self._sighted:
                self._sighted.add(told)
                self._count("source/unreachable")
                yield Sighting(
                    outlet=self.outlet.key,
                    source=trail.name,
                    title=entry.title,
                    url=None,
                    published=entry.published,
                    guid=entry.guid,
                    summary=entry.summary,
                )

    def _not_had(self, url: str, trail: Trail) -> Iterator[Sighting]:
        """Give what a source announced and the outlet did not serve: coverage counts it as missing."""
        if trail.kind not in {Kind.URL, Kind.RECHECK} and self.outlet.article_key(url) is not None:
            yield Sighting(outlet=self.outlet.key, source=trail.name, title=None, url=url)

    async def parse_article(self, response: Response) -> AsyncIterator[Item | Request]:
        """Ask on, and have an article page read meanwhile."""
        self._under_way -= 1
        trail: Trail = response.meta["trail"]
        if again := requests.again(response):
            self._under_way += 1
            yield again
            return
        for request in self._ask():
            yield request
        item = await self._article(response, trail)
        if not isinstance(item, PageVisit):  # the outcome of one is open until it is stored
            self.frontier.released(trail, response.meta["key"])
        if item is not None:
            yield item
        elif not requests.unchanged(response):
            for sighting in self._not_had(response.meta.get("redirect_urls", [response.url])[0], trail):
                yield sighting
        for request in self._ask():
            yield request

    async def _article(self, response: Response, trail: Trail) -> Item | None:
        if requests.unchanged(response):
            self._count("fetch/unchanged")
            self.frontier.outcome(trail, response.meta["key"], unchanged=True)
            return None
        try:
            return await self._visit(response, trail) if self.boundary.had(response) else None
        except PageError as error:
            return self.boundary.unread(response, error)

    async def _visit(self, response: Response, trail: Trail) -> PageVisit:
        if self.reach.is_front(response.url):
            asked = response.meta.get("redirect_urls", [response.url])[0]
            raise PageError(Reason.NOT_AN_ARTICLE, f"{asked} leads to the home page")
        with self.boundary.guarding(response):
            article = await self.reader.read(response)
        older = self._days.before(article.published)
        self.frontier.too_old(trail, older=older)
        if article.published and (older or self._days.after(article.published)):
            raise PageError(Reason.OUT_OF_DATES, f"published {article.published.stated()}")
        self._count(f"read/{article.layout}")
        whole = await self.asking.whole(article, response)
        return PageVisit(
            fetch_key=response.meta.get("fetch_key", ""),
            source=trail.name,
            article=whole.article,
            article_key=self.outlet.article_key(response.url),
            requested=tuple(response.meta.get("redirect_urls", ())),
            thread=whole.thread,
        )

    def failed(self, failure: "Failure") -> Iterator[Item | Request]:
        """Take note of a request that brought no response, then ask on."""
        self._under_way -= 1
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        trail: Trail = request.meta["trail"]
        if request.meta["kind"] == "source":
            self.frontier.answered()
        else:
            self.frontier.released(trail, request.meta["key"])
        told = failures.told(failure.value)
        self.logger.log(told.level, "%s: %s", request.url, told.detail)
        self._count(f"fetch/{told.word}")
        if told.reason is not None:
            yield Unread(
                fetch_key=request.meta.get("fetch_key"),
                url=request.url,
                source=trail.name,
                reason=told.reason,
                detail=told.detail,
            )
        if request.meta["kind"] != "source" and told.word in _NOT_SERVED:
            yield from self._not_had(request.meta.get("redirect_urls", [request.url])[0], trail)
        yield from self._ask()

    def stored(self, item: Any, response: Any) -> None:
        """Hear from the pipelines what an article came to; an errback's item brings no response."""
        if isinstance(item, StoredArticle) and isinstance(response, Response):
            self.frontier.outcome(
                response.meta["trail"], response.meta["key"], unchanged=item.change in _SETTLED
            )
        self.not_stored(response)

    def not_stored(self, response: Any) -> None:
        """Hear from the pipelines that an item ended, whatever came of it."""
        if isinstance(response, Response) and "key" in response.meta:
            self.frontier.released(response.meta["trail"], response.meta["key"])

    def ended(self) -> None:
        """Sum up what was announced, and end the reading process with the crawl."""
        if hasattr(self, "reader"):  # not where the crawl ended before it began
            self.reader.close()
        if hasattr(self, "frontier"):
            announced = self.frontier.announced()
            self._count("announced/new", announced.new)
            self._count("announced/known", announced.known)
            self._count("announced/overlap_lost", announced.without_known if self._crawled_before else 0)

    def gone_idle(self) -> None:
        """Ask on where answers were waited for, or were lost on their way."""
        self._under_way = 0
        self.frontier.idle()
        open_requests = list(self._ask())
        for request in open_requests:
            self.crawler.engine.crawl(request)
        if open_requests:
            raise DontCloseSpider

    def _count(self, decision: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(f"cuttings/{decision}", by)
