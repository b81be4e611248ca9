"""Article pages of Joomla 3 and later: one ``com_content`` item, its details in a list."""

from dataclasses import dataclass

from crawlers.article.elements import search
from crawlers.families.hints import Hints
from crawlers.families.platform import PlatformLayout, has_class
from crawlers.page import Page

_ITEM = f"//*[{has_class('item-page', 'com-content-article')}]"
_INFO = f"//*[{has_class('article-info')}]"
_ITEMS = search(_ITEM)
_VIEW = search(f"//body[{has_class('com_content')}][{has_class('view-article')}]")
_PLATFORM = search(
    "//meta[translate(@name, 'G', 'g') = 'generator' and contains(@content, 'Joomla')]"
    f" | //body[{has_class('com_content')}]"
    " | //script[contains(@src, '/media/system/js/') or contains(@src, '/media/jui/')]"
)

PLACES = Hints(
    title=(f"{_ITEM}//*[{has_class('page-header')}]//h1", f"{_ITEM}//*[@itemprop = 'headline']"),
    body=(
        f"{_ITEM}//*[{has_class('com-content-article__body')}]",
        f"{_ITEM}//*[@itemprop = 'articleBody']",
    ),
    byline=(
        f"{_ITEM}{_INFO}//*[{has_class('createdby')}]//*[@itemprop = 'name']",
        f"{_ITEM}{_INFO}//*[{has_class('createdby')}]",
    ),
    published=(
        f"{_ITEM}{_INFO}//*[{has_class('published')}]//time",
        f"{_ITEM}{_INFO}//*[{has_class('create')}]//time",
    ),
    section=(f"{_ITEM}{_INFO}//*[{has_class('category-name')}]//a",),
    tags=(f"{_ITEM}//ul[{has_class('tags')}]//a",),
    aside=(f"//*[{has_class('article-info', 'pagenavigation', 'pager', 'icons')}]",),
)
"""Joomla's default places, of the templates Protostar and Cassiopeia."""


@dataclass(frozen=True, kw_only=True)
class JoomlaLayout(PlatformLayout):
    """Articles of an outlet on Joomla."""

    name: str = "joomla"

    @property
    def platform(self) -> Hints:
        """Joomla's default places."""
        return PLACES

    def is_article(self, page: Page) -> bool:
        """Say whether the page shows one item of content; at a known address any mark of Joomla will do."""
        if self.is_known(page) and _PLATFORM(page.tree):
            return True
        return bool(_VIEW(page.tree)) or len(_ITEMS(page.tree)) == 1
