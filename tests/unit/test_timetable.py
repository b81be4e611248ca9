"""Timings read from text, and their slots on ordinary days and on days the clocks are changed."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from core.errors import SetupError
from scheduler.interval import read_span, span
from scheduler.timetable import Timetable, every

LONDON, BERLIN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slots(timing: str, zone: str, since: str, count: int) -> list[str]:
    """Give slots as UTC, to the minute."""
    found = islice(Timetable.parse(timing, zone).slots(instant(since)), count)
    return [slot.strftime("%m-%d %H:%M") for slot in found]


@pytest.mark.parametrize(
    "timing",
    [
        "every 90m",
        "every 1d12h",
        "every 10s",
        "cron 0 6 * * mon-fri",
        "cron */20 7-19 1,15 jan-mar *",
        "cron 0 0 last * *",
        "calendar 1 week at 06:30",
        "calendar 2 months at 23:05 from 2026-01-31",
    ],
)
def test_what_is_read_is_written_the_same(timing):
    read = Timetable.parse(timing, "Europe/London")
    assert read.timing == timing
    assert Timetable.parse(read.timing, read.zone) == read


def test_spaces_and_capitals_do_not_matter():
    assert Timetable.parse("  Every 1d 12h ", "UTC").timing == "every 1d12h"
    assert Timetable.parse("CRON 0  6 * * MON-FRI", "UTC").timing == "cron 0 6 * * mon-fri"


@pytest.mark.parametrize(
    ("timing", "said"),
    [
        ("hourly", "every 2h"),
        ("every hour", "30m, 2h or 1d12h"),
        ("every", "30m, 2h or 1d12h"),
        ("every 5s", "the shortest interval is 10s"),
        ("every 0h", "the shortest interval is 10s"),
        ("every 9999d", "the longest interval is 366d"),
        ("every 999999999w", "every|calendar"),
        ("cron 0 6 * *", "has 4 of cron's five fields"),
        ("cron 0 6 * * 1-5", "to some programs 0 is Sunday, to others Monday; use names, mon to sun"),
        ("cron 0 6 * * 0", "use names"),
        ("cron 0 6 * * mon-fri/2", "weekday"),
        ("cron 0 6 * * */2", "takes no steps"),
        ("cron 0 6 * * sat-mon", "runs backwards"),
        ("cron 0 6 * * monday", "'monday' is no weekday; they are mon, tue"),
        ("cron 60 6 * * *", "'minute' goes from 0 to 59"),
        ("cron 0 24 * * *", "'hour' goes from 0 to 23"),
        ("cron 0 6 0 * *", "'day' goes from 1 to 31"),
        ("cron 0 6 * 13 *", "'month' goes from 1 to 12"),
        ("cron 0 6 * juno *", "'juno' is no month"),
        ("cron 0 18-6 * * *", "runs backwards"),
        ("cron */0 * * * *", "the step of '\\*/0'"),
        ("cron 0 */24 * * *", "the step of '\\*/24'"),
        ("cron 0 6, * * *", "does not take ''"),
        ("cron @daily", "five fields"),
        ("cron 0 0 30 2 *", "never comes"),
        ("cron 0 0 31 4,6,9,11 *", "never comes"),
        ("calendar weekly", "'1 week at 06:30'"),
        ("calendar 0 days at 06:30", "not within 1 and 366"),
        ("calendar 1 week at 6:75", "no time of day"),
        ("calendar 1 week at 25:00", "no time of day"),
        ("calendar 1 month at 06:30 from yesterday", "'yesterday' is no day"),
        ("calendar 1 month at 06:30 from 2026-02-30", "'2026-02-30' is no day"),
    ],
)
def test_a_wrong_timing_is_refused_with_a_sentence(timing, said):
    with pytest.raises(SetupError, match=said):
        Timetable.parse(timing, "Europe/London")


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Lodnon", "is it .*Europe/London"),
        ("europe/london ", "is it .*Europe/London"),
        ("Mars/Olympus", "say Europe/London or UTC|is it"),
        ("", "no time zone"),
        ("Europe", "no time zone 'Europe'"),
        ("../../etc/passwd", "no time zone"),
    ],
)
def test_a_wrong_zone_is_refused_with_a_sentence(zone, said):
    with pytest.raises(SetupError, match=said):
        Timetable.parse("every 1h", zone)


def test_weekdays_are_what_their_names_say():
    # 22 November 2026 is a Sunday; in the evening of London's Sunday nothing more comes until Monday.
    assert slots("cron 0 6 * * mon-fri", "Europe/London", "2026-11-22 00:00", 6) == [
        "11-23 06:00",
        "11-24 06:00",
        "11-25 06:00",
        "11-26 06:00",
        "11-27 06:00",
        "11-30 06:00",
    ]
    assert slots("cron 0 6 * * sun", "Europe/London", "2026-11-22 06:00", 1) == ["11-29 06:00"]


def test_a_time_of_day_is_the_zones_own_in_winter_and_in_summer():
    assert slots("cron 30 6 * * *", "Europe/London", "2026-01-05 00:00", 1) == ["01-05 06:30"]
    assert slots("cron 30 6 * * *", "Europe/London", "2026-07-05 00:00", 1) == ["07-05 05:30"]


# Europe/London goes back at 01:00 UTC on 25 October 2026 and forward at 01:00 UTC on 29 March 2026,
# Europe/Berlin at the same instants, which there are 03:00 and 02:00.
@pytest.mark.parametrize(
    ("timing", "zone", "expected"),
    [
        ("cron 30 2 * * *", "Europe/London", ["10-25 02:30", "10-26 02:30"]),
        ("cron 30 1 * * *", "Europe/London", ["10-25 00:30", "10-26 01:30"]),
        ("cron 30 2 * * *", "Europe/Berlin", ["10-25 00:30", "10-26 01:30"]),
        ("cron */30 1 * * *", "Europe/London", ["10-25 00:00", "10-25 00:30", "10-26 01:00"]),
        ("calendar 1 day at 01:30", "Europe/London", ["10-25 00:30", "10-26 01:30"]),
    ],
)
def test_in_autumn_a_wall_time_that_comes_twice_fires_once(timing, zone, expected):
    assert slots(timing, zone, "2026-10-24 12:00", len(expected)) == expected


def test_what_was_answered_in_the_first_of_two_hours_is_not_due_in_the_second():
    daily = Timetable.parse("cron 30 1 * * *", "Europe/London")
    assert daily.after(instant("2026-10-25 01:10")) == instant("2026-10-26 01:30")
    assert daily.latest(instant("2026-10-25 00:30"), instant("2026-10-25 23:00")) is None


@pytest.mark.parametrize(
    ("timing", "zone", "expected"),
    [
        ("cron 30 1 * * *", "Europe/London", ["03-29 01:00", "03-30 00:30"]),
        ("cron 30 2 * * *", "Europe/Berlin", ["03-29 01:00", "03-30 00:30"]),
        ("cron 0,30 1-2 * * *", "Europe/London", ["03-29 01:00", "03-29 01:30", "03-30 00:00"]),
        ("calendar 1 day at 01:30", "Europe/London", ["03-29 01:00", "03-30 00:30"]),
        # At the very instant of the change, and in a zone that changes by half an hour.
        ("cron 0 2 * * *", "Australia/Lord_Howe", ["03-29 15:00", "03-30 15:00"]),
    ],
)
def test_in_spring_a_wall_time_that_is_left_out_comes_at_the_change(timing, zone, expected):
    assert slots(timing, zone, "2026-03-28 16:00", len(expected)) == expected


def test_half_an_hour_left_out_is_made_up_for_too():
    # Lord Howe Island leaves out 02:00 to 02:30 on 4 October 2026, at 15:30 UTC of the day before.
    assert slots("cron 10 2 * * *", "Australia/Lord_Howe", "2026-10-03 00:00", 2) == [
        "10-03 15:30",
        "10-04 15:10",
    ]


@pytest.mark.parametrize("since", ["2026-10-24 22:00", "2026-03-28 22:00"])
@pytest.mark.parametrize(
    ("timing", "step"), [("cron */20 * * * *", 20), ("cron 7 * * * *", 60), ("cron 7 0-23 * * *", 60)]
)
@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Berlin", "UTC"])
def test_what_goes_through_every_hour_runs_on_when_the_clocks_are_changed(timing, step, since, zone):
    found = list(islice(Timetable.parse(timing, zone).slots(instant(since)), 30))
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(minutes=step)}


def test_months_without_the_day_are_passed_over():
    assert slots("calendar 1 month at 06:30 from 2026-01-31", "UTC", "2026-01-01 00:00", 4) == [
        "01-31 06:30",
        "03-31 06:30",
        "05-31 06:30",
        "07-31 06:30",
    ]
    leap = Timetable.parse("calendar 1 year at 06:30 from 2024-02-29", "UTC")
    assert leap.after(instant("2024-03-01")) == instant("2028-02-29 06:30")
    assert leap.latest(instant("2024-01-01"), instant("2027-12-31")) == instant("2024-02-29 06:30")


def test_weeks_of_the_calendar_begin_on_a_monday_everywhere():
    assert slots("calendar 1 week at 06:30", "UTC", "2026-11-22 00:00", 2) == ["11-23 06:30", "11-30 06:30"]
    assert slots("calendar 1 month at 00:00", "UTC", "2026-11-22 00:00", 1) == ["12-01 00:00"]
    assert slots("calendar 1 week at 06:30 from 2030-01-01", "UTC", "2026-11-22 00:00", 1) == ["01-01 06:30"]


def test_the_gap_is_the_longest_of_a_week():
    at = instant("2026-11-22 12:00")
    gaps = {
        "every 90m": timedelta(minutes=90),
        "cron 0 6 * * mon-fri": timedelta(days=3),
        "cron */5 6-22 * * *": timedelta(hours=7, minutes=5),
        "cron * * * * *": timedelta(minutes=1),
        "calendar 1 week at 06:30": timedelta(weeks=1),
        "calendar 1 month at 06:30": timedelta(days=31),
    }
    for timing, gap in gaps.items():
        assert Timetable.parse(timing, "Europe/London").gap(at) == gap, timing


@pytest.mark.parametrize(
    ("timing", "at", "gap"),
    [
        ("cron 0 6 1-7 * *", "2026-11-20 12:00", timedelta(days=24)),  # between two months' first weeks
        ("cron * 7-19 * * mon-fri", "2026-11-22 12:00", timedelta(hours=59, minutes=1)),  # on a Sunday
    ],
)
def test_the_gap_that_one_is_in_counts(timing, at, gap):
    assert Timetable.parse(timing, "Europe/London").gap(instant(at)) == gap


def test_outlets_of_one_interval_do_not_start_together():
    at = instant("2026-11-22 12:00")
    starts = {Timetable.parse("every 1h", "UTC", name=f"crawl:{key}").after(at) for key in "abcdefghij"}
    assert len(starts) == 10
    once, again = (Timetable.parse("every 1h", "UTC", name="crawl:nhe").after(at) for _ in range(2))
    assert once == again


@settings(deadline=None)
@given(some.integers(1, 40_000_000))
def test_a_length_is_read_as_it_is_written(seconds):
    assert read_span(span(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
    assert every(timedelta(minutes=90)) == "every 1h30m"


TIMINGS = some.one_of(
    some.integers(10, 500_000).map(lambda seconds: f"every {seconds}s"),
    some.tuples(
        some.sampled_from(["0", "30", "*/20", "5,35"]),
        some.sampled_from(["*", "1", "2", "1-2", "*/6", "0-23"]),
        some.sampled_from(["*", "*", "29", "last", "1-7"]),
        some.sampled_from(["*", "*", "2", "mar,oct"]),
        some.sampled_from(["*", "mon-fri", "sun"]),
    ).map(lambda fields: "cron " + " ".join(fields)),
    some.tuples(
        some.integers(1, 9),
        some.sampled_from(["days", "weeks", "months", "years"]),
        some.sampled_from(["01:30", "02:30", "06:30"]),
        some.sampled_from(["", " from 2020-02-29", " from 2026-01-31"]),
    ).map(lambda parts: f"calendar {parts[0]} {parts[1]} at {parts[2]}{parts[3]}"),
)
ZONES = some.sampled_from(["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe"])
INSTANTS = some.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants its bounds without a zone
    datetime(2027, 12, 31),  # noqa: DTZ001 - the same
    timezones=some.just(UTC),
)


@settings(deadline=None, max_examples=60)  # a busy machine is no failure
@given(TIMINGS, ZONES, INSTANTS)
@example("cron 30 1 * * *", "Europe/London", instant("2026-10-25 00:30"))
@example("cron */20 * * * *", "Europe/London", instant("2026-10-25 00:59"))
@example("cron 30 * * * *", "Europe/London", instant("2026-03-29 00:59"))
def test_slots_only_go_forward_and_the_latest_is_the_last_of_them(timing, zone, since):
    timetable = Timetable.parse(timing, zone, name="crawl:any")
    found = list(islice(timetable.slots(since), 12))
    assert all(earlier < later for earlier, later in pairwise([since, *found]))
    for slot, following in pairwise(found):
        assert timetable.latest(since, slot) == slot
        assert timetable.latest(since, following - timedelta(microseconds=1)) == slot
        # From any point before it, the next slot is the same: nothing depends on where one looks from.
        assert timetable.after(slot - timedelta(seconds=1)) == slot
        assert timetable.after(slot + (following - slot) / 2) == following
    if found:
        assert timetable.latest(since, found[0] - timedelta(microseconds=1)) is None


@settings(deadline=None, max_examples=20)
@given(ZONES, INSTANTS)
def test_no_wall_time_of_a_day_is_answered_twice_or_not_at_all(zone, since):
    """Whatever the clocks do, a daily timing comes once in each local day."""
    place = ZoneInfo(zone)
    found = list(islice(Timetable.parse("cron 30 2 * * *", zone).slots(since), 200))
    days = [slot.astimezone(place).date() for slot in found]
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=1)}


def test_the_latest_of_twenty_years_costs_no_more_than_a_few_looks():
    """Counted in looks, not in seconds: a walk over these would take ten million."""
    timetable = Timetable.parse("cron * * * * *", "Europe/London")
    looks = []

    class Counting:
        def after(self, instant: datetime) -> datetime | None:
            looks.append(instant)
            return timetable.clock.after(instant)

    counted = Timetable(timing=timetable.timing, zone=timetable.zone, clock=Counting())
    until = instant("2026-11-22 12:00:30")
    assert counted.latest(instant("2006-01-01"), until) == instant("2026-11-22 12:00")
    assert len(looks) < 100


@pytest.mark.parametrize("timing", ["every 1h", "cron 0 6 * * *", "calendar 1 week at 06:30"])
def test_no_slot_comes_at_the_end_of_the_calendar(timing):
    assert Timetable.parse(timing, "Pacific/Auckland").after(datetime.max.replace(tzinfo=UTC)) is None
