"""Scrapy's downloader, holding to the limit of requests at once to a host."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core import downloader

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


class Downloader(downloader.Downloader):
    """Counts a request as under way at once.

    Scrapy 2.19 counts it only when its coroutine is first run, and takes requests off the queue
    until then: without a delay every queued request is under way at once (measured: 8 under a
    limit of 1).
    """

    def _wait_for_download(
        self, slot: downloader.Slot, request: Request, queue_dfd: "Deferred[Response]"
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)
