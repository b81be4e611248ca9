"""Fetches what the checks of outlets ask for, under the rules of a crawl; stores nothing."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess

from cli.fetch import scrapy_settings
from cli.scout import RETRIES, Scout
from core.clock import now
from core.errors import WeatherError
from core.orders import CrawlOrder
from core.settings import Settings
from crawlers.bounded import SECONDS, BoundedProcess
from crawlers.checkup.card import Examined, RobotsAnswer, RobotsFacts
from crawlers.checkup.examination import Examination
from crawlers.checkup.judging import Checked
from crawlers.outlet import Outlet
from crawlers.reach import Reach, reach_of
from crawlers.sources.robots import AGENT, Rules
from crawlers.steps import Stepping
from crawlers.survey.documents import Ask, Document

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Told = Callable[[str, Ask, Document], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Which outlet to check, from where instead of its own address, and how many articles to read."""

    outlet: Outlet
    base_url: str | None
    articles: int


class Examiner(Scout):
    """Asks what an examination asks for; keeps what robots.txt says."""

    name = "examiner"
    rules: Rules | None = None

    def robots_read(self, robotparser: Rules, request: Request) -> None:  # type: ignore[override] # a signal's receiver takes what it names
        """Keep the rules of the host that was asked first."""
        del request
        self.rules = self.rules or robotparser
        super().robots_read(robotparser)


def examine(wishes: Sequence[Wish], settings: Settings, told: Told) -> list[Checked]:
    """Check outlets, all at once; at most once in the life of a process. ``told`` hears of each document.

    Raises :class:`core.errors.SetupError` where a crawl would.
    """
    settings = settings.model_copy(update={"retries": min(RETRIES, settings.retries)})
    orders = [CrawlOrder(outlet=wish.outlet.key, base_url=wish.base_url) for wish in wishes]
    reaches = [
        reach_of(wish.outlet, order, settings.contact) for wish, order in zip(wishes, orders, strict=True)
    ]
    process = AsyncCrawlerProcess(scrapy_settings(settings, orders[0]))
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    reading = BoundedProcess(SECONDS)
    crawlers = [
        _begun(process, _examination(wish, reach, settings), reading, told)
        for wish, reach in zip(wishes, reaches, strict=True)
    ]
    try:
        process.start()
    finally:
        reading.close()
    return [
        _checked(wish, reach, crawler) for wish, reach, crawler in zip(wishes, reaches, crawlers, strict=True)
    ]


def _examination(wish: Wish, reach: Reach, settings: Settings) -> Examination:
    most, limit = wish.articles, settings.max_body_bytes
    return Examination(outlet=wish.outlet, reach=reach, most=most, max_bytes=limit)


def _begun(
    process: AsyncCrawlerProcess, examination: Examination, reading: BoundedProcess, told: Told
) -> "Crawler":
    key = examination.outlet.key

    def heard(ask: Ask, document: Document) -> None:
        told(key, ask, document)

    crawler = process.create_crawler(Examiner)
    process.crawl(crawler, steps=Stepping(key, examination, reading), reach=examination.reach, told=heard)
    return crawler


def _checked(wish: Wish, reach: Reach, crawler: "Crawler") -> Checked:
    spider: Any = crawler.spider
    if not isinstance(spider, Examiner) or (spider.error is None and spider.found is None):
        raise WeatherError(f"{wish.outlet.key} was not checked: it was interrupted")
    if spider.error is not None:
        raise spider.error
    examined = spider.found
    if not isinstance(examined, Examined):
        raise TypeError(f"an examination ends in facts, not in {type(examined).__name__}")
    robots = _robots(spider, reach.place(wish.outlet.home), crawler)
    return Checked(
        outlet=wish.outlet,
        robots=robots,
        examined=examined,
        today=now().date(),
        live=wish.base_url is None,
    )


def _robots(spider: Examiner, home: str, crawler: "Crawler") -> RobotsFacts:
    """Give what robots.txt says; how it was answered is in the counts of the crawl."""
    prefix = "robotstxt/response_status_count/"
    counts = crawler.stats.get_stats() if crawler.stats else {}
    statuses = [int(name.removeprefix(prefix)) for name in counts if name.startswith(prefix)]
    rules, read = spider.rules, any(200 <= status < 300 for status in statuses)  # noqa: PLR2004 - the classes of HTTP statuses
    if rules is None or not (read or rules.allowed(home, AGENT)):
        return RobotsFacts(answer=RobotsAnswer.UNREACHABLE, allowed=False)
    return RobotsFacts(
        answer=RobotsAnswer.READ if read else RobotsAnswer.NONE,
        allowed=rules.allowed(home, AGENT),
        crawl_delay=rules.crawl_delay(AGENT),
        sitemaps=rules.sitemaps,
    )
