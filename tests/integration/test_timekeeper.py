"""Slots that come, pass and overlap: a real timekeeper and executor, with children that only wait."""

import asyncio
from datetime import UTC, timedelta

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.settings import Settings
from crawlers import registry
from db.running import runs, schedules
from db.words import CatchUp, Kind, Overlap, Trigger, Verdict
from scheduler import maintenance
from scheduler.clock import ScheduleClock
from scheduler.daemon import tell_troubles
from scheduler.task import task_of
from scheduler.timekeeper import Timekeeper
from tests.integration.office import CRAWL, PATIENCE, story

RECHECK = "recheck:wardround"


def test_a_slot_that_comes_while_the_last_one_runs_is_skipped_and_said_so(engine, tmp_path):
    async def tell(office) -> None:
        first, second = now(), now() + timedelta(seconds=1)
        await office.fire(slot=first)
        await office.under_way()
        await office.fire(slot=second)
        await office.fire(slot=second)  # a daemon that read its schedules anew asks twice
        skipped = office.runs()[1:]
        assert [(run.verdict, run.scheduled_for, run.trigger) for run in skipped] == [
            (Verdict.SKIPPED, second, Trigger.SCHEDULE)
        ]
        assert "still under way" in skipped[0].reason
        assert schedules.get(office.engine, CRAWL).last_slot_at == second

    story(engine, tmp_path, tell)


def test_one_slot_waits_where_the_policy_is_to_queue(engine, tmp_path):
    async def tell(office) -> None:
        schedules.change(office.engine, CRAWL, overlap=Overlap.QUEUE)
        slots = [now() + timedelta(seconds=number) for number in range(3)]
        for slot in slots:
            await office.fire(slot=slot)
            await office.under_way()
        assert [(run.verdict, run.scheduled_for) for run in office.runs()] == [
            (None, slots[0]),
            (Verdict.SKIPPED, slots[1]),
        ]
        office.door.touch()
        await office.until(lambda: len(office.runs()) == 3 and all(run.ended_at for run in office.runs()))
        assert office.runs()[2].scheduled_for == slots[2], "the latest stands for all that waited"

    story(engine, tmp_path, tell)


def test_the_run_under_way_gives_way_where_the_policy_is_to_replace(engine, tmp_path):
    async def tell(office) -> None:
        schedules.change(office.engine, CRAWL, overlap=Overlap.REPLACE)
        await office.fire()
        await office.under_way()
        await office.fire(slot=now())
        await office.until(lambda: len(office.runs()) == 2)
        assert office.runs()[0].verdict is Verdict.STOPPED
        assert "replaced" in office.runs()[0].reason

    story(engine, tmp_path, tell)


def test_a_crawl_and_a_recheck_of_one_outlet_never_run_at_once(engine, tmp_path):
    async def tell(office) -> None:
        await office.fire(CRAWL)
        await office.under_way()
        await office.fire(RECHECK)
        await asyncio.sleep(0.2)
        assert [run.kind for run in runs.recent(office.engine)] == [Kind.CRAWL]
        office.door.touch()
        await office.until(lambda: len(runs.recent(office.engine)) == 2)

    story(engine, tmp_path, tell, parallel_crawls=9, crawls_per_domain=9)


def test_what_waits_for_room_is_not_begun_once_its_schedule_is_paused(engine, tmp_path, caplog):
    caplog.set_level("INFO")

    async def tell(office) -> None:
        await office.fire(CRAWL)
        await office.under_way()
        await office.fire(RECHECK)
        schedules.pause(office.engine, RECHECK, reason="they asked")
        office.door.touch()
        await office.until(lambda: "recheck:wardround was paused" in caplog.text or office.runs(Kind.RECHECK))
        assert office.runs(Kind.RECHECK) == []
        assert schedules.get(office.engine, RECHECK).last_slot_at is None

    story(engine, tmp_path, tell)


