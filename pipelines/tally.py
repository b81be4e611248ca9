"""The counts of a crawl, out of Scrapy's stats, under the names that runs and reports show."""

from math import ceil
from typing import Protocol

from core.records import Change, Outcome

# What came back from the outlet, whatever it said.
_RESPONSES = frozenset(Outcome) - {Outcome.ROBOTS_DENIED, Outcome.NETWORK_ERROR, Outcome.BLOCKED_ADDRESS}
_MISSING = (Outcome.NOT_FOUND, Outcome.GONE, Outcome.SOFT_404, Outcome.REDIRECT)


class Stats(Protocol):
    """The part of Scrapy's stats collector that is read here."""

    def get_value(self, key: str, default: int = 0) -> int:
        """Give one counter."""

    def get_stats(self) -> dict[str, int]:
        """Give all counters."""


class Tally:
    """What one crawl came to; ``failed`` are records that could not be stored."""

    def __init__(self, stats: Stats, failed: int = 0) -> None:
        self._stats = stats
        self._failed = failed

    @property
    def responses(self) -> int:
        """Answers of the outlet, "not modified" and errors among them."""
        return sum(self._of(f"capture/{outcome}") for outcome in _RESPONSES)

    @property
    def pages(self) -> int:
        """Sources and articles that came, or were said to be unchanged."""
        return self._of("pages")

    @property
    def missing(self) -> int:
        """Addresses where there is nothing (any more), among them what an article's end looks like."""
        return sum(self._of(f"capture/{outcome}") for outcome in _MISSING)

    @property
    def unchanged(self) -> int:
        """Articles stored as unchanged, and known ones whose bytes or validators were as before."""
        return self._of(f"store/{Change.UNCHANGED}") + self._of("fetch/unchanged")

    @property
    def articles(self) -> int:
        """Article pages read, or known to be as they were."""
        stored = sum(self._of(f"store/{change}") for change in Change if change is not Change.UNCHANGED)
        return stored + self.unchanged

    def seen(self) -> dict[str, int]:
        """Give how many articles' pages were read, and how many of them gave what an outlet may declare."""
        return {
            name: self._of(f"record/{name}") for name in ("read", "dated", "with_byline", "with_comments")
        }

    @property
    def rejected(self) -> int:
        """Pages that gave no article, each with its reason in the archive."""
        return self._all("rejected/")

    @property
    def robots_denied(self) -> int:
        """Addresses that robots.txt forbids."""
        return self._of(f"capture/{Outcome.ROBOTS_DENIED}")

    @property
    def errors(self) -> int:
        """Exceptions in our own code, and records that could not be stored."""
        return self._stats.get_value("spider_exceptions/count", 0) + self._failed

    def counts(self) -> dict[str, int]:
        """Give the counts by name; those that are nought are left out, but for the first three.

        From ``announced_new`` on they are what an adaptive schedule goes by (scheduler/cadence.py):
        what the freshest sources told of, how many sources told of nothing that was known, and the
        longest waits in seconds that the outlet asked for.
        """
        first = {
            "responses": self.responses,
            "new": self._of(f"store/{Change.NEW}"),
            "changed": self._of(f"store/{Change.CHANGED}"),
        }
        rest = {
            "cosmetic": self._of(f"store/{Change.COSMETIC}"),
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "sightings": self._of("sightings"),
            "comments_new": self._of("comments/new"),
            "comments_changed": self._of("comments/changed"),
            "comments_removed": self._of("comments/removed"),
            "errors": self.errors,
            "response_bytes": self._stats.get_value("downloader/response_bytes", 0),
            "announced_new": self._of("announced/new"),
            "announced_known": self._of("announced/known"),
            "overlap_lost": self._of("announced/overlap_lost"),
            "retry_after_seconds": ceil(self._of("retry/after")),
            "feed_ttl_seconds": ceil(self._of("source/ttl")),
            "crawl_delay_seconds": ceil(self._of("robots/crawl_delay")),
        }
        outcomes = {f"fetch_{outcome}": self._of(f"capture/{outcome}") for outcome in Outcome}
        return first | {name: count for name, count in (rest | self.seen() | outcomes).items() if count}

    def _of(self, name: str) -> int:
        return self._stats.get_value(f"cuttings/{name}", 0)

    def _all(self, prefix: str) -> int:
        return sum(
            count for key, count in self._stats.get_stats().items() if key.startswith(f"cuttings/{prefix}")
        )
