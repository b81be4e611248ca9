"""Fetches one page under the rules of a crawl (robots.txt, address guard, limits); stores nothing."""

import logging
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings as ScrapySettings

from core import urls
from core.errors import CuttingsError, WeatherError
from core.orders import CrawlOrder
from core.settings import Settings
from crawlers import failures
from crawlers.outlet import Outlet
from crawlers.page import Page
from crawlers.reach import Reach, reach_of
from crawlers.settings import DOWNLOADER_MIDDLEWARES, for_operator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure


def fetch(url: str, settings: Settings, outlet: Outlet | None, base_url: str | None = None) -> Page:
    """Give the live page at ``url``; at most once in the life of a process.

    An address of no known outlet is asked as that of an outlet of its own, so that redirects stay on
    its host. Raises :class:`core.errors.SetupError` where a crawl would, :class:`WeatherError` where
    the page cannot be had.
    """
    known = outlet or _stranger(url)
    order = CrawlOrder(outlet=known.key, urls=(url,), base_url=base_url)
    reach = reach_of(known, order, settings.contact)
    process = AsyncCrawlerProcess(scrapy_settings(settings, order))
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    crawler = process.create_crawler(OnePage)
    process.crawl(crawler, outlet=known, reach=reach, url=reach.place(url))
    process.start()
    spider = crawler.spider
    if not isinstance(spider, OnePage) or spider.page is None:
        why = spider.failure if isinstance(spider, OnePage) and spider.failure else "nothing came"
        raise WeatherError(f"{url} was not had: {why}")
    return spider.page


class OnePage(Spider):
    """Asks one address and keeps what comes."""

    name = "one-page"

    def __init__(self, *, outlet: Outlet, reach: Reach, url: str) -> None:
        super().__init__()
        self.outlet = outlet
        self.reach = reach  # what the guard asks
        self.page: Page | None = None
        self.failure: str | None = None
        self._url = url

    @classmethod
    def from_crawler(cls, crawler: "Crawler", *args: Any, **kwargs: Any) -> Self:
        """Give the spider of one crawl."""
        spider = cls(*args, **kwargs)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> "AsyncIterator[Any]":
        """Ask the address."""
        yield Request(self._url, callback=self.parse, errback=self.failed, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Keep the page."""
        if 200 <= response.status < 300:  # noqa: PLR2004 - the classes of HTTP statuses
            self.page = Page.from_response(response)
        else:
            self.failure = f"{urls.host(response.url)} answers {response.status}"

    def failed(self, failure: "Failure") -> None:
        """Keep why it did not come."""
        self.failure = failures.told(failure.value).detail


def scrapy_settings(settings: Settings, order: CrawlOrder) -> ScrapySettings:
    """Give the settings of a crawl that stores nothing."""
    scrapy = ScrapySettings()
    scrapy.setmodule("crawlers.settings", priority="project")
    ours = for_operator(settings) | {
        "CUTTINGS_ORDER": order,  # the resolver exempts the host of its base_url
        # Without the capture, the archive and the pipelines: nothing is stored.
        "DOWNLOADER_MIDDLEWARES": DOWNLOADER_MIDDLEWARES | {"pipelines.capture.Capture": None},
        "EXTENSIONS": {},
        "ITEM_PIPELINES": {},
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_VERSIONS": [],
        "LOGSTATS_INTERVAL": 0,
        "STATS_DUMP": False,
    }
    scrapy.setdict(ours, priority="cmdline")
    return scrapy


def _stranger(url: str) -> Outlet:
    host = urls.host(url)
    if not host:
        raise CuttingsError(f"'{url}' is no address of a web page")
    return Outlet(key="page", title=host, home=url, hosts=(host,), publisher="", forms=(), layouts=())
