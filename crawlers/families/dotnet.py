"""Article pages of trade systems on .NET: no metadata, a day, at times glued to a byline."""

from dataclasses import dataclass

from core import urls
from crawlers.article.elements import search
from crawlers.families.hints import Hints
from crawlers.families.platform import PlatformLayout, has_class
from crawlers.page import Page

_STATE = search(
    "//input[@name = '__VIEWSTATE'] | //form[@id = 'aspnetForm'] | //*[starts-with(@id, 'ctl00_')]"
)
_TOPS = search("//h1")

PLACES = Hints(
    title=(
        "//h1[contains(@id, 'Title') or contains(@id, 'Headline')]",
        "//*[starts-with(@id, 'ctl00_')][contains(@id, 'lblTitle') or contains(@id, 'lblHeadline')]",
    ),
    byline=(
        "//*[starts-with(@id, 'ctl00_')][contains(@id, 'Author') or contains(@id, 'Byline')]",
        f"//*[{has_class('author', 'byline')}][not(ancestor::*[contains(@class, 'comment')])]",
    ),
    published=(
        "//*[starts-with(@id, 'ctl00_')][contains(@id, 'Date')]",
        "//h1/following::*[contains(@class, 'date') or contains(@class, 'Date')][position() <= 2]",
    ),
    tags=(f"//*[{has_class('tags')}]//a",),
    aside=("//input", f"//*[{has_class('share', 'sharing', 'social')}]"),
)
"""Places by the names ASP.NET gives to labels, and the class names such pages use."""


@dataclass(frozen=True, kw_only=True)
class DotnetLayout(PlatformLayout):
    """Articles of an outlet on a .NET system: the neighbours of the legacy family (OUTLETS.md section 3)."""

    name: str = "dotnet"

    @property
    def platform(self) -> Hints:
        """The usual places."""
        return PLACES

    def is_article(self, page: Page) -> bool:
        """Say whether the address is an article's; of a file without one, whether ASP.NET wrote it."""
        if urls.host(page.url):
            return self.is_known(page)
        return bool(_STATE(page.tree)) and len(_TOPS(page.tree)) == 1
