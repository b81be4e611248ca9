"""A task on its way through the queue, with what its worker must know besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.orders import BackfillOrder
from core.records import Via
from db.words import Kind, Overlap, Trigger
from scheduler.task import Task


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """A task in the queue; ``again`` counts how often it was put back, ``asked_at`` is when it came first.

    Of a backfill only the way goes along: its days are those that are wanted when it is begun.
    """

    task: Task
    overlap: Overlap
    asked_at: datetime
    again: int = 0

    @property
    def waits(self) -> bool:
        """Whether it waits for a crawl of the outlet that is under way, rather than be skipped."""
        return self.again > 0 or self.overlap is not Overlap.SKIP

    def as_json(self) -> dict[str, Any]:
        """Give it as a job carries it."""
        task = self.task
        return {
            "name": task.name,
            "outlet": task.outlet,
            "kind": task.kind.value,
            "trigger": task.trigger.value,
            "slot": task.slot.isoformat() if task.slot is not None else None,
            "via": task.backfill.via.value if task.backfill is not None else None,
            "overlap": self.overlap.value,
            "asked_at": self.asked_at.isoformat(),
            "again": self.again,
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Errand":
        """Give what a job carries; ValueError or KeyError for one of another version of this program."""
        via = facts.get("via")
        return cls(
            task=Task(
                name=facts["name"],
                outlet=facts["outlet"],
                kind=Kind(facts["kind"]),
                trigger=Trigger(facts["trigger"]),
                slot=datetime.fromisoformat(facts["slot"]) if facts["slot"] else None,
                backfill=BackfillOrder(outlet=facts["outlet"], via=Via(via)) if via else None,
            ),
            overlap=Overlap(facts["overlap"]),
            asked_at=datetime.fromisoformat(facts["asked_at"]),
            again=facts["again"],
        )
