"""Keeps every page before anyone reads it: the downloader middleware next to the network."""

import itertools
import uuid
from asyncio import wrap_future
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, UnsupportedURLSchemeError
from scrapy.http import Headers, Response

from core import clock, urls
from core.records import FetchAttempt, Known, Outcome
from crawlers import reading
from crawlers.failures import Suppressed
from crawlers.layout import Layout
from crawlers.middlewares.guard import BlockedAddress
from crawlers.middlewares.robots import RobotsDenied
from crawlers.threads import addresses
from pipelines.archive import Archive
from pipelines.exchange import Earlier, Exchange
from pipelines.exchange import Headers as HeaderPairs

if TYPE_CHECKING:
    from crawlers.outlet import Outlet

_BY_STATUS: Mapping[int, Outcome] = MappingProxyType(
    {
        304: Outcome.NOT_MODIFIED,
        401: Outcome.FORBIDDEN,
        403: Outcome.FORBIDDEN,
        404: Outcome.NOT_FOUND,
        410: Outcome.GONE,
        429: Outcome.RATE_LIMITED,
        451: Outcome.FORBIDDEN,
    }
)
_BY_ERROR: tuple[tuple[type[Exception], Outcome | None], ...] = (
    (RobotsDenied, Outcome.ROBOTS_DENIED),
    (BlockedAddress, Outcome.BLOCKED_ADDRESS),
    (UnsupportedURLSchemeError, Outcome.BLOCKED_ADDRESS),
    (DownloadCancelledError, Outcome.TOO_LARGE),
    (IgnoreRequest, None),  # filtered before anything was asked
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Capture:
    """Keeps the bytes, records the attempt, and only then lets the response go on.

    Sits at 990, nearest to the network, so it sees bodies still encoded, redirects and retries
    each for themselves, robots.txt, feeds and listings too. Sets ``fetch_key``, ``unchanged`` and
    ``truncated`` (``length``: our limit, ``disconnect``: the server hung up) in the request's meta.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stats = crawler.stats
        self._key = uuid.uuid4().hex[:12]
        self._count = itertools.count(1)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let an address that was erased not be asked for."""
        if self._archive.session.is_suppressed(request.url):
            self._stats.inc_value("cuttings/capture/suppressed")
            raise Suppressed("erased from the archive, and not to come back")

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keep the response; it goes on once it is with the operating system."""
        outcome = outcome_of(response.status)
        key = self._new_key(request)
        truncated = _truncated(response)
        if truncated == "length":
            outcome = Outcome.TOO_LARGE
        request.meta.update(truncated=truncated, unchanged=False)
        attempt = FetchAttempt(
            key=key,
            url=request.url,
            fetched_at=clock.now(),
            outcome=outcome,
            status=response.status,
            redirect_to=_redirect_to(request, response) if outcome is Outcome.REDIRECT else None,
            etag=_header(response, b"ETag"),
            last_modified=_header(response, b"Last-Modified"),
            elapsed_ms=_elapsed(request),
            apart=self._is_apart(request),
        )
        archive = self._archive
        archive.attempted(request, outcome)
        await archive.room()
        if outcome is Outcome.NOT_MODIFIED:
            archive.writer.note(attempt)  # a 304 brings no bytes: the attempt is the evidence
            return response
        known: Known | None = request.meta.get("known")
        earlier = None
        if known is not None and known.sha256 is not None:
            earlier = Earlier(sha256=known.sha256, url=known.url, captured_at=known.captured_at)
        page = await wrap_future(
            archive.writer.capture(exchange_of(request, response, attempt, truncated), attempt, earlier)
        )
        if known is not None and page.sha256 == known.sha256 and outcome is Outcome.OK:
            request.meta["unchanged"] = self._read_as_today(known) and not request.meta.get("goes_on")
            self._stats.inc_value("cuttings/capture/same_bytes")
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Record an attempt that brought no response."""
        outcome = outcome_of_error(exception)
        if outcome is None:
            return
        archive = self._archive
        archive.attempted(request, outcome)
        await archive.room()
        archive.writer.note(
            FetchAttempt(
                key=self._new_key(request),
                url=request.url,
                fetched_at=clock.now(),
                outcome=outcome,
                error=f"{type(exception).__name__}: {exception}".removesuffix(": "),
                elapsed_ms=_elapsed(request),
            )
        )

    @cached_property
    def _archive(self) -> Archive:
        archive = self._crawler.get_extension(Archive)
        if archive is None:
            raise RuntimeError("pipelines.archive.Archive is missing from EXTENSIONS")
        return archive

    @cached_property
    def _layouts(self) -> Mapping[str, int]:
        """The layouts the spider reads with: it knows them once it has asked the archive what was learnt."""
        return layout_versions(reading.layouts(getattr(self._crawler.spider, "outlet", None)))

    def _new_key(self, request: Request) -> str:
        key = f"{self._key}-{next(self._count)}"
        request.meta["fetch_key"] = key
        return key

    def _is_apart(self, request: Request) -> bool:
        """Whether what is read of a known article is to stand by itself, though its bytes may be the same.

        It tells of the pages its discussion goes on too, and these as they are now: neither were they so
        when the bytes first came, nor may a reading by other layouts say that they were.
        """
        known: Known | None = request.meta.get("known")
        outlet: Outlet | None = getattr(self._crawler.spider, "outlet", None)
        if known is None or outlet is None or request.meta.get("kind") != "article":
            return False
        if not addresses.are_followed(outlet):
            return False
        # Of an address that never was an article's, nobody read the bytes: no reading is mistaken.
        met = known.read_by is not None or known.article_id is not None
        return bool(request.meta.get("goes_on")) or (met and not self._read_as_today(known))

    def _read_as_today(self, known: Known) -> bool:
        return known.read_by is not None and self._layouts.get(known.read_by[0]) == known.read_by[1]


def layout_versions(layouts: tuple[Layout, ...]) -> Mapping[str, int]:
    """Give the version each of the layouts has today, by its name."""
    return {layout.name: layout.version for layout in layouts}


def outcome_of(status: int) -> Outcome:
    """Give the outcome that an HTTP status states."""
    if status in _REDIRECTS:
        return Outcome.REDIRECT
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's class of success
        return Outcome.OK
    if status >= 500:  # noqa: PLR2004 - HTTP's class of server errors
        return Outcome.SERVER_ERROR
    return _BY_STATUS.get(status, Outcome.CLIENT_ERROR)


def outcome_of_error(error: BaseException) -> Outcome | None:
    """Give the outcome of a download that failed; None when nothing was attempted (a filtered request)."""
    return next((outcome for kind, outcome in _BY_ERROR if isinstance(error, kind)), Outcome.NETWORK_ERROR)


def exchange_of(
    request: Request, response: Response, attempt: FetchAttempt, truncated: str | None
) -> Exchange:
    """Give what went over the wire, as far as Scrapy tells."""
    return Exchange(
        url=request.url,
        fetched_at=attempt.fetched_at,
        method=request.method,
        request_headers=_pairs(request.headers),
        request_body=request.body,
        protocol=response.protocol or "HTTP/1.1",
        status=response.status,
        headers=_pairs(response.headers),
        body=response.body,
        ip_address=str(response.ip_address) if response.ip_address else None,
        truncated=truncated,
    )


def _pairs(headers: Headers) -> HeaderPairs:
    return tuple((name, value) for name, values in headers.items() for value in values)


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _redirect_to(request: Request, response: Response) -> str | None:
    location = _header(response, b"Location")
    return urls.absolute(request.url, location) if location else None


def _truncated(response: Response) -> str | None:
    if "download_stopped" in response.flags:  # crawlers.middlewares.size stops at the limit
        return "length"
    return "disconnect" if "dataloss" in response.flags else None


def _elapsed(request: Request) -> int | None:
    seconds: Any = request.meta.get("download_latency")
    return round(seconds * 1000) if seconds is not None else None
