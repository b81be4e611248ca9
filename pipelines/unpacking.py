"""Undoes a body's content encoding as a crawl does, outside any crawl."""

from collections.abc import Mapping, Sequence

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from core.errors import PageError
from core.records import Reason


def unpack(body: bytes, headers: Mapping[bytes, Sequence[bytes]], max_bytes: int) -> bytes:
    """Give the body, unpacked where Scrapy knows its encoding; the headers' names are in lower case.

    Raises :class:`PageError` for a body that unpacks to more than ``max_bytes`` bytes, or that is not
    in the encoding its header names.
    """
    response = Response("http://kept.invalid", headers=headers, body=body)
    try:
        return _Unpacking(max_bytes).process_response(Request("http://kept.invalid"), response).body
    except IgnoreRequest as error:
        detail = f"{len(body)} bytes unpack to more than {max_bytes} bytes"
        raise PageError(Reason.TOO_LARGE, detail) from error
    except Exception as error:  # each codec raises its own kinds
        raise PageError(Reason.UNREADABLE, f"the body cannot be unpacked: {error}") from error


class _Unpacking(HttpCompressionMiddleware):
    """Scrapy's unpacking with a limit."""

    def __init__(self, max_bytes: int) -> None:
        self.stats = None
        self._max_size = max_bytes
        self._warn_size = max_bytes  # the limit itself is told
