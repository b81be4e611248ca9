"""Judges what an archive lists, address by address, and stores what needs no fetching."""

from itertools import islice
from typing import TYPE_CHECKING

from core.records import FetchAttempt, Outcome
from crawlers.outlet import Outlet
from crawlers.reach import Reach
from db import mementos
from db.mementos import Judged, Listed, Settled
from db.words import MementoState
from pipelines.backfill.bounds import Bounds
from pipelines.backfill.choosing import choose
from pipelines.backfill.fetcher import key_of
from pipelines.backfill.holding import Holding
from pipelines.backfill.report import Tally
from pipelines.backfill.units import BATCH, Unit, UnitStore
from pipelines.capture import outcome_of
from pipelines.patience import patiently

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESSES = 200  # judged in one transaction


def judge_all(holding: Holding, bounds: Bounds, *, anew: bool = False) -> None:
    """Judge the wanted captures that nobody judged yet; ``anew`` all that are not fetched.

    What the order does not ask for stays as it is, and none of it is taken for what is asked for.

    Waits while the database is away. Raises what ends a backfill early (:class:`Bounds`); what was
    judged stays.
    """
    patiently(lambda: _judge_all(holding, bounds, anew=anew), hurry=bounds.stop)


def _judge_all(holding: Holding, bounds: Bounds, *, anew: bool) -> None:
    outlet = holding.outlet
    groups = mementos.groups(holding.engine, holding.outlet_id, holding.order.via, fresh_only=not anew)
    while batch := list(islice(groups, ADDRESSES)):
        keys = {group[0].address_key for group in batch}
        known = mementos.known(holding.engine, holding.outlet_id, keys)
        judged: list[Judged] = []
        for whole in batch:
            group = [row for row in whole if row.is_settled() or holding.wanted.covers(row.memento)]
            if not group:
                continue
            facts = known[group[0].address_key]
            judged += choose(
                group,
                is_article=is_article(outlet, group[0].memento.url),
                published_on=facts.published_on,
                held=facts.held,
            )
        holding.prove()
        mementos.judge(holding.engine, judged)
        bounds.check()


def observe_all(holding: Holding, units: UnitStore, run_id: int, bounds: Bounds) -> None:
    """Store what was judged to be known without fetching it: absences, and bytes that are held.

    Waits while the database is away.
    """
    patiently(lambda: _observe_all(holding, units, run_id, bounds), hurry=bounds.stop)


def _observe_all(holding: Holding, units: UnitStore, run_id: int, bounds: Bounds) -> None:
    place = Reach(outlet=holding.outlet).place
    found = mementos.to_observe(holding.engine, holding.outlet_id, holding.order.via)
    told: Iterator[Unit] = (_observation(listed, place(listed.memento.url), run_id) for listed in found)
    while batch := list(islice(told, BATCH)):
        units.write(batch)
        bounds.check()


def is_article(outlet: Outlet, url: str) -> bool:
    """Say whether an address is one of the outlet's articles."""
    return outlet.owns(url) and outlet.article_key(url) is not None


def _observation(listed: Listed, url: str, run_id: int) -> Unit:
    memento = listed.memento
    attempt = FetchAttempt(
        key=key_of(listed, run_id),
        url=url,
        fetched_at=memento.archived_at,
        outcome=Outcome.OK if memento.status is None else outcome_of(memento.status),
        status=memento.status,
        via=memento.via,
        same_as=listed.sha256,
    )
    settled = Settled(memento_id=listed.id, state=MementoState.OBSERVED, sha256=listed.sha256)

    def count(tally: Tally) -> None:
        if listed.sha256 is None:
            tally.absences += 1
        else:
            tally.same_bytes += 1

    return Unit(url=url, memento_id=listed.id, records=(attempt, settled), count=count)
