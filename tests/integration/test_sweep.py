"""Runs whose processes vanished are closed as lost, and no other."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.clock import now
from core.settings import Settings
from crawlers.registry import find
from db.engine import open_engine, writing
from db.lock import lock_of, outlet_lock
from db.models import Outlet, Run, table
from db.running import processes, runs
from db.words import Kind, Role, Verdict
from pipelines.lost import end_lost_runs
from scheduler.sweep import sweep
from tests.integration.desk import HOME, Desk, document

RUN = table(Run)


@pytest.fixture
def settings(tmp_path, database_url) -> Settings:
    return Settings(home=tmp_path / "home", database_url=database_url)


@pytest.fixture(scope="module")
def dead() -> int:
    """Give the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", ""])
    process.wait()
    return process.pid


def begun(engine, outlet="nhe", *, kind=Kind.CRAWL, ago=timedelta(), **facts: object) -> int:
    """Begin a run of this process so long ago; then let its row say what is wanted."""
    run_id = runs.start(engine, find(outlet) if outlet else None, kind=kind, software_version="test")
    with writing(engine) as connection:
        values = {"started_at": now() - ago} | facts
        connection.execute(update(RUN).where(RUN.c.id == run_id).values(values))
    return run_id


@contextmanager
def process(*words: str) -> Iterator[int]:
    """Give the number of a process that lives as long as the block."""
    command = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(300)", *words]
    with subprocess.Popen(command) as living:
        try:
            yield living.pid
        finally:
            living.kill()


def test_a_run_of_this_machine_is_lost_when_its_process_is(engine, settings, dead):
    vanished = begun(engine, pid=dead)
    of_all = begun(engine, None, kind=Kind.MAINTENANCE, pid=dead)
    ours = begun(engine, "pse")
    with process() as stranger, process("--run-id", "5") as child:
        reused = begun(engine, "rtm", ago=timedelta(hours=1), pid=stranger)
        supervised = begun(engine, "wardround", ago=timedelta(hours=1), pid=child)
        assert supervised == 5
        assert sweep(engine, settings, {vanished}) == [of_all, reused], "its supervisor is about to end it"
        assert sweep(engine, settings) == [vanished]
        assert [run.id for run in runs.under_way(engine)] == [ours, supervised]
    assert sweep(engine, settings) == [supervised]
    run = runs.get(engine, vanished)
    assert run is not None
    assert run.verdict is Verdict.LOST
    assert run.reason == f"process {dead} on {run.host} ended without a word; what it had stored is kept"


def test_a_run_of_another_machine_is_lost_when_nobody_holds_its_outlet(engine, settings):
    old, young = timedelta(minutes=3), timedelta(minutes=1)
    abandoned = begun(engine, "nhe", ago=old, host="elsewhere")
    begins = begun(engine, "pse", ago=young, host="elsewhere")
    crawled = begun(engine, "rtm", ago=old, host="elsewhere")
    tidied = begun(engine, None, kind=Kind.MAINTENANCE, ago=old, host="alive")
    died = begun(engine, None, kind=Kind.MAINTENANCE, ago=old, host="elsewhere")
    number = processes.begin(engine, Role.WORKER, home=settings.home, address=None, software_version="test")
    with writing(engine) as connection:
        row = table_of_processes()
        connection.execute(update(row).where(row.c.id == number).values(host="alive"))
    with somebody_at(settings, "rtm"):
        assert sweep(engine, settings) == [abandoned, died]
        assert [run.id for run in runs.under_way(engine)] == [begins, crawled, tidied]
    assert sweep(engine, settings) == [crawled]


def test_a_backfill_of_another_machine_is_judged_by_a_lock_of_its_own(engine, settings):
    old = timedelta(minutes=3)
    crawled = begun(engine, "rtm", ago=old, host="elsewhere")
    filled = begun(engine, "rtm", kind=Kind.BACKFILL, ago=old, host="elsewhere")
    with somebody_at(settings, lock_of(Kind.BACKFILL, "rtm")):
        assert sweep(engine, settings) == [crawled]
        again = begun(engine, "rtm", ago=old, host="elsewhere")
    with somebody_at(settings, "rtm"):
        assert sweep(engine, settings) == [filled]
    assert sweep(engine, settings) == [again]


def test_a_crawl_leaves_lost_backfills_to_those_who_hold_their_lock(engine, dead):
    desk = Desk(engine, outlet=find("pointsman"))
    crawled = begun(engine, "pointsman", pid=dead)
    filled = begun(engine, "pointsman", kind=Kind.BACKFILL, pid=dead)
    assert end_lost_runs(desk.store, engine, "pointsman", but=desk.run_id) == [crawled]
    held = lock_of(Kind.BACKFILL, "pointsman")
    assert end_lost_runs(desk.store, engine, "pointsman", but=desk.run_id, held=held) == [filled]


def table_of_processes():
    from db.models import Process

    return table(Process)


@contextmanager
def somebody_at(settings: Settings, lock: str) -> Iterator[None]:
    """Let another process hold a lock as long as the block."""
    context = multiprocessing.get_context("spawn")
    taken, release = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(settings.database(), settings.locks, lock, taken, release))
    holder.start()
    try:
        assert taken.wait(60)
        yield
    finally:
        release.set()
        holder.join(60)


def hold(url, folder, lock, taken, release) -> None:
    engine = open_engine(url)
    with outlet_lock(engine, folder, lock):
        taken.set()
        release.wait(60)
    engine.dispose()


def test_a_run_of_an_outlet_that_is_followed_no_more_is_closed_too(engine, settings, dead):
    run_id = begun(engine, pid=dead)
    with writing(engine) as connection:
        connection.execute(update(table(Outlet)).values(key="closed-down"))
    assert sweep(engine, settings) == [run_id]
    assert sweep(engine, settings) == []


def test_a_zombie_is_dead(engine, settings):
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", ""])
    run_id = begun(engine, pid=process.pid)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert sweep(engine, settings) == [run_id]
    finally:
        process.wait()


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (Kind.CRAWL, Verdict.HELD),
        (Kind.BACKFILL, Verdict.LOST),  # years lie between its captures: pages change alike
        (Kind.REEXTRACT, Verdict.LOST),
    ],
)
def test_what_a_lost_crawl_would_have_held_is_held(engine, settings, dead, kind, verdict):
    desk = Desk(engine, outlet=find("pointsman"))

    def crawl(hour, *more: str) -> None:
        for number in range(12):
            text = "\n\n".join((f"What happened in ward {number} today.", *more))
            desk.show(f"{HOME}/articles/{number}", hour, document(f"Headline {number}", text))

    crawl(0)
    runs.finish(engine, desk.run_id, Verdict.OK)
    desk.next_run()
    crawl(10, "Have you got a story to tell? Would you like to become a columnist?")
    with writing(engine) as connection:
        connection.execute(update(RUN).where(RUN.c.id == desk.run_id).values(pid=dead, kind=kind.value))
    assert sweep(engine, settings) == [desk.run_id]
    run = runs.get(engine, desk.run_id)
    assert run is not None
    assert run.verdict is verdict
    held = "12 of 12 rechecked plain articles are held" in (run.reason or "")
    assert held is (kind is Kind.CRAWL)
