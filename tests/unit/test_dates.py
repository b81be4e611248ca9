"""Dates come out as written: no guess, no default, the zone minded."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.article import dates

LONDON = "Europe/London"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # the parts are year to minute


@pytest.mark.parametrize(
    ("raw", "instant", "day"),
    [
        ("13.08.18", None, date(2018, 8, 13)),
        ("13.08.2018", None, date(2018, 8, 13)),
        ("05/06/2019", None, date(2019, 6, 5)),
        ("21/02/2017 at 20:33", at(2017, 2, 21, 20, 33), date(2017, 2, 21)),
        ("21/07/2017 at 00:33", at(2017, 7, 20, 23, 33), date(2017, 7, 21)),
        ("09 July 2024", None, date(2024, 7, 9)),
        ("9th July 2024", None, date(2024, 7, 9)),
        ("Tuesday, 9 July 2024", None, date(2024, 7, 9)),
        ("July 9, 2024", None, date(2024, 7, 9)),
        ("30 Mar 2019 9:03am", at(2019, 3, 30, 9, 3), date(2019, 3, 30)),
        ("30 Jun 2019 12:03am", at(2019, 6, 29, 23, 3), date(2019, 6, 30)),
        ("01 Jul 22", None, date(2022, 7, 1)),
        ("2024-07-01", None, date(2024, 7, 1)),
        ("2024-07-01T09:00:00+01:00", at(2024, 7, 1, 8, 0), date(2024, 7, 1)),
        ("2024-07-01T09:00:00Z", at(2024, 7, 1, 9, 0), date(2024, 7, 1)),
        ("2024-07-01T23:30:00.000Z", at(2024, 7, 1, 23, 30), date(2024, 7, 2)),
        ("2024-07-01 09:00:00", at(2024, 7, 1, 8, 0), date(2024, 7, 1)),
        ("Tue, 25 Aug 2020 12:19:19 GMT", datetime(2020, 8, 25, 12, 19, 19, tzinfo=UTC), date(2020, 8, 25)),
        ("Wed, 02 Oct 2002 13:00:00 +0200", at(2002, 10, 2, 11, 0), date(2002, 10, 2)),
        ("Published: 23 Feb 2022", None, date(2022, 2, 23)),
    ],
)
def test_every_form_the_outlets_write(raw: str, instant: datetime | None, day: date):
    found = dates.moment(raw, LONDON)
    assert found is not None
    assert (found.at, found.on, found.note) == (instant, day, None)


@pytest.mark.parametrize(
    "raw", ["31.02.16", "31/02/2016 at 10:00", "2024-02-30", "21/02/2017 at 25:61", "00.01.15"]
)
def test_a_date_that_does_not_exist_is_kept_as_written(raw: str):
    found = dates.moment(raw, LONDON)
    assert found is not None
    assert (found.raw, found.at, found.on, found.note) == (raw, None, None, dates.IMPOSSIBLE)


@pytest.mark.parametrize(
    "raw", ["", "yesterday", "May 2019", "20240701", "1.2.3", "13.08.18 was the day", "24/7"]
)
def test_what_is_no_date_gives_none(raw: str):
    assert dates.moment(raw, LONDON) is None


def test_local_times_that_come_twice_or_never_are_noted():
    twice = dates.moment("25/10/2015 at 01:30", LONDON)
    never = dates.moment("29/03/2015 at 01:30", LONDON)
    assert twice is not None
    assert never is not None
    assert (twice.at, twice.note) == (at(2015, 10, 25, 0, 30), dates.AMBIGUOUS)
    assert (never.at, never.note) == (at(2015, 3, 29, 1, 30), dates.NONEXISTENT)


def test_without_a_zone_nothing_is_guessed():
    local, either, only = (
        dates.moment(raw, None) for raw in ("2024-07-01T09:00", "03/04/2019", "25/12/2019")
    )
    assert local is not None
    assert (local.at, local.on) == (None, date(2024, 7, 1))
    assert either is not None
    assert (either.at, either.on, either.note) == (None, None, None)
    assert only is not None
    assert only.on == date(2019, 12, 25)


def test_a_date_glued_to_a_byline_or_in_a_path():
    glued = dates.first("By Sharon Brennan2017-05-01T07:00:00", LONDON)
    assert glued is not None
    assert glued.at == at(2017, 5, 1, 6, 0)
    for before_a_name in ("Dec 17, 2025Una Marsh", "17 December 2025Una Marsh"):
        day = dates.first(before_a_name, LONDON)
        assert day is not None
        assert day.on == date(2025, 12, 17)
    path = dates.from_path("/news/31012016/a-slug")
    assert path is not None
    assert path.on == date(2016, 1, 31)
    assert dates.from_path("/news/31132016/a-slug") is None


@given(st.datetimes(datetime(1970, 1, 2), datetime(2037, 12, 30)))  # noqa: DTZ001 - local times are what is read
def test_iso_and_day_first_forms_agree(when: datetime):
    iso = dates.moment(when.isoformat(timespec="minutes"), LONDON)
    british = dates.moment(f"{when:%d/%m/%Y} at {when:%H:%M}", LONDON)
    assert iso is not None
    assert british is not None
    assert (iso.at, iso.on, iso.note) == (british.at, british.on, british.note)
    assert dates.local("", when.date(), time(when.hour, when.minute), LONDON).at == iso.at


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(text: str):
    dates.moment(text, LONDON)
    dates.moment(text, None)
    dates.first(text, LONDON)


def test_a_time_glued_to_a_year_of_two_digits_is_no_other_century():
    found = dates.first("keelson 28.09.1912:44", "Europe/London")
    assert found is not None
    assert found.on == date(2019, 9, 28)
