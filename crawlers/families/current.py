"""Pages known by their addresses alone, read by metadata standards first: NHE's and PSE's since 2020."""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from core import urls
from core.records import ScrapedArticle
from crawlers.families.hints import Hints
from crawlers.families.standards import standard_article
from crawlers.layout import Layout
from crawlers.page import Page


@dataclass(frozen=True, kw_only=True)
class CurrentLayout(Layout):
    """Current article pages of one outlet whose markup nobody has seen (OUTLETS.md sections 2 and 3).

    ``names``: the names the site goes by, dropped from the end of titles; ``addresses``:
    patterns of whole paths of article pages; ``timezone``: the zone of times without one;
    ``places``: where this outlet puts fields, as far as that is known.
    """

    names: tuple[str, ...]
    addresses: tuple[re.Pattern[str], ...]
    timezone: str = "Europe/London"
    places: Hints = field(default=Hints())
    name: str = "current"
    version: int = 3

    def fits(self, page: Page) -> bool:
        """Say whether the address is that of a current article, or lacking one, the metadata."""
        path = unquote(urlsplit(page.url).path).rstrip("/")
        if any(pattern.fullmatch(path) for pattern in self.addresses):
            return True
        return not urls.host(page.url) and page.metadata.is_article

    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        """Give the article of a current page; PageError NO_TITLE or NO_BODY where it shows none."""
        hints = replace(self.places, names=self.names, zone=self.timezone)
        return standard_article(page, outlet, layout=(self.name, self.version), hints=hints)
