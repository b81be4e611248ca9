"""Sitemaps: address lists, indexes, the news extension, gzip; bounded, with nothing resolved."""

import re
import zlib
from collections.abc import Iterable
from io import BytesIO
from urllib.parse import urlsplit

from lxml import etree

from core import text, urls
from core.errors import PageError
from core.records import Reason
from crawlers.sources.entry import Entry, Found
from crawlers.sources.feed import moment

MAX_ENTRIES = 50_000  # sitemaps.org: no more than 50,000 addresses in one file
_GZIP = b"\x1f\x8b"
_OF_ARTICLES = re.compile(r"post|news|article|stor(?:y|ies)", re.IGNORECASE)
_OF_OTHERS = re.compile(r"page|categor|tag|author|user|image|video|product|event", re.IGNORECASE)
_FIELDS = frozenset({"loc", "lastmod", "publication_date", "title"})


def read(body: bytes, url: str, zone: str, max_bytes: int) -> Found:
    """Give a sitemap's entries, newest first; an index gives its sitemaps as ``more``, newest first.

    ``max_bytes`` bounds the unpacked size. Raises :class:`PageError` with ``bad_sitemap``, or
    ``too_large`` for a bomb.
    """
    kind, rows = _rows(_unpacked(body, max_bytes), url)
    rows.sort(key=_last_change, reverse=True)
    if kind == "sitemapindex":
        return Found(entries=(), more=tuple(loc for row in rows if (loc := urls.absolute(url, row["loc"]))))
    return Found(
        entries=tuple(
            Entry(
                url=urls.absolute(url, row["loc"]),
                title=text.line(row.get("title", "")) or None,
                published=moment(row.get("publication_date"), zone),
                modified=moment(row.get("lastmod"), zone),
            )
            for row in rows
        )
    )


def articles_first(index: Iterable[str]) -> list[str]:
    """Give the sitemaps of an index in the order they are likely to hold articles, by their names."""

    def rank(url: str) -> tuple[bool, bool]:
        path = urlsplit(url).path
        return not _OF_ARTICLES.search(path), bool(_OF_OTHERS.search(path))

    return sorted(index, key=rank)


def _unpacked(body: bytes, max_bytes: int) -> bytes:
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise PageError(Reason.BAD_SITEMAP, f"broken gzip: {error}") from error
    if len(plain) > max_bytes:
        raise PageError(Reason.TOO_LARGE, f"a sitemap of {len(body)} bytes unpacks to over {max_bytes}")
    return plain


def _rows(xml: bytes, url: str) -> tuple[str, list[dict[str, str]]]:
    """Give the root's name and one dict of fields for each entry."""
    rows: list[dict[str, str]] = []
    kind = ""
    try:
        steps = etree.iterparse(
            BytesIO(xml),
            events=("start", "end"),
            recover=True,
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
        for event, element in steps:
            name = etree.QName(element).localname
            if event == "start":
                kind = kind or name
                if kind not in {"urlset", "sitemapindex"}:
                    break
            elif name in {"url", "sitemap"}:
                row = _row(element)
                if row.get("loc"):
                    rows.append(row)
                element.clear()
                if len(rows) >= MAX_ENTRIES:
                    break
    except etree.XMLSyntaxError as error:
        raise PageError(Reason.BAD_SITEMAP, f"not a sitemap: {text.line(str(error))[:200]}") from error
    if kind not in {"urlset", "sitemapindex"}:
        raise PageError(Reason.BAD_SITEMAP, f"not a sitemap: its root is '{kind}' at {url}")
    if rows and not xml.rstrip().endswith(b">"):
        rows.pop()  # broken off in the middle of an address
    return kind, rows


def _row(element: etree._Element) -> dict[str, str]:
    row: dict[str, str] = {}
    for part in element.iter():
        if isinstance(part.tag, str) and (name := etree.QName(part).localname) in _FIELDS and part.text:
            row.setdefault(name, part.text.strip())
    return row


def _last_change(row: dict[str, str]) -> str:
    """ISO 8601 sorts as text, up to zones: good enough for an order of asking."""
    return row.get("publication_date") or row.get("lastmod") or ""
