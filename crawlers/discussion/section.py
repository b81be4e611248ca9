"""The part of a page that holds its comments: its containers, its lines, its pager."""

import re
from collections.abc import Iterable, Sequence

from core import urls
from crawlers.article.blocks import Block
from crawlers.article.elements import Element, inner_text, search
from crawlers.discussion import sayings
from crawlers.page import Page

_H1 = search(".//h1")
_PAGES = search(".//a[@href]")
_BUTTONS = search(".//button")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PAGE = re.compile(
    r"/comment-page-(?P<path>\d{1,5})/?(?:[#?]|$)|[?&](?:cpage|comment-page|commentpage|comments_page"
    r"|cp)=(?P<query>\d{1,5})",
    re.IGNORECASE,
)
_PAGER = re.compile(r"[?&](?:page|start|offset)=(?P<page>[\d,]{1,9}|\d+%2C\d+)", re.IGNORECASE)
_MOST_PAGES = 200
_CLIMB = 8
_NEAR = 3
_LONGEST_HEADING = 220  # characters of what may stand above the comments


def containers(whole: Sequence[Element], members: Sequence[Element]) -> tuple[Element, ...]:
    """Give the outermost elements of the comment section, empty where there is none.

    ``whole`` are those named after comments, ``members`` the comments found.
    """
    found = list(whole)
    if members:
        common = _common(members)
        found += [common] if common is not None and not _H1(common) else list(members)
    kept = _outermost(found)
    return tuple(_with_headings(kept, members) if members and kept else kept)


def lines(page: Page, sections: Sequence[Element], members: Iterable[Element]) -> tuple[Block, ...]:
    """Give the section's lines outside of the comments themselves."""
    held, out = set(sections), set(members)
    known: dict[Element, bool] = {}
    return tuple(block for block in page.blocks if _inside(block.element, held, out, known)) if held else ()


def pages(page: Page, sections: Sequence[Element]) -> tuple[str, ...]:
    """Give the absolute addresses of the further pages of comments the section links, in their order.

    WordPress numbers them ``comment-page-N`` or ``cpage=N``; Drupal ``page=N`` in a pager; others say
    rel=next. Only addresses of the page's own host count.
    """
    found: dict[str, tuple[int, int]] = {}
    for section in sections:
        for link in _PAGES(section):
            if len(found) >= _MOST_PAGES:
                break
            href = link.get("href", "")
            number = _number(link, href)
            if number is None or (address := urls.absolute(page.url, href)) is None:
                continue
            address = address.partition("#")[0]
            if address != page.url.partition("#")[0] and urls.host(address) == urls.host(page.url):
                found.setdefault(address, (number, len(found)))
    return tuple(sorted(found, key=found.__getitem__))


def buttons(sections: Sequence[Element], members: Iterable[Element]) -> tuple[str, ...]:
    """Give what the buttons of the section say that stand outside of the comments and are shown."""
    held, out = set(sections), set(members)
    known: dict[Element, bool] = {}
    return tuple(
        " ".join(inner_text(button).split())
        for section in sections
        for button in _BUTTONS(section)
        if button.get("hidden") is None
        and not _HIDDEN.search(button.get("style") or "")
        and _inside(button, held, out, known)
    )


def own_count(page: Page) -> int | None:
    """Give the count a link to the page's own comments states ("3 Comments"), None for none."""
    for block in page.blocks:
        for link in block.links:
            address, mark, fragment = link.href.partition("#")
            if not mark or fragment.lower() not in (
                "comments",
                "respond",
                "disqus_thread",
                "comment",
                "commentlist",
                "kommentare",
            ):
                continue
            own = not address or (urls.absolute(page.url, address) or "").rstrip("/") in (
                page.url.partition("#")[0].rstrip("/"),
                (page.metadata.canonical or "").rstrip("/"),
            )
            if not own:
                continue
            if (count := sayings.claimed(link.text)) is not None:
                return count
            if sayings.none(link.text):
                return 0
            if link.text.isdecimal() and len(link.text) < len("100000"):
                return int(link.text)
    return None


def _common(members: Sequence[Element]) -> Element | None:
    """Give the innermost element around all members; the member itself where it is alone."""
    if len(members) == 1:
        return members[0]
    path = [members[0], *members[0].iterancestors()]
    depth = {element: i for i, element in enumerate(path)}
    deepest = 1
    for member in members[1:]:
        one: Element | None = member
        while one is not None and one not in depth:
            one = one.getparent()
        if one is None:
            return None
        deepest = max(deepest, depth[one])
        if deepest >= len(path) - 1:
            return None
    common = path[deepest]
    return None if common.tag in ("html", "body") else common


def _outermost(elements: Iterable[Element]) -> list[Element]:
    chosen = dict.fromkeys(elements)
    inside: dict[Element, bool] = {}
    kept = []
    for element in chosen:
        above: list[Element] = []
        one = element.getparent()
        held = False
        while one is not None:
            if one in chosen or inside.get(one):
                held = True
                break
            if one in inside:
                break
            above.append(one)
            one = one.getparent()
        inside |= dict.fromkeys(above, held)
        if not held:
            kept.append(element)
    return kept


def _with_headings(kept: list[Element], members: Sequence[Element]) -> list[Element]:
    """Give the containers with the headings right above those that hold comments."""
    held = set(kept)
    holding = next((one for one in (members[0], *members[0].iterancestors()) if one in held), None)
    found = list(kept)
    if holding is None:
        return found
    one = holding.getprevious()
    for _ in range(_NEAR):
        if one is None:
            break
        text = " ".join(inner_text(one).split()) if isinstance(one.tag, str) else ""
        short = one not in held and len(text) <= _LONGEST_HEADING
        if short and (sayings.heading(text) or sayings.form(text)):
            found.insert(found.index(holding), one)
        one = one.getprevious()
    return found


def _inside(element: Element, held: set[Element], out: set[Element], known: dict[Element, bool]) -> bool:
    above: list[Element] = []
    one: Element | None = element
    answer = False
    while one is not None:
        if one in known:
            answer = known[one]
            break
        if one in out:
            break
        above.append(one)
        if one in held:
            answer = True
            break
        one = one.getparent()
    known |= dict.fromkeys(above, answer)
    return answer


def _number(link: Element, href: str) -> int | None:
    """Give the number of the page of comments a link leads to, None where it leads to none."""
    if match := _PAGE.search(href):
        return int(match["path"] or match["query"])
    rel = (link.get("rel") or "").split()
    if (
        (match := _PAGER.search(href))
        and ("#" not in href or "comment" in href.partition("#")[2])
        and _in_pager(link)
    ):
        digits = re.findall(r"\d+", match["page"])
        return int(digits[-1]) if digits else None
    return 10**6 if "next" in rel and not href.startswith(("#", "javascript:")) else None


def _in_pager(link: Element) -> bool:
    one = link.getparent()
    for _ in range(_CLIMB):
        if one is None:
            return False
        words = f"{one.get('class') or ''} {one.get('role') or ''} {one.tag}".lower()
        if "pager" in words or "pagination" in words or "nav" in words:
            return True
        one = one.getparent()
    return False
