"""Reads an archive's index into the database, page by page, from where the last backfill stopped."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from core.clock import now
from core.mementos import Listing, Query
from crawlers.archives.archive import Archive
from db import mementos
from db.suppressing import Suppressions
from pipelines.backfill.bounds import Bounds
from pipelines.backfill.holding import Holding
from pipelines.backfill.report import Tally
from pipelines.patience import patiently

RELISTED_AFTER = timedelta(days=30)
"""Archives go on collecting: an index that was read so long ago is read again."""

logger = logging.getLogger(__name__)


def list_all(
    holding: Holding,
    archive: Archive,
    tally: Tally,
    *,
    bounds: Bounds,
    show: Callable[[], None],
) -> None:
    """Store what the archive lists of the outlet.

    Pages stored by an earlier backfill are not asked for again, unless the order says so or they are
    old. Raises what the archive's client raises.
    """
    order = holding.order
    if order.refresh:
        mementos.ask_again(holding.engine, holding.outlet_id, order.via)
    for query in archive.queries(holding.outlet, order.since, order.until):
        state = mementos.query_state(holding.engine, holding.outlet_id, query)
        if state is not None and state.done_at is not None:
            if not _is_old(state.done_at, order.until):
                continue
            state = None
        _list_one(holding, archive, query, state.cursor if state else None, tally, bounds, show)


def _list_one(  # noqa: PLR0913, PLR0917 - what list_all was given, and the question
    holding: Holding,
    archive: Archive,
    query: Query,
    cursor: str | None,
    tally: Tally,
    bounds: Bounds,
    show: Callable[[], None],
) -> None:
    suppressions = holding.suppressions()
    for given in archive.listed(query, cursor):
        holding.prove()
        listing = _without_erased(given, suppressions)
        tally.listed += patiently(
            lambda page=listing: mementos.put(  # type: ignore[misc] # bound now, called at once
                holding.engine, holding.outlet_id, query, page, at=now()
            ),
            hurry=bounds.stop,
        )
        for told in listing.refused:
            logger.warning("a row of %s is left out: %s", query.archive, told)
        tally.refused += len(listing.refused)
        show()
        bounds.check()


def _without_erased(listing: Listing, suppressions: Suppressions) -> Listing:
    """Give a page of an answer without the captures of addresses that were erased: not even listed."""
    if not suppressions.any:
        return listing
    kept = tuple(one for one in listing.mementos if not suppressions.of_address(one.url))
    return replace(listing, mementos=kept)


def _is_old(done_at: datetime, until: date | None) -> bool:
    """Say whether an index has grown since."""
    grows = until is None or done_at.date() <= until
    return grows and now() - done_at > RELISTED_AFTER
