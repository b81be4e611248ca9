"""The legacy pages of NHE, PSE and RTM (2011 to 2020), read by text anchors alone."""

import re
from dataclasses import dataclass

from core.records import ScrapedArticle
from crawlers.layout import Layout
from crawlers.page import Page


@dataclass(frozen=True, kw_only=True)
class LegacyLayout(Layout):
    """Legacy article pages of one outlet (OUTLETS.md section 1, Page text).

    ``banners``: section banners, any case ("latest health care news"); ``names``: the names the
    site goes by in ``<title>`` and logos ("National Health Executive", "NHE"); ``addresses``:
    patterns of whole paths of article pages; ``tv``: the sidebar's tv lines, by default each
    name plus " tv"; ``timezone``: the zone the pages' times are in.
    """

    banners: tuple[str, ...]
    names: tuple[str, ...]
    addresses: tuple[re.Pattern[str], ...]
    tv: tuple[str, ...] = ()
    timezone: str = "Europe/London"
    name: str = "legacy"
    version: int = 1

    def fits(self, page: Page) -> bool:
        """Say whether the address or the text anchors are those of a legacy article."""
        raise NotImplementedError

    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        """Give the article of a legacy page."""
        raise NotImplementedError
