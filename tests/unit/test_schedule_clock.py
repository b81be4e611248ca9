"""The clock of schedules: the real one by default, a faster one for a soak."""

from datetime import UTC, datetime, timedelta

from core.clock import now
from scheduler.clock import ScheduleClock

SINCE = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_by_default_it_is_the_real_time():
    clock = ScheduleClock()
    assert abs(clock.now() - now()) < timedelta(seconds=5)
    assert clock.real(clock.shown(SINCE)) == SINCE


def test_a_faster_one_shows_an_hour_in_a_minute_and_leads_back():
    clock = ScheduleClock(speed=60, since=SINCE, epoch=datetime(2027, 3, 28, tzinfo=UTC))
    shown = clock.shown(SINCE + timedelta(minutes=1))
    assert shown == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert clock.real(shown) == SINCE + timedelta(minutes=1)