def test_it_ends_though_a_slot_waits_for_a_database_that_is_away(engine, tmp_path, caplog):
    async def tell(office) -> None:
        crawl = schedules.get(engine, CRAWL)
        rename(engine, "schedule", "away")
        try:
            await office.executor.submit(task_of(crawl, Trigger.SCHEDULE, now()), crawl)
            await office.until(lambda: "is asked again" in caplog.text)
            async with asyncio.timeout(PATIENCE):
                await office.executor.stop(5, "the daemon was stopped")
        finally:
            rename(engine, "away", "schedule")
        assert office.runs() == []
        assert schedules.get(engine, CRAWL).last_slot_at is None

    story(engine, tmp_path, tell)


def rename(engine, table, name) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


def test_slots_are_answered_again_after_a_clock_that_was_years_ahead(engine, tmp_path):
    async def tell(office) -> None:
        schedules.claim(office.engine, CRAWL, now() + timedelta(days=3650), expected=None)
        slot = now()
        await office.fire(slot=slot)
        await office.under_way()
        assert schedules.get(office.engine, CRAWL).last_slot_at == slot

    story(engine, tmp_path, tell)


def test_what_still_waits_when_the_daemon_ends_is_due_again(engine, tmp_path):
    async def tell(office) -> None:
        await office.fire(CRAWL)
        await office.under_way()
        await office.fire(RECHECK)
        await office.executor.stop(5, "the daemon was stopped")
        assert office.runs()[0].verdict is Verdict.STOPPED
        assert office.runs(Kind.RECHECK) == []
        assert schedules.get(office.engine, RECHECK).last_slot_at is None

    story(engine, tmp_path, tell)


@pytest.mark.parametrize(("catch_up", "made_up_for"), [(CatchUp.ONCE, 1), (CatchUp.NONE, 0)])
def test_slots_that_passed_while_nobody_ran_are_made_up_for_once_or_not(
    engine, tmp_path, catch_up, made_up_for
):
    long_ago = now() - timedelta(days=3)

    async def tell(office) -> None:
        for name in (CRAWL, RECHECK, "maintenance"):
            schedules.claim(office.engine, name, long_ago, expected=None)
        schedules.change(office.engine, CRAWL, catch_up=catch_up, jitter_seconds=0)
        schedules.pause(office.engine, RECHECK)
        schedules.pause(office.engine, "maintenance")
        office.keeper.declare()
        office.scheduler.start()
        await office.keeper.watch()
        if made_up_for:
            await office.under_way()
            (run,) = office.runs()
            assert now() - timedelta(hours=1) < run.scheduled_for <= now()
        else:
            await asyncio.sleep(0.3)
            assert office.runs() == []
        assert schedules.get(office.engine, CRAWL).last_slot_at > now() - timedelta(hours=1)
        office.scheduler.shutdown(wait=False)

    story(engine, tmp_path, tell)


def test_what_a_dead_daemon_left_half_done_is_begun_again_but_not_for_ever(engine, tmp_path):
    async def tell(office) -> None:
        slot = now()
        schedules.claim(office.engine, CRAWL, slot, expected=None)
        for attempt in range(3):
            lost = runs.start(
                office.engine,
                registry.find("wardround"),
                trigger=Trigger.SCHEDULE,
                scheduled_for=slot,
                software_version="0",
            )
            runs.finish(office.engine, lost, Verdict.LOST)
            await office.keeper.carry_on()
            unanswered = schedules.get(office.engine, CRAWL).last_slot_at is None
            assert unanswered == (attempt < 2)
            if unanswered:
                schedules.claim(office.engine, CRAWL, slot, expected=None)

    story(engine, tmp_path, tell)


def test_a_slot_answered_right_before_the_daemon_died_is_due_at_the_next_start(engine, tmp_path):
    async def tell(office) -> None:
        schedules.claim(office.engine, CRAWL, now(), expected=None)
        schedules.claim(office.engine, RECHECK, now(), expected=None)
        runs.skip(
            office.engine,
            registry.find("wardround"),
            Kind.RECHECK,
            Trigger.SCHEDULE,
            schedules.get(office.engine, RECHECK).last_slot_at,
            "overlap",
        )
        office.keeper.declare()
        assert schedules.get(office.engine, CRAWL).last_slot_at is None
        assert schedules.get(office.engine, RECHECK).last_slot_at is not None

    story(engine, tmp_path, tell)


