"""The daemon as an operator has it: crawls by itself, listens, recovers, and ends in good order."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time

import pytest
from sqlalchemy import create_engine, text

from newsstand import Newsstand, serve
from tests.integration.forking import ROOT
from tests.integration.keeper import Keeper, eventually
from tests.integration.postgresql import own_postgresql, stop_at_once

ENDED = ("ok", "partial", "empty")


@pytest.fixture(scope="module")
def stand():
    with serve(Newsstand()) as served:
        yield served


@pytest.fixture
def keeper(tmp_path, stand):
    origins = {"wardround": stand.address("wardround")}
    kept = Keeper(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}", origins)
    yield kept
    assert not kept.left_over()


def all_crawled(keeper, outlets=("wardround",)):
    """Say whether each outlet was crawled and rechecked, and nothing is under way."""
    runs = keeper.runs()
    done = {(run["outlet"], run["kind"]) for run in runs if run["verdict"] in ENDED}
    wanted = {(outlet, kind) for outlet in outlets for kind in ("crawl", "recheck")}
    return all(run["ended_at"] for run in runs) and done >= wanted


def test_it_crawls_what_is_due_says_so_and_ends_in_good_order(database_url, tmp_path, stand):
    origins = {key: stand.address(key) for key in ("wardround", "townclerk")}
    keeper = Keeper(tmp_path / "home", database_url, origins)
    with keeper.daemon() as process:
        eventually(lambda: all_crawled(keeper, origins), "a crawl and a recheck of both outlets")
        assert {run["trigger"] for run in keeper.runs()} == {"schedule"}
        assert all(run["scheduled_for"] for run in keeper.runs())
        assert keeper.rows("SELECT count(*) AS n FROM articles")[0]["n"] > 10
        status, page = keeper.ask("/")
        assert status == 200
        assert "The Ward Round" in page
        assert keeper.ask("/healthz")[0] == 200
        assert 'cuttings_runs_total{outlet="wardround"' in keeper.ask("/metrics")[1]
        said = json.loads(keeper.command("status", "--json").stdout)
        assert {outlet["key"] for outlet in said["outlets"]} >= set(origins)
        assert keeper.command("healthcheck").returncode == 0
        assert keeper.end(process) == 0
    assert not keeper.left_over()
    assert keeper.rows("SELECT count(*) AS n FROM process WHERE ended_at IS NULL")[0]["n"] == 0
    logs = [path.name for path in (keeper.home / "logs").rglob("*.jsonl.gz")]
    assert len(logs) == len(keeper.runs())


def test_the_daemon_itself_never_imports_what_only_a_crawl_needs():
    modules = "cli.daemon, scheduler.daemon, scheduler.local, scheduler.queue, web.app, web.serve, db.schema"
    code = (
        f"import sys, {modules}; from scheduler.declared import declared; "
        "from core.settings import load_settings; declared(load_settings()); "
        "print([name for name in ('scrapy', 'trafilatura', 'parsel') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_second_daemon_of_one_home_is_refused_by_name(keeper):
    with keeper.daemon() as process:
        second = keeper.command("daemon")
        assert second.returncode == 1
        assert f"process {process.pid} on" in second.stderr
        assert "CUTTINGS_HOME" in second.stderr
        assert keeper.end(process) == 0


def test_killed_it_leaves_no_crawl_behind_and_the_next_one_carries_on(keeper):
    with keeper.daemon() as process:
        eventually(lambda: keeper.children(process), "a crawl to begin")
        process.kill()
        process.wait()
    eventually(lambda: not keeper.left_over(), "the crawls to end with their daemon")
    with keeper.daemon() as process:
        eventually(lambda: all_crawled(keeper), "everything to be crawled after all")
        assert keeper.end(process) == 0
    assert all(run["verdict"] for run in keeper.runs())
    assert keeper.command("db", "verify").returncode == 0


def test_stopped_in_the_middle_it_ends_the_crawls_and_their_rows(keeper):
    with keeper.daemon() as process:
        eventually(lambda: keeper.children(process), "a crawl to begin")
        assert keeper.end(process) == 0
    runs = keeper.runs()
    assert runs
    assert all(run["ended_at"] for run in runs)
    assert not keeper.left_over()


def test_interrupted_twice_it_ends_at_once(tmp_path, stand):
    origins = {"wardround": stand.address("wardround")}
    settings = {"CUTTINGS_STOP_GRACE": "3000", "CUTTINGS_DOWNLOAD_DELAY": "30"}
    keeper = Keeper(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'c.db'}", origins, **settings)
    with keeper.daemon() as process:
        eventually(lambda: keeper.children(process), "a crawl to begin")
        process.send_signal(signal.SIGINT)
        eventually(lambda: any("stopping" in event for event in keeper.events()), "it to stop")
        assert keeper.end(process, signal.SIGINT) == 0
    assert not keeper.left_over()
    assert all(run["ended_at"] for run in keeper.runs())


def test_interrupted_while_it_waits_for_its_database_it_ends(tmp_path):
    keeper = Keeper(tmp_path / "home", "postgresql+psycopg://nobody@127.0.0.1:9/none", {})
    with (
        keeper.log.open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-m", "cli", "daemon"], env=keeper.environment(), cwd=tmp_path, stderr=log
        ) as process,
    ):
        eventually(lambda: any("is away" in event for event in keeper.events()), "it to ask")
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(30) == 130  # it would go on asking for a minute
        finally:
            process.kill()
    assert "interrupted" in keeper.log.read_text()


def test_people_change_what_it_does_while_it_runs(keeper):
    with keeper.daemon() as process:
        eventually(lambda: all_crawled(keeper), "the first crawls")
        before = len(keeper.runs("wardround"))
        asked = keeper.command("schedule", "run-now", "wardround")
        assert asked.returncode == 0, asked.stderr
        asked_for = eventually(
            lambda: [run for run in keeper.runs("wardround")[before:] if run["ended_at"]], "the run asked for"
        )
        assert [run["trigger"] for run in asked_for] == ["person"]
        assert (
            keeper.command("schedule", "set", "wardround", "--every", "10s", "--jitter", "0").returncode == 0
        )
        eventually(lambda: len(keeper.runs("wardround")) >= before + 3, "slots ten seconds apart")
        assert keeper.command("schedule", "pause", "wardround", "--reason", "moved house").returncode == 0
        eventually(lambda: all(run["ended_at"] for run in keeper.runs()), "the last one to end")
        paused = len(keeper.runs("wardround"))
        time.sleep(11)  # a slot would have come
        assert len(keeper.runs("wardround")) == paused
        assert "moved house" in keeper.command("status").stdout
        assert keeper.end(process) == 0


@pytest.fixture
def manager(tmp_path):
    """Give a socket that hears what a service manager is told; a callable gives all of it so far."""
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(0)

        def hear() -> list[str]:
            with contextlib.suppress(BlockingIOError):
                while True:
                    heard.extend(listening.recv(4096).decode().splitlines())
            return heard

        yield hear


def test_new_settings_are_taken_and_wrong_ones_are_not(tmp_path, stand, manager):
    keeper = Keeper(
        tmp_path / "home",
        f"sqlite:///{tmp_path / 'home' / 'c.db'}",
        {"wardround": stand.address("wardround")},
        NOTIFY_SOCKET=str(tmp_path / "notify"),
    )
    keeper.home.mkdir()
    settings = keeper.home.parent / "cuttings.toml"
    settings.write_text("parallel_crawls = 1\n")
    with keeper.daemon() as process:
        settings.write_text("parallel_crawls = 'many'\n")
        process.send_signal(signal.SIGHUP)
        eventually(lambda: any("old settings stay" in event for event in keeper.events()), "a refusal")
        settings.write_text("parallel_crawls = 3\nweb_port = 9999\nlog_level = 'DEBUG'\n")
        process.send_signal(signal.SIGHUP)
        eventually(
            lambda: any("changed: " in event and "parallel_crawls" in event for event in keeper.events()),
            "the new settings",
        )
        eventually(lambda: '"level": "debug"' in keeper.log.read_text(), "the new level of its own log")
        assert keeper.end(process) == 0
    told = manager()
    assert [line for line in told if line in {"READY=1", "RELOADING=1", "STOPPING=1"}] == [
        *("READY=1", "RELOADING=1", "READY=1", "RELOADING=1", "READY=1", "STOPPING=1")
    ]
    assert "WATCHDOG=1" in told


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"CUTTINGS_OUTLETS": '["nhe"]'}, "CUTTINGS_CONTACT"),
        ({"CUTTINGS_OUTLETS": '["nhee"]'}, "there is no outlet 'nhee'"),
        ({"CUTTINGS_ALERT_MAIL_TO": "ops@example.org"}, "CUTTINGS_SMTP_URL"),
        ({"CUTTINGS_EXECUTOR": "procrastinate"}, "PostgreSQL"),
    ],
)
def test_settings_nothing_could_be_done_by_are_refused_before_anything_begins(
    tmp_path, stand, settings, told
):
    origins = {"wardround": stand.address("wardround")}
    keeper = Keeper(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'c.db'}", origins, **settings)
    refused = keeper.command("daemon")
    assert refused.returncode == 1
    assert told in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_home_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "home").write_text("no folder")
    keeper = Keeper(tmp_path / "home", f"sqlite:///{tmp_path / 'c.db'}", {})
    refused = keeper.command("daemon")
    assert refused.returncode == 1
    assert "CUTTINGS_HOME" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_of_another_version_is_refused_with_the_command_that_mends_it(keeper):
    assert keeper.command("db", "upgrade").returncode == 0
    engine = create_engine(f"sqlite:///{keeper.home / 'cuttings.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '20261122_0531'"))
    engine.dispose()
    refused = keeper.command("daemon")
    assert refused.returncode == 1
    assert "cuttings db upgrade" in refused.stderr


def test_a_database_that_is_away_for_a_while_is_waited_for(tmp_path, stand):
    with own_postgresql() as server:
        address = server.get_uri(driver="psycopg")
        keeper = Keeper(tmp_path / "home", address, {"wardround": stand.address("wardround")})
        with keeper.daemon() as process:
            eventually(lambda: [run for run in keeper.runs() if run["verdict"]], "a first run")
            stop_at_once(server)
            eventually(lambda: any("is away" in event for event in keeper.events()), "it to notice")
            assert keeper.ask("/healthz")[0] == 200
            assert keeper.ask("/readyz")[0] == 503
            server.ensure_postgres_running()
            eventually(lambda: keeper.ask("/readyz")[0] == 200, "the database to be back")
            before = len(keeper.runs())
            assert keeper.command("schedule", "run-now", "wardround").returncode == 0
            eventually(
                lambda: [run for run in keeper.runs()[before:] if run["verdict"] in ENDED], "a run after it"
            )
            assert keeper.end(process) == 0
        assert all(run["ended_at"] for run in keeper.runs())
