"""What the queue takes, and what becomes of slots that meet each other there; nothing is crawled."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from core.orders import BackfillOrder
from core.records import Via
from core.settings import Settings
from crawlers import registry
from db import backfills
from db.engine import open_engine
from db.lock import lock_of, outlet_lock
from db.running import queue, runs, schedules
from db.running.schedules import Declared, Schedule
from db.words import BackfillEnding, Kind, Overlap, Trigger
from scheduler.errand import Errand
from scheduler.jobs import QUEUE, Jobs
from scheduler.queue import QueueExecutor
from scheduler.task import Task
from scheduler.worker import Worker

SLOT = datetime(2026, 3, 2, 6, tzinfo=UTC)
LATER = SLOT + timedelta(hours=1)
NAME = "crawl:wardround"
OUTLETS = ("wardround", "townclerk", "pointsman")


@pytest.fixture
def engine(new_postgresql, migrated_postgresql) -> Iterator[Engine]:
    opened = open_engine(new_postgresql(migrated_postgresql))
    queue.require(opened)
    outlets = [registry.find(key) for key in OUTLETS]
    schedules.declare(
        opened,
        [
            Declared(name=f"crawl:{one.key}", outlet=one, kind=Kind.CRAWL, timing="every 1h", timezone="UTC")
            for one in outlets
        ],
    )
    yield opened
    opened.dispose()


def rows(engine: Engine, query: str) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def waiting(engine: Engine) -> list[tuple]:
    """Give what waits, in the order in which it will be begun."""
    return rows(
        engine,
        "SELECT args ->> 'name', args ->> 'slot', priority FROM procrastinate.procrastinate_jobs "
        "WHERE status = 'todo' ORDER BY priority DESC, id",
    )


def skipped(engine: Engine) -> list[tuple]:
    return rows(engine, "SELECT scheduled_for, reason FROM run WHERE verdict = 'skipped' ORDER BY id")


def schedule(engine: Engine, overlap: Overlap = Overlap.SKIP, name: str = NAME) -> Schedule:
    return schedules.change(engine, name, overlap=overlap)


def crawl(slot: datetime | None, outlet: str = "wardround") -> Task:
    trigger = Trigger.PERSON if slot is None else Trigger.SCHEDULE
    return Task(name=f"crawl:{outlet}", outlet=outlet, kind=Kind.CRAWL, trigger=trigger, slot=slot)


def night(outlet: str, via: Via = Via.WAYBACK) -> Task:
    """Give a slice of an outlet's backfill."""
    return Task(
        name=f"backfill:{outlet}",
        outlet=outlet,
        kind=Kind.BACKFILL,
        trigger=Trigger.SCHEDULE,
        slot=SLOT,
        backfill=BackfillOrder(outlet=outlet, via=via),
    )


@pytest.fixture
def nights(engine) -> None:
    """Declare the nights of the outlets."""
    told = {"kind": Kind.BACKFILL, "timing": "cron 10 1 * * *", "timezone": "UTC"}
    outlets = [registry.find(key) for key in OUTLETS]
    schedules.declare(engine, [Declared(name=f"backfill:{one.key}", outlet=one, **told) for one in outlets])


def submit(engine: Engine, overlap: Overlap, *tasks: Task, daemons: int = 2, **settings: object) -> None:
    """Let several daemons submit each task at once, one task after the other."""

    async def all_of_them() -> None:
        executors = [QueueExecutor(engine, Settings(**settings)) for _ in range(daemons)]
        for task in tasks:
            told = schedule(engine, overlap, task.name)
            await asyncio.gather(*(executor.submit(task, told) for executor in executors))
        for executor in executors:
            await executor.stop(0, "tested")

    asyncio.run(all_of_them())


def begin(engine: Engine) -> list[str]:
    """Take all jobs that a worker could begin now; give their names. They stay under way."""

    async def take() -> list[str]:
        async with Jobs(engine, patient=False) as jobs:
            worker = await jobs.app.job_manager.register_worker()
            taken = []
            while job := await jobs.app.job_manager.fetch_job([QUEUE], worker):
                taken.append(str(job.queueing_lock))
            return taken

    return asyncio.run(take())


