"""A piece of work to be done, as a schedule, a person or the queue gives it."""

from dataclasses import dataclass
from datetime import datetime

from core.orders import CrawlOrder
from core.settings import Settings
from db.schedules import Schedule
from db.words import Kind, Trigger


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One crawl or recheck of one outlet, to be carried out once.

    ``name`` is that of the schedule (``crawl:nhe``); ``slot`` is when the schedule wanted it (aware
    UTC), None where a person asked for it.
    """

    name: str
    outlet: str
    kind: Kind
    trigger: Trigger
    slot: datetime | None = None

    def order(self, settings: Settings, run_id: int | None = None) -> CrawlOrder:
        """Give what the crawl is asked to do."""
        return CrawlOrder(
            outlet=self.outlet,
            recheck=self.kind is Kind.RECHECK,
            base_url=settings.base_urls.get(self.outlet),
            run_id=run_id,
        )


def task_of(schedule: Schedule, trigger: Trigger, slot: datetime | None) -> Task:
    """Give the task of a schedule's slot, or of a person's wish; ValueError for one of no outlet."""
    if schedule.outlet is None:
        raise ValueError(f"{schedule.name} is for no outlet")
    return Task(name=schedule.name, outlet=schedule.outlet, kind=schedule.kind, trigger=trigger, slot=slot)
