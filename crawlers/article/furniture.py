"""What stands within an article's container and is not its text: shares, tags, teasers, captions."""

import re
from collections.abc import Sequence

from core import urls
from core.records import RelatedLink
from core.text import fold
from crawlers.article import dates
from crawlers.article.blocks import Block
from crawlers.article.captions import is_caption
from crawlers.article.elements import Element
from crawlers.article.headline import is_prose, parts_aside
from crawlers.page import Page

WORDS = frozenset(
    {
        "share", "share this", "share this article", "share this page", "share:", "tweet",
        "tweet this", "email", "email this", "email this article", "email this page", "e-mail",
        "email to a friend", "email a friend", "send to a friend", "print", "print this",
        "print this article", "print this page", "print page", "facebook", "twitter", "x",
        "linkedin", "google+", "google plus", "whatsapp", "pinterest", "reddit", "stumbleupon",
        "digg", "delicious", "like", "+1", "pin it", "follow us", "bookmark", "rss", "subscribe",
        "back to top", "top of page", "top", "advertisement", "advert", "sponsored", "back", "home",
        "save", "|", ">", "\u00bb", "\u00ab", "/", "\u2022", "comment", "share on facebook",
        "share on twitter", "share on linkedin", "share on x", "share on whatsapp", "copy link",
        "more sharing services", "read more", "listen to this article", "skip to main content",
        "skip advertisement", "previous", "next", "previous article", "next article", "sign up",
        "subscribe now", "register", "sign in", "log in", "newsletter", "newsletters",
    }
)  # fmt: skip
READ_MORE = re.compile(
    r"(?:read more|related article|also read|see also)\s*:\s*(?P<headline>.*)", re.IGNORECASE
)
_READ_MORE_LABEL = re.compile(r"(?:read more|related article|also read|see also)\s*:?", re.IGNORECASE)
_END_HEADING = re.compile(
    r"(?:related|more|most read|latest|recommended|recent|popular|trending|you may also|you might also"
    r"|read next|also in|in this section|featured|further reading|see also|tags|topics|keywords|filed under"
    r"|categories|comments|leave a (?:reply|comment)|join the (?:discussion|conversation)|share this"
    r"|about the author"
    r"|sign up (?:to|for)|subscribe to|(?:our )?newsletter|stay (?:up to date|informed)|follow us)\b.{0,60}",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:tags?|topics?|categor(?:y|ies)|keywords?|filed under|posted in|share)\s*:.{0,200}", re.IGNORECASE
)
_NEWSLETTER = re.compile(
    r"(?:sign up (?:to|for)|subscribe to|register for|get) (?:our|the|your) .{0,60}"
    r"(?:newsletter|bulletin|updates|emails?)\b.{0,200}",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"this (?:site|website|page|content|article) is (?:intended )?(?:only )?for .{0,40}"
    r"(?:health(?:care)?|medical|nhs) professionals?.{0,40}"
    r"|(?:we|this (?:site|website)) (?:use|uses) cookies\b.*|(?:by (?:continuing|using) .{0,60}cookies\b.*)"
    r"|(?:sign up|subscribe|register) (?:now |here |today |free )?(?:to|for) (?:our|the|a|your) "
    r"(?:free |daily |weekly |monthly )*(?:e-?)?(?:newsletter|bulletin|briefing|email)s?\b.{0,120}"
    r"|(?:please )?(?:register|log in|sign in) (?:or (?:register|log in|sign in) )?"
    r"to (?:post|leave|add|comment)\b.{0,60}"
    r"|enter your email(?: address)?\b.{0,100}|advertisement\W.{0,40}|continue reading below.{0,40}",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:[Bb]y|BY):?\s+(?P<name>[^\W\d_a-z].{0,150})|(?:written|words|reported) by:?\s(?P<writer>.{1,120})",
    re.DOTALL,
)
_HEAD = 8  # blocks at the top among which byline, date and standfirst lines stand
_LONGEST_BYLINE = 160  # characters
_LONGEST_NOTICE = 300  # characters; a longer text of the kind is prose
_CAPTIONS = 2  # paragraphs of running text that the caption of one figure may have
_SHORT = 60  # characters; a longer link on its own line is a sentence of the text


def is_byline(text: str) -> bool:
    """Say whether a line names the writer ("By A Writer, 3 May 2019")."""
    return len(text) <= _LONGEST_BYLINE and _BYLINE.fullmatch(text) is not None and not text.endswith(".")


def writer(text: str) -> str | None:
    """Give the writer a byline names, without a date after it; None for other lines."""
    if not is_byline(text) or (match := _BYLINE.fullmatch(text)) is None:
        return None
    name = match["name"] or match["writer"] or ""
    when = dates.first(name, None)
    return (name.partition(when.raw)[0] if when else name).strip(" ,|-\u2013\u2014\u2022\u00b7") or None


