"""Lists of posts: WordPress's own interface, newest first, page by page."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core import text, urls
from core.errors import PageError
from core.records import Moment, Reason
from crawlers.sources.entry import Entry, Found
from crawlers.sources.feed import moment
from crawlers.threads.markup import prose

PER_PAGE = 100  # the interface gives no more at once
_DEFAULT = 10  # WordPress's own, where an address does not say
_ASKED = "id,link,date_gmt,modified_gmt,title"  # without the texts: these are read from the pages


def first(url: str) -> str:
    """Give the address of the first page to ask for a list of posts; one that says how is left as it is."""
    parts = urlsplit(url)
    if parts.query and not parts.query.startswith("rest_route="):
        return url
    asked = {"per_page": PER_PAGE, "orderby": "date", "order": "desc", "page": 1, "_fields": _ASKED}
    query = urlencode(asked, safe=",")
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))


def read(body: bytes, url: str, zone: str, pages: int | None) -> Found:
    """Give the posts of a page in their order, newest first, and the next page.

    ``pages`` is how many pages the list has (``X-WP-TotalPages``), None where the answer does not say:
    then it goes on until a page gives fewer posts than were asked for. ``zone`` is the one days are
    told in. Raises :class:`PageError` (``bad_feed``) where the bytes are no list of posts.
    """
    try:
        rows = json.loads(body)
    except ValueError as error:
        raise PageError(Reason.BAD_FEED, f"no list of posts: {error}") from error
    if not isinstance(rows, list):
        told = rows.get("code") if isinstance(rows, Mapping) else type(rows).__name__
        raise PageError(Reason.BAD_FEED, f"no list of posts: {told}")
    entries = [_entry(row, url, zone) for row in rows[:PER_PAGE] if isinstance(row, Mapping)]
    return Found(entries=tuple(entries), more=_next(url, len(rows), pages))


def _entry(row: Mapping[str, Any], url: str, zone: str) -> Entry:
    link, title = row.get("link"), row.get("title")
    shown = title.get("rendered") if isinstance(title, Mapping) else title
    return Entry(
        url=urls.absolute(url, link) if isinstance(link, str) else None,
        title=(text.line(prose(shown)) or None) if isinstance(shown, str) else None,
        published=_instant(row.get("date_gmt"), zone),
        modified=_instant(row.get("modified_gmt"), zone),
        guid=str(row["id"]) if row.get("id") else None,
    )


def _instant(stated: Any, zone: str) -> Moment | None:
    """Give the moment of a time in UTC that does not say so."""
    if not isinstance(stated, str) or not stated.strip():
        return None
    return moment(stated if stated.endswith("Z") else f"{stated.strip()}Z", zone)


def _next(url: str, count: int, pages: int | None) -> tuple[str, ...]:
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    page = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    size = int(asked["per_page"]) if asked.get("per_page", "").isdecimal() else _DEFAULT
    if page >= pages if pages is not None else count < size:
        return ()
    query = urlencode({**asked, "page": page + 1}, safe=",/")
    return (urlunsplit(parts._replace(query=query)),)
