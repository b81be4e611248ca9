"""Kept captures read again: texts superseded, artefacts retracted and given back, nothing read twice."""

import json
import os
import shutil
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text

from core.errors import SetupError
from db import kept
from db.engine import open_engine
from db.kept import Selection
from db.lock import outlet_lock
from db.running import runs
from db.words import Kind, Verdict
from newsstand import Newsstand, serve
from pipelines.reread_report import Wishes
from pipelines.rereading import reread
from tests.integration.archive import Archive
from tests.integration.desk import at
from tests.integration.forking import Fork, command_line
from tests.integration.gazette import HOME, LONG_AGO, TODAY, outlet
from tests.integration.morgue import PARAGRAPHS, Morgue, page


@pytest.fixture
def morgue(database_url, tmp_path):
    return Morgue(tmp_path / "home", database_url)


@pytest.fixture
def sqlite_morgue(migrated_sqlite, tmp_path):
    """Give an archive for what no database has a say in."""
    (tmp_path / "home").mkdir()
    shutil.copyfile(migrated_sqlite, tmp_path / "home" / "cuttings.db")
    return Morgue(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


def test_a_better_layout_supersedes_texts_and_makes_no_version(morgue):
    morgue.fill([("/a", 0, page("Bridge", *PARAGRAPHS)), ("/b", 0, page("Lamps", PARAGRAPHS[0]))])
    versions = morgue.number("SELECT count(*) FROM article_version")
    assert "Most read" in morgue.bodies()[0]
    done = morgue.reread()
    assert (done.verdict, done.tally.read, done.tally.texts_changed) == (Verdict.OK, 2, 2)
    assert morgue.bodies() == ["\n\n".join(PARAGRAPHS), PARAGRAPHS[0]]
    assert morgue.number("SELECT count(*) FROM article_version") == versions
    assert morgue.number("SELECT count(*) FROM article_text WHERE superseded_at IS NOT NULL") == 2
    run = runs.get(open_engine(morgue.database_url), done.run_id)
    assert (run.kind, run.verdict, run.counts["texts_changed"]) == (Kind.REEXTRACT, Verdict.OK, 2)


def test_what_today_s_layouts_have_read_is_not_read_again(morgue):
    morgue.fill([("/a", 0, page("Bridge", *PARAGRAPHS)), ("/a", 10, page("Bridge", PARAGRAPHS[0]))])
    assert morgue.reread().tally.read == 2
    assert morgue.reread() is None
    assert morgue.number("SELECT count(*) FROM run WHERE kind = 'reextract'") == 1


def test_an_artefact_is_retracted_and_comes_back_with_its_reader(morgue):
    sidebars = ("Most read: the bridge", "Most read: the lamps", "Most read: the bridge")
    morgue.fill(
        [("/a", 10 * i, page("Bridge", *PARAGRAPHS, aside=aside)) for i, aside in enumerate(sidebars)]
    )
    before = morgue.sound()
    assert len(before["versions"]) == 3, "the reader of long ago saw two edits"
    done = morgue.reread(TODAY)
    assert morgue.bodies() == ["\n\n".join(PARAGRAPHS)]
    assert done.tally.versions_retracted == 2
    artefacts = "SELECT count(*) FROM article_version WHERE retract_reason = 'artefact'"
    assert morgue.number(artefacts) == 2
    back = morgue.reread(LONG_AGO)
    assert back.tally.versions_returned == 2
    after = morgue.sound()
    assert (after["versions"], after["articles"]) == (before["versions"], before["articles"])
    assert morgue.number("SELECT count(*) FROM capture") == 3, "the evidence is as it was"


def test_an_edit_of_the_outlet_survives_the_better_reader(morgue):
    morgue.fill(
        [
            ("/a", 0, page("Bridge", *PARAGRAPHS, aside="Most read: the bridge")),
            ("/a", 10, page("Bridge", PARAGRAPHS[0], aside="Most read: the lamps")),
        ]
    )
    done = morgue.reread()
    assert morgue.bodies() == ["\n\n".join(PARAGRAPHS), PARAGRAPHS[0]]
    assert done.tally.versions_retracted == 0


def test_a_page_nobody_could_read_is_recovered(morgue):
    morgue.fill([("/a", 5, page("Bridge", *PARAGRAPHS, more="<mark>new</mark>"))])
    assert morgue.bodies() == []
    done = morgue.reread()
    assert (done.tally.recovered, done.verdict) == (1, Verdict.OK)
    assert morgue.bodies() == ["\n\n".join(PARAGRAPHS)]
    assert morgue.reread() is None


def test_a_source_that_could_not_be_read_is_no_article(sqlite_morgue):
    sqlite_morgue.fill([("/news?page=2", 5, page("News", *PARAGRAPHS, more="<mark>new</mark>"))])
    assert sqlite_morgue.reread().tally.done == 0
    assert sqlite_morgue.bodies() == []


def test_what_today_s_layouts_cannot_read_stays_as_it_was_read(sqlite_morgue):
    lost = page("Bridge", *PARAGRAPHS, more="<code>refused</code>")
    deadly = page("Tower", *PARAGRAPHS, more="<code>crash</code>")
    sqlite_morgue.fill([("/a", 0, lost), ("/b", 0, deadly), ("/c", 0, page("Lamps", PARAGRAPHS[0]))])
    before = {row["title"]: row["body"] for row in sqlite_morgue.ask("SELECT title, body FROM articles")}
    done = sqlite_morgue.reread(jobs=2)
    assert dict(done.tally.unread) == {"no_body": 1, "unreadable": 1}
    assert (done.tally.read, done.verdict, done.carried_out) == (1, Verdict.PARTIAL, True)
    after = {row["title"]: row["body"] for row in sqlite_morgue.ask("SELECT title, body FROM articles")}
    assert after == before | {"Lamps": PARAGRAPHS[0]}


def test_damaged_captures_are_counted_and_the_others_are_read(sqlite_morgue, caplog):
    paths = [f"/{number}" for number in range(6)]
    sqlite_morgue.fill([(path, 0, page(f"Bridge {path}", *PARAGRAPHS)) for path in paths])
    (file,) = (sqlite_morgue.home / "captures").glob("*.warc.gz")
    whole = bytearray(file.read_bytes())
    place = sqlite_morgue.number("SELECT warc_offset FROM payload WHERE id = 2")
    whole[place : place + 40] = b"\0" * 40
    file.write_bytes(whole)
    done = sqlite_morgue.reread()
    assert (done.tally.read, dict(done.tally.damaged)) == (5, {"no_record": 1})
    assert (done.verdict, done.carried_out) == (Verdict.PARTIAL, False)
    file.unlink()
    sqlite_morgue.fill([("/7", 20, page("Lamps", *PARAGRAPHS))])
    caplog.clear()
    done = sqlite_morgue.reread()
    assert (done.tally.read, dict(done.tally.damaged)) == (1, {"no_file": 1})
    sqlite_morgue.reread(LONG_AGO)
    told = [record for record in caplog.records if file.name in record.getMessage()]
    assert len(told) == 2, "once for each run, however many captures the file had"


def test_a_dry_run_tells_what_would_read_otherwise_and_stores_nothing(sqlite_morgue):
    sqlite_morgue.fill(
        [("/a", 0, page("Bridge", *PARAGRAPHS)), ("/b", 0, page("Lamps", PARAGRAPHS[0], aside=""))]
    )
    before = sqlite_morgue.sound()
    rows = {name: sqlite_morgue.number(f"SELECT count(*) FROM {name}") for name in ("run", "document")}
    done = sqlite_morgue.reread(dry_run=True)
    assert (done.run_id, done.tally.read, done.tally.texts_changed) == (None, 2, 1)
    (difference,) = done.differences
    assert "Most read" in difference.before.body
    assert difference.after.body == "\n\n".join(PARAGRAPHS)
    assert sqlite_morgue.sound() == before
    assert {name: sqlite_morgue.number(f"SELECT count(*) FROM {name}") for name in rows} == rows


def test_what_is_chosen_is_listed_article_by_article_oldest_first(morgue, monkeypatch):
    monkeypatch.setattr(kept, "PAGE", 4)
    monkeypatch.setattr(kept, "ARTICLES", 2)
    paths = [f"/{number}" for number in range(5)]
    morgue.fill([(path, hours, page(path, path, str(hours))) for hours in (0, 30, 60) for path in paths])
    engine = open_engine(morgue.database_url)
    chosen = Selection(outlet="gazette", layouts={("plain", TODAY)})

    def listed(**changes: object) -> list[tuple[str, int]]:
        wanted = replace(chosen, **changes)
        pages = list(kept.kept(engine, wanted))
        assert len(pages) == sum(kept.count(engine, wanted))
        return [
            (p.url.removeprefix(HOME), round((p.captured_at - at(0)).total_seconds() / 3600)) for p in pages
        ]

    assert listed() == [(path, hours) for path in paths for hours in (0, 30, 60)]
    assert listed(since=at(30).date()) == [(path, hours) for path in paths for hours in (30, 60)]
    assert listed(until=at(0).date()) == [(path, 0) for path in paths]
    assert listed(layout="plain") == listed()
    assert listed(layout="generic") == []
    assert listed(layouts={("plain", LONG_AGO)}) == []
    assert listed(outlet="herald") == []
    engine.dispose()


def test_the_limit_is_over_what_is_left(sqlite_morgue):
    sqlite_morgue.fill([(f"/{number}", 0, page(str(number), *PARAGRAPHS)) for number in range(5)])
    assert [sqlite_morgue.reread(limit=2).tally.read for _ in range(3)] == [2, 2, 1]
    assert sqlite_morgue.reread(limit=2) is None


def test_an_outlet_that_is_crawled_meanwhile_is_skipped_and_says_so(morgue):
    morgue.fill([("/a", 0, page("Bridge", *PARAGRAPHS))])
    engine = open_engine(morgue.database_url)
    with outlet_lock(engine, morgue.settings.locks, "gazette"):
        done = morgue.reread()
    engine.dispose()
    assert (done.verdict, done.carried_out, done.tally.done) == (Verdict.SKIPPED, False, 0)
    assert morgue.reread().verdict is Verdict.OK


def test_asked_to_stop_it_stores_what_it_has_and_goes_on_later(sqlite_morgue):
    sqlite_morgue.fill([(f"/{number}", 0, page(str(number), *PARAGRAPHS)) for number in range(400)])
    stop = threading.Event()
    (done,) = reread(
        (outlet(TODAY),),
        Wishes(jobs=1),
        sqlite_morgue.settings,
        show=lambda standing: stop.set() if standing.tally.done else None,
        stop=stop,
    )
    assert done.verdict is Verdict.STOPPED
    assert 0 < done.tally.read < 400
    readings = "SELECT count(*) FROM extraction e JOIN extractor x ON x.id = e.extractor_id WHERE version = 2"
    assert sqlite_morgue.number(readings) == done.tally.read
    assert sqlite_morgue.reread().tally.read == 400 - done.tally.read


def test_a_service_manager_that_ends_every_process_costs_no_page(sqlite_morgue):
    sqlite_morgue.fill([(f"/{number}", 0, page(str(number), *PARAGRAPHS)) for number in range(300)])
    told = threading.Event()

    def end_the_readers(_standing: object) -> None:
        if not told.is_set():
            told.set()
            for child in psutil.Process().children():
                child.send_signal(signal.SIGTERM)

    (done,) = reread((outlet(TODAY),), Wishes(jobs=2), sqlite_morgue.settings, show=end_the_readers)
    assert told.is_set()
    assert (done.verdict, done.tally.read) == (Verdict.OK, 300)


def test_an_archive_that_is_not_there_is_not_made(tmp_path):
    morgue = Morgue(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")
    with pytest.raises(SetupError):
        morgue.reread()
    assert not morgue.home.exists()


EDITED = [
    (
        f"/{number}",
        hours,
        page(f"Bridge {number}", *PARAGRAPHS[: 2 - (hours > 5)], aside=f"Most read: {hours}"),
    )
    for number in range(300)
    for hours in (0, 5, 10)
]


def read_to_the_end(home: Path, database_url: str) -> None:
    Morgue(home, database_url).reread(jobs=2)


def test_killed_at_any_moment_it_goes_on_and_equals_an_undisturbed_one(morgue, migrated_sqlite, tmp_path):
    calm_home = tmp_path / "calm"
    calm_home.mkdir()
    shutil.copyfile(migrated_sqlite, calm_home / "cuttings.db")
    calm = Morgue(calm_home, f"sqlite:///{calm_home / 'cuttings.db'}")
    for one in (morgue, calm):
        one.fill(EDITED)
    calm.reread(jobs=2)

    stored = "SELECT count(*) FROM extraction e JOIN extractor x ON x.id = e.extractor_id WHERE version = 2"
    killed, kills = 0, 0
    while kills < 2:
        files = {"out": tmp_path / "out", "err": tmp_path / "err", "environment": os.environ}
        child = Fork(read_to_the_end, morgue.home, morgue.database_url, **files)
        while morgue.number(stored) == killed and child.poll() is None:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait(60)
        killed, kills = morgue.number(stored), kills + 1
    assert 0 < killed < len(EDITED), "it was killed on the way"

    done = morgue.reread(jobs=2)
    assert (done.verdict, done.tally.read) == (Verdict.OK, len(EDITED) - killed), "nothing is read twice"
    assert morgue.number("SELECT count(*) FROM extraction WHERE reread_at IS NOT NULL") == 0
    assert normal(morgue.sound()) == normal(calm.sound())
    verdicts = [row["verdict"] for row in morgue.ask("SELECT verdict FROM run ORDER BY id")]
    assert verdicts == ["ok", "lost", "lost", "ok"]


def normal(sound: dict[str, object]) -> str:
    """Give rows as text that is the same on both databases."""
    return json.dumps(sound, default=lambda value: f"{value:%Y-%m-%d %H:%M:%S.%fZ}")


@pytest.fixture(scope="module")
def crawled_once(tmp_path_factory):
    """Give the home of an archive of a whole crawl, read by layouts of a version that is not today's."""
    home = tmp_path_factory.mktemp("crawled") / "home"
    archive = Archive(home, f"sqlite:///{home / 'cuttings.db'}")
    with serve(Newsstand(day=1)) as stand:
        archive.crawl("wardround", stand.address("wardround"))
    engine = create_engine(archive.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE extractor SET version = 0"))
    engine.dispose()
    return home


@pytest.fixture
def crawled(crawled_once, tmp_path):
    """Give a copy of that archive."""
    shutil.copytree(crawled_once, tmp_path / "home")
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


def test_the_command_reads_everything_again_and_then_finds_nothing_to_do(crawled):
    articles = "SELECT article_id, title, body, versions, comments FROM articles ORDER BY article_id"
    before, captures = crawled.rows(articles), crawled.rows("SELECT count(*) AS n FROM extraction")[0]["n"]
    trial = json.loads(crawled.command("reextract", "--dry-run", "--json").stdout)
    assert (trial["read"], trial["texts_changed"], trial["outlets"][0]["run_id"]) == (captures, 0, None)
    done = crawled.command("reextract", "--outlet", "wardround", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["read"], report["texts_changed"], report["versions_retracted"]) == (captures, 0, 0)
    assert (report["comments_changed"], report["errors"], report["damaged"]) == (0, 0, 0)
    assert crawled.rows(articles) == before
    again = crawled.command("reextract")
    assert again.returncode == 0
    assert "nothing to read again" in again.stderr


def test_the_command_fails_where_captures_are_lost_and_names_the_file_once(crawled):
    (file,) = (crawled.home / "captures").glob("*.warc.gz")
    file.rename(file.with_suffix(".elsewhere"))
    done = crawled.command("reextract")
    assert done.returncode == 1
    assert done.stderr.count(file.name) == 1
    assert "no_file" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_in_good_order_when_told_to(crawled, number):
    out, err = crawled.home.parent / "out", crawled.home.parent / "err"
    words = ["reextract", "--json", "--jobs", "1"]
    child = Fork(command_line, words, out=out, err=err, environment=crawled.environment())
    while not crawled.rows("SELECT id FROM run WHERE kind = 'reextract'") and child.poll() is None:
        time.sleep(0.01)
    child.send_signal(number)
    code = child.wait(120)
    assert code == 1, err.read_text()
    report = json.loads(out.read_text())
    (verdict,) = crawled.rows("SELECT verdict FROM run WHERE kind = 'reextract'")
    assert verdict["verdict"] == report["outlets"][0]["verdict"]
    rest = json.loads(crawled.command("reextract", "--json").stdout)
    assert report["read"] + rest["read"] == crawled.rows("SELECT count(*) AS n FROM extraction")[0]["n"] / 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--outlet", "nowhere"), "there is no outlet 'nowhere'"),
        (("--since", "2026-02-02", "--until", "2026-01-01"), "is after"),
        ((), "db upgrade"),
    ],
)
def test_wrong_wishes_are_refused_with_what_to_do(tmp_path, words, said):
    archive = Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")
    done = archive.command("reextract", *words)
    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert not archive.home.exists()
