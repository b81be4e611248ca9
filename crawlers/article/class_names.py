"""What containers call themselves: classes and ids, read as words."""

import re
from collections.abc import Sequence

from crawlers.article.blocks import Block
from crawlers.article.elements import Element
from crawlers.article.headline import is_prose

_ASIDE = re.compile(
    r"(?<![a-z])(?:comments?|kommentare?|commentlist|respond|related\w*|sidebar\w*|teasers?|recent|popular|trending"
    r"|recommend\w*|most-?read|newsletter|widget[-_]area|footer|menu|nav|navigation|breadcrumbs?|cookies?|ticker"
    r"|promos?|more-?posts|also-?read|next-?post|prev-?post|read-?next|blogroll|latest-?\w*)(?![a-z])",
    re.IGNORECASE,
)
_STATE = re.compile(r"(?:^|(?<=\s))(?:(?:has|no|with|without|is)-\S+|\S*[\[\]():]\S*)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ROOTS = frozenset({"html", "body", "main"})


def named(element: Element) -> str:
    """Give an element's classes and id with their words parted by hyphens."""
    said = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    return _CAMEL.sub("-", said) if said else ""


class Asides:
    """Says of elements whether a container around them calls itself comments, sidebar, teaser, footer.

    A container that holds half of the page's running text or more is none, whatever it is called.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._known: dict[Element, bool] = {}
        self._prose: dict[Element, int] = {}
        self._half = 0.0
        for block in blocks:
            if is_prose(block):
                self._half += len(block.text) / 2
                for one in (block.element, *block.element.iterancestors()):
                    self._prose[one] = self._prose.get(one, 0) + len(block.text)

    def holds(self, element: Element) -> bool:
        """Say whether the element, or one around it, is beside the article by its own name."""
        path: list[Element] = []
        one: Element | None = element
        answer = False
        while one is not None and one.tag not in _ROOTS:
            if one in self._known:
                answer = self._known[one]
                break
            path.append(one)
            if self._is_aside(one):
                answer = True
                break
            one = one.getparent()
        self._known.update(dict.fromkeys(path, answer))
        return answer

    def _is_aside(self, element: Element) -> bool:
        inner = element.tag in {"nav", "footer"} and next(element.iterancestors("article"), None) is None
        said = named(element)
        if not inner and not (said and _ASIDE.search(_STATE.sub("", said))):
            return False
        return self._prose.get(element, 0) <= self._half
