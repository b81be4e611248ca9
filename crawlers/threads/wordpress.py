"""Comments by WordPress's own interface: where a page's are, and what a page of them holds."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core import text, urls
from core.records import Moment, ScrapedComment
from crawlers.article import dates
from crawlers.page import Page
from crawlers.threads.markup import prose
from crawlers.threads.part import Part

PER_PAGE = 100  # the interface gives no more at once
_ROUTE = "wp/v2/comments"
_POST = re.compile(r"/wp/v2/posts/(\d+)/?\Z")
_POST_CLASS = re.compile(r"(?:postid|post)-(\d+)")
_SHORT = re.compile(r"[?&]p=(\d+)(?:&|\Z)")


def address(page: Page) -> str | None:
    """Give where a page's comments begin in the interface, None where it does not say enough."""
    root = _linked(page, "https://api.w.org/")
    own = _linked(page, "alternate", "application/json")
    number = _post(page, own)
    if root is None and own is not None and _POST.search(own):
        root = own[: own.index("wp/v2/posts/")]
    if root is None or number is None:
        return None
    joint = "&" if "?" in root else "?"
    asked = urlencode({"post": number, "per_page": PER_PAGE, "order": "asc", "page": 1})
    return f"{root.rstrip('/')}/{_ROUTE}{joint}{asked}"


def is_listing(url: str) -> bool:
    """Say whether an address is a page of comments of the interface."""
    parts = urlsplit(url)
    return parts.path.rstrip("/").endswith(f"/{_ROUTE}") or f"rest_route=/{_ROUTE}" in parts.query


def read(rows: Any, url: str, zone: str | None, pages: int | None) -> Part:
    """Give the comments of a page, oldest first; ``pages`` is how many there are, None where unsaid.

    Raises TypeError where the rows are no list of comments.
    """
    if not isinstance(rows, list):
        raise TypeError(f"no list of comments: {str(rows)[:100]}")
    found: list[ScrapedComment] = []
    answers: dict[str, str] = {}
    for row in rows[:PER_PAGE]:
        if not isinstance(row, Mapping) or row.get("type", "comment") != "comment":
            continue
        raw = str((row.get("content") or {}).get("rendered") or "")
        number = str(row["id"]) if row.get("id") else None
        if not (body := prose(raw)):
            continue
        found.append(
            ScrapedComment(
                position=len(found) + 1,
                author=text.line(prose(str(row.get("author_name") or ""))) or None,
                posted=_posted(row, zone),
                body=body,
                raw=raw,
                outlet_id=number,
            )
        )
        if number and row.get("parent"):
            answers[number] = str(row["parent"])
    return Part(comments=tuple(found), answers=answers, more=_next(url, len(rows), pages), rows=len(rows))


def _posted(row: Mapping[str, Any], zone: str | None) -> Moment | None:
    local, instant = row.get("date"), row.get("date_gmt")
    raw = local if isinstance(local, str) else instant
    if not isinstance(raw, str):
        return None
    told = dates.moment(raw, zone) or Moment(raw=raw)
    if isinstance(instant, str) and instant and (stated := dates.moment(f"{instant}+00:00", zone)):
        return Moment(raw=raw, at=stated.at, on=told.on or stated.on)
    return told


def _next(url: str, count: int, pages: int | None) -> tuple[str, ...]:
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    page = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    if page >= pages if pages is not None else count < PER_PAGE:
        return ()
    query = urlencode({**asked, "page": page + 1}, safe="/")
    return (urlunsplit(parts._replace(query=query)),)


def _post(page: Page, own: str | None) -> int | None:
    """Give the number of the post a page shows."""
    if own and (match := _POST.search(own)):
        return int(match[1])
    short = _linked(page, "shortlink")
    if short and (match := _SHORT.search(short)):
        return int(match[1])
    body = next(page.tree.iter("body"), None)
    for name in (body.get("class") or "").split() if body is not None else ():
        if (match := _POST_CLASS.fullmatch(name)) is not None:
            return int(match[1])
    return None


def _linked(page: Page, relation: str, kind: str | None = None) -> str | None:
    """Give the address of the first ``<link>`` of a relation, and of a type where one is named."""
    for link in page.tree.iter("link"):
        if relation in (link.get("rel") or "").split() and kind in {None, link.get("type")}:
            return urls.absolute(page.url, link.get("href") or "")
    return None
