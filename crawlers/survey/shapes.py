"""The shape of an address: what each segment of its path is."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote

from core import urls

_EXTENSION = re.compile(r"(?P<stem>.+)(?P<extension>\.(?:article|aspx|html?|php|jsp|cms|ece))", re.IGNORECASE)
_PAGER = re.compile(r"(?:.*/)?(?:comment-)?pages?[/-]?\d+", re.IGNORECASE)
_NO_ARTICLES = frozenset(
    ("author", "authors", "categories", "category", "feed", "login", "page", "search", "tag", "tags")
)  # first segments of pages about articles: no headline, whatever words and numbers follow
_TAILS = frozenset(("amp", "article", "default", "full", "index", "story"))  # behind an article's words
_NO_PAGES = re.compile(
    r"archives?|cat|contact|events?|forum|index_?list|issues?|jobs?|list|listing|login|member|people|profile"
    r"|sections?|subjects?|themes?|topics?|user|venue"
)  # last words of a path whose pages are about articles, or about other things, whatever number they take
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WORDY = 3  # words in the last words of an address from which on it looks like a headline


class Part(Enum):
    """What one segment of a path is."""

    YEAR = "year"  # 2024
    DAY = "day"  # 05022024 or 20240205
    SMALL = "small"  # a month or a day of one
    NUMBER = "number"  # an article's number
    NUMBERED = "numbered"  # 123-a-title, as Joomla has it
    TEXT = "text"


DATED = frozenset({Part.YEAR, Part.DAY, Part.SMALL})


@dataclass(frozen=True, slots=True)
class Shape:
    """The parts of a path, and the extension of its last segment ("" for none).

    Where the query tells articles apart ``query`` is what stands in it before the last value (``id=``);
    that value is the last part.
    """

    parts: tuple[Part, ...]
    extension: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A path taken apart; ``segments`` are unquoted, the last one without its extension."""

    path: str
    segments: tuple[str, ...]
    shape: Shape

    @property
    def looks_like_an_article(self) -> bool:
        """Whether its last words are many, as a headline's are, or it has an article's number.

        The pages of a listing have numbers too (``/category/news/page/2``).
        """
        if self.segments[0].lower() in _NO_ARTICLES:
            return False
        if self.shape.query:
            return not _NO_PAGES.fullmatch(self.segments[-2].lower() if len(self.segments) > 1 else "")
        if _PAGER.fullmatch("/".join(self.segments)):
            return False
        kinds = set(self.shape.parts)
        words = [segment for segment in self.segments if re.search(r"[^\W\d]", segment)]
        if len(words) > 1 and words[-1].lower() in _TAILS:
            words.pop()
        wordy = bool(words) and len(re.findall(r"[^\W_]+", words[-1])) > _WORDY
        numbered = Part.NUMBER in kinds or Part.NUMBERED in kinds
        return wordy or self.shape.extension == ".article" or (numbered and bool(words))


def address(url: str, told: Callable[[str], str] = urls.path) -> Address | None:
    """Take the path of an address apart; None for the home page and for what has no readable path.

    ``told`` gives the path with the parameters that count, as an outlet's ``path`` does. One with a
    control character in it, as the end of a line, is no address a person would read.
    """
    try:
        stem, _, query = told(url).partition("?")
    except ValueError:
        return None
    path, query = unquote(stem).rstrip("/"), unquote(query)
    if _CONTROL.search(path + query):
        return None
    segments = [segment for segment in path.split("/") if segment]
    if not segments and not query:
        return None
    if query:
        return _queried(path, segments, query)
    match = _EXTENSION.fullmatch(segments[-1])
    extension = match["extension"] if match else ""
    if match:
        segments[-1] = match["stem"]
    parts: list[Part] = []
    for segment in segments:
        parts.append(_part(segment, parts))
    return Address(path=path, segments=tuple(segments), shape=Shape(tuple(parts), extension))


def _queried(path: str, segments: list[str], query: str) -> Address:
    """Take an address apart whose last parameter tells the article."""
    before, _, value = query.rpartition("=")
    match = _EXTENSION.fullmatch(segments[-1]) if segments else None
    if match:
        segments[-1] = match["stem"]
    parts = [Part.TEXT] * len(segments) + [Part.NUMBER if value.isdecimal() else Part.TEXT]
    extension = match["extension"] if match else ""
    shape = Shape(tuple(parts), extension, f"{before}=")
    return Address(path=f"{path or '/'}?{query}", segments=(*segments, value), shape=shape)


def addresses(urls: Iterable[str], told: Callable[[str], str] = urls.path) -> tuple[Address, ...]:
    """Give each path once, in order."""
    found = {known.path: known for url in urls if (known := address(url, told))}
    return tuple(found.values())


def _part(segment: str, before: list[Part]) -> Part:
    if re.fullmatch(r"(?:19|20)\d{2}", segment):
        return Part.YEAR
    if re.fullmatch(r"\d{8}", segment) and _is_day(segment):
        return Part.DAY
    if re.fullmatch(r"\d{1,2}", segment) and before and before[-1] in {Part.YEAR, Part.SMALL}:
        return Part.SMALL
    if segment.isdecimal():
        return Part.NUMBER
    return Part.NUMBERED if re.fullmatch(r"\d+-[^/]*[^\W\d][^/]*", segment) else Part.TEXT


def _is_day(digits: str) -> bool:
    orders = ((digits[4:], digits[2:4], digits[:2]), (digits[:4], digits[4:6], digits[6:]))
    return any(
        "1990" <= year <= "2100" and "01" <= month <= "12" and "01" <= day <= "31"
        for year, month, day in orders
    )
