"""Which slot of a schedule is due, which comes next, when its run begins: pure functions of the row."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from db.running.schedules import Schedule
from db.words import CatchUp, Kind
from scheduler.cron import HORIZON
from scheduler.timetable import Timetable, spread

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # further than the clocks of hosts are apart, unless one is wrong


def timetable(schedule: Schedule) -> Timetable:
    """Give the schedule's timetable; SetupError where its timing or zone is wrong."""
    return _timetable(schedule.timing, schedule.timezone, schedule.name)


def due(schedule: Schedule, now: datetime) -> datetime | None:
    """Give the slot to answer, None when there is none.

    Of several that passed unanswered it is the latest: one run makes up for all. A schedule that was
    never answered is due at once, unless its first slot is yet to come; that of a backfill waits for its
    night. A pause that ended by itself left no slots to make up for where the schedule's catch-up is
    ``none``.
    """
    if is_paused(schedule, now):
        return None
    last = answered(schedule, now)
    if last is None:
        begun = min(schedule.changed_at, now) if schedule.kind is Kind.BACKFILL else _EPOCH
        return timetable(schedule).latest(begun, now)
    if schedule.catch_up is CatchUp.NONE and schedule.paused_until is not None:
        last = max(last, schedule.paused_until)
    interval = adapted(schedule)
    if interval is None:
        return timetable(schedule).latest(last, now) if last < now else None
    passed = (now - last) // interval
    return last + passed * interval if passed > 0 else None


def answered(schedule: Schedule, now: datetime) -> datetime | None:
    """Give the slot that was answered last, None where there is none.

    One far ahead was answered by a clock that was wrong: it counts for nothing, or the schedule would
    sleep until that day.
    """
    last = schedule.last_slot_at
    return None if last is None or last > now + _AHEAD else last


def next_slot(schedule: Schedule, now: datetime) -> datetime | None:
    """Give the first slot strictly after an instant, without jitter; None while paused without an end."""
    coming = upcoming(schedule, now, 1)
    return coming[0] if coming else None


def upcoming(schedule: Schedule, now: datetime, count: int) -> list[datetime]:
    """Give the next slots strictly after an instant, from the end of a pause on where there is one.

    Those of an adaptive schedule are what they are with the interval it has come to.
    """
    since = now
    if is_paused(schedule, now):
        if schedule.paused_until is None:
            return []
        since = schedule.paused_until
    found: list[datetime] = []
    while len(found) < count and (slot := _after(schedule, since)) is not None:
        found.append(slot)
        since = slot
    return found


def start_of(schedule: Schedule, slot: datetime) -> datetime:
    """Give when the run of a slot begins: put off by up to the jitter, by as much on every host.

    The slot itself is not moved (OPS-FACTS.md section 5, rule R5).
    """
    if not schedule.jitter_seconds:
        return slot
    seed = f"{schedule.name} {slot.astimezone(UTC).isoformat()}"
    return slot + timedelta(seconds=spread(seed) % (schedule.jitter_seconds * 1000 + 1) / 1000)


def is_paused(schedule: Schedule, now: datetime) -> bool:
    """Say whether a schedule answers no slots at an instant: a pause whose end has passed is over."""
    if schedule.paused_at is None:
        return False
    return schedule.paused_until is None or now < schedule.paused_until


def adapted(schedule: Schedule) -> timedelta | None:
    """Give the interval that an adaptive schedule goes by, None where it goes by its timing."""
    if not schedule.adaptive or not schedule.interval_seconds:
        return None
    return timedelta(seconds=schedule.interval_seconds)


def gap(schedule: Schedule, now: datetime) -> timedelta:
    """Give the longest time between two slots these days."""
    return adapted(schedule) or timetable(schedule).gap(now)


def _after(schedule: Schedule, instant: datetime) -> datetime | None:
    if instant >= HORIZON:  # a pause until then, say
        return None
    interval, last = adapted(schedule), answered(schedule, instant)
    if interval is None or last is None:
        return timetable(schedule).after(instant)
    return last + max((instant - last) // interval + 1, 1) * interval


@lru_cache(maxsize=4096)
def _timetable(timing: str, zone: str, name: str) -> Timetable:
    return Timetable.parse(timing, zone, name=name)
