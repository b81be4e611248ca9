"""Article pages of Drupal 7 and later: nodes whose fields are marked by class names."""

from dataclasses import dataclass

from crawlers.article.elements import search
from crawlers.families.hints import Hints
from crawlers.families.platform import PlatformLayout, has_class
from crawlers.page import Page

_NODE = f"//*[{has_class('node--view-mode-full', 'node-full', 'node--full')}]"
_OWN = "[not(ancestor::*[contains(@class, 'comment')])]"  # comments have fields of the same names
_SUBMITTED = f"//*[{has_class('node__submitted', 'submitted', 'node__meta')}]{_OWN}"
_BODY = has_class("field--name-body", "field-name-body")
_TEXT = has_class("field--type-text-with-summary", "field--type-text-long", "field-type-text-long")
# Of other things shown in the node: its writer, related nodes, blocks.
_OTHERS_TEXT = "ancestor::*[contains(@class, 'author') or contains(@class, 'teaser')]"
_PLATFORM = search(
    "//*[@data-history-node-id] | //*[contains(@class, 'field--name-') or contains(@class, 'field-name-')]"
    " | //link[contains(@href, '/sites/') and contains(@href, '/files/')]"
    " | //meta[translate(@name, 'G', 'g') = 'generator' and contains(@content, 'Drupal')]"
)
_FULL = search(f"{_NODE}[not(self::body)]")
_TYPED = search("//body[contains(@class, 'node-type-')]")
# Kinds of nodes that are no articles although they are shown in full.
_OTHERS = ("node-type-page", "node-type-landing", "node-type-webform", "node-type-frontpage")

PLACES = Hints(
    title=(
        f"//h1[{has_class('page-title', 'page-header', 'node__title')}]",
        "//h1[@id = 'page-title']",
        f"//h1[.//*[{has_class('field--name-title')}]]",
    ),
    body=(
        f"{_NODE}[.//*[{_BODY}]]//*[{_BODY} or {_TEXT}]{_OWN}[not({_OTHERS_TEXT})]",
        f"//main//*[{_BODY}]{_OWN}[not(ancestor::*[contains(@class, 'teaser')])]",
    ),
    byline=(
        f"//*[{has_class('field--name-field-author', 'field-name-field-author')}]{_OWN}//a",
        f"//*[{has_class('field--name-field-author', 'field-name-field-author')}]{_OWN}",
        f"{_SUBMITTED}//*[{has_class('field--name-uid', 'username')}]",
    ),
    published=(
        f"{_SUBMITTED}//time",
        f"{_SUBMITTED}//*[contains(@property, 'dc:date')]",
        f"{_SUBMITTED}//*[{has_class('field--name-created')}]",
        f"//*[{has_class('field--name-created', 'field--name-field-date', 'field-name-field-date')}]{_OWN}",
    ),
    section=(
        f"//*[{has_class('field--name-field-section', 'field--name-field-category')}]{_OWN}//a",
        f"//*[{has_class('field-name-field-section', 'field-name-field-category')}]{_OWN}//a",
    ),
    tags=(f"//*[{has_class('field--name-field-tags', 'field-name-field-tags')}]{_OWN}//a",),
    aside=(f"//*[{has_class('node__links', 'link-wrapper')}]",),
)
"""Drupal's default places of fields."""


@dataclass(frozen=True, kw_only=True)
class DrupalLayout(PlatformLayout):
    """Articles of an outlet on Drupal; the writer is the account's name unless a field names one.

    A long discussion goes on at the article's own address, ``?page=1`` and so on.
    """

    name: str = "drupal"
    threads_elsewhere: bool = True

    @property
    def platform(self) -> Hints:
        """Drupal's default places."""
        return PLACES

    def is_article(self, page: Page) -> bool:
        """Say whether the page shows one node in full; at a known address any mark of Drupal will do."""
        if not _PLATFORM(page.tree):
            return False
        if self.is_known(page):
            return True
        kinds = " ".join(body.get("class") or "" for body in _TYPED(page.tree))
        if any(other in kinds for other in _OTHERS):
            return False
        return bool(kinds) or len(_FULL(page.tree)) == 1
