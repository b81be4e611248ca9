"""The limit on a body's size: before unpacking by cutting it off, after unpacking by refusing it."""

import logging
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Request, Response

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class BodyTooLarge(IgnoreRequest):
    """Raised for a body that unpacks to more than the limit; its packed bytes are already captured."""


class Undecodable(IgnoreRequest):
    """Raised for a body that is not in the content encoding its header names."""


class SizeLimit(HttpCompressionMiddleware):
    """Scrapy's unpacking, with the part of an over-long body that arrived kept as a truncated capture.

    Scrapy's own limit throws the bytes away, so here it is off while a body arrives (meta key
    ``download_maxsize``) and on again while it is unpacked.
    """

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler=crawler)
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._arrived: WeakKeyDictionary[Request, int] = WeakKeyDictionary()
        crawler.signals.connect(self._count, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Give the middleware of one crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:  # type: ignore[override] # never a response
        """Take the download's limit over."""
        request.meta.pop("truncated", None)  # copied from the request this one retries or redirects
        request.meta["download_maxsize"] = 0
        super().process_request(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override] # no spider argument
        """Unpack a whole body within the limit; raise :class:`BodyTooLarge` for a bomb."""
        if request.meta.get("truncated") or "dataloss" in response.flags:
            return response  # half a packed body unpacks to half a page, or to none
        request.meta["download_maxsize"] = self._limit
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise BodyTooLarge(
                f"{len(response.body)} bytes unpack to more than {self._limit} bytes"
            ) from error
        except Exception as error:  # each codec raises its own kinds
            raise Undecodable(f"the body cannot be unpacked: {error}") from error

    def _count(self, data: bytes, request: Request) -> None:
        arrived = self._arrived.get(request, 0) + len(data)
        self._arrived[request] = arrived
        if arrived > self._limit:
            logger.warning("%s is larger than %s bytes: cut off there", request.url, self._limit)
            request.meta["truncated"] = True
            raise StopDownload(fail=False)
