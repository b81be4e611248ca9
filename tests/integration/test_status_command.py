"""`cuttings status` and `cuttings healthcheck`, as a person and a machine use them."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text, update

from cli.main import run
from core.clock import now
from db import schema
from db.engine import writing
from db.models import Run, table
from db.running import processes, schedules
from db.running.schedules import Declared
from db.words import Kind, Role
from tests.integration.desk import Desk, Title, document

ROOT = Path(__file__).resolve().parents[2]
RUN = table(Run)


@pytest.fixture
def home(tmp_path, database_url, monkeypatch) -> Path:
    """Point the settings of this process at an archive of its own."""
    folder = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    given = {"HOME": str(folder), "DATABASE_URL": database_url, "DISK_LOW_BYTES": "0"}
    served = {"BASE_URLS": '{"gazette": "http://127.0.0.1:1"}'}  # else nobody crawls an invented outlet
    for name, value in (given | served).items():
        monkeypatch.setenv(f"CUTTINGS_{name}", value)
    return folder


def plan(engine: Engine) -> None:
    crawl = Declared(name="crawl:gazette", outlet=Title(), kind=Kind.CRAWL, timing="every 1h", timezone="UTC")
    schedules.declare(engine, [crawl])


def crawled(engine: Engine, **values: Any) -> None:
    """Enter one crawl that ended a moment ago and brought two articles."""
    desk = Desk(engine)
    for page in range(2):
        desk.show(f"https://www.example.org/{page}", 1, document(f"Title {page}", "A text of some words."))
    well = {
        "verdict": "ok",
        "reason": "as told",
        "counts": {"new": 2},
        "ended_at": now(),
        "host": "elsewhere",
    }
    with writing(engine) as connection:
        connection.execute(update(RUN).values(well | values))


def said(capsys, *words: str, code: int = 0) -> str:
    assert run(words) == code
    return capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_an_empty_archive_has_a_status_and_is_healthy(engine, capsys):
    del engine
    told = said(capsys, "status")
    assert "nothing is wrong" in told
    assert "no daemon is running; `cuttings daemon` starts one" in told
    assert "`cuttings crawl OUTLET` begins" in told
    assert said(capsys, "healthcheck") == "healthy\n"
    assert json.loads(said(capsys, "healthcheck", "--json")) == {"healthy": True, "problems": []}


@pytest.mark.usefixtures("home")
def test_the_status_shows_outlets_processes_and_problems(engine, home, capsys):
    plan(engine)
    crawled(engine)
    processes.begin(engine, Role.DAEMON, home=home, address="http://127.0.0.1:8765", software_version="9.8")
    told = said(capsys, "status")
    assert "nothing is wrong" in told
    (daemon,) = [line for line in told.splitlines() if line.startswith("daemon")]
    assert "http://127.0.0.1:8765" in daemon
    assert daemon.split()[-1] == "9.8"
    (outlet,) = [line for line in told.splitlines() if line.startswith("gazette")]
    assert outlet.split()[1:3] == ["crawl", "1"]
    assert "ok" in outlet.split()
    schedules.pause(engine, "crawl:gazette", reason="the [red]site[/] moves")
    assert "paused: the [red]site[/] moves" in said(capsys, "status")


@pytest.mark.usefixtures("home")
def test_the_status_as_json_has_what_the_page_shows(engine, capsys):
    plan(engine)
    crawled(engine, verdict="failed", reason="no route")
    told = json.loads(said(capsys, "status", "--json"))
    (outlet,) = told["outlets"]
    assert (outlet["key"], outlet["articles"], outlet["failures"]) == ("gazette", 2, 1)
    assert outlet["last_run"]["reason"] == "no route"
    assert [problem["key"] for problem in told["problems"]] == ["no_daemon"]
    assert told["processes"] == []


@pytest.mark.usefixtures("home")
def test_warnings_fail_only_the_strict_check_and_the_critical_every_one(engine, capsys):
    plan(engine)
    assert "warning: no daemon is running" in said(capsys, "healthcheck")
    said(capsys, "healthcheck", "--strict", code=1)
    with writing(engine) as connection:
        since = {"at": str(now() - timedelta(days=2))}
        connection.execute(text("UPDATE schedule SET changed_at = :at"), since)
    assert "critical: gazette: no crawl has ever succeeded" in said(capsys, "healthcheck", code=1)
    told = json.loads(said(capsys, "healthcheck", "--json", code=1))
    assert told["healthy"] is False
    assert [problem["key"] for problem in told["problems"]] == ["no_success:gazette", "no_daemon"]


@pytest.mark.usefixtures("home")
def test_an_archive_of_an_older_schema_has_a_status_that_says_so(engine, capsys):
    schema.downgrade(engine, "-1")
    assert "`cuttings db upgrade`" in said(capsys, "status")
    assert "`cuttings db upgrade`" in said(capsys, "healthcheck", code=1)


def test_where_there_is_no_archive_both_say_how_one_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path / "nowhere"))
    assert "holds no archive yet" in said(capsys, "status")
    assert "holds no archive yet" in said(capsys, "healthcheck", code=1)
    assert not (tmp_path / "nowhere").exists()


def test_a_database_that_is_away_is_said_and_no_password(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", "postgresql+psycopg://me:sesame@127.0.0.1:9/none")
    told = said(capsys, "status") + said(capsys, "healthcheck", code=1)
    assert "cannot be asked" in told
    assert "sesame" not in told


def test_a_health_check_imports_neither_scrapy_nor_alembic(home, engine):
    del home, engine
    modules = "('scrapy', 'twisted', 'lxml', 'trafilatura', 'alembic', 'rich', 'apprise')"
    program = f"""
import sys
from cli.main import run
assert run(["healthcheck"]) == 0
print([name for name in {modules} if name in sys.modules])
"""
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{program}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.splitlines() == ["healthy", "[]"], done.stderr
