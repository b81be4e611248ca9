"""A piece of work to be done, as a schedule, a person or the queue gives it."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.orders import BackfillOrder, CrawlOrder
from core.settings import Settings
from db.running.schedules import Schedule
from db.words import Kind, Trigger


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One crawl, recheck or slice of a backfill of one outlet, to be carried out once.

    ``name`` is that of the schedule (``crawl:nhe``); ``slot`` is when the schedule wanted it (aware
    UTC), None where a person asked for it; ``backfill`` is what a slice carries on, as
    :mod:`scheduler.nights` finds it.
    """

    name: str
    outlet: str
    kind: Kind
    trigger: Trigger
    slot: datetime | None = None
    backfill: BackfillOrder | None = None

    def order(self, settings: Settings, run_id: int | None = None) -> CrawlOrder | BackfillOrder:
        """Give what the run is asked to do; ValueError for a slice that carries nothing on."""
        if self.kind is Kind.BACKFILL:
            if self.backfill is None:
                raise ValueError(f"{self.name} has no backfill to carry on")
            return replace(self.backfill, run_id=run_id)
        return CrawlOrder(
            outlet=self.outlet,
            recheck=self.kind is Kind.RECHECK,
            base_url=settings.base_urls.get(self.outlet),
            run_id=run_id,
        )

    def minutes(self, settings: Settings) -> float:
        """Give the minutes after which the run ends in good order."""
        return settings.backfill_minutes if self.kind is Kind.BACKFILL else settings.crawl_minutes


def task_of(schedule: Schedule, trigger: Trigger, slot: datetime | None) -> Task:
    """Give the task of a schedule's slot, or of a person's wish; ValueError for one of no outlet.

    That of a backfill has yet to be told what to carry on.
    """
    if schedule.outlet is None:
        raise ValueError(f"{schedule.name} is for no outlet")
    return Task(name=schedule.name, outlet=schedule.outlet, kind=schedule.kind, trigger=trigger, slot=slot)
