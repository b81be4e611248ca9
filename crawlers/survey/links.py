"""The links of a page that a survey follows: sections, articles, feeds, a WordPress site's interface."""

import re
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import urlsplit

from core import urls
from core.text import line
from crawlers.article.elements import Element, inner_text, search
from crawlers.page import Page
from crawlers.reach import Reach
from crawlers.survey.shapes import address

MOST = 2_000  # of one page
_HEADS = search("//link[@href][@rel]")
_ANCHORS = search("//a[@href]")
_PASSWORD = search("//input[translate(@type, 'PASWORD', 'pasword') = 'password']")
_MENU = re.compile(r"\b(?:nav|menu|topbar|footer|header)", re.IGNORECASE)
_DEEPEST = 2  # segments of a section's address
_NO_PAGE = re.compile(r"\.(?:pdf|jpe?g|png|gif|svg|css|js|zip|docx?|xml|mp[34])$", re.IGNORECASE)
_NEWSY = re.compile(
    r"news|article|latest|feature|opinion|analysis|comment|blog|interview|review|stor(?:y|ies)|category"
    r"|section|topic|channel",
    re.IGNORECASE,
)
_NOT_NEWS = re.compile(
    r"about|account|advert|author|basket|cart|contact|cookie|directory|event|job|login|log-in|magazine"
    r"|newsletter|podcast|privacy|register|search|shop|sign|subscri|term|user|video|webinar|whitepaper",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A link to a page of the site, where this survey asks it; ``menu``: it stands in a menu or foot."""

    url: str
    words: str
    menu: bool


def links(page: Page, reach: Reach) -> tuple[Link, ...]:
    """Give the links of a page to other pages of the site, each address once, in order."""
    found: dict[str, Link] = {}
    for anchor in _ANCHORS(page.tree)[:MOST]:
        url = urls.absolute(page.url, anchor.get("href", ""))
        place = reach.place(url) if url else None
        if not place or not reach.allows(place) or _NO_PAGE.search(urlsplit(place).path):
            continue
        words = line(inner_text(anchor))
        found.setdefault(place, Link(url=place, words=words, menu=_in_menu(anchor)))
    return tuple(found.values())


def sections(found: tuple[Link, ...], articles: Container[str]) -> list[str]:
    """Give the addresses that may be sections, the likeliest first: short, in a menu, called like one.

    ``articles`` are addresses known to be articles', and their paths.
    """
    ranked: list[tuple[int, int, str]] = []
    for order, link in enumerate(found):
        path = _of_section(link.url, articles)
        if path is None or _NOT_NEWS.search(path):
            continue
        newsy = bool(_NEWSY.search(path) or _NEWSY.search(link.words))
        if "?" in path and not (newsy and link.menu):  # a query may ask for anything
            continue
        ranked.append((-(2 * newsy + link.menu), order, link.url))
    return [url for _, _, url in sorted(ranked)]


def _of_section(url: str, articles: Container[str]) -> str | None:
    """Give the path with its query, None for one that cannot be a section's."""
    query, known = urlsplit(url).query, address(url)
    if query:
        return None if url in articles else f"{known.path if known else '/'}?{query}"
    if known is None or known.path in articles or len(known.segments) > _DEEPEST:
        return None
    if known.looks_like_an_article or known.shape.extension == ".article":
        return None
    return known.path


def announced_feeds(page: Page) -> list[str]:
    """Give the feeds a page announces, those of comments left out."""
    return [
        url
        for element in _HEADS(page.tree)
        if "alternate" in element.get("rel", "").lower()
        and re.search(r"rss|atom|rdf", element.get("type", ""), re.IGNORECASE)
        and not re.search(r"comment", element.get("title", "") + element.get("href", ""), re.IGNORECASE)
        and (url := urls.absolute(page.url, element.get("href", "")))
    ]


def asks_to_sign_in(page: Page) -> bool:
    """Say whether a page has a field for a password."""
    return bool(_PASSWORD(page.tree))


def announced_interface(page: Page) -> str | None:
    """Give the address of the wp-json interface that a WordPress page announces."""
    for element in _HEADS(page.tree):
        if "api.w.org" in element.get("rel", ""):
            return urls.absolute(page.url, element.get("href", ""))
    return None


def _in_menu(anchor: Element) -> bool:
    for above in anchor.iterancestors():
        if above.tag in {"nav", "header", "footer"}:
            return True
        if above.tag in {"article", "main", "body"}:
            return False
        if _MENU.search(f"{above.get('class', '')} {above.get('id', '')} {above.get('role', '')}"):
            return True
    return False
