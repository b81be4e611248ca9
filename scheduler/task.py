"""A piece of work to be done, as a schedule, a person or the queue gives it."""

from dataclasses import dataclass
from datetime import datetime

from core.orders import CrawlOrder
from core.settings import Settings
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
