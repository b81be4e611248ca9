"""`cuttings worker`: what it needs, said in sentences; and that it ends when there is nothing to do."""

import sys

import pytest

from cli.main import run
from db.engine import open_engine
from db.running import queue


@pytest.fixture
def postgresql(new_postgresql, migrated_postgresql, monkeypatch, tmp_path) -> str:
    """Give the settings of an archive on PostgreSQL."""
    url = new_postgresql(migrated_postgresql)
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CUTTINGS_PSEUDONYM_KEY", "the same on all machines")
    return url


def test_with_once_it_ends_when_nothing_is_left(postgresql, capsys):
    assert run(["worker", "--once"]) == 0
    assert "ready: up to 2 crawls at once" in capsys.readouterr().err
    engine = open_engine(postgresql)
    queue.require(engine)  # the first start has filled it
    engine.dispose()


def test_on_sqlite_there_is_no_queue(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CUTTINGS_PSEUDONYM_KEY", "any")
    assert run(["worker"]) == 1
    assert "needs PostgreSQL: set CUTTINGS_DATABASE_URL" in capsys.readouterr().err
    assert not (tmp_path / "home" / "cuttings.db").exists()


@pytest.mark.usefixtures("postgresql")
def test_without_the_extra_it_says_how_to_install_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    assert run(["worker"]) == 1
    assert "pip install 'cuttings[cluster]'" in capsys.readouterr().err


@pytest.mark.usefixtures("postgresql")
def test_machines_must_share_the_key_of_the_pseudonyms(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("CUTTINGS_PSEUDONYM_KEY")
    assert run(["worker", "--once"]) == 1
    assert "set CUTTINGS_PSEUDONYM_KEY to one value on all of them" in capsys.readouterr().err
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "pseudonym.key").write_text("copied from the first machine")
    assert run(["worker", "--once"]) == 0


def test_no_worker_without_a_crawl():
    assert run(["worker", "--concurrency", "0"]) == 2
