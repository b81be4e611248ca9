"""What a backfill would fetch: how much, how long, of which years."""

from db import mementos
from db.words import MementoState
from pipelines.backfill.archives import seconds_each
from pipelines.backfill.holding import Holding
from pipelines.backfill.report import Plan


def plan(holding: Holding) -> Plan:
    """Give the plan of what is chosen and not fetched yet."""
    via = holding.order.via
    counts = mementos.counts(holding.engine, holding.outlet_id, via, holding.wanted)
    listed = sum(counts.states.values())
    chosen = counts.of(MementoState.CHOSEN)
    return Plan(
        outlet=holding.outlet.key,
        via=via,
        listed=listed,
        of_articles=listed - counts.of(MementoState.PASSED_OVER),
        addresses=counts.addresses,
        chosen=chosen,
        by_choice={choice.value: number for choice, number in counts.chosen.items()},
        bytes=counts.chosen_bytes,
        seconds=chosen * seconds_each(via, holding.settings),
        first=counts.first,
        last=counts.last,
    )
