"""Fetches, one after the other, the documents a survey asks for, under the rules of a crawl."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from cli.fetch import scrapy_settings
from core.errors import WeatherError
from core.orders import CrawlOrder
from core.settings import Settings
from crawlers import failures
from crawlers.reach import Reach, reach_of
from crawlers.sources.robots import Rules
from crawlers.survey.documents import Ask, Document
from crawlers.survey.survey import Survey
from crawlers.survey.surveyor import Steps, Surveyor
from crawlers.survey.wish import Wish, stranger

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

RETRIES = 1  # of a passing failure: a survey goes on without the document
Told: TypeAlias = Callable[[Ask, Document], None]


def survey(wish: Wish, settings: Settings, told: Told) -> Survey:
    """Survey a site; at most once in the life of a process. ``told`` hears of every document.

    Raises :class:`core.errors.SetupError` where a crawl would, and whatever the survey itself raises.
    """
    outlet = stranger(wish.url, wish.key)
    order = CrawlOrder(outlet=outlet.key, base_url=wish.base_url)
    reach = reach_of(outlet, order, settings.contact)
    process = AsyncCrawlerProcess(
        scrapy_settings(settings.model_copy(update={"retries": min(RETRIES, settings.retries)}), order)
    )
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    crawler = process.create_crawler(Scout)
    process.crawl(crawler, steps=Surveyor(wish).steps(), reach=reach, told=told)
    process.start()
    spider = crawler.spider
    if isinstance(spider, Scout) and spider.error is not None:
        raise spider.error
    if not isinstance(spider, Scout) or spider.survey is None:
        raise WeatherError(f"{wish.url} was not surveyed: it was interrupted")
    return spider.survey


class Scout(Spider):
    """Asks what the steps of a survey ask for, one request at a time."""

    name = "scout"

    def __init__(self, *, steps: Steps, reach: Reach, told: Told) -> None:
        super().__init__()
        self.reach = reach  # what the guard asks
        self.survey: Survey | None = None
        self.error: Exception | None = None
        self._steps = steps
        self._told = told
        self._ask: Ask | None = None
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

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first document."""
        for request in self._next(None):
            yield request

    def heard(self, response: Response) -> Iterator[Request]:
        """Hand an answer to the survey, ask for the next."""
        header = response.headers.get("Content-Type")
        yield from self._next(
            Document(
                url=response.url,
                status=response.status,
                body=response.body,
                content_type=header.decode("latin-1") if header else None,
                sitemaps=self._sitemaps,
            )
        )

    def failed(self, failure: "Failure") -> Iterator[Request]:
        """Tell the survey why nothing came, ask for the next."""
        url = self._ask.url if self._ask else ""
        problem = failures.told(failure.value).detail
        yield from self._next(Document(url=url, problem=problem, sitemaps=self._sitemaps))

    def _next(self, document: Document | None) -> Iterator[Request]:
        if document is not None and self._ask is not None:
            self._told(self._ask, document)
        try:
            self._ask = self._steps.send(document) if document is not None else next(self._steps)
        except StopIteration as end:
            self.survey = end.value
        except Exception as error:  # noqa: BLE001 - kept for whoever began the survey, raised there
            self.error = error
        else:
            yield Request(self._ask.url, callback=self.heard, errback=self.failed, dont_filter=True)
