"""Any article page of anyone: metadata standards, then content analysis."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from core import urls
from core.errors import PageError
from core.records import Reason, ScrapedArticle
from crawlers.families.standards import standard_article
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
        """Give the article, or raise PageError when there is no title, no body or no article."""
        home = urls.host(page.url) and urlsplit(page.url).path in {"", "/"}
        if outlet and home and not page.metadata.is_article:
            raise PageError(Reason.NOT_AN_ARTICLE, "the address is the home page's")
        return standard_article(
            page, outlet, layout=(self.name, self.version), names=self.names, zone=self.timezone
        )
