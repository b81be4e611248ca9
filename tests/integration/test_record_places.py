"""Which captures an export goes through, on both databases."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from db.record_places import Period, count, record_places, titled_captures
from tests.integration.desk import HOME, Desk, Title, at, document

ALL = Period(outlet="gazette")
SECOND_DAY = Period(outlet="gazette", since=date(2026, 3, 3), until=date(2026, 3, 3))


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """Give an archive of two outlets with answers on three days, put in out of their order."""
    desk = Desk(engine)
    desk.show(f"{HOME}/1", 24, document("Ferry", "It leaves at ten."))
    desk.show(f"{HOME}/1", 0, document("A ferry", "It leaves at nine."), served="as it was")
    desk.visit(f"{HOME}/1", 48, served="as it was")
    desk.visit(f"{HOME}/2", 25)  # a failure brings no bytes
    other = Desk(engine, outlet=replace(Title(), key="herald", home="https://www.example.net"))
    other.visit("https://www.example.net/1", 1, served="as it was")
    return desk


def test_every_answer_with_bytes_is_given_once_oldest_first(desk: Desk):
    places = list(record_places(desk.engine, ALL))
    assert [place.captured_at for place in places] == [at(0), at(24), at(48)]
    assert count(desk.engine, ALL) == 3
    assert [place.offset for place in places] == [0, 24_000, 48_000]
    assert {place.run_id for place in places} == {1}
    first, _, again = places
    assert first.url == f"{HOME}/1"
    assert (again.sha256, again.whole_file) == (first.sha256, first.warc_file)
    assert again.whole_offset == first.whole_offset == first.offset


def test_days_are_those_of_utc_both_included(desk: Desk):
    assert [place.captured_at for place in record_places(desk.engine, SECOND_DAY)] == [at(24)]
    since = replace(SECOND_DAY, until=None)
    assert [place.captured_at for place in record_places(desk.engine, since)] == [at(24), at(48)]
    assert count(desk.engine, replace(SECOND_DAY, since=None)) == 2


def test_another_outlets_captures_are_its_own(desk: Desk):
    (place,) = record_places(desk.engine, Period(outlet="herald"))
    assert place.url == "https://www.example.net/1"


def test_articles_are_listed_with_their_titles(desk: Desk):
    listed = [(page.title, page.captured_at, page.url) for page in titled_captures(desk.engine, ALL)]
    assert listed == [("A ferry", at(0), f"{HOME}/1"), ("Ferry", at(24), f"{HOME}/1")]
    assert [page.title for page in titled_captures(desk.engine, SECOND_DAY)] == ["Ferry"]
