"""What a source tells of one article before anyone has fetched it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from core.records import Moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry of a feed, sitemap or listing; ``url`` is None where it cannot be followed.

    ``published`` is the stated date of the article, ``modified`` that of its last change, both as
    the source says it; a listing states neither.
    """

    url: str | None
    title: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    guid: str | None = None
    summary: str | None = None

    def at(self, url: str | None) -> "Entry":
        """Give the entry at another address, or at none."""
        return replace(self, url=url)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one page of a source gave: entries in its own order, and where the source goes on.

    ``more`` are further pages of the same source (a pager's next page, the sitemaps of an
    index), ``feeds`` the feeds a page announces, ``ttl`` how long a feed says it need not be asked
    again.
    """

    entries: tuple[Entry, ...]
    more: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    ttl: timedelta | None = None
