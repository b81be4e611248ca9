"""Any article page of anyone: metadata standards, then content analysis."""

from collections.abc import Callable
from dataclasses import dataclass, field

from core import urls
from core.chrome import Chrome
from core.errors import PageError
from core.records import Reason, ScrapedArticle
from crawlers.article import dates
from crawlers.families.hints import Hints
from crawlers.families.standards import standard_article
from crawlers.layout import Layout
from crawlers.page import Page

EDITION = 5  # of this module and all it reads with; raised whenever the output for any page changes
_DAY_FIRST = (
    ".uk",
    ".ie",
    ".au",
    ".nz",
    ".in",
    ".za",
    ".scot",
    ".wales",
    ".eu",
)  # whose sites may claim en-US
_LESSONS = 1000  # more than an outlet ever has


@dataclass(frozen=True, kw_only=True)
class GenericLayout(Layout):
    """The last resort, visibly labelled: fits every page.

    ``names``: the names of the site, if known; ``timezone``: the zone of times without one, None
    where the outlet is unknown (then only the day is given); ``path`` gives an address's path as the
    outlet's forms know it, with what of its query tells articles apart. ``chrome`` is what the outlet's pages
    share: it changes what is read, so the version holds both, edition (thousands) and lesson.
    """

    names: tuple[str, ...] = ()
    timezone: str | None = None
    path: Callable[[str], str] = urls.path
    chrome: Chrome | None = None
    name: str = "generic"
    version: int = field(init=False)

    def __post_init__(self) -> None:
        lesson = self.chrome.revision if self.chrome else 0
        object.__setattr__(self, "version", EDITION * _LESSONS + lesson)

    def fits(self, page: Page) -> bool:  # noqa: ARG002 - it takes what no other layout wants
        """Say yes."""
        return True

    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        """Give the article, or raise PageError when there is no title, no body or no article."""
        home = urls.host(page.url) and self.path(page.url) in {"", "/"}
        if outlet and home and not page.metadata.is_article:
            raise PageError(Reason.NOT_AN_ARTICLE, "the address is the home page's")
        return standard_article(
            page,
            outlet,
            layout=(self.name, self.version),
            hints=Hints(
                names=self.names, zone=self.timezone, chrome=self.chrome, dates=_order(page, self.timezone)
            ),
        )


def _order(page: Page, zone: str | None) -> str:
    """Give the order of all-digit days: month first on American pages, else day first."""
    if zone is not None:
        return dates.MONTH_FIRST if zone.startswith("America/") else dates.DAY_FIRST
    if urls.host(page.url).endswith(_DAY_FIRST):
        return dates.DAY_FIRST
    said = page.metadata
    locale = said.first("og:locale", "content-language", "dc.language") or ("", "")
    spoken = {text.lower().replace("_", "-") for text in (said.language or "", locale[0])}
    return dates.MONTH_FIRST if "en-us" in spoken else dates.DAY_FIRST
