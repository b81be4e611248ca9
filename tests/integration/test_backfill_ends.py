"""Backfills held to their order: its days, its files, its time, what the archive asked for meanwhile."""

import shutil
import sqlite3
from datetime import date

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from core.orders import BackfillOrder
from core.records import Via
from core.settings import Settings
from newsstand.archives import Archives, Service, faults, serve
from pipelines.backfill.backfilling import backfill as carry_out
from tests.integration.archive import Archive
from tests.integration.test_backfill import TITLE, asking, backfill


@pytest.fixture
def archives():
    with serve(Archives()) as served:
        yield served


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


def years(archive, state):
    """Give the years of the captures in a state."""
    taken = archive.rows("SELECT archived_at FROM memento WHERE state = :state", state=state)
    return {int(str(row["archived_at"])[:4]) for row in taken}


def playback(archives):
    return len([one for one in archives.requests("wayback") if "/web/" in one.target])


def test_what_was_listed_for_other_days_is_not_fetched(archive, archives):
    everything = backfill(archive, archives, "wayback", "--plan")["plan"]
    report = backfill(archive, archives, "wayback", "--until", "2016-12-31")
    assert 0 < report["counts"]["fetched"] <= report["plan"]["chosen"] < everything["chosen"]
    assert report["plan"]["listed"] < everything["listed"]
    assert report["plan"]["last"] < "2017"
    assert report["left"] == 0
    assert max(years(archive, "fetched")) == 2016
    assert archive.rows("SELECT ended_by FROM backfill")[0]["ended_by"] == "done"
    status = archive.command("backfill", "status", TITLE).stdout
    assert "chosen" not in status, "what other days would bring is not left of this one"

    rest = backfill(archive, archives, "wayback", "--limit", "3")
    assert rest["counts"]["fetched"] == 3, "the rest is for who asks for it"


def test_files_of_another_order_need_not_be_there(archive, archives, tmp_path):
    other = Archive(tmp_path / "other", f"sqlite:///{tmp_path / 'other.db'}")
    parts = []
    for limit in ("4", "4"):
        parts += backfill(other, archives, "wayback", "--limit", limit)["captures"]
    first, second = (tmp_path / name for name in ("first.warc.gz", "second.warc.gz"))
    for name, part in ((first, parts[0]), (second, parts[1])):
        shutil.copy(part, name)
    begun = backfill(archive, archives, "warc", "--limit", "2", str(first))
    assert begun["left"] > 0
    first.unlink()
    report = backfill(archive, archives, "warc", str(second))
    assert report["verdict"] == "ok", report["reason"]
    assert report["left"] == 0
    assert report["counts"]["fetched"] > 0


def test_an_archive_that_wants_us_to_wait_is_not_asked_meanwhile_by_the_next_process(archive, archives):
    archives.plant(Service.CDX, faults.too_many("120"), times=1)
    late = backfill(archive, archives, "wayback", "--for", "1s")
    assert "the time is over" in late["reason"]
    asked = len(archives.requests("wayback"))
    again = backfill(archive, archives, "wayback", code=1)
    assert again["verdict"] == "skipped"
    assert "not asked before" in again["reason"]
    assert len(archives.requests("wayback")) == asked


def test_a_capture_that_never_comes_is_put_off_and_at_last_given_up(archive, archives):
    days = ("--until", "2015-12-31")
    backfill(archive, archives, "wayback", *days, "--plan")
    chosen = archive.rows("SELECT place FROM memento WHERE state = 'chosen' AND choice = 'first' ORDER BY id")
    victim = chosen[0]["place"]
    archives.plant(Service.PLAYBACK, faults.overloaded(), times=1000, where=f"/web/{victim}")
    reports, asked = [], []
    for _ in range(8):
        before = playback(archives)
        reports.append(backfill(archive, archives, "wayback", *days, CUTTINGS_RETRIES="0"))
        asked.append(playback(archives) - before)
        if not reports[-1]["left"]:
            break
    assert reports[0]["verdict"] == "partial", "what is missing is told"
    assert "1 put off" in reports[0]["reason"]
    assert reports[0]["left"] == 1
    assert max(asked[1:-1]) == 1, "once in each run"
    assert reports[-1]["left"] == 0
    assert reports[-1]["counts"]["lacking_missing"] == 1
    assert len(reports) == 4
    assert archive.rows("SELECT count(*) AS n FROM backfill WHERE ended_by = 'done'")[0]["n"] == 1


def test_nothing_to_do_is_told_without_noise(archive, archives):
    days = ("--until", "2014-12-31")
    backfill(archive, archives, "wayback", *days)
    for _ in range(2):
        done = archive.command("backfill", TITLE, "--from", "wayback", *days, **asking(archives))
        assert done.returncode == 0
        assert "Traceback" not in done.stderr


def test_a_database_that_is_away_for_a_moment_is_waited_for(archive, archives, monkeypatch):
    for name, value in archive.environment(**asking(archives)).items():
        monkeypatch.setenv(name, value)
    met: set[str] = set()

    def fail_once(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if statement.startswith("SELECT") and "FROM memento" in statement and statement not in met:
            met.add(statement)
            cause = sqlite3.OperationalError("database is locked")
            cause.sqlite_errorcode = 5
            raise OperationalError(statement, parameters, cause)

    event.listen(Engine, "before_cursor_execute", fail_once)
    try:
        report = carry_out(BackfillOrder(outlet=TITLE, via=Via.WAYBACK, until=date(2015, 12, 31)), Settings())
    finally:
        event.remove(Engine, "before_cursor_execute", fail_once)
    assert len(met) >= 5
    assert report.verdict == "ok", report.reason
    assert report.left == 0
    assert report.tally.fetched > 10


def test_a_site_that_the_archive_no_longer_shows_is_not_asked_for_page_by_page(archive, archives):
    archives.plant(Service.PLAYBACK, faults.excluded(), times=1000)
    report = backfill(archive, archives, "wayback")
    assert report["verdict"] == "partial"
    assert "no longer shows this site" in report["reason"]
    assert playback(archives) == 20
    assert report["left"] > 0


def test_what_could_not_be_had_is_asked_for_again_when_a_person_wants_it(archive, archives):
    archives.plant(Service.PLAYBACK, faults.excluded(), times=1)
    first = backfill(archive, archives, "wayback", "--limit", "2")
    assert first["counts"]["lacking_excluded"] == 1
    backfill(archive, archives, "wayback", "--refresh")
    lacking = archive.rows("SELECT detail FROM memento WHERE state = 'lacking'")
    assert [row["detail"] for row in lacking] == ["elsewhen"], "the one that the archive does not hold"
