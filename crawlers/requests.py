"""The requests of a crawl: for pages of sources, and for articles with their conditions."""

from collections.abc import Callable, Container
from typing import Any

from scrapy import Request
from scrapy.http import Response

from core.records import Known
from crawlers.frontier import ArticlePage, Kind, SourcePage

NOT_MODIFIED = 304
ABSENT = frozenset({404, 410})
CLOSED = ABSENT | {400, 401, 403}
"""What WordPress's interface answers where it is not offered, and past its last page."""


def source_request(step: SourcePage, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
    """Give the request for a page of a source."""
    lacking = CLOSED if step.trail.kind is Kind.POSTS else ABSENT
    return Request(
        step.url,
        callback=callback,
        errback=errback,
        dont_filter=True,  # the frontier gives every address once
        meta={"kind": "source", "source": step.trail.name, "trail": step.trail, "may_lack": lacking},
    )


def article_request(
    step: ArticlePage,
    callback: Callable[..., Any],
    errback: Callable[..., Any],
    threads: Container[str] = (),
) -> Request:
    """Give the request for an article, conditional where its last capture was read.

    Not so where its discussion goes on elsewhere, on pages of a kind in ``threads``: it is looked at
    anew whether or not the article is as it was.
    """
    goes_on = step.known is not None and step.known.thread is not None and step.known.thread in threads
    return Request(
        step.url,
        callback=callback,
        errback=errback,
        headers={} if goes_on else _validators(step.known),
        dont_filter=True,  # the frontier gives every article once, --url every address
        meta={
            "kind": "article",
            "source": step.trail.name,
            "trail": step.trail,
            "key": step.key,
            "known": step.known,
            "goes_on": goes_on,
        },
    )


def thread_request(url: str, article: Response, known: Known | None) -> Request:
    """Give the request for another page of an article's discussion; ``known`` are its last bytes."""
    return Request(
        url,
        dont_filter=True,  # a discussion's pages are asked for once in a crawl, with their article
        meta={
            "kind": "thread",
            "source": article.meta["source"],
            "known": known,
            "may_lack": CLOSED,
        },
    )


def again(response: Response) -> Request | None:
    """Give the same request without conditions, once, after a 304 that says nothing of what we read."""
    request = response.request
    if response.status != NOT_MODIFIED or unchanged(response) or request is None:
        return None
    if request.meta.get("unconditional"):
        return None
    meta = {**request.meta, "known": None, "unconditional": True}
    return request.replace(headers={}, meta=meta, dont_filter=True)


def unchanged(response: Response) -> bool:
    """Say whether the page is as it was when it was last read: a 304 about it, or the same bytes."""
    if response.status != NOT_MODIFIED:
        return bool(response.meta.get("unchanged"))
    known: Known | None = response.meta.get("known")
    # A 304 at the end of a redirect is about another page than the one whose validators were sent.
    return known is not None and known.read_by is not None and not response.meta.get("redirect_urls")


def _validators(known: Known | None) -> dict[str, str]:
    if known is None or known.read_by is None:
        return {}
    stated = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in stated.items() if value}
