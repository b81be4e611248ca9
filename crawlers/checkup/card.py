"""What a check found: the facts of a report card, nothing judged yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from core.records import CommentState, Moment, Reason


class RobotsAnswer(StrEnum):
    """What became of asking for robots.txt (RFC 9309)."""

    READ = "read"
    NONE = "none"  # a 4xx: everything may be asked
    UNREACHABLE = "unreachable"  # a 5xx or silence: nothing may be asked


@dataclass(frozen=True, kw_only=True, slots=True)
class RobotsFacts:
    """What the outlet's robots.txt says; ``crawl_delay`` in seconds, ``sitemaps`` as written."""

    answer: RobotsAnswer
    allowed: bool
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFacts:
    """One source; ``items`` are the entries it tells of, ``articles`` those a crawl would follow.

    ``kind`` is the word of :class:`crawlers.frontier.Kind`; ``named_by`` the outlet, robots.txt or a page;
    ``problem`` says why it tells of nothing, ``newest`` is the latest day it states.
    """

    kind: str
    url: str
    named_by: str
    problem: str | None = None
    items: int = 0
    articles: int = 0
    newest: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleFacts:
    """One article; ``problem`` says why it could not be read, ``reason`` names that where a page came.

    ``told`` is the date its source states. ``fields`` are those that were read; ``read_by`` says which way.
    """

    url: str
    source: str
    told: Moment | None = None
    problem: str | None = None
    reason: Reason | None = None
    layout: str | None = None
    layout_version: int | None = None
    title: str | None = None
    words: int = 0
    opening: str = ""
    published: Moment | None = None
    byline: str | None = None
    fields: tuple[str, ...] = ()
    read_by: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    comment_state: CommentState = CommentState.UNKNOWN
    comments: int = 0
    comments_claimed: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """The sources asked, and the articles read; ``told_of`` counts the different articles told of."""

    sources: tuple[SourceFacts, ...]
    articles: tuple[ArticleFacts, ...]
    told_of: int

    @property
    def read(self) -> tuple[ArticleFacts, ...]:
        """The articles that could be read."""
        return tuple(article for article in self.articles if article.problem is None)
