"""Disqus: a page's thread in its public listing, for operators who have a key of their own.

The listing is documented at https://disqus.com/api/docs/threads/listPosts/.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core import text
from core.records import Moment, ScrapedComment
from crawlers.article import dates, fields
from crawlers.page import Page
from crawlers.threads.markup import prose
from crawlers.threads.part import Part

ORIGIN = "https://disqus.com"
LISTING = "/api/3.0/threads/listPosts.json"
PER_PAGE = 100  # the listing gives no more at once
_STRING = r"""["'](?P<value>(?:[^"'\\\n]|\\.)*)["']"""
_FORUM = (
    re.compile(rf"""\bdisqus_?shortname["']?\s*[:=]\s*{_STRING}""", re.IGNORECASE),
    re.compile(r"//(?P<value>[a-z0-9-]+)\.disqus\.com/(?:embed|count)\.js", re.IGNORECASE),
)
_THREAD = (
    (
        "ident",
        re.compile(rf"""\b(?:page\.identifier|disqus_?identifier)["']?\s*[:=]\s*{_STRING}""", re.IGNORECASE),
    ),
    ("link", re.compile(rf"""\b(?:page\.url|disqus_?url)["']?\s*[:=]\s*{_STRING}""", re.IGNORECASE)),
)


def address(page: Page) -> str | None:
    """Give where a page's thread begins in the listing, without a key; None where it names no forum.

    The thread is looked up by the page's own identifier, else by the address it gives, else by its
    canonical address.
    """
    forum = next((match["value"] for form in _FORUM if (match := form.search(page.text))), None)
    if not forum:
        return None
    name, value = next(
        (
            (name, found)
            for name, form in _THREAD
            if (match := form.search(page.text)) and (found := _unescaped(match["value"]))
        ),
        ("link", fields.canonical(page) or page.url),
    )
    asked = {"forum": forum, f"thread:{name}": value, "limit": PER_PAGE, "order": "asc"}
    return f"{ORIGIN}{LISTING}?{urlencode(asked)}"


def is_listing(url: str) -> bool:
    """Say whether an address is a page of the listing, wherever it is served."""
    return urlsplit(url).path == LISTING


def at(url: str, origin: str) -> str:
    """Give an address of the listing at another origin, like ``http://127.0.0.1:8000``."""
    new = urlsplit(origin)
    return urlunsplit(urlsplit(url)._replace(scheme=new.scheme, netloc=new.netloc))


def with_key(url: str, key: str) -> str:
    """Give the address to ask, with the operator's key."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=f"{parts.query}&{urlencode({'api_key': key})}"))


def read(answer: Any, url: str, zone: str | None) -> Part:
    """Give the comments of a page of the listing; its times are UTC.

    Raises TypeError where the answer is no page of it.
    """
    if not isinstance(answer, Mapping) or not isinstance(answer.get("response"), list):
        raise TypeError(f"no listing of Disqus: {str(answer)[:100]}")
    found: list[ScrapedComment] = []
    answers: dict[str, str] = {}
    for row in answer["response"][:PER_PAGE]:
        if not isinstance(row, Mapping) or row.get("isDeleted") or row.get("isSpam"):
            continue
        raw = str(row.get("message") or "")
        number = str(row["id"]) if row.get("id") else None
        if not (body := prose(raw)):
            continue
        author = row.get("author")
        name = author.get("name") if isinstance(author, Mapping) else None
        when = row.get("createdAt")
        found.append(
            ScrapedComment(
                position=len(found) + 1,
                author=(text.line(str(name)) or None) if name else None,
                posted=_posted(when, zone) if isinstance(when, str) else None,
                body=body,
                raw=raw,
                outlet_id=number,
            )
        )
        if number and row.get("parent"):
            answers[number] = str(row["parent"])
    return Part(comments=tuple(found), answers=answers, more=_next(url, answer.get("cursor")))


def _posted(when: str, zone: str | None) -> Moment:
    stated = dates.moment(when if when.endswith("Z") else f"{when}+00:00", zone)
    return Moment(raw=when, at=stated.at, on=stated.on) if stated else Moment(raw=when)


def _next(url: str, cursor: Any) -> tuple[str, ...]:
    if not isinstance(cursor, Mapping) or not cursor.get("hasNext") or not cursor.get("next"):
        return ()
    parts = urlsplit(url)
    asked = {name: value for name, value in parse_qsl(parts.query) if name != "cursor"}
    return (urlunsplit(parts._replace(query=urlencode({**asked, "cursor": str(cursor["next"])}))),)


def _unescaped(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"'))
    except ValueError:
        return value