def test_of_two_daemons_one_puts_a_slot_in(engine):
    submit(engine, Overlap.SKIP, crawl(SLOT), crawl(SLOT, "townclerk"), daemons=3)
    assert waiting(engine) == [(f"crawl:{key}", SLOT.isoformat(), 0) for key in ("wardround", "townclerk")]
    assert [one.last_slot_at for one in schedules.listed(engine)] == [None, SLOT, SLOT]
    assert skipped(engine) == []


@pytest.mark.parametrize("overlap", Overlap)
def test_a_slot_is_skipped_once_while_the_one_before_waits(engine, overlap):
    submit(engine, overlap, crawl(SLOT), crawl(LATER))
    assert waiting(engine) == [(NAME, SLOT.isoformat(), 0)]
    assert skipped(engine) == [(LATER, "overlap: the one before still waits in the queue")]


@pytest.mark.parametrize("overlap", Overlap)
def test_a_slot_that_comes_while_the_one_before_is_under_way_goes_by_the_policy(engine, overlap):
    submit(engine, overlap, crawl(SLOT))
    assert begin(engine) == [NAME]
    run = runs.start(engine, registry.find("wardround"), software_version="test", scheduled_for=SLOT)
    submit(engine, overlap, crawl(LATER))
    waits = [(NAME, LATER.isoformat(), 0)]
    skip = [(LATER, "overlap: the one before is still under way")]
    assert (waiting(engine), skipped(engine)) == (([], skip) if overlap is Overlap.SKIP else (waits, []))
    assert runs.stop_requested(engine, [run]) == ({run} if overlap is Overlap.REPLACE else set())
    assert begin(engine) == []  # never beside the one before


def test_a_slot_that_comes_late_is_not_done_again(engine):
    submit(engine, Overlap.QUEUE, crawl(SLOT))
    begin(engine)
    submit(engine, Overlap.QUEUE, crawl(LATER))
    submit(engine, Overlap.QUEUE, crawl(SLOT))  # by a daemon that was frozen meanwhile
    assert waiting(engine) == [(NAME, LATER.isoformat(), 0)]


def test_a_slot_whose_schedule_is_paused_meanwhile_is_not_crawled(engine, tmp_path):
    submit(engine, Overlap.SKIP, crawl(SLOT))
    schedules.pause(engine, NAME, reason="they asked")
    work(engine, tmp_path)
    assert waiting(engine) == []
    assert runs.recent(engine) == []


def test_what_a_person_asks_for_comes_first(engine):
    submit(engine, Overlap.SKIP, crawl(SLOT, "townclerk"), crawl(SLOT))
    submit(engine, Overlap.SKIP, crawl(None), daemons=1)
    assert waiting(engine) == [(NAME, SLOT.isoformat(), 10), ("crawl:townclerk", SLOT.isoformat(), 0)]
    begin(engine)
    submit(engine, Overlap.QUEUE, crawl(LATER, "townclerk"), crawl(None), daemons=1)
    assert waiting(engine) == [(NAME, None, 10), ("crawl:townclerk", LATER.isoformat(), 0)]


@pytest.mark.parametrize(("allowed", "begun"), [(1, [NAME]), (2, [NAME, "crawl:pointsman"])])
def test_no_more_crawls_of_one_domain_than_are_allowed(engine, allowed, begun):
    one = dict.fromkeys(OUTLETS, "http://127.0.0.1:8000")
    tasks = [crawl(SLOT, outlet) for outlet in OUTLETS]
    submit(engine, Overlap.SKIP, *tasks, base_urls=one, crawls_per_domain=allowed)
    assert begin(engine) == begun


