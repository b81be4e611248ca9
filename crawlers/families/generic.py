"""Any article page of anyone: metadata standards, then content analysis."""

from dataclasses import dataclass

from core.records import ScrapedArticle
from crawlers.layout import Layout
from crawlers.page import Page


@dataclass(frozen=True, kw_only=True)
class GenericLayout(Layout):
    """The last resort, visibly labelled: fits every page.

    ``names``: the names of the site, if known; ``timezone``: the zone of times without one, None
    where the outlet is unknown (then only the day is given).
    """

    names: tuple[str, ...] = ()
    timezone: str | None = None
    name: str = "generic"
    version: int = 1

    def fits(self, page: Page) -> bool:  # noqa: ARG002 - it takes what no other layout wants
        """Say yes."""
        return True

    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        """Give the article, or raise PageError when there is no title or no body."""
        raise NotImplementedError
