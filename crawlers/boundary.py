"""The page boundary: whatever is wrong with one page is told, counted, and ends nothing else."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.http import Response

from core import text
from core.errors import PageError
from core.records import Reason, Unread

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector


@dataclass(frozen=True, kw_only=True, slots=True)
class PageBoundary:
    """Stands between the pages of one crawl and their readers; ``max_bytes`` is the size limit told."""

    stats: "StatsCollector"
    logger: "logging.LoggerAdapter[logging.Logger]"
    max_bytes: int

    def had(self, response: Response) -> bool:
        """Say whether a page came; raise :class:`PageError` for one that did not come whole."""
        if "dataloss" in response.flags:
            raise PageError(Reason.UNREADABLE, "the server hung up before the page was whole")
        if response.meta.get("truncated"):
            raise PageError(Reason.TOO_LARGE, f"larger than {self.max_bytes} bytes: cut off there")
        if 200 <= response.status < 300:  # noqa: PLR2004 - the classes of HTTP statuses
            return True
        self.stats.inc_value(f"cuttings/fetch/status_{response.status}")
        # Many sources are standard addresses, tried without knowing whether they are there.
        tried = response.status in response.meta.get("may_lack", ())
        level = logging.INFO if tried else logging.WARNING
        self.logger.log(level, "%s answers %s", response.url, response.status)
        return False

    @contextmanager
    def guarding(self, response: Response) -> Iterator[None]:
        """Raise :class:`PageError` whatever goes wrong while a reader is at the page."""
        try:
            yield
        except PageError:
            raise
        except Exception as error:
            self.logger.exception("the reader failed on %s", response.url)
            raise PageError(Reason.UNREADABLE, f"{type(error).__name__}: {error}") from error

    def unread(self, response: Response, error: PageError) -> Unread:
        """Give the item of a page that gave nothing, told and counted."""
        detail = text.line(error.detail)[:500]
        self.stats.inc_value(f"cuttings/unread/{error.reason}")
        self.logger.warning("%s gave nothing (%s): %s", response.url, error.reason, detail)
        return Unread(
            fetch_key=response.meta.get("fetch_key"),
            url=response.url,
            source=response.meta["source"],
            reason=Reason(error.reason),
            detail=detail,
        )
