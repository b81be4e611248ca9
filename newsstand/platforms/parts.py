"""What the sites of all platforms are put together from: answers, feeds, sitemaps, lists by page."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import TypeVar

from newsstand.answer import HTML, Answer, page
from newsstand.platforms.stories import STORIES, Story

Thing = TypeVar("Thing")
RSS = "application/rss+xml; charset=utf-8"
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json; charset=UTF-8"
PER_PAGE = 8  # stories on one page of a listing
TODAY = STORIES[0].stamp.date() + timedelta(days=5)
"""The day it is on every platform site."""


_MARKUP = Path(__file__).parent / "markup"


@cache
def _template(name: str) -> Template:
    return Template((_MARKUP / f"{name}.html").read_text(encoding="utf-8").rstrip("\n"))


def filled(piece: str, /, **values: object) -> str:
    """Give a piece of markup (``drupal/article``) with its ``$names`` filled in: escape them before."""
    return _template(piece).substitute(values)


def document(text: str, *, kind: str = HTML, status: int = 200) -> Answer:
    """Give an answer of a text, with validators where it is a good one."""
    return page(text.encode(), day=TODAY, kind=kind, status=status)


def robots(*denied: str, sitemap: str | None = None) -> Answer:
    """Give a robots.txt that denies some paths to all, and names a sitemap where there is one."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in denied)]
    lines += ["", f"Sitemap: {sitemap}"] if sitemap else []
    return document("\n".join(lines) + "\n", kind=TEXT)


def sitemap(locations: Iterable[tuple[str, str]]) -> Answer:
    """Give a sitemap of absolute addresses, each with the wording of its last change."""
    items = "".join(
        f"<url><loc>{escape(address)}</loc><lastmod>{changed}</lastmod></url>\n"
        for address, changed in locations
    )
    root = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return document(f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n{items}</urlset>\n', kind=XML)


def rss(name: str, origin: str, items: str, *, spaces: str = "") -> Answer:
    """Give an RSS 2.0 feed around its items; ``spaces`` are name space declarations."""
    return document(
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"{spaces}>\n<channel>\n'
        f"<title>{escape(name)}</title>\n<link>{origin}/</link>\n<description>{escape(name)}</description>\n"
        f"<language>en-gb</language>\n{items}</channel>\n</rss>\n",
        kind=RSS,
    )


def by_page(things: Sequence[Thing], size: int = PER_PAGE) -> list[tuple[Thing, ...]]:
    """Give what each page of a listing shows; one empty page where there is nothing."""
    return [tuple(things[start : start + size]) for start in range(0, len(things), size)] or [()]


def texts(paragraphs: Iterable[str]) -> str:
    """Give paragraphs as markup."""
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs)


def others(story: Story, stories: Sequence[Story], count: int = 4) -> list[Story]:
    """Give the stories that a story's page teases beside it: those that follow it, round and round."""
    start = stories.index(story) + 1
    around = [*stories[start:], *stories[: start - 1]]
    return around[:count]
