"""The address guard: only http and https, only the outlet's own hosts, never inwards."""

import logging
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.error import DNSLookupError

from core import urls
from crawlers.reach import Reach, literal_address, origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

    from core.orders import CrawlOrder

logger = logging.getLogger(__name__)


class BlockedAddress(IgnoreRequest):
    """Raised for an address that leads inwards (loopback, private, link-local) or is no web address."""


class OffOutlet(IgnoreRequest):
    """Raised for a web address that is not the outlet's own."""


class Guard:
    """First of the downloader middlewares, so that redirects and robots.txt pass it as well."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler
        base_url = crawler.spider.reach.base_url  # type: ignore[union-attr] # an OutletSpider, always
        if base_url is not None:  # `scrapy crawl -a base_url=…`: the resolver was made before the spider
            GuardedResolver.exempt = urlparse_cached(Request(base_url)).hostname

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Give the guard of one crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let pass what this crawl may ask; raise for the rest, before anything is dialled."""
        reach: Reach = self._crawler.spider.reach  # type: ignore[union-attr] # an OutletSpider, always
        if reach.exempts(request.url) or self._is_of_listing(request.url):
            return
        parts = urlparse_cached(request)
        literal = literal_address(parts.hostname or "")
        if parts.scheme not in {"http", "https"} or (literal and not urls.is_public(literal)):
            self._count("blocked")
            raise BlockedAddress(f"'{request.url}' leads inwards: not asked")
        # A host may keep its robots.txt elsewhere (RFC 9309 section 2.3.1.2), never under --base-url.
        if reach.allows(request.url) or (
            request.meta.get("dont_obey_robotstxt") is True and reach.base_url is None
        ):
            return
        self._count("off_outlet")
        raise OffOutlet(f"'{request.url}' is not an address of this outlet: not asked")

    def _is_of_listing(self, url: str) -> bool:
        """Say whether an address is of the very origin of Disqus' listing, and there is a key to it."""
        settings = self._crawler.settings
        if not settings.get("CUTTINGS_DISQUS_KEY"):
            return False
        try:
            return origin(url) == origin(settings.get("CUTTINGS_DISQUS_URL", ""))
        except ValueError:
            return False

    def _count(self, decision: str) -> None:
        self._crawler.stats.inc_value(f"cuttings/guard/{decision}")


class GuardedResolver(CachingThreadedResolver):
    """Resolves names and refuses those that lead inwards: the address checked is the one dialled.

    A check before the resolver would leave the time between two look-ups to a hostile name
    server (OPS-FACTS.md section 7.2). ``base_url``'s host is free of it.
    """

    exempt: str | None = None

    @classmethod
    def from_crawler(cls, crawler: "Crawler", reactor: ReactorBase) -> Self:
        """Give the resolver of one crawl's process."""
        resolver = super().from_crawler(crawler, reactor)
        order: CrawlOrder | None = crawler.settings.get("CUTTINGS_ORDER")
        if order is not None and order.base_url is not None:
            resolver.exempt = urlparse_cached(Request(order.base_url)).hostname
        return resolver

    def getHostByName(self, name: str, timeout: "Sequence[int]" = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """Give the address of a name; fail as for an unknown name where it leads inwards."""
        found: Deferred[Any] = super().getHostByName(name, timeout)
        if name != self.exempt:
            found.addCallback(_checked, name)
        return found


def _checked(address: str, name: str) -> str:
    if not urls.is_public(address):
        logger.warning("'%s' resolves to %s, which leads inwards: not asked", name, address)
        raise DNSLookupError(f"'{name}' leads inwards")  # the one kind Twisted passes on in peace
    return address
