"""robots.txt by RFC 9309: 4xx allows, 5xx and silence deny; Crawl-delay is kept."""

import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from core.text import line
from crawlers.sources.robots import AGENT, NothingAllowed, Rules

if TYPE_CHECKING:
    from scrapy.core.downloader import Downloader

logger = logging.getLogger(__name__)
# Google's reading, more careful than the RFC's: "too many requests" is no permission.
_TOO_MANY = 429
_LONGEST = 200  # characters of why a robots.txt did not come


class RobotsDenied(IgnoreRequest):
    """Raised for a request that the host's robots.txt forbids."""


class RobotsUnread(RobotsDenied):
    """Raised for a request to a host whose robots.txt could not be read: what it forbids is not known."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with the RFC's reading of statuses and with Crawl-delay honoured.

    Scrapy's own takes any body for rules whatever the status, and a failed download for a
    permission (OPS-FACTS.md section 7.2).
    """

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuse what the rules forbid; keep the request at the host's stated pace."""
        if rp is None or rp.allowed(request.url, AGENT):
            if rp is not None and rp.crawl_delay(AGENT):
                # AutoThrottle would pull the delay back towards DOWNLOAD_DELAY.
                request.meta["autothrottle_dont_adjust_delay"] = True
            return
        self._stats.inc_value("cuttings/robots/denied")
        host = urlparse_cached(request).netloc
        if isinstance(rp, NothingAllowed):
            raise RobotsUnread(f"robots.txt of {host} could not be read ({rp.why}): nothing is asked there")
        raise RobotsDenied(f"robots.txt of {host} forbids {request.url}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        rules: Rules
        if 200 <= response.status < 300:  # noqa: PLR2004 - the classes of HTTP statuses
            rules = Rules(response.body)
        elif 400 <= response.status < 500 and response.status != _TOO_MANY:  # noqa: PLR2004 - the same
            rules = Rules(b"")
        else:
            logger.warning("robots.txt of %s answers %s: nothing is asked there", netloc, response.status)
            rules = NothingAllowed(f"it answers {response.status}")
        self._keep_pace(rules, request)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        self._settle(netloc, rules)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        logger.warning("robots.txt of %s cannot be had (%s): nothing is asked there", netloc, exc)
        self._stats.inc_value("cuttings/robots/unreachable")
        self._settle(netloc, NothingAllowed(line(f"{type(exc).__name__}: {exc}")[:_LONGEST]))

    def _settle(self, netloc: str, rules: Rules) -> None:
        waiting = self._parsers[netloc]
        self._parsers[netloc] = rules
        if isinstance(waiting, Deferred):
            waiting.callback(rules)

    def _keep_pace(self, rules: Rules, request: Request) -> None:
        """Raise the host's delay to its Crawl-delay, up to CUTTINGS_MAX_CRAWL_DELAY seconds."""
        stated = rules.crawl_delay(AGENT)
        if not stated or self.crawler.engine is None:
            return
        delay = min(stated, self.crawler.settings.getfloat("CUTTINGS_MAX_CRAWL_DELAY"))
        downloader: Downloader = self.crawler.engine.downloader
        slot = downloader.get_slot_key(request)
        delay = max(delay, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        # No jitter: half of a stated delay would be less than was asked for.
        downloader.per_slot_settings[slot] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        if present := downloader.slots.get(slot):
            present.delay, present.jitter, present.concurrency = delay, 0.0, 1
        logger.info("robots.txt of %s asks for %s s between requests", slot, stated)
        self._stats.max_value("cuttings/robots/crawl_delay", delay)