def test_what_a_person_stopped_stays_stopped(engine, tmp_path):
    async def tell(office) -> None:
        slot = now()
        await office.fire(slot=slot)
        await office.under_way()
        runs.request_stop(office.engine, office.runs()[0].id)
        await office.until(lambda: office.runs()[0].ended_at is not None)
        await office.keeper.carry_on()
        assert schedules.get(office.engine, CRAWL).last_slot_at == slot

    story(engine, tmp_path, tell)


def test_a_schedule_that_cannot_be_read_keeps_no_other_from_its_slots(engine, tmp_path, caplog):
    async def tell(office) -> None:
        schedules.change(office.engine, RECHECK, timing="now and then")
        office.scheduler.start()
        await office.keeper.watch()
        await office.under_way()
        assert "recheck:wardround is left out" in caplog.text
        office.scheduler.shutdown(wait=False)

    story(engine, tmp_path, tell)


def test_a_maintenance_has_its_end_though_the_database_was_away_for_a_moment(engine, tmp_path):
    away = []

    def go(_connection, _cursor, statement, *_more: object) -> None:
        if statement.startswith("UPDATE run ") and not away:
            away.append(statement)
            raise OperationalError(statement, {}, Exception("away"))

    event.listen(engine, "before_cursor_execute", go)
    settings = Settings(home=tmp_path, database_url=engine.url.render_as_string(hide_password=False))
    maintenance.tidy(engine, settings, trigger=Trigger.SCHEDULE, software_version="0")
    (run,) = runs.recent(engine)
    assert away
    assert run.verdict is Verdict.OK


def test_a_maintenance_that_fails_is_not_taken_for_a_database_that_is_away(engine, tmp_path, caplog):
    def refuse(_trigger: Trigger) -> None:
        raise PermissionError(13, "Permission denied", "captures")

    async def tell(office) -> None:
        keeper = Timekeeper(
            engine, office.settings, office.scheduler, office.executor, ScheduleClock(), refuse
        )
        await keeper.fire("maintenance")
        assert "the maintenance failed" in caplog.text
        assert "Permission denied" in caplog.text
        assert "away" not in caplog.text
        schedules.ask(engine, "maintenance")
        await keeper.watch()

    story(engine, tmp_path, tell)


def test_work_that_stands_still_is_told_of_once(caplog):
    async def stand_still() -> None:
        doors = [asyncio.Event(), asyncio.Event()]
        inside = iter(doors)
        scheduler = AsyncIOScheduler(timezone=UTC)
        tell_troubles(scheduler)
        missed: list[object] = []
        scheduler.add_listener(missed.append, EVENT_JOB_MAX_INSTANCES)

        async def work() -> None:
            await next(inside, doors[0]).wait()

        scheduler.add_job(work, "interval", seconds=0.02, id="(watch)")
        scheduler.start()
        for told, door in enumerate(doors, 1):
            before = len(missed)
            async with asyncio.timeout(PATIENCE):
                while len(missed) < before + 3:  # noqa: ASYNC110 - the scheduler is waited for
                    await asyncio.sleep(0.01)
            assert [record.name for record in caplog.records] == ["scheduler.daemon"] * told
            door.set()
        scheduler.shutdown(wait=False)

    asyncio.run(stand_still())


def test_maintenance_is_asked_for_by_its_slot_and_by_people(engine, tmp_path):
    async def tell(office) -> None:
        schedules.pause(office.engine, CRAWL)
        schedules.pause(office.engine, RECHECK)
        office.scheduler.start()
        await office.keeper.watch()
        await office.until(lambda: office.tidied == [Trigger.SCHEDULE])
        schedules.ask(office.engine, "maintenance")
        await office.keeper.watch()
        assert office.tidied == [Trigger.SCHEDULE, Trigger.PERSON]
        office.scheduler.shutdown(wait=False)

    story(engine, tmp_path, tell)
