"""robots.txt and the sitemaps: an index, the archive, the current pages in gzip, the news of two days."""

import gzip
from collections.abc import Iterable
from datetime import timedelta
from html import escape

from newsstand.articles import LONDON, Article
from newsstand.frame import Frame

TYPE = "application/xml; charset=utf-8"
_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
DENIED = ("/private/", "/search")
"""Path prefixes that robots.txt forbids; pages there are linked all the same."""


def robots(frame: Frame) -> bytes:
    """Give robots.txt: two denied folders and the sitemap's address."""
    rules = "\n".join(f"Disallow: {path}" for path in DENIED)
    return f"User-agent: *\n{rules}\n\nSitemap: {frame.origin}/sitemap.xml\n".encode()


def index(frame: Frame) -> bytes:
    """Give the sitemap index."""
    names = ("/sitemaps/archive.xml", "/sitemaps/current.xml.gz", "/sitemaps/news.xml")
    items = "".join(
        f"<sitemap><loc>{frame.origin}{name}</loc><lastmod>{frame.date}</lastmod></sitemap>\n"
        for name in names
    )
    return _wrapped("sitemapindex", items)


def archive(frame: Frame) -> bytes:
    """Give the legacy addresses, without dates; removed pages linger here for good."""
    shelf = frame.shelf
    paths = [shelf.path(number) for number in shelf.numbers()] + [a.path for a in shelf.lingering()]
    return _wrapped("urlset", _locations(frame, (p for p in paths if not p.startswith("/articles/"))))


def current(frame: Frame) -> bytes:
    """Give the current pages in gzip, with the day each was last edited."""
    shelf = frame.shelf
    articles = [shelf.article(number) for number in shelf.in_section("articles")]
    articles += [a for a in shelf.lingering() if a.generation == "current"]
    items = "".join(
        f"<url><loc>{frame.origin}{a.path}</loc><lastmod>{(a.modified or a.stamp).date()}</lastmod></url>\n"
        for a in articles
    )
    return gzip.compress(_wrapped("urlset", items), mtime=0)


def news(frame: Frame) -> bytes:
    """Give the articles of the last two days in the news form."""
    since = frame.date - timedelta(days=2)
    recent: list[Article] = []
    for number in frame.shelf.numbers():
        article = frame.shelf.article(number)
        if article.stamp.date() < since:
            break
        recent.append(article)
    items = "".join(_news(frame, article) for article in recent)
    return _wrapped("urlset", items, ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"')


def _news(frame: Frame, article: Article) -> str:
    stamp = article.stamp.replace(tzinfo=LONDON).isoformat()
    name = escape(frame.title.name)
    return f"""<url><loc>{frame.origin}{article.path}</loc><news:news>
<news:publication><news:name>{name}</news:name><news:language>en</news:language></news:publication>
<news:publication_date>{stamp}</news:publication_date><news:title>{escape(article.headline)}</news:title>
</news:news></url>
"""


def _locations(frame: Frame, paths: Iterable[str]) -> str:
    return "".join(f"<url><loc>{escape(frame.origin + path)}</loc></url>\n" for path in paths)


def _wrapped(root: str, items: str, extra: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_SCHEMA}{extra}>\n{items}</{root}>\n'.encode()
