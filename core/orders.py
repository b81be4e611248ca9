"""What a crawl is asked to do."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.records import Via


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlOrder:
    """One crawl of one outlet, as ordered by a person, the daemon or a worker.

    ``since`` and ``until`` are days in the outlet's zone, both included, on the article's
    published date; ``limit`` is the most articles fetched; ``urls`` restricts the crawl to these
    addresses; ``recheck`` visits the known articles that are due instead of looking for new ones,
    with ``everything`` also those that are not; ``dry_run`` stores nothing; ``base_url`` stands in
    for the outlet's own origin; after ``minutes`` the crawl ends in good order.
    """

    outlet: str
    urls: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    recheck: bool = False
    everything: bool = False
    dry_run: bool = False
    base_url: str | None = None
    minutes: float | None = None
    run_id: int | None = None

    def most_rechecked(self, budget: int | None) -> int | None:
        """Give the most articles a recheck asks for, None for no bound.

        ``budget`` is what one run may ask of an outlet; a recheck of everything is not held to it.
        """
        bounds = (self.limit, None if self.everything else budget)
        return min((bound for bound in bounds if bound is not None), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillOrder:
    """One backfill of one outlet, as ordered by a person or the daemon.

    ``paths`` are the WARC and WACZ files, or the one folder, that hold the captures where ``via`` is
    WARC or FILE; ``since`` and ``until`` are days (UTC, both included) on which the archive took them;
    ``limit`` is the most mementos fetched, ``minutes`` the time after which the backfill ends in good
    order; with ``refresh`` indexes listed already are listed anew.
    """

    outlet: str
    via: Via
    paths: tuple[Path, ...] = ()
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    minutes: float | None = None
    refresh: bool = False
    run_id: int | None = None
