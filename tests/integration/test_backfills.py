"""Backfills and archives' pauses on both databases: gone on with, dropped, ended, stretched."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.orders import BackfillOrder
from core.records import Via
from db import archive_pauses, backfills
from db.words import BackfillEnding
from tests.integration.desk import Title

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORDER = BackfillOrder(outlet="gazette", via=Via.WAYBACK, since=date(2016, 1, 1))
MINUTE = timedelta(minutes=1)


def test_a_backfill_asked_for_again_is_the_same_one(engine):
    first = backfills.open_backfill(engine, Title(), ORDER)
    assert backfills.open_backfill(engine, Title(), replace(ORDER, limit=5, minutes=3, run_id=9)) == first
    assert backfills.opened(engine) == [first]
    assert first.order(minutes=10) == replace(ORDER, minutes=10)


def test_one_for_other_days_takes_its_place(engine):
    first = backfills.open_backfill(engine, Title(), ORDER)
    files = replace(ORDER, via=Via.WARC, paths=(Path("one.warc.gz"),))
    other_archive = backfills.open_backfill(engine, Title(), files)
    assert other_archive.paths == (Path.cwd() / "one.warc.gz",)
    second = backfills.open_backfill(engine, Title(), replace(ORDER, until=date(2018, 1, 1)))
    assert [one.id for one in backfills.opened(engine, "gazette")] == [other_archive.id, second.id]
    assert second.id != first.id
    assert backfills.open_backfill(engine, Title(), files) == other_archive
    assert backfills.opened(engine, "another") == []


def test_what_is_done_is_open_no_more(engine):
    first = backfills.open_backfill(engine, Title(), ORDER)
    backfills.end(engine, first.id, BackfillEnding.DONE)
    backfills.end(engine, first.id, BackfillEnding.DROPPED)
    assert backfills.opened(engine) == []
    assert backfills.open_backfill(engine, Title(), ORDER).id != first.id


def test_each_refusal_in_a_row_keeps_us_away_twice_as_long(engine):
    assert archive_pauses.paused_until(engine, "wayback") is None
    waits = []
    for _ in range(3):
        until = archive_pauses.pause(engine, "wayback", AT + MINUTE, "too many requests", at=AT)
        assert archive_pauses.paused_until(engine, "wayback") == until
        waits.append((until - AT) / MINUTE)
    assert waits == [1, 2, 4]
    archive_pauses.unpause(engine, "wayback")
    assert archive_pauses.paused_until(engine, "wayback") is None
    assert archive_pauses.pause(engine, "wayback", AT + MINUTE, "again\x00", at=AT) == AT + MINUTE


@pytest.mark.parametrize(("asked", "kept"), [(1, 24), (48, 48)])
def test_no_pause_is_longer_than_a_day_but_one_asked_for(engine, asked, kept):
    for _ in range(30):
        until = archive_pauses.pause(engine, "commoncrawl", AT + timedelta(hours=asked), "no", at=AT)
    assert (until - AT) / timedelta(hours=1) == kept
    assert archive_pauses.pause(engine, "commoncrawl", AT + MINUTE, "no", at=AT) == until
    assert archive_pauses.paused_until(engine, "wayback") is None
