"""Walls: what stands where an article would for readers who have not paid, signed in or consented."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import PageError
from core.records import Reason
from core.text import words
from crawlers.article.blocks import Block
from crawlers.article.class_names import named
from crawlers.article.elements import search
from crawlers.page import Page

_THIS = (
    r"(?:(?:the |this |our |your |more |full |full-length |premium |exclusive |unlimited "
    r"|rest of (?:the|this) )*"
    r"(?:article|story|content|page|site|website|piece|post|access|archive|features?|analysis)s?)"
)
_SENTENCES = re.compile(
    r"(?:please )?(?:sign|log) ?in (?:or (?:register|subscribe|sign up|create an account) )?"
    r"(?:to|for) "
    r"(?:continue|read|view|access|see|keep reading|unlock)"
    r"|(?:please )?(?:subscribe|register|join|sign up)(?: now| today| for free| here)?"
    r"(?: or (?:sign|log) ?in)? "
    r"(?:to|for) (?:continue|read|view|access|keep reading|unlock|full access|unlimited)"
    rf"|(?:to (?:continue|keep) reading|to (?:read|view|access|see) {_THIS})\b.{{0,60}}"
    r"(?:subscri|regist|sign|log ?in|member|account|pay)"
    rf"|{_THIS} is (?:only |exclusively |just )?(?:available |reserved |open )?(?:only |exclusively )?"
    r"(?:for|to) (?:our |registered |paying |premium )*(?:subscribers|members|users|readers|registered users)"
    r"|you have (?:reached|used|read|exceeded|hit) (?:your|all|the) .{0,40}(?:limit|free|articles?)"
    r"|already (?:a |an )?(?:subscriber|member|registered|have an account)\b"
    r"|(?:subscribers?|members?)[- ]only(?: content| article)?"
    r"|want to (?:read|keep reading|continue reading)\b.{0,40}(?:subscri|regist|sign|log)"
    r"|this (?:article|content|story) is (?:behind a paywall|locked|for subscribers)"
    r"|(?:we|this (?:site|website)) (?:and our \d* ?partners )?(?:use|uses|store) cookies\b"
    r"|we (?:value|care about|respect) your privacy"
    r"|(?:accept|reject|manage) (?:all )?cookies|before you continue to\b|consent to (?:the use of|cookies)",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"(?<![a-z])(?:pay-?wall|reg(?:istration)?-?wall|subscribe-?wall|meter(?:ed)?-?wall|barrier-?page|login-?wall"
    r"|consent-?(?:wall|page)|cookie-?wall|article-?locked|premium-?lock|subscriber-?only|members?-?only"
    r"|content-?gate|gated-?content|access-?denied)(?![a-z])",
    re.IGNORECASE,
)
_CONTAINERS = search("//*[@class or @id][self::div or self::section or self::aside or self::form or self::p]")
_METAS = (
    "article:content_tier",
    "og:article:content_tier",
    "content_tier",
    "paywall",
    "access",
    "pw_page_type",
)
_LOCKED = frozenset(
    {"locked", "paid", "premium", "metered_locked", "subscription", "subscriber", "true", "yes"}
)
_TEASER = 120  # words of running text up to which what precedes a wall is its teaser
_ARTICLE = 250  # words from which a text is an article's own, whatever the page states of it
_LONGEST = 300  # characters of a block of a wall
_PROSE = 80  # characters
_MOST = 4000  # containers looked at


def is_wall(text: str) -> bool:
    """Say whether a block of text belongs to a wall: it asks to pay, sign in, register or consent."""
    return len(text) <= _LONGEST and _SENTENCES.match(text) is not None


def refuse(page: Page, body: Sequence[str]) -> None:
    """Raise PageError WALLED where a wall stands in the stead of the article.

    ``body`` is the text found, in paragraphs. It takes a wall in sight (its sentence, or a container
    called so) or the page's own word that it is not free, and a text no longer than a teaser. A page
    with an article's length of text is never refused.
    """
    own = [text for text in body if not is_wall(text)]
    size = sum(len(words(text)) for text in own)
    if size >= _ARTICLE:
        return
    said = next((block.text for block in page.blocks if _tells(block)), None)
    stated = _is_stated(page)
    if stated and (said or size <= _TEASER):
        raise PageError(Reason.WALLED, f"the page states that it is not free: {said or stated}")
    if said and size <= _TEASER and (not _running(own) or _has_container(page)):
        raise PageError(Reason.WALLED, f"the page says {said!r}")


def _tells(block: Block) -> bool:
    return block.part not in {"nav", "footer"} and not block.linked and is_wall(block.text)


def _running(texts: Iterable[str]) -> bool:
    """Say whether there is a paragraph of running text that is not cut off."""
    return any(len(text) >= _PROSE and text.endswith((".", "!", "?", "\u201d", '"')) for text in texts)


def _is_stated(page: Page) -> str | None:
    """Give the standard mark by which a page states that its article is not free, if it does."""
    for thing in page.metadata.things:
        if _is_false(thing.get("isAccessibleForFree")):
            return "isAccessibleForFree"
        parts = thing.get("hasPart")
        for part in parts if isinstance(parts, list) else [parts]:
            if isinstance(part, Mapping) and _is_false(part.get("isAccessibleForFree")):
                return "hasPart"
    found = page.metadata.first(*_METAS)
    return found[1] if found and found[0].lower() in _LOCKED else None


def _is_false(value: Any) -> bool:
    if isinstance(value, str):
        return value.rsplit("/", 1)[-1].lower() == "false"
    return value is False


def _has_container(page: Page) -> bool:
    return any(_NAMES.search(named(element)) for element in _CONTAINERS(page.tree)[:_MOST])
