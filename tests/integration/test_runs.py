"""Runs and locks on both databases, and the column types they stand on."""

import multiprocessing
import os
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from core.errors import SetupError
from db.engine import open_engine, writing
from db.lock import outlet_lock
from db.models import Run, table
from db.running import runs
from tests.integration.desk import Title


def begin(engine: Engine, **facts: Any):
    return runs.start(engine, Title(), software_version="1.2", **facts)


def test_a_run_is_begun_and_ended_with_its_verdict(engine):
    run_id = begin(engine, order={"outlet": "gazette", "limit": 3})
    under_way = runs.get(engine, run_id)
    assert (under_way.outlet, under_way.verdict, under_way.ended_at) == ("gazette", None, None)
    assert (under_way.pid, under_way.order) == (os.getpid(), {"outlet": "gazette", "limit": 3})
    runs.finish(
        engine,
        run_id,
        runs.Verdict.PARTIAL,
        reason="2 addresses unreached",
        counts={"new": 5},
        peak_memory_bytes=2**33,
    )
    ended = runs.get(engine, run_id)
    assert (ended.verdict, ended.reason, ended.counts) == (
        runs.Verdict.PARTIAL,
        "2 addresses unreached",
        {"new": 5},
    )
    assert ended.peak_memory_bytes == 2**33
    assert ended.ended_at >= ended.started_at


def test_the_newest_runs_come_first_and_outlets_can_be_chosen(engine):
    first, second = begin(engine), begin(engine, kind=runs.Kind.RECHECK, trigger=runs.Trigger.SCHEDULE)
    assert [run.id for run in runs.recent(engine)] == [second, first]
    assert [run.id for run in runs.recent(engine, limit=1)] == [second]
    assert runs.recent(engine, outlet="herald") == []
    assert runs.get(engine, 4711) is None


def test_a_run_begun_elsewhere_is_taken_over_once(engine):
    run_id = begin(engine)
    with writing(engine) as connection:
        connection.execute(table(Run).update().values(pid=1, host="elsewhere"))
    assert runs.attach(engine, run_id).pid == os.getpid()
    runs.finish(engine, run_id, runs.Verdict.OK)
    with pytest.raises(SetupError, match="cuttings runs"):
        runs.attach(engine, run_id)


def test_a_word_outside_the_vocabulary_is_refused(engine):
    run_id = begin(engine)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(table(Run).update().where(table(Run).c.id == run_id).values(verdict="splendid"))


def test_a_reference_to_nothing_is_refused(engine):
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(table(Run).insert().values(**runs.beginning(99, started_at=datetime.now(UTC))))


def test_instants_come_back_in_utc_and_sort_as_text(engine):
    summer = datetime(2026, 7, 1, 12, 30, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    run_id = begin(engine, scheduled_for=summer)
    found = runs.get(engine, run_id).scheduled_for
    assert found == summer
    assert found.utcoffset() == timedelta(0)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            stored = connection.execute(text("SELECT scheduled_for, date(scheduled_for) FROM run")).one()
        assert tuple(stored) == ("2026-07-01 11:30:00.000005Z", "2026-07-01")


def test_a_naive_instant_is_refused(engine):
    with pytest.raises(StatementError, match="no zone"):
        begin(engine, scheduled_for=datetime(2026, 7, 1, 12, 30))  # noqa: DTZ001 - that is the point


def test_every_view_can_be_read(engine):
    from db import views

    with engine.connect() as connection:
        for view in views.names():
            connection.execute(text(f"SELECT * FROM {view}")).all()
        assert connection.execute(select(table(Run).c.id)).all() == []


def hold(url, folder, outlet, taken, release):
    engine = open_engine(url)
    with outlet_lock(engine, folder, outlet):
        taken.set()
        release.wait(60)
    engine.dispose()


def crash(url, folder, outlet):
    with outlet_lock(open_engine(url), folder, outlet):
        os._exit(9)


def test_one_outlet_is_held_by_one_process_and_the_message_names_it(engine, database_url, tmp_path):
    context = multiprocessing.get_context("spawn")
    taken, release = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(database_url, tmp_path / "locks", "gazette", taken, release))
    holder.start()
    assert taken.wait(60)
    with (
        pytest.raises(SetupError, match="gazette is being crawled already") as refused,
        outlet_lock(engine, tmp_path / "locks", "gazette"),
    ):
        pass
    assert str(holder.pid) in str(refused.value)
    with outlet_lock(engine, tmp_path / "locks", "herald"):
        pass
    release.set()
    holder.join(60)
    with outlet_lock(engine, tmp_path / "locks", "gazette"):
        pass


def test_a_lock_ends_with_its_process_however_that_ends(engine, database_url, tmp_path):
    context = multiprocessing.get_context("spawn")
    crashed = context.Process(target=crash, args=(database_url, tmp_path / "locks", "gazette"))
    crashed.start()
    crashed.join(60)
    assert crashed.exitcode == 9
    with outlet_lock(engine, tmp_path / "locks", "gazette"):
        pass
