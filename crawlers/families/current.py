"""The current pages of NHE and PSE (Drupal, since 2020), read by metadata standards first."""

import re
from dataclasses import dataclass

from core.records import ScrapedArticle
from crawlers.layout import Layout
from crawlers.page import Page


@dataclass(frozen=True, kw_only=True)
class CurrentLayout(Layout):
    """Current article pages of one outlet (OUTLETS.md section 2).

    ``names``: the names the site goes by, dropped from the end of titles; ``addresses``:
    patterns of whole paths of article pages; ``timezone``: the zone of times without one.
    """

    names: tuple[str, ...]
    addresses: tuple[re.Pattern[str], ...]
    timezone: str = "Europe/London"
    name: str = "current"
    version: int = 1

    def fits(self, page: Page) -> bool:
        """Say whether the address is that of a current article."""
        raise NotImplementedError

    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        """Give the article of a current page."""
        raise NotImplementedError
