"""What the layouts of publishing platforms have in common: an outlet's names and places, refusing others."""

import re
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from core import urls
from core.records import ScrapedArticle
from crawlers.families.hints import Hints
from crawlers.families.standards import standard_article
from crawlers.layout import Layout
from crawlers.page import Page

# The words by which platforms name themselves in <meta name="generator">.
_GENERATORS = ("drupal", "joomla", "wordpress", "ghost", "typo3", "wix", "squarespace")


def has_class(*names: str) -> str:
    """Give the XPath 1.0 predicate (without brackets) of elements that have one of these class names."""
    words = (f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')" for name in names)
    return "(" + " or ".join(words) + ")"


@dataclass(frozen=True, kw_only=True)
class PlatformLayout(Layout):
    """Article pages of one outlet on a platform.

    ``names``: the names the site goes by, dropped from the end of titles; ``addresses``: patterns of
    whole paths of its article pages; ``path`` gives an address's path as they know it; ``timezone``:
    the zone of times without one; ``places``: where this outlet alone puts fields, looked at before the
    platform's own places.
    """

    names: tuple[str, ...]
    addresses: tuple[re.Pattern[str], ...] = ()
    path: Callable[[str], str] = urls.path
    timezone: str = "Europe/London"
    places: Hints = field(default=Hints())
    version: int = 2

    @property
    @abstractmethod
    def platform(self) -> Hints:
        """Where the platform puts the fields of an article."""

    @abstractmethod
    def is_article(self, page: Page) -> bool:
        """Say whether the page's own marks make it an article of the platform, whatever its address."""

    def fits(self, page: Page) -> bool:
        """Say whether the page is one of the platform's articles, and of no other platform."""
        generator = (page.metadata.first("generator") or ("",))[0].lower()
        others = [name for name in _GENERATORS if name != self.name]
        return not any(name in generator for name in others) and self.is_article(page)

    def is_known(self, page: Page) -> bool:
        """Say whether the page's address is of a form the outlet's articles have."""
        path = unquote(self.path(page.url)).rstrip("/") if urls.host(page.url) else ""
        return any(pattern.fullmatch(path) for pattern in self.addresses)

    def hints(self) -> Hints:
        """Give all places: the outlet's own, then the platform's."""
        own, shared = self.places, self.platform
        return replace(
            own,
            names=self.names,
            zone=self.timezone,
            title=own.title + shared.title,
            body=own.body + shared.body,
            standfirst=own.standfirst + shared.standfirst,
            byline=own.byline + shared.byline,
            published=own.published + shared.published,
            section=own.section + shared.section,
            tags=own.tags + shared.tags,
            aside=own.aside + shared.aside,
        )

    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        """Give the article of a page; PageError as :func:`standard_article` has it."""
        return standard_article(page, outlet, layout=(self.name, self.version), hints=self.hints())