@pytest.mark.usefixtures("nights")
def test_an_archive_is_asked_by_one_slice_at_a_time_beside_the_crawls(engine):
    one = dict.fromkeys(OUTLETS, "http://127.0.0.1:8000")
    slices = [night("wardround"), night("townclerk"), night("pointsman", Via.COMMONCRAWL)]
    submit(engine, Overlap.SKIP, *slices, crawl(SLOT), base_urls=one)
    assert begin(engine) == ["backfill:wardround", "backfill:pointsman", NAME]


@pytest.mark.usefixtures("nights")
def test_a_slice_whose_backfill_ended_while_it_waited_is_no_run(engine, tmp_path):
    wish = night("wardround").backfill
    assert wish is not None
    one = backfills.open_backfill(engine, registry.find("wardround"), wish)
    submit(engine, Overlap.SKIP, night("wardround"))
    backfills.end(engine, one.id, BackfillEnding.DONE)
    work(engine, tmp_path)
    assert (waiting(engine), runs.recent(engine)) == ([], [])


@pytest.mark.usefixtures("nights")
def test_a_slice_is_skipped_while_a_person_carries_the_backfill_on_and_not_while_the_outlet_is_crawled(
    engine, tmp_path
):
    submit(engine, Overlap.SKIP, night("wardround"))
    with outlet_lock(engine, tmp_path, "wardround"):
        work(engine, tmp_path)  # it is not open, so nothing is begun
    assert skipped(engine) == []
    submit(engine, Overlap.SKIP, night("townclerk"))
    with outlet_lock(engine, tmp_path, lock_of(Kind.BACKFILL, "townclerk")):
        work(engine, tmp_path)
    assert skipped(engine) == [(SLOT, "overlap: the outlet is being backfilled")]


def work(engine: Engine, home: Path) -> None:
    """Let a worker do what waits."""
    address = engine.url.render_as_string(hide_password=False)
    worker = Worker(engine, Settings(home=home, database_url=address), software_version="test")
    asyncio.run(worker.run(asyncio.Event(), 1, once=True))


def test_a_job_of_a_worker_that_vanished_is_taken_over_once_beside_what_waits(engine):
    submit(engine, Overlap.QUEUE, crawl(SLOT))
    begin(engine)
    submit(engine, Overlap.QUEUE, crawl(SLOT, "townclerk"))
    begin(engine)
    submit(engine, Overlap.QUEUE, crawl(LATER))  # waits, so the older one is left to it

    async def take_over() -> list[bool]:
        async with Jobs(engine, patient=False) as one, Jobs(engine, patient=False) as other:
            assert await one.stalled(3600) == []
            stalled = await one.stalled(0)
            taken = [await asyncio.gather(one.take_over(job), other.take_over(job)) for job in stalled]
        return [sum(pair) == 1 for pair in taken]

    assert asyncio.run(take_over()) == [True, True]
    left = rows(
        engine,
        "SELECT args ->> 'name', args ->> 'slot', args ->> 'again', status::text "
        "FROM procrastinate.procrastinate_jobs ORDER BY 1",
    )
    again = ("crawl:townclerk", SLOT.isoformat(), "1", "todo")
    assert left == [again, (NAME, LATER.isoformat(), "0", "todo")]


def test_an_errand_comes_out_of_the_queue_as_it_went_in():
    for task in (crawl(SLOT), crawl(None), night("wardround", Via.COMMONCRAWL)):
        errand = Errand(task=task, overlap=Overlap.QUEUE, asked_at=LATER, again=2)
        assert Errand.of(errand.as_json() | {"timestamp": 1}) == errand


def test_a_database_that_is_away_is_said_to_be_in_a_way_that_is_tried_again(engine):
    executor = QueueExecutor(engine, Settings())
    told = schedule(engine)
    nowhere = open_engine(engine.url.set(query={"host": "127.0.0.1", "port": "1"}).render_as_string())
    executor._engine = nowhere  # noqa: SLF001 - as if it had gone after the daemon began

    async def try_it() -> None:
        try:
            await executor.submit(crawl(None), told)
        finally:
            await executor.stop(0, "tested")

    with pytest.raises(ConnectionError, match="the queue is away"):
        asyncio.run(try_it())
