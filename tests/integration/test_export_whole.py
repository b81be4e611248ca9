"""An export's files appear together and whole, whichever way it ends."""

import os
import resource
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.integration.archive import Archive
from tests.integration.exporting import Exports
from tests.integration.forking import Fork, command_line

ROWS = """\
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
SELECT i, 'a long text' || i AS words FROM n"""
ONE = "SELECT 1 AS n"


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    """Give the address of an empty archive."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'cuttings.db')}"


@pytest.fixture
def exports(
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Exports:
    """Give the exports of an empty archive."""
    return Exports.of(database, tmp_path, monkeypatch, capfd)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_ended_process_leaves_what_was_there(
    exports: Exports, database: str, tmp_path: Path, number: signal.Signals
):
    target = exports.file("big.csv", "--query", ONE)
    before = {path: path.read_bytes() for path in exports.folder.iterdir()}
    files = {"out": tmp_path / "told", "err": tmp_path / "said"}
    environment = Archive(tmp_path / "home", database).environment()
    words = ["export", "--query", ROWS.format(rows=1_000_000), "--to", str(target)]
    fork = Fork(command_line, words, environment=environment, **files)
    while fork.poll() is None and not any(_sizes(exports.folder.glob(".big.csv.*"))):
        time.sleep(0.005)
    fork.send_signal(number)
    assert fork.wait(60) in {-number, 128 + number}, files["err"].read_text()
    assert {path: path.read_bytes() for path in exports.folder.iterdir()} == before


def _sizes(paths: Iterator[Path]) -> Iterator[int]:
    for path in paths:
        with suppress(FileNotFoundError):
            yield path.stat().st_size


def test_without_room_for_its_manifest_there_is_no_file(exports: Exports):
    target = exports.file("small.csv", "--query", "SELECT 7 AS n")
    before = {path: path.read_bytes() for path in exports.folder.iterdir()}
    with _files_of(50_000):
        assert exports.code("--query", f"{ONE} -- {'x' * 60_000}", "--to", str(target)) == 1
    assert "small.csv.manifest.json cannot be written: File too large" in exports.said
    assert {path: path.read_bytes() for path in exports.folder.iterdir()} == before
    assert exports.code("--verify", str(target)) == 0


@contextmanager
def _files_of(size: int) -> Iterator[None]:
    """Let files of this process become no longer than that: the error comes where a full disk's would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_manifest_that_was_changed_is_found(exports: Exports):
    target = exports.file("x.csv", "--query", 'SELECT 1 AS "é", 0.5 AS n')
    manifest = target.with_name("x.csv.manifest.json")
    written = manifest.read_text("utf-8")
    assert exports.code("--verify", str(target)) == 0
    for before, after in (('"rows": 1', '"rows": 2'), ('"as_of": null', '"as_of": "2026-03-01T00:00:00Z"')):
        assert before in written
        manifest.write_text(written.replace(before, after), "utf-8")
        assert exports.code("--verify", str(target)) == 1
        assert "is not what was exported: its manifest was changed" in exports.said


def test_a_link_leads_to_the_new_file_and_permissions_stay(exports: Exports):
    elsewhere = exports.folder / "elsewhere"
    elsewhere.mkdir()
    kept = elsewhere / "kept.csv"
    kept.write_text("of before")
    kept.chmod(0o600)
    link = exports.folder / "link.csv"
    link.symlink_to(kept)
    exports.file("link.csv", "--query", ONE)
    assert link.is_symlink()
    assert kept.read_bytes() == b"n\r\n1\r\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in elsewhere.iterdir()] == ["kept.csv"]
    assert exports.code("--verify", str(link)) == 0


def test_folders_and_devices_are_refused_before_the_work(exports: Exports):
    (exports.folder / "folder.csv").mkdir()
    (exports.folder / "device.csv").symlink_to("/dev/full")
    os.mkfifo(exports.folder / "pipe.csv")
    before = exports.names()
    for name in ("folder.csv", "device.csv", "pipe.csv"):
        assert exports.code("--query", ROWS.format(rows=10**9), "--to", str(exports.folder / name)) == 1
        assert f"{name} cannot be written: a folder or a device has its name" in exports.said
    (exports.folder / "x.csv.manifest.json").mkdir()
    assert exports.code("--query", ONE, "--to", str(exports.folder / "x.csv")) == 1
    assert "x.csv.manifest.json cannot be written: a folder or a device" in exports.said
    assert exports.names() == {*before, "x.csv.manifest.json"}


@pytest.mark.parametrize("words", [("--json",), ()])
def test_output_that_cannot_be_written_is_said_once(
    exports: Exports, database: str, tmp_path: Path, words: tuple[str, ...]
):
    said = tmp_path / "said"
    environment = Archive(tmp_path / "home", database).environment()
    asked = ["export", "--query", ONE, "--to", str(exports.folder / "x.csv"), *words]
    fork = Fork(command_line, asked, environment=environment, out=Path("/dev/full"), err=said)
    told = "cuttings: the output is not complete, nothing more goes there: No space left on device"
    assert fork.wait(60) == (1 if words else 0), said.read_text()
    assert (said.read_text().splitlines()[-1] == told) == bool(words)
    assert "fault of the program" not in said.read_text()
