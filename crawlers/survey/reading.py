"""What the documents of sources and samples tell: entries, and how sample pages read."""

import html
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core import urls
from core.errors import PageError
from core.records import CommentState, Reason, ScrapedArticle
from core.text import line
from crawlers import reading
from crawlers.discussion import reading as discussion
from crawlers.families.generic import GenericLayout
from crawlers.outlet import Outlet
from crawlers.page import Page
from crawlers.sources import feed, sitemap
from crawlers.survey.documents import Document
from crawlers.survey.survey import Sample

_HEAD = 4_000  # bytes of a feed in which its own title stands
_FEED_TITLE = re.compile(rb"<title[^>]*>\s*(?:<!\[CDATA\[)?(?P<words>[^<\]]{1,200})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What one source told: addresses of articles with their days, further documents of it, its title."""

    entries: tuple[tuple[str, date | None], ...]
    more: tuple[str, ...] = ()
    title: str | None = None


def of_feed(document: Document) -> Heard | None:
    """Give what a feed tells, None where it is none."""
    try:
        found = feed.read(document.body, document.url, document.content_type, "UTC")
    except PageError:
        return None
    entries = tuple(
        (entry.url, told.on if (told := entry.published or entry.modified) else None)
        for entry in found.entries
        if entry.url
    )
    title = _FEED_TITLE.search(document.body[:_HEAD])  # the channel's, above its items
    words = title["words"].decode(errors="replace") if title else ""
    return Heard(entries=entries, title=line(html.unescape(words)) or None)


def of_sitemap(document: Document, max_bytes: int) -> Heard | None:
    """Give what a sitemap tells, None where it is none; days are not taken: they are of last changes.

    Raises :class:`PageError` for one that is too large: it is there, and nobody reads it.
    """
    try:
        found = sitemap.read(document.body, document.url, "UTC", max_bytes)
    except PageError as error:
        if error.reason == Reason.TOO_LARGE:
            raise
        return None
    return Heard(entries=tuple((entry.url, None) for entry in found.entries if entry.url), more=found.more)


def of_posts(document: Document) -> Heard | None:
    """Give what a WordPress list of posts tells, None where it is none."""
    told = _json(document)
    if not isinstance(told, list):
        return None
    entries = [
        (url, _day(post.get("date")))
        for post in told
        if isinstance(post, dict) and (url := urls.absolute(document.url, str(post.get("link") or "")))
    ]
    return Heard(entries=tuple(entries)) if entries else None


def of_interface(document: Document) -> tuple[str | None, str | None]:
    """Give the site's name and its zone as the root of wp-json states them."""
    told = _json(document)
    if not isinstance(told, dict):
        return None, None
    name, zone = told.get("name"), told.get("timezone_string")
    return (line(name) if isinstance(name, str) else None, zone if isinstance(zone, str) else None)


def sample(page: Page, outlet: Outlet) -> Sample:
    """Read one page as an outlet's, and by the generic layout to compare; nothing it holds stops a survey."""
    article, problem = None, None
    try:
        article = _read(page, outlet)
    except PageError as error:
        problem = f"{error.reason}: {error.detail}"
    generic = article
    if article is None or article.layout != GenericLayout.name:
        try:
            generic = _read(page, replace(outlet, layouts=()))
        except PageError:
            generic = None
    return Sample(
        url=page.url,
        page=page,
        article=article,
        problem=problem,
        generic=generic,
        state=article.comment_state if article else CommentState.UNKNOWN,
        system=discussion.read(page, outlet.timezone).system if article else None,
    )


def _read(page: Page, outlet: Outlet) -> ScrapedArticle:
    try:
        article = reading.read(page, outlet)
        return replace(article, read_by=dict(article.read_by))  # a read-only view cannot cross processes
    except PageError:
        raise
    except Exception as error:  # as in a crawl: whatever goes wrong with one page is that page's error
        raise PageError(Reason.UNREADABLE, f"the reader failed: {type(error).__name__}: {error}") from error


def _json(document: Document) -> Any:
    try:
        return json.loads(document.body)
    except ValueError:
        return None


def _day(stated: Any) -> date | None:
    try:
        return date.fromisoformat(str(stated)[:10])
    except ValueError:
        return None
