"""Unverified outlets in an archive: what is scheduled, said and kept quiet about."""

import asyncio
from datetime import UTC, datetime

import pytest

from cli.main import run
from core.clock import now
from core.settings import load_settings
from crawlers.registry import find
from db import outlets
from db.engine import writing
from db.running import processes, schedules
from db.words import Role
from scheduler import health
from scheduler.declared import enter
from scheduler.facts import gather
from tests.integration.office import Office
from tests.newcomers import add_outlet

KEY = "gazette"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def gazette(tmp_path, monkeypatch, engine):
    """Have an archive in whose home there is one unverified outlet more."""
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("CUTTINGS_CONTACT", "desk@archive.example")
    add_outlet(tmp_path / "home")
    return find(KEY)


def types(capsys, *words: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    ended = run(words)
    said = capsys.readouterr()
    assert ended == code, said.err
    return " ".join(said.out.split()), " ".join(said.err.split())


def scheduled(engine) -> set[str]:
    return {one.name for one in schedules.listed(engine) if one.outlet == KEY}


def test_nothing_is_scheduled_and_nobody_is_alarmed_until_a_check_succeeds(engine, capsys, gazette):
    shown, _ = types(capsys, "schedule", "list")
    assert "crawl:nhe" in shown
    assert "`cuttings outlets check gazette`" in shown
    assert not scheduled(engine)
    facts = gather(engine, load_settings(), now())
    assert KEY not in {outlet.key for outlet in facts.outlets}
    assert not [problem for problem in health.problems(facts) if problem.outlet == KEY]
    _, said = types(capsys, "schedule", "pause", KEY, code=1)
    assert "'gazette' is unverified" in said
    assert not scheduled(engine)
    with writing(engine) as connection:
        outlets.verified(connection, gazette, NOON)
    with engine.connect() as connection:
        assert outlets.checks(connection) == {KEY: NOON}
    shown, _ = types(capsys, "schedule", "list")
    assert scheduled(engine) == {"crawl:gazette", "recheck:gazette", "backfill:gazette"}
    assert "cuttings outlets check gazette" not in shown


def test_a_person_who_sets_its_schedule_has_told_the_daemon(engine, capsys):
    _, said = types(capsys, "schedule", "set", KEY, "--every", "nonsense", code=1)
    assert "nonsense" in said
    assert not scheduled(engine), "what failed has told nothing"
    _, said = types(capsys, "schedule", "set", KEY, "--every", "2h")
    assert "because you say so" in said
    assert schedules.get(engine, "crawl:gazette").timing == "every 2h"
    enter(engine, load_settings())
    assert schedules.get(engine, "crawl:gazette").timing == "every 2h"
    assert scheduled(engine) == {"crawl:gazette", "recheck:gazette", "backfill:gazette"}
    shown, said = types(capsys, "schedule", "set", KEY, "--declared")
    assert "every 1h" in shown
    assert not said.startswith("gazette is unverified")


def test_a_run_at_once_needs_a_daemon_and_tells_it(engine, capsys, tmp_path):
    _, said = types(capsys, "schedule", "run-now", KEY, code=1)
    assert "no daemon lives" in said
    assert not scheduled(engine)
    processes.begin(engine, Role.DAEMON, home=tmp_path, address=None, software_version="test")
    types(capsys, "schedule", "run-now", KEY)
    assert schedules.get(engine, "crawl:gazette").asked_at is not None


def test_a_daemon_that_runs_hears_of_a_check(engine, tmp_path, gazette):
    async def happen() -> None:
        office = Office(engine, tmp_path / "home")
        office.settings.outlets.clear()
        office.keeper.declare()
        await office.keeper.watch()
        assert not scheduled(engine)
        with writing(engine) as connection:
            outlets.verified(connection, gazette, NOON)
        office.scheduler.start(paused=True)
        await office.keeper.watch()
        assert office.scheduler.get_job("crawl:gazette") is not None
        office.scheduler.shutdown(wait=False)
        await office.close()

    asyncio.run(happen())
