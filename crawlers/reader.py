"""The reading process: pages are read beside the crawl, each within its time."""

from dataclasses import replace
from typing import TYPE_CHECKING

from core.records import ScrapedArticle
from crawlers.bounded import SECONDS, BoundedProcess

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawlers.outlet import Outlet
    from crawlers.threads.part import Part

_outlet: "Outlet | None" = None


class Reader:
    """Reads the pages of one outlet in a process of its own, in the order they are given."""

    def __init__(self, outlet: "Outlet", seconds: float = SECONDS) -> None:
        self._process = BoundedProcess(seconds, _know, outlet)

    async def read(self, response: "Response") -> ScrapedArticle:
        """Give the article on a page.

        Raises :class:`core.errors.PageError` for a page without one, or on which the process hangs or
        dies, and what else the reader raises as it is.
        """
        return await self._process.do(_read, response.body, response.url, _content_type(response))

    async def read_part(self, response: "Response", asked: str, pages: int | None) -> "Part":
        """Give the part of a discussion on a page that was asked for at ``asked``.

        ``pages`` is how many pages a listing says it has. Raises as :meth:`read` does.
        """
        given = (response.body, response.url, _content_type(response))
        return await self._process.do(_read_part, *given, asked, pages)

    def close(self) -> None:
        """End the process; pages not yet read are not read any more."""
        self._process.close()


def _content_type(response: "Response") -> str | None:
    header = response.headers.get("Content-Type")
    return header.decode("latin-1") if header else None


def _know(outlet: "Outlet") -> None:
    """Know the outlet, and import what reading needs before the first page comes."""
    global _outlet  # noqa: PLW0603 - the process reads the pages of this one outlet
    from crawlers import reading  # noqa: F401 - imported for the time it takes

    _outlet = outlet


def _read(body: bytes, url: str, content_type: str | None) -> ScrapedArticle:
    from crawlers import reading
    from crawlers.page import Page

    article = reading.read(Page.from_bytes(body, url, content_type), _outlet)
    return replace(article, read_by=dict(article.read_by))  # a read-only view cannot cross processes


def _read_part(body: bytes, url: str, content_type: str | None, asked: str, pages: int | None) -> "Part":
    from crawlers.page import Page
    from crawlers.threads import reading

    zone = _outlet.timezone if _outlet else None
    part = reading.read(Page.from_bytes(body, url, content_type), asked, zone, pages)
    return replace(part, answers=dict(part.answers))  # a read-only view cannot cross processes
