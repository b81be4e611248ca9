"""What APScheduler asks when to wake for a schedule: our slots, so that all hosts wake for the same ones."""

from collections.abc import Mapping
from datetime import datetime

from apscheduler.triggers.base import BaseTrigger

from db.running.schedules import Schedule
from scheduler import slots
from scheduler.clock import ScheduleClock


class SlotTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """Fires at the start of each slot of one schedule; ``book`` holds the schedules as last read."""

    def __init__(self, name: str, book: Mapping[str, Schedule], clock: ScheduleClock) -> None:
        """Keep what to ask."""
        self._name = name
        self._book = book
        self._clock = clock

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """Give the next real instant to wake at, None where there is none.

        What is due already counts only for a job that has not fired yet: the answer to the slot just
        fired for is written a moment later.
        """
        schedule = self._book.get(self._name)
        if schedule is None:
            return None
        at = self._clock.now()
        slot = slots.due(schedule, at) if previous_fire_time is None else None
        if slot is not None and schedule.last_slot_at is None:
            return now  # never answered: whoever waits for the first crawl waits for no jitter
        if slot is None:
            slot = slots.next_slot(schedule, at)
        if slot is None:
            return None
        return max(self._clock.real(slots.start_of(schedule, slot)).astimezone(now.tzinfo), now)
