"""`cuttings runs`: a run's log, runs as they come, and a run that is stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from cli.main import run as cuttings
from core.clock import now
from core.logs import run_file
from core.settings import Settings
from crawlers.registry import find
from db.engine import open_engine
from db.models import Run, table
from db.running import runs
from db.words import Kind, Trigger, Verdict
from newsstand import Newsstand, serve
from scheduler import run_logs
from tests.integration.archive import ROOT, Archive
from tests.integration.killing import wait_until
from tests.integration.morgue import PARAGRAPHS, Morgue, page


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> Iterator[Archive]:
    """Give an archive in SQLite after one crawl by hand."""
    home = tmp_path_factory.mktemp("crawled") / "home"
    archive = Archive(home, f"sqlite:///{home / 'cuttings.db'}")
    with serve(Newsstand(scale=5)) as stand:
        archive.crawl("wardround", stand.address("wardround"), CUTTINGS_LOG_LEVEL="INFO")
    return archive


@pytest.fixture
def here(crawled, monkeypatch) -> Archive:
    """Let the commands of this process use the crawled archive."""
    return use(crawled, monkeypatch)


def use(archive, monkeypatch) -> Archive:
    monkeypatch.setenv("CUTTINGS_HOME", str(archive.home))
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", archive.database_url)
    return archive


@pytest.fixture
def archive(tmp_path, database_url, monkeypatch) -> Archive:
    """Give an archive without a run, of each kind."""
    return use(Archive(tmp_path / "home", database_url), monkeypatch)


def begun(engine, **facts: object) -> int:
    """Begin a run of this process; then let its row say what is wanted."""
    run_id = runs.start(engine, find("nhe"), kind=Kind.CRAWL, software_version="test")
    if facts:
        with engine.begin() as connection:
            connection.execute(update(table(Run)).where(table(Run).c.id == run_id).values(facts))
    return run_id


def test_a_crawl_by_hand_leaves_a_packed_log_that_is_shown(here, capsys):
    log = here.home / "logs" / "wardround" / "1.jsonl.gz"
    assert list(log.parent.iterdir()) == [log]
    assert cuttings(["runs", "1", "--log", "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records[-1]["event"].startswith("the crawl ended ok")
    assert {(record["run"], record["outlet"]) for record in records} == {(1, "wardround")}
    assert cuttings(["runs", "1", "--log", "--lines", "1"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "the crawl ended ok" in line
    assert cuttings(["runs", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["log"] == str(log)
    assert cuttings(["runs", "1"]) == 0
    shown = capsys.readouterr().out
    assert str(log) in shown
    assert "started by person" in shown


def test_following_an_ended_run_shows_its_log_and_its_verdict(here, capsys):
    assert here.home.exists()
    assert cuttings(["runs", "1", "--follow"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "the crawl ended ok" in lines[-2]
    assert "run 1 ended ok" in lines[-1]
    assert "5 articles seen" in lines[-1]


def test_runs_are_listed_as_ever(here, capsys):
    assert here.home.exists()
    assert cuttings(["runs", "--outlet", "wardround", "--limit", "1", "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)
    assert (run["id"], run["verdict"], run["stop_requested_at"]) == (1, "ok", None)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["7"], 1, "there is no run 7"),
        (["7", "--log"], 1, "there is no run 7"),
        (["stop", "7"], 1, "there is no run 7"),
        (["stop", "1"], 1, "run 1 has ended already: ok"),
        (["--log"], 2, "--log goes with the ID of a run"),
        (["1", "--lines", "3"], 2, "--lines goes with --log"),
        (["last"], 2, "'last' is no number of a run"),
        (["stop"], 2, "Missing argument 'ID'"),
    ],
)
def test_what_cannot_be_done_is_said(here, capsys, words, code, said):
    assert here.home.exists()
    assert cuttings(["runs", *words]) == code
    assert said in capsys.readouterr().err


def test_only_a_run_that_somebody_would_stop_is_asked_to(archive, engine, capsys):
    dead = subprocess.Popen([sys.executable, "-I", "-S", "-c", ""])
    dead.wait()
    gone = begun(engine, pid=dead.pid)
    elsewhere = begun(engine, host="elsewhere")
    supervised = begun(engine, trigger=Trigger.SCHEDULE.value)
    stranger = begun(engine)  # this process, which is pytest
    said = {}
    for run_id in (gone, elsewhere, supervised, stranger):
        said[run_id] = (cuttings(["runs", "stop", str(run_id)]), capsys.readouterr().err)
    assert "is lost: its process" in said[gone][1]
    assert "run `cuttings runs stop" in said[elsewhere][1]
    assert "is no crawl of ours" in said[stranger][1]
    assert "is asked to stop; its supervisor" in said[supervised][1]
    assert [said[run_id][0] for run_id in (gone, elsewhere, supervised, stranger)] == [1, 1, 0, 1]
    asked = runs.stop_requested(engine, [gone, elsewhere, supervised])
    assert asked == {supervised}
    assert archive.rows("SELECT count(*) AS n FROM runs WHERE verdict IS NOT NULL")[0]["n"] == 0


def test_a_crawl_by_hand_is_stopped_and_followed_to_its_end(tmp_path, migrated_sqlite, monkeypatch, capsys):
    home = tmp_path / "home"
    home.mkdir()
    (home / "cuttings.db").write_bytes(migrated_sqlite.read_bytes())
    archive = use(Archive(home, f"sqlite:///{home / 'cuttings.db'}"), monkeypatch)
    engine = open_engine(archive.database_url)
    cuttings_command = [sys.executable, "-P", "-m", "cli"]
    environment = archive.environment(
        CUTTINGS_DOWNLOAD_TIMEOUT="1", CUTTINGS_RETRIES="0", PYTHONPATH=str(ROOT)
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = f"http://127.0.0.1:{silent.getsockname()[1]}"
        crawl = subprocess.Popen(
            [*cuttings_command, "crawl", "wardround", "--base-url", origin],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        followed = subprocess.Popen(
            [*cuttings_command, "runs", "--follow"], env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert followed.stdout is not None
            lines = [followed.stdout.readline()]
            wait_until((home / "logs" / "wardround" / "1.jsonl").exists)
            assert cuttings(["runs", "stop", "1", "--wait"]) == 0
            crawl.wait(60)
            while "ended" not in lines[-1]:
                lines.append(followed.stdout.readline())
        finally:
            crawl.kill()
            followed.send_signal(signal.SIGINT)
            code = followed.wait(60)
            if followed.stdout is not None:
                followed.stdout.close()
    assert code == 130, "as a shell gives a command that Ctrl-C ended"
    assert "run 1 began" in lines[0]
    assert "wardround: crawl, started by person" in lines[0]
    assert "run 1 ended stopped" in lines[-1]
    said = capsys.readouterr()
    assert "run 1 is told to stop" in said.err
    assert "run 1 ended stopped" in said.out
    run = runs.get(engine, 1)
    engine.dispose()
    assert run is not None
    assert run.verdict is Verdict.STOPPED
    assert run.stop_requested_at is not None


def test_a_log_is_read_whatever_stands_in_it(tmp_path):
    settings = Settings(home=tmp_path)
    run = begun_run(tmp_path)
    file = run_file(settings.logs, "nhe", 1)
    file.parent.mkdir(parents=True)
    file.write_bytes(b'{"event": "one"}\n\nSegmentation fault \xff\n[1]\n{"event": "torn')
    expected = [
        {"event": "one"},
        {"event": "Segmentation fault \ufffd"},
        {"event": "[1]"},
        {"event": '{"event": "torn'},
    ]
    assert list(run_logs.lines(run_logs.path(settings, run))) == expected
    packed = run_logs.pack(file)
    assert not file.exists()
    assert run_logs.path(settings, run) == packed
    assert list(run_logs.lines(packed)) == expected
    assert list(run_logs.lines(file)) == expected, "packed a moment ago"
    packed.write_bytes(packed.read_bytes()[:-12])
    assert list(run_logs.lines(packed))[:1] in ([], expected[:1]), "cut short, and still no error"


def begun_run(folder) -> runs.Run:
    engine = open_engine(f"sqlite:///{folder / 'x.db'}")
    from db import schema

    schema.ensure(engine)
    run_id = begun(engine)
    run = runs.get(engine, run_id)
    engine.dispose()
    assert run is not None
    return run


def test_old_logs_are_dropped_and_left_ones_packed(engine, tmp_path):
    settings = Settings(home=tmp_path)
    ended, under_way = begun(engine, ended_at=now(), verdict="ok"), begun(engine)
    long_ago = time.time() - 40 * 86_400
    for run_id in (ended, under_way, 90, 91):
        file = run_file(settings.logs, "nhe", run_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}\n")
        if run_id != 91:  # somebody wrote to that one just now
            os.utime(file, (long_ago, long_ago))
    assert run_logs.pack_left(engine, settings) == 2
    left = {file.name for file in settings.logs.glob("nhe/*")}
    assert left == {f"{ended}.jsonl.gz", f"{under_way}.jsonl", "90.jsonl.gz", "91.jsonl"}
    assert run_logs.drop_older(settings, 41) == 0
    assert run_logs.drop_older(settings, 39) == 3
    assert [file.name for file in settings.logs.glob("nhe/*")] == ["91.jsonl"]


def test_a_reading_anew_has_its_log_too(tmp_path, migrated_sqlite):
    home = tmp_path / "home"
    home.mkdir()
    (home / "cuttings.db").write_bytes(migrated_sqlite.read_bytes())
    morgue = Morgue(home, f"sqlite:///{home / 'cuttings.db'}")
    morgue.fill([("/a", 0, page("Bridge", *PARAGRAPHS))])
    done = morgue.reread()
    run_logs.pack_own()
    log = home / "logs" / "gazette" / f"{done.run_id}.jsonl.gz"
    (record,) = run_logs.lines(log)
    assert record["event"].startswith("the captures are read again, ok")
    assert (record["run"], record["outlet"]) == (done.run_id, "gazette")
