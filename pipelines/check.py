"""Second stage: what no article may lack ends as unread with its reason; what is odd is noted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from core import clock, text
from core.records import ArticleRecord, Reason, Unread

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

EARLIEST = date(1990, 1, 1)  # before any of these outlets had pages
LONGEST_PARAGRAPH = 20_000  # characters; longer ones were glued together while reading
SHORTEST_BODY = 20  # words; shorter ones are teasers or captions more often than articles


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is expected of every article; ``broken`` says how it is not met, or None.

    With a ``reason`` the rule is hard: the page counts as unread. Without one it is a warning.
    """

    name: str
    broken: Callable[[ArticleRecord, datetime], str | None]
    reason: Reason | None = None


class Check:
    """The stage: article records are checked, other items pass."""

    def __init__(self, crawler: "Crawler") -> None:
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Make the stage."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Give a record with its warnings, or the unread page it turned out to be."""
        if not isinstance(item, ArticleRecord):
            return item
        checked, broken = check(item, clock.now())
        for name in broken:
            self._stats.inc_value(f"cuttings/check/{name}")
        return checked


def check(record: ArticleRecord, now: datetime) -> tuple[ArticleRecord | Unread, tuple[str, ...]]:
    """Give the record with its warnings, or the unread page it is, and the names of the broken rules."""
    found = [(rule, detail) for rule in RULES if (detail := rule.broken(record, now)) is not None]
    names = tuple(rule.name for rule, _ in found)
    for rule, detail in found:
        if rule.reason is not None:
            return Unread(
                fetch_key=record.fetch_key,
                url=record.url,
                source=record.source,
                reason=rule.reason,
                detail=detail,
            ), names
    warnings = tuple(dict.fromkeys((*record.warnings, *(detail for _, detail in found))))
    return replace(record, warnings=warnings), names


def _no_title(record: ArticleRecord, _now: datetime) -> str | None:
    return None if record.document.title else "no title was found"


def _no_body(record: ArticleRecord, _now: datetime) -> str | None:
    return None if record.document.body else "no body was found"


def _body_is_title(record: ArticleRecord, _now: datetime) -> str | None:
    body, title = record.document.body, record.document.title
    same = len(body) <= 2 * len(title) and text.fold(body) == text.fold(title)
    return "the body is nothing but the title" if same else None


def _date_implausible(record: ArticleRecord, now: datetime) -> str | None:
    published = record.document.published
    if published is None or (published.at is None and published.on is None):
        return None
    on = published.on or published.at.astimezone(UTC).date()  # type: ignore[union-attr] # one of both is there
    if on < EARLIEST:
        return f"the date {on} is before {EARLIEST}"
    return f"the date {on} is in the future" if on > (now + timedelta(days=1)).date() else None


def _paragraph_too_long(record: ArticleRecord, _now: datetime) -> str | None:
    longest = max(map(len, record.document.body.split("\n\n")))
    return f"a paragraph has {longest} characters" if longest > LONGEST_PARAGRAPH else None


def _body_short(record: ArticleRecord, _now: datetime) -> str | None:
    words = record.document.word_count
    return f"the body has {words} words" if words < SHORTEST_BODY else None


def _characters_lost(record: ArticleRecord, _now: datetime) -> str | None:
    lost = record.document.body.count("\ufffd") + record.document.title.count("\ufffd")
    return f"{lost} characters could not be decoded" if lost else None


RULES = (
    Rule("no_title", _no_title, Reason.NO_TITLE),
    Rule("no_body", _no_body, Reason.NO_BODY),
    Rule("body_is_title", _body_is_title, Reason.NO_BODY),
    Rule("date_implausible", _date_implausible),
    Rule("paragraph_too_long", _paragraph_too_long),
    Rule("body_short", _body_short),
    Rule("characters_lost", _characters_lost),
)
"""Hard rules first, in the order in which a page is refused."""
