"""A layout: how one generation of an outlet's pages reads."""

from abc import ABC, abstractmethod

from core.records import ScrapedArticle
from crawlers.page import Page


class Layout(ABC):
    """A pure reader: page in, article out; no network, no clock, no database.

    The live crawl, the back-fill, the re-reading and the golden tests run the very same code.
    """

    name: str
    """The word stored with everything this layout read."""

    version: int
    """Raised whenever the output for any page changes."""

    threads_elsewhere: bool = False
    """Whether the discussions of its pages are looked for on other pages too (:mod:`crawlers.threads`)."""

    @abstractmethod
    def fits(self, page: Page) -> bool:
        """Say whether this page is an article page of this layout, from its own marks."""

    @abstractmethod
    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        """Give the article on the page.

        Raises :class:`core.errors.PageError` with a reason from :class:`core.records.Reason`
        when the page holds none.
        """
