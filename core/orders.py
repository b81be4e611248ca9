"""What a crawl is asked to do."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlOrder:
    """One crawl of one outlet, as ordered by a person, the daemon or a worker.

    ``since`` and ``until`` are days in the outlet's zone, both included, on the article's
    published date; ``limit`` is the most articles fetched; ``urls`` restricts the crawl to these
    addresses; ``recheck`` visits known articles instead of looking for new ones; ``dry_run``
    stores nothing; ``base_url`` stands in for the outlet's own origin.
    """

    outlet: str
    urls: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    recheck: bool = False
    dry_run: bool = False
    base_url: str | None = None
    run_id: int | None = None
