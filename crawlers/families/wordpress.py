"""Article pages of WordPress: single posts of classic themes, block themes and page builders."""

from dataclasses import dataclass

from crawlers.article.elements import search
from crawlers.families.hints import Hints
from crawlers.families.platform import PlatformLayout, has_class
from crawlers.page import Page

_OWN = "[not(ancestor::*[contains(@class, 'comment') or contains(@class, 'related')])]"
# Teasers of other posts bear the same classes; they link their titles, the article's own does not.
_ENTRY = f"//*[{has_class('entry-content', 'wp-block-post-content', 'post-content', 'single-content')}]"
_META = has_class("entry-meta", "post-meta", "entry-header", "post-header", "posted-on", "wp-block-post-date")
_PLATFORM = search(
    "//link[@rel = 'https://api.w.org/']"
    " | //meta[translate(@name, 'G', 'g') = 'generator' and contains(@content, 'WordPress')]"
    " | //link[contains(@href, '/wp-content/') or contains(@href, '/wp-includes/')]"
    " | //script[contains(@src, '/wp-content/') or contains(@src, '/wp-includes/')]"
    " | //img[contains(@src, '/wp-content/')]"
)
_SINGLE = search(f"//body[{has_class('single-post', 'single')}]")
_POST = search(f"//article[{has_class('type-post', 'post')}][not(ancestor::article)]")
_HEADED = search(f"//h1[{has_class('entry-title', 'wp-block-post-title', 'post-title')}]")
_OTHERS = search(
    "//body["
    + has_class("home", "blog", "archive", "search", "search-results", "error404", "attachment", "page")
    + "]"
)
_TYPED = search("//meta[@property = 'og:type' and @content = 'article']")

PLACES = Hints(
    title=(
        f"//h1[{has_class('entry-title', 'wp-block-post-title', 'post-title', 'single-title')}]{_OWN}",
        f"//article[{has_class('type-post')}]//h1{_OWN}",
    ),
    body=(f"{_ENTRY}{_OWN}", f"//article[{has_class('type-post')}]//*[@itemprop = 'articleBody']"),
    standfirst=(
        f"//*[{has_class('entry-standfirst', 'standfirst', 'post-standfirst', 'entry-subtitle')}]{_OWN}",
        f"//body[{has_class('single')}]//*[{has_class('wp-block-post-excerpt__excerpt')}][not(ancestor::li)]",
    ),
    byline=(
        f"//*[{has_class('byline')}]//*[{has_class('fn', 'author-name')}]{_OWN}",
        f"//*[{has_class('wp-block-post-author-name', 'wp-block-post-author__name')}]{_OWN}",
        f"//*[{_META}]//a[@rel = 'author']{_OWN}",
        f"//*[{_META}]//*[{has_class('author', 'vcard')}]//a{_OWN}",
        f"//*[{has_class('post-author', 'entry-author', 'author-name')}]{_OWN}",
    ),
    published=(
        f"//time[{has_class('published')}]{_OWN}",
        f"//*[{has_class('wp-block-post-date')}]//time{_OWN}",
        f"//*[{has_class('posted-on', 'entry-date', 'post-date')}]//time{_OWN}",
        f"//*[{has_class('posted-on', 'entry-date', 'post-date')}]{_OWN}",
    ),
    section=(
        f"//a[contains(concat(' ', @rel, ' '), ' category ')]{_OWN}",
        f"//*[{has_class('taxonomy-category', 'cat-links')}]//a{_OWN}",
    ),
    tags=(
        f"//*[{has_class('tags-links', 'taxonomy-post_tag', 'post-tags', 'entry-tags')}]//a{_OWN}",
        f"//*[{has_class('entry-footer')}]//a[@rel = 'tag']{_OWN}",
    ),
    aside=(
        f"//*[{has_class('sharedaddy', 'jp-relatedposts', 'yarpp', 'addtoany_share_save_container')}]",
        f"//*[{has_class('widget-area', 'post-navigation', 'author-box')}]",
        f"//*[{has_class('wp-block-query', 'wp-block-latest-posts')}]",
    ),
)
"""WordPress's default places of fields, as its themes since 2011 share them."""


@dataclass(frozen=True, kw_only=True)
class WordPressLayout(PlatformLayout):
    """Single posts of an outlet on WordPress.

    Their discussions may go on elsewhere: on comment pages, in the interface, at Disqus.
    """

    name: str = "wordpress"
    threads_elsewhere: bool = True

    @property
    def platform(self) -> Hints:
        """WordPress's default places."""
        return PLACES

    def is_article(self, page: Page) -> bool:
        """Say whether the page shows one post; at a known address any mark of WordPress will do.

        Home pages, archives, searches, pages of their own and "not found" are none.
        """
        tree = page.tree
        if not _PLATFORM(tree) or _OTHERS(tree):
            return False
        if _SINGLE(tree) or self.is_known(page):
            return True
        return len(_POST(tree)) == 1 or bool(_HEADED(tree) and _TYPED(tree))
