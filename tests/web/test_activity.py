"""The numbers behind the plots, and which runs ended since somebody last looked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from db import outlets
from db.engine import writing
from db.histories import endings
from db.running import activity, runs
from db.words import Kind, Trigger, Verdict
from tests.integration.desk import Title

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def put(engine):
    """Give a function that enters a run by its start, in hours before noon."""

    def enter(hours: float, *, seconds: float | None = 60, key: str = "gazette", **facts: object) -> int:
        with writing(engine) as connection:
            outlet_id = outlets.remember(connection, Title(key=key))
            at = NOON - timedelta(hours=hours)
            row = runs.beginning(outlet_id, started_at=at, software_version="test") | {
                "ended_at": at + timedelta(seconds=seconds) if seconds is not None else None,
                "verdict": "ok" if seconds is not None else None,
                "counts": {"new": 1},
            }
            return int(
                connection.execute(insert(runs.RUN).values(row | facts).returning(runs.RUN.c.id)).scalar_one()
            )

    return enter


def test_days_without_a_run_are_told_from_days_without_news(engine, put):
    put(1, counts={"responses": 3, "new": 4})
    put(2, counts=None, verdict="failed")
    put(24, counts={"responses": 3, "new": 0})
    put(12.5, counts={"new": 2})  # half past eleven at night: the day before
    put(24 * 29, counts={"new": 7})
    put(24 * 31, counts={"new": 100})
    found = activity.activity(engine, NOON)["gazette"]
    assert len(found.days) == 30
    assert found.days[-1] == activity.Day(on=date(2026, 3, 20), runs=2, new=4)
    assert found.days[-2] == activity.Day(on=date(2026, 3, 19), runs=2, new=2)
    assert found.days[-3] == activity.Day(on=date(2026, 3, 18), runs=0, new=0)
    assert found.days[0].new == 7
    assert sum(day.new for day in found.days) == 13


def test_the_last_runs_come_oldest_first_each_with_its_length(engine, put):
    for hours in range(40, 0, -1):
        put(hours, seconds=hours)
    going = put(0.5, seconds=None, kind="recheck")
    put(0.25, verdict="skipped", seconds=0)
    put(3, key="courier")
    found = activity.activity(engine, NOON)
    assert set(found) == {"gazette", "courier"}
    beats = found["gazette"].beats
    assert [beat.seconds for beat in beats] == [*range(29, 0, -1), None]
    assert (beats[-1].run_id, beats[-1].kind, beats[-1].verdict) == (going, Kind.RECHECK, None)
    assert len(found["courier"].beats) == 1


def test_an_archive_without_runs_has_no_activity(engine):
    assert activity.activity(engine, NOON) == {}


def test_each_end_is_given_once_whoever_ran(engine, put):
    put(3)
    going = put(2, seconds=None)
    mark = endings.mark(engine)
    assert endings.ended_since(engine, mark) == ([], mark)
    begun = runs.start(engine, Title(), trigger=Trigger.SCHEDULE, software_version="test")
    put(1, counts={"new": 9})
    ended, mark = endings.ended_since(engine, mark)
    assert [run.counts["new"] for run in ended] == [9]
    assert mark.under_way == {going, begun}
    runs.finish(engine, going, Verdict.FAILED, reason="the outlet is away")
    ended, mark = endings.ended_since(engine, mark)
    assert [(run.id, run.outlet, run.verdict) for run in ended] == [(going, "gazette", Verdict.FAILED)]
    assert endings.ended_since(engine, mark) == ([], mark)


def test_many_ends_are_read_in_pages(engine, put, monkeypatch):
    monkeypatch.setattr(endings, "PAGE", 3)
    mark = endings.mark(engine)
    made = [put(1) for _ in range(8)]
    ended, mark = endings.ended_since(engine, mark)
    assert [run.id for run in ended] == made
    assert mark.last == made[-1]


def test_a_row_that_appears_after_later_ones_is_not_missed(engine, put):
    mark = endings.mark(engine)
    put(1, id=7)
    ended, mark = endings.ended_since(engine, mark)
    assert [run.id for run in ended] == [7]
    put(1, id=5)
    ended, mark = endings.ended_since(engine, mark)
    assert [run.id for run in ended] == [5]
    put(1, id=7 + endings.MAY_APPEAR)
    _, mark = endings.ended_since(engine, mark)
    put(1, id=6)
    assert endings.ended_since(engine, mark)[0] == [], "it does not wait for ever for what never came"
