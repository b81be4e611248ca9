"""Scrapy's downloader, holding to the limit of requests at once to a host."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core import downloader
from scrapy.core.downloader.handlers import DownloadHandlers

from crawlers.reach import origin
from crawlers.threads import disqus

if TYPE_CHECKING:
    from pydantic import SecretStr
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


class Downloader(downloader.Downloader):
    """Counts a request as under way at once.

    Scrapy 2.19 counts it only when its coroutine is first run, and takes requests off the queue
    until then: without a delay every queued request is under way at once (measured: 8 under a
    limit of 1).
    """

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self.handlers = KeyedHandlers(crawler)

    def _wait_for_download(
        self, slot: downloader.Slot, request: Request, queue_dfd: "Deferred[Response]"
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)


class KeyedHandlers(DownloadHandlers):
    """Asks Disqus' listing with the operator's key, which nobody else gets to see.

    It is put in at the last moment and taken out at the first: no log, no capture and no row has it.
    """

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        key: SecretStr | None = crawler.settings.get("CUTTINGS_DISQUS_KEY")
        self._listing = str(crawler.settings.get("CUTTINGS_DISQUS_URL"))
        self._key = key.get_secret_value() if key else None

    async def download_request_async(self, request: Request) -> "Response":
        """Give the response to a request."""
        if self._key is None or not self._is_of_listing(request):
            return await super().download_request_async(request)
        keyed = request.replace(url=disqus.with_key(request.url, self._key))
        return (await super().download_request_async(keyed)).replace(url=request.url)

    def _is_of_listing(self, request: Request) -> bool:
        """Say whether a discussion asks for the listing, at the very origin the operator named."""
        asked = request.meta.get("kind") == "thread" and disqus.is_listing(request.url)
        return asked and origin(request.url) == origin(self._listing)
