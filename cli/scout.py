"""Fetches, one after the other, the documents a survey asks for, under the rules of a crawl."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from cli.fetch import scrapy_settings
from core.errors import WeatherError
from core.orders import CrawlOrder
from core.settings import Settings
from crawlers import failures
from crawlers.bounded import SECONDS, BoundedProcess
from crawlers.middlewares.robots import RobotsUnread
from crawlers.reach import Reach, reach_of
from crawlers.sources.robots import Rules
from crawlers.steps import Ended, Stepping
from crawlers.survey.documents import Ask, Document
from crawlers.survey.survey import Survey
from crawlers.survey.surveyor import Surveyor
from crawlers.survey.wish import Wish, stranger

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

RETRIES = 1  # of a passing failure: a survey goes on without the document
Told: TypeAlias = Callable[[Ask, Document], None]


def survey(wish: Wish, settings: Settings, told: Told, seconds: float = SECONDS) -> Survey:
    """Survey a site; at most once in the life of a process. ``told`` hears of every document.

    What one document tells is read within ``seconds``. Raises :class:`core.errors.SetupError` where
    a crawl would, :class:`WeatherError` where robots.txt could not be read, so that nothing may be fetched
    (RFC 9309, 2.3.1.4), and whatever the survey itself raises.
    """
    outlet = stranger(wish.url, wish.key)
    order = CrawlOrder(outlet=outlet.key, base_url=wish.base_url)
    reach = reach_of(outlet, order, settings.contact)
    process = AsyncCrawlerProcess(
        scrapy_settings(settings.model_copy(update={"retries": min(RETRIES, settings.retries)}), order)
    )
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    crawler = process.create_crawler(Scout)
    reading = BoundedProcess(seconds)
    process.crawl(crawler, steps=Stepping(outlet.title, Surveyor(wish), reading), reach=reach, told=told)
    try:
        process.start()
    finally:
        reading.close()
    spider = crawler.spider
    if isinstance(spider, Scout) and spider.error is not None:
        raise spider.error
    if not isinstance(spider, Scout) or not isinstance(spider.found, Survey):
        raise WeatherError(f"{wish.url} was not surveyed: it was interrupted")
    if spider.found.missing and spider.unread is not None:
        raise WeatherError(f"{wish.url} was not surveyed: {spider.unread}; try again later")
    return spider.found


class Scout(Spider):
    """Asks what steps ask for, one request at a time; ``found`` is what comes of them.

    ``unread`` says why a robots.txt could not be read, where one could not.
    """

    name = "scout"

    def __init__(self, *, steps: Stepping[Any], reach: Reach, told: Told) -> None:
        super().__init__()
        self.reach = reach  # what the guard asks
        self.found: object | None = None
        self.error: Exception | None = None
        self.unread: str | None = None
        self._steps = steps
        self._told = told
        self._sitemaps: tuple[str, ...] = ()

    @classmethod
    def from_crawler(cls, crawler: "Crawler", *args: Any, **kwargs: Any) -> Self:
        """Give the spider of one survey."""
        spider = cls(*args, **kwargs)
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.robots_read, signals.robots_parsed)
        return spider

    def robots_read(self, robotparser: Rules) -> None:
        """Keep the Sitemap lines."""
        self._sitemaps += robotparser.sitemaps

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first document."""
        async for request in self._following(self._steps.begun()):
            yield request

    async def heard(self, response: Response) -> AsyncIterator[Request]:
        """Hand an answer to the steps, ask for the next."""
        header = response.headers.get("Content-Type")
        document = Document(
            url=response.url,
            status=response.status,
            body=response.body,
            content_type=header.decode("latin-1") if header else None,
            sitemaps=self._sitemaps,
        )
        async for request in self._next(response.meta["ask"], document):
            yield request

    async def failed(self, failure: "Failure") -> AsyncIterator[Request]:
        """Tell the steps why nothing came, ask for the next."""
        ask: Ask = failure.request.meta["ask"]  # type: ignore[attr-defined] # Scrapy sets it
        problem = failures.told(failure.value).detail
        if isinstance(failure.value, RobotsUnread):
            self.unread = problem
        async for request in self._next(ask, Document(url=ask.url, problem=problem, sitemaps=self._sitemaps)):
            yield request

    def _next(self, ask: Ask, document: Document) -> AsyncIterator[Request]:
        self._told(ask, document)
        return self._following(self._steps.answered(ask, document))

    async def _following(self, step: Awaitable[Ask | Ended[object]]) -> AsyncIterator[Request]:
        try:
            taken = await step
        except Exception as error:  # noqa: BLE001 - kept for whoever began the steps, raised there
            self.error = error
            return
        if isinstance(taken, Ended):
            self.found = taken.found
        else:
            meta = {"ask": taken}
            yield Request(taken.url, callback=self.heard, errback=self.failed, meta=meta, dont_filter=True)