def split(
    page: Page, blocks: Sequence[Block], title: str
) -> tuple[tuple[Block, ...], tuple[RelatedLink, ...]]:
    """Give the blocks that are the article's text, and the related links kept out of it."""
    out = parts_aside(blocks) - {"header"}  # what was chosen of one is the standfirst
    inside = _without_head([block for block in blocks if block.part not in out], title)
    inside = _without_tail(inside)
    kept: list[Block] = []
    related: list[RelatedLink] = []
    waiting = False
    misused = _misused_figures(inside)
    for block in inside:
        if match := READ_MORE.fullmatch(block.text):
            waiting = not match["headline"]
            related += related_links(page, block, match["headline"]) if not waiting else []
            continue
        if waiting and block.linked:
            related += related_links(page, block, block.text)
        elif not _is_furniture(block) and (
            _figure(block) in misused or not is_caption(block, alone=len(inside) == 1)
        ):
            kept.append(block)
        waiting = False
    return tuple(kept), tuple(related)


def _misused_figures(blocks: Sequence[Block]) -> frozenset[Element | None]:
    """Give the figures that hold running text: left open, or used for anything at all."""
    held: dict[Element | None, int] = {}
    for block in blocks:
        if block.part == "figure" and is_prose(block):
            figure = _figure(block)
            held[figure] = held.get(figure, 0) + 1
    return frozenset(figure for figure, count in held.items() if figure is not None and count > _CAPTIONS)


def _figure(block: Block) -> Element | None:
    """Give the figure a block is in, None for a block in its caption."""
    if block.part != "figure":
        return None
    return (
        block.element if block.element.tag == "figure" else next(block.element.iterancestors("figure"), None)
    )


def related_links(page: Page, block: Block, text: str) -> list[RelatedLink]:
    """Give the links of a ``READ MORE:`` paragraph, or its text alone where it links nowhere."""
    links = [link for link in block.links if not _READ_MORE_LABEL.fullmatch(link.text)]
    if len(links) > 1:
        return [RelatedLink(title=link.text, url=urls.absolute(page.url, link.href)) for link in links]
    links = links or list(block.links)
    return [RelatedLink(title=text, url=urls.absolute(page.url, links[0].href) if links else None)]


def _without_head(blocks: Sequence[Block], title: str) -> list[Block]:
    """Drop what stands up to the title, and the date, byline and link lines right beneath it."""
    folded = fold(title)
    tops = [index for index, block in enumerate(blocks[: _HEAD * 3]) if fold(block.text) == folded]
    rest = list(blocks[tops[-1] + 1 :] if tops and not _holds_prose(blocks[: tops[-1]]) else blocks)
    start = 0
    for index, block in enumerate(rest[:_HEAD]):
        text = block.text
        if (
            is_byline(text)
            or dates.moment(text, None)
            or text.lower() in WORDS
            or fold(text) == folded
            or (block.linked and len(text) <= _SHORT and start == index)
        ):
            start = index + 1
        elif is_prose(block):
            break
    return rest[start:]


def _holds_prose(blocks: Sequence[Block]) -> bool:
    return any(is_prose(block) for block in blocks)


def _without_tail(blocks: Sequence[Block]) -> list[Block]:
    """Drop what follows a heading of teasers or tags after the text, and the links at its end."""
    end = len(blocks)
    total = sum(len(block.text) for block in blocks if is_prose(block))
    seen = 0
    for index, block in enumerate(blocks):
        seen += len(block.text) if is_prose(block) else 0
        if _is_end_heading(block) and seen >= total and index:
            end = index
            break
    while end and _ends_nothing(blocks[end - 1]):
        end -= 1
    return list(blocks[:end])


def is_sign(block: Block) -> bool:
    """Say whether a block is plainly no text: furniture, or a heading of what follows an article."""
    return _is_furniture(block) or _is_end_heading(block)


def _is_end_heading(block: Block) -> bool:
    heading = block.level or block.strong or block.tag in {"legend", "summary", "caption"}
    return bool(heading) and _END_HEADING.fullmatch(block.text) is not None


def _ends_nothing(block: Block) -> bool:
    return _is_furniture(block) or (block.linked and len(block.text) <= _SHORT)


def _is_furniture(block: Block) -> bool:
    text = block.text
    return (
        text.lower() in WORDS
        or _LABEL.fullmatch(text) is not None
        or (
            len(text) <= _LONGEST_NOTICE
            and (_NEWSLETTER.fullmatch(text) or _NOTICE.fullmatch(text)) is not None
        )
    )
