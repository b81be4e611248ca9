"""Article pages of Webvision: ``/<section>/<slug>/<id>.article``, a date glued to the byline."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.article.elements import search
from crawlers.families.hints import Hints
from crawlers.families.platform import PlatformLayout, has_class
from crawlers.page import Page

_SUFFIX = ".article"
# Each of the names alone is used elsewhere too.
_STORY = search(f"//*[{has_class('storytext')}][//*[{has_class('storyInfo')}]]")

PLACES = Hints(
    title=(f"//*[{has_class('story_title', 'articleTitle')}]//h1",),
    body=(f"//*[{has_class('storytext', 'articleBody')}]",),
    byline=(f"//*[{has_class('storyInfo')}]//*[{has_class('author')}]", f"//p[{has_class('byline')}]//a"),
    published=(
        f"//*[{has_class('storyInfo')}]//*[{has_class('date')}]",
        f"//p[{has_class('byline')}]",
    ),
    tags=(f"//*[{has_class('topics', 'tags')}]//a",),
    aside=(f"//*[{has_class('accessDenied', 'inline_image', 'share')}]",),
)
"""The platform's places, as far as they are known."""


@dataclass(frozen=True, kw_only=True)
class WebvisionLayout(PlatformLayout):
    """Articles of an outlet on Webvision; a page that shows a wall in the text's stead is ``walled``."""

    name: str = "webvision"
    threads_elsewhere: bool = True

    @property
    def platform(self) -> Hints:
        """The platform's places."""
        return PLACES

    def is_article(self, page: Page) -> bool:
        """Say whether the page's address ends as articles' do, its own or the one it calls canonical."""
        addresses = (page.url, page.metadata.canonical or "")
        return any(_path(address).endswith(_SUFFIX) for address in addresses) or bool(_STORY(page.tree))


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/").lower()
    except ValueError:  # not an address at all
        return ""
