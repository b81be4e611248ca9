"""Which slot of a schedule is due, which comes next, and when its run begins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from db.running.schedules import Schedule
from db.words import CatchUp, Kind, Overlap
from scheduler import slots

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def schedule(timing: str = "cron 0 * * * *", **facts: Any) -> Schedule:
    """Give a schedule whose slots are the full hours, unless told otherwise."""
    plain: dict[str, Any] = {
        "id": 1,
        "name": "crawl:gazette",
        "outlet": "gazette",
        "kind": Kind.CRAWL,
        "timing": timing,
        "timezone": "Europe/London",
        "jitter_seconds": 0,
        "overlap": Overlap.SKIP,
        "catch_up": CatchUp.ONCE,
        "adaptive": False,
        "interval_seconds": None,
        "declared": True,
        "paused_at": None,
        "paused_until": None,
        "pause_reason": None,
        "last_slot_at": NOON - HOUR,
        "next_slot_at": None,
        "asked_at": None,
        "changed_at": NOON,
    }
    return Schedule(**plain | facts)


def test_a_slot_is_due_from_its_instant_until_it_is_answered():
    hourly = schedule()
    assert slots.due(hourly, NOON - timedelta(microseconds=1)) is None
    assert slots.due(hourly, NOON) == NOON
    assert slots.due(hourly, NOON + HOUR / 2) == NOON
    assert slots.due(replace(hourly, last_slot_at=NOON), NOON + HOUR / 2) is None


def test_slots_that_passed_unanswered_come_to_the_latest_one():
    assert slots.due(schedule(last_slot_at=NOON - 1000 * HOUR), NOON + HOUR / 2) == NOON


def test_a_slot_answered_by_a_clock_that_was_years_ahead_keeps_no_other_from_being_due():
    for adaptive in (False, True):
        asleep = schedule(
            last_slot_at=NOON.replace(year=2036), adaptive=adaptive, interval_seconds=HOUR.total_seconds()
        )
        assert slots.due(asleep, NOON + HOUR / 2) == NOON
        assert slots.next_slot(asleep, NOON + HOUR / 2) == NOON + HOUR
    skewed = schedule(last_slot_at=NOON)  # by a host whose clock is a little ahead of this one's
    assert slots.due(skewed, NOON - timedelta(seconds=5)) is None


def test_what_was_never_answered_is_due_at_once_by_a_slot_that_all_hosts_agree_on():
    new = schedule("cron 0 6 * * mon", last_slot_at=None)
    assert slots.due(new, NOON) == slots.due(new, NOON + HOUR) == datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
    to_come = schedule("calendar 1 week at 06:30 from 2027-01-04", last_slot_at=None)
    assert slots.due(to_come, NOON) is None


def test_nothing_is_due_while_paused_and_the_pause_ends_by_itself():
    paused = schedule(paused_at=NOON - HOUR)
    assert slots.due(paused, NOON + 9 * HOUR) is None
    assert slots.upcoming(paused, NOON, 5) == []
    until = replace(paused, paused_until=NOON + 3.5 * HOUR)
    assert slots.due(until, NOON + 3 * HOUR) is None
    assert slots.next_slot(until, NOON) == NOON + 4 * HOUR
    # What fell into the pause is made up for by one crawl, unless nobody wants that.
    assert slots.due(until, NOON + 3.75 * HOUR) == NOON + 3 * HOUR
    assert slots.due(replace(until, catch_up=CatchUp.NONE), NOON + 3.75 * HOUR) is None
    assert slots.due(replace(until, catch_up=CatchUp.NONE), NOON + 4 * HOUR) == NOON + 4 * HOUR


def test_an_adaptive_schedule_goes_by_the_interval_it_has_come_to():
    adaptive = schedule("every 1h", adaptive=True, interval_seconds=1200.0, last_slot_at=NOON)
    minutes = [(slot - NOON) / timedelta(minutes=1) for slot in slots.upcoming(adaptive, NOON, 3)]
    assert minutes == [20, 40, 60]
    assert slots.due(adaptive, NOON + timedelta(minutes=19)) is None
    assert slots.due(adaptive, NOON + timedelta(minutes=50)) == NOON + timedelta(minutes=40)
    assert slots.gap(adaptive, NOON) == timedelta(minutes=20)
    plain = replace(adaptive, adaptive=False)
    assert slots.gap(plain, NOON) == HOUR
    assert slots.upcoming(plain, NOON, 2) == slots.upcoming(replace(adaptive, interval_seconds=None), NOON, 2)


def test_a_clock_that_was_ahead_makes_nothing_due_twice():
    assert slots.due(schedule(last_slot_at=NOON + HOUR), NOON + HOUR / 2) is None


@settings(deadline=None, max_examples=80)
@given(
    some.sampled_from(["every 90m", "cron */20 6-9 * * mon-fri", "calendar 1 day at 01:30"]),
    some.one_of(some.none(), some.floats(600, 90_000)),
    some.integers(0, 400 * 86_400),
    some.integers(0, 200 * 3600),
)
def test_answering_slots_as_they_fall_due_answers_each_once(timing, interval, begin, away):
    """A daemon that comes back after any time answers the latest slot, once, and only then the next."""
    start = NOON + timedelta(seconds=begin)
    row = schedule(timing, last_slot_at=start, adaptive=interval is not None, interval_seconds=interval)
    at = start + timedelta(seconds=away)
    slot = slots.due(row, at)
    following = slots.upcoming(row, at, 4)
    assert all(earlier < later for earlier, later in pairwise([at, *following]))
    if slot is None:
        assert slots.next_slot(row, start) > at
        return
    assert start < slot <= at
    answered = replace(row, last_slot_at=slot)
    assert slots.due(answered, at) is None
    assert slots.upcoming(answered, at, 4) == following
    assert slots.next_slot(answered, slot) == following[0]
    assert slots.due(answered, following[0]) == following[0]


def test_jitter_puts_off_the_start_by_as_much_everywhere():
    jittered = schedule(jitter_seconds=60)
    starts = [slots.start_of(jittered, slot) - slot for slot in slots.upcoming(jittered, NOON, 50)]
    assert all(timedelta(0) <= put_off <= timedelta(seconds=60) for put_off in starts)
    assert len(set(starts)) > 40
    slot = NOON.astimezone(tz=None)
    assert slots.start_of(jittered, slot) == slots.start_of(jittered, NOON)
    assert slots.start_of(schedule(), NOON) == NOON


@pytest.mark.parametrize("adaptive", [False, True])
def test_after_a_pause_until_the_end_of_the_calendar_nothing_comes(adaptive):
    paused = schedule(
        paused_at=NOON,
        paused_until=datetime.max.replace(tzinfo=UTC),
        last_slot_at=NOON,
        adaptive=adaptive,
        interval_seconds=3600.0,
    )
    assert slots.next_slot(paused, NOON) is None


def test_a_backfill_that_is_new_waits_for_its_night():
    night = schedule("cron 10 1 * * *", kind=Kind.BACKFILL, catch_up=CatchUp.NONE, last_slot_at=None)
    assert slots.due(replace(night, kind=Kind.CRAWL), NOON) == NOON.replace(hour=1, minute=10)
    assert slots.due(night, NOON) is None, "a crawl that was never made is wanted at once, a backfill is not"
    coming = slots.next_slot(night, NOON)
    assert coming == NOON.replace(day=23, hour=1, minute=10)
    assert slots.due(night, coming) == coming
    assert slots.due(replace(night, changed_at=NOON + HOUR), NOON) is None, "changed by a clock that is ahead"
