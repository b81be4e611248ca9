"""Slices of open backfills at night: which are begun, which wait, which nights pass without one."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.clock import now
from core.orders import BackfillOrder
from core.records import Via
from core.settings import Settings
from crawlers.registry import find
from db import archive_pauses, backfills
from db.running import runs, schedules
from db.words import BackfillEnding, Kind, Trigger, Verdict
from scheduler import nights, slots
from scheduler.task import task_of
from tests.integration.office import story

OUTLETS = ("wardround", "townclerk")
NIGHT, OTHER = "backfill:wardround", "backfill:townclerk"
DAYS = {"since": date(2012, 1, 1), "until": date(2020, 12, 31)}


def opened(engine, via=Via.WAYBACK, outlet="wardround", **wish: Any):
    return backfills.open_backfill(engine, find(outlet), BackfillOrder(outlet=outlet, via=via, **wish))


async def night(office, name=NIGHT) -> None:
    """Let a night come whose slot is due."""
    before = schedules.get(office.engine, name).last_slot_at
    schedules.claim(office.engine, name, now() - timedelta(days=2), expected=before)
    assert slots.due(schedules.get(office.engine, name), now())
    await office.keeper.fire(name)


def is_answered(office, name=NIGHT) -> bool:
    return slots.due(schedules.get(office.engine, name), now()) is None


def begun(office) -> list[tuple[str, Via]]:
    return [(order.outlet, order.via) for order in office.orders]


def test_a_night_carries_an_open_backfill_on_beside_the_crawls(engine, tmp_path):
    async def tell(office) -> None:
        opened(engine, **DAYS)
        await night(office)
        await office.under_way()
        await office.fire()
        await office.under_way(2)
        (run,) = office.runs(Kind.BACKFILL)
        assert (run.outlet, run.trigger) == ("wardround", Trigger.SCHEDULE)
        asked = {"outlet": "wardround", "via": "wayback", "since": "2012-01-01", "until": "2020-12-31"}
        assert run.order == asked
        order = office.orders[0]
        assert order == BackfillOrder(
            outlet="wardround", via=Via.WAYBACK, minutes=90.0, run_id=run.id, **DAYS
        )
        assert office.orders[1].minutes == 60.0
        assert is_answered(office)

    story(engine, tmp_path, tell, parallel_crawls=1, backfill_minutes=90, crawl_minutes=60)


def test_a_night_without_an_open_backfill_passes_without_a_run(engine, tmp_path):
    async def tell(office) -> None:
        await night(office)
        done = opened(engine)
        backfills.end(engine, done.id, BackfillEnding.DONE)
        await night(office)
        assert office.orders == []
        assert runs.recent(engine) == []
        assert is_answered(office)

    story(engine, tmp_path, tell)


def test_a_backfill_asked_for_by_day_waits_for_the_night(engine, tmp_path):
    async def tell(office) -> None:
        opened(engine)
        await office.keeper.fire(NIGHT)
        assert office.orders == []
        assert slots.next_slot(schedules.get(engine, NIGHT), now()) is not None
        schedules.ask(engine, NIGHT)
        await office.keeper.watch()
        await office.until(lambda: begun(office) == [("wardround", Via.WAYBACK)])

    story(engine, tmp_path, tell)


def test_an_archive_is_asked_by_one_slice_at_a_time(engine, tmp_path):
    async def tell(office) -> None:
        opened(engine)
        opened(engine, outlet="townclerk")
        await night(office)
        await office.under_way()
        await night(office, OTHER)
        opened(engine, Via.COMMONCRAWL, "pointsman")
        await night(office, "backfill:pointsman")
        await office.under_way(2)
        assert sorted(begun(office)) == [("pointsman", Via.COMMONCRAWL), ("wardround", Via.WAYBACK)]
        assert len(runs.recent(engine)) == 2, "the third waits, and is no run yet"
        office.door.touch()
        await office.until(lambda: ("townclerk", Via.WAYBACK) in begun(office))

    story(engine, tmp_path, tell, outlets=(*OUTLETS, "pointsman"))


def test_the_oldest_backfill_that_can_go_on_comes_first(engine, tmp_path, caplog):
    async def tell(office) -> None:
        opened(engine, Via.WARC, paths=(tmp_path / "gone.warc.gz",))
        opened(engine, Via.WAYBACK)
        opened(engine, Via.COMMONCRAWL)
        archive_pauses.pause(engine, "wayback", now() + timedelta(hours=1), "429 Too Many Requests")
        await night(office)
        await office.until(lambda: begun(office) == [("wardround", Via.COMMONCRAWL)])
        assert "gone.warc.gz is not there" in caplog.text
        assert "the backfill from wayback is left: the archive refused" in caplog.text

    story(engine, tmp_path, tell)


def test_an_archive_whose_pause_is_over_is_asked_again(engine, tmp_path):
    async def tell(office) -> None:
        opened(engine)
        archive_pauses.pause(engine, "wayback", now() + timedelta(hours=1), "429 Too Many Requests")
        await night(office)
        assert is_answered(office)
        archive_pauses.unpause(engine, "wayback")
        archive_pauses.pause(engine, "wayback", now() - timedelta(seconds=1), "429 Too Many Requests")
        await night(office)
        await office.until(lambda: begun(office) == [("wardround", Via.WAYBACK)])
        assert len(office.runs(Kind.BACKFILL)) == 1

    story(engine, tmp_path, tell)


def test_what_waited_goes_on_with_what_is_wanted_by_then(engine, tmp_path):
    async def tell(office) -> None:
        opened(engine, outlet="townclerk")
        await night(office, OTHER)
        await office.under_way()
        opened(engine)
        await night(office)
        opened(engine, **DAYS)  # meanwhile a person asks for other days
        office.door.touch()
        await office.until(lambda: len(office.orders) == 2)
        assert office.orders[1].since == DAYS["since"]

    story(engine, tmp_path, tell, outlets=OUTLETS)


def test_what_ended_while_its_slice_waited_is_not_begun(engine, tmp_path, caplog):
    caplog.set_level("INFO")

    async def tell(office) -> None:
        opened(engine, outlet="townclerk")
        await night(office, OTHER)
        await office.under_way()
        done = opened(engine)
        await night(office)
        backfills.end(engine, done.id, BackfillEnding.DONE)
        office.door.touch()
        await office.until(lambda: "backfill:wardround: its backfill from wayback ended" in caplog.text)
        assert is_answered(office)
        assert [run.outlet for run in office.runs(Kind.BACKFILL)] == ["townclerk"]

    story(engine, tmp_path, tell, outlets=OUTLETS)


def test_a_slice_that_does_not_end_by_itself_is_ended_after_its_minutes(engine, tmp_path):
    async def tell(office) -> None:
        opened(engine)
        await night(office)
        await office.until(lambda: [run for run in office.runs(Kind.BACKFILL) if run.ended_at])
        (run,) = office.runs(Kind.BACKFILL)
        assert run.verdict is Verdict.FAILED
        assert "time limit (0.001 minutes)" in run.reason

    story(engine, tmp_path, tell, backfill_minutes=0.001, crawl_grace=0.1)


def test_a_night_that_nobody_was_there_for_is_not_made_up_for(engine, tmp_path):
    async def tell(office) -> None:
        opened(engine)
        before = now() - timedelta(days=2)
        schedules.claim(engine, NIGHT, before, expected=None)
        office.keeper.declare()
        assert is_answered(office)
        await office.keeper.fire(NIGHT)
        assert office.orders == []

    story(engine, tmp_path, tell)


@pytest.mark.parametrize("via", [Via.WARC, Via.FILE])
def test_files_are_not_left_to_the_workers_of_a_queue(engine, tmp_path, via, caplog):
    folder = tmp_path / "saved"
    folder.mkdir()
    found = opened(engine, via, paths=(folder,))
    assert nights.hindrance(engine, Settings(executor="local"), found, now()) is None
    assert "one machine" in (nights.hindrance(engine, Settings(executor="procrastinate"), found, now()) or "")

    async def tell(office) -> None:
        task = task_of(schedules.get(engine, NIGHT), Trigger.SCHEDULE, now())
        queued = office.settings.model_copy(update={"executor": "procrastinate"})
        assert nights.begun(engine, queued, task) is None
        assert "carry it on by hand there" in caplog.text
        assert nights.begun(engine, office.settings, task) is not None

    story(engine, tmp_path, tell)
