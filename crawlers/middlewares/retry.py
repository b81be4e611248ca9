"""Trying again after passing failures: growing waits, Retry-After kept."""

import asyncio
import logging
import random
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.response import response_status_message

from core import clock

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
_TICK = 1.0  # seconds between two looks whether the crawl is being stopped


class Stopping(IgnoreRequest):
    """Raised for a request that waited to be tried again when the crawl was stopped."""


class Retry(RetryMiddleware):
    """Scrapy's middleware with a wait before each try; Scrapy's own tries again at once.

    A waiting request holds no connection and no slot of its host, so other work goes on.
    """

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self._first_wait = crawler.settings.getfloat("CUTTINGS_RETRY_WAIT")
        self._longest_wait = crawler.settings.getfloat("CUTTINGS_MAX_RETRY_WAIT")

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Give the middleware of one crawl."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override] # Scrapy awaits what a middleware returns
        """Try a passing failure again after its wait; give it as it is once the tries are used up."""
        cut = "dataloss" in response.flags  # the server hung up before the body was whole
        if request.meta.get("dont_retry") or not (cut or response.status in self.retry_http_codes):
            return response
        wait = self._wait(request, response.headers.get("Retry-After"))
        if wait > self._longest_wait:
            logger.warning("%s asks to be left alone for %.0f s: left for another run", request.url, wait)
            self.crawler.stats.inc_value("cuttings/retry/left")
            return response
        reason = "cut off" if cut else response_status_message(response.status)
        again = self._retry(request, reason)
        if again is not None:
            await self._sleep(wait)
        return again or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override] # the same
        """Try again after its wait where the network failed; None once the tries are used up."""
        if not isinstance(exception, self.exceptions_to_retry) or request.meta.get("dont_retry"):
            return None
        again = self._retry(request, exception)
        if again is not None:
            await self._sleep(min(self._wait(request, None), self._longest_wait))
        return again

    def _wait(self, request: Request, stated: bytes | None) -> float:
        """Give the seconds to wait: doubled with each try, shaken by half, never below Retry-After."""
        tries: int = request.meta.get("retry_times", 0)
        grown: float = min(self._first_wait * 2**tries, self._longest_wait)
        asked = retry_after(stated, clock.now()) or 0.0
        if asked:
            self.crawler.stats.max_value("cuttings/retry/after", asked)
        shaken = grown * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing
        return max(min(shaken, self._longest_wait), asked)

    async def _sleep(self, seconds: float) -> None:
        while seconds > 0:
            if self.crawler.engine is None or not self.crawler.engine.running:
                raise Stopping("the crawl is being stopped: not tried again")
            await asyncio.sleep(min(seconds, _TICK))
            seconds -= _TICK


def retry_after(header: bytes | None, now: datetime) -> float | None:
    """Give the seconds a Retry-After header asks for (number or HTTP date), None where it is neither."""
    wording = header.decode("latin-1").strip() if header else ""
    if wording.isdecimal():
        return float(wording[:9])
    try:
        until = parsedate_to_datetime(wording)
    except ValueError:
        return None
    return max(0.0, (until - now).total_seconds()) if until.tzinfo else None
