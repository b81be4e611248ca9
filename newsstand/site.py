"""One title on one day: what it answers to each address, rendered once."""

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from newsstand import answer, feeds, listings, markup_current, markup_legacy, sitemaps
from newsstand.answer import Answer
from newsstand.articles import Role
from newsstand.frame import Frame
from newsstand.shelf import Place, Shelf
from newsstand.titles import Title

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_PAGES = 640  # rendered answers kept; at 37 KB each about 24 MB, whatever the scale
_PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
_ASIDES = {
    "/tv": ("Television", "Films about wards, town halls and junctions."),
    "/blog": ("Blog", "A daily blog by somebody who would rather not be named."),
    "/about": ("About us", "An invented title with invented news."),
    "/search": ("Search", "No results."),
    "/private/proofs": ("Proofs", "Pages not yet fit to print."),
}


class Site:
    """A title on one day, answering paths; safe to ask from many threads."""

    def __init__(self, title: Title, shelf: Shelf, *, day: int, origin: str) -> None:
        self._frame = Frame(title=title, shelf=shelf, day=day, origin=origin)
        self._shelf = shelf
        self.answer: Callable[[str], Answer] = lru_cache(maxsize=KEPT_PAGES)(self._answer)
        """Gives the answer to a request target: path and query."""

    def _answer(self, target: str) -> Answer:
        parts = urlsplit(
            target if target.startswith("/") else urlsplit(target)._replace(scheme="", netloc="").geturl()
        )
        path = unquote(parts.path)
        if place := self._shelf.find(f"{path}?{parts.query}" if parts.query else path):
            return self._article(place)
        return self._machine(path, parts.query) or self._listing(path, parts.query) or answer.error(404)

    def _article(self, place: Place) -> Answer:
        article, frame = place.article, self._frame
        if place.address.role is Role.FORMER:
            return answer.redirect(frame.origin + article.path)
        if article.status != 200:  # noqa: PLR2004 - the HTTP status
            return answer.error(article.status)
        if article.generation == "legacy":
            body, kind = markup_legacy.render(article, place.address, frame)
            return answer.page(body, day=frame.date, kind=kind)
        body, kind = markup_current.render(article, frame)
        return answer.page(body, day=frame.date, kind=kind, squeeze=not self._shelf.padded)

    def _machine(self, path: str, query: str) -> Answer | None:
        """Answer for feeds, sitemaps, robots.txt and pictures."""
        frame, title, low = self._frame, self._frame.title, path.lower()
        if low == "/robots.txt":
            return answer.page(sitemaps.robots(frame), day=frame.date, kind="text/plain; charset=utf-8")
        if low == "/corecode/rss/rssdisplay.aspx":
            wanted = parse_qs(query.lower()).get("pageid", [""])[0]
            feed = next((feed for feed in title.asp_feeds if str(feed.page) == wanted), None)
            return answer.page(feeds.asp(frame, feed), day=frame.date, kind=feeds.ASP_TYPE) if feed else None
        if low == title.drupal_feed:
            return answer.page(feeds.rss(frame), day=frame.date, kind=feeds.RSS_TYPE)
        if low == title.atom_feed:
            return answer.page(feeds.atom(frame), day=frame.date, kind=feeds.ATOM_TYPE)
        if low.startswith(("/write/mediauploads/", "/sites/")):
            return answer.page(_PIXEL, day=frame.date, kind="image/gif")
        return self._sitemap(low)

    def _sitemap(self, path: str) -> Answer | None:
        makers: dict[str, tuple[Callable[[Frame], bytes], str]] = {
            "/sitemap.xml": (sitemaps.index, sitemaps.TYPE),
            "/sitemaps/archive.xml": (sitemaps.archive, sitemaps.TYPE),
            "/sitemaps/current.xml.gz": (sitemaps.current, "application/gzip"),
            "/sitemaps/news.xml": (sitemaps.news, sitemaps.TYPE),
        }
        if path not in makers:
            return None
        make, kind = makers[path]
        return answer.page(make(self._frame), day=self._frame.date, kind=kind)

    def _listing(self, path: str, query: str) -> Answer | None:
        frame, low = self._frame, path.lower().rstrip("/")
        if not low:
            return answer.page(listings.home(frame), day=frame.date)
        if low in _ASIDES:
            return answer.page(listings.other(frame, *_ASIDES[low]), day=frame.date)
        for section in frame.title.sections:
            if low == f"/{section.segment.lower()}":
                number = parse_qs(query).get("page", ["0"])[0]
                body = listings.section(frame, section.segment, int(number)) if number.isdecimal() else None
                return answer.page(body, day=frame.date) if body is not None else None
        return None
