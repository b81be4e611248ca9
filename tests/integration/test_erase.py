"""`cuttings erase` on both databases: what is erased is nowhere any more, and does not come back."""

import gzip
import json
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from cli.main import run
from core.records import CommentState, Outcome, Sighting
from db import kept
from db.engine import writing
from pipelines.erasing_files import Finished, finish_files
from pipelines.exchange import Exchange
from pipelines.warc import WarcFiles
from tests.integration.desk import HOME, KEY, Desk, at, attempt, comment, document, record, without

NAME = "Quillan Vexworthy"
PHRASE = "zarquine lanterns over the mossgate viaduct hum at dusk"
OTHER = "Every sluice keeper ought to be paid a decent winter allowance"
URL = f"{HOME}/articles/sluice-keepers-wanted"
NEXT = f"{HOME}/articles/another-story"
TITLE = "Sluice keepers wanted"
BODY = "The canal office looks for sluice keepers who do not mind cold hands in the early morning."


class Office:
    """One archive with real WARC files, filled by hand, erased from by the command line."""

    def __init__(self, engine, home: Path) -> None:
        self.engine, self.home = engine, home
        self.desk = Desk(engine)
        self.files = self._begin()

    def _begin(self) -> WarcFiles:
        return WarcFiles(
            self.home,
            outlet="gazette",
            label=f"run{self.desk.run_id}",
            max_bytes=10**9,
            about={"software": "t"},
        )

    def next_run(self) -> None:
        """End the run under way and begin another."""
        self.end_run()
        self.desk.next_run()
        self.files = self._begin()

    def end_run(self) -> None:
        self.files.close()
        with self.engine.begin() as connection:
            connection.execution_options(writes=True)
            ended = "UPDATE run SET ended_at = started_at, verdict = 'ok' WHERE id = :id"
            connection.execute(text(ended), {"id": self.desk.run_id})

    def show(self, url: str, hours: float, content, comments=(), **more: Any):
        """Keep a page and store what is read from it."""
        said = "".join(f"<h4>{one.author}</h4><p>{one.body}</p>" for one in comments)
        body = f"<html><h1>{content.title}</h1><p>{content.body}</p>{said}<i>{hours}</i></html>".encode()
        exchange = Exchange(
            url=url,
            fetched_at=at(hours),
            method="GET",
            request_headers=(),
            request_body=b"",
            protocol="HTTP/1.1",
            status=200,
            headers=((b"Content-Type", b"text/html; charset=utf-8"),),
            body=more.pop("served", body),
            ip_address=None,
            truncated=None,
        )
        page = self.files.write(exchange)
        visit = attempt(url, hours, served="x")
        visit = type(visit)(**{name: getattr(visit, name) for name in visit.__slots__} | {"page": page})
        state = CommentState.LISTED if comments else CommentState.NONE
        own = record(visit, content, comments=tuple(comments), comment_state=state, **more)
        return self.desk.store.write([visit, own])[1]

    def command(self, *words: str, code: int = 0) -> None:
        assert run(list(words)) == code

    def bytes(self) -> bytes:
        """Give all that lies in the files: the database's own, and the WARC files unpacked."""
        found = b""
        for path in sorted((self.home / "captures").glob("*")):
            data = path.read_bytes()
            while data:
                inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
                found += inflate.decompress(data)
                data = inflate.unused_data
        url = make_url(self.engine.url)
        if url.get_backend_name() == "sqlite":
            for path in Path(url.database or "").parent.glob("cuttings.db*"):
                found += path.read_bytes()
            return found
        with self.engine.connect() as connection:
            folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
            own = text("SELECT oid FROM pg_database WHERE datname = current_database()")
            number = connection.execute(own).scalar_one()
        self.engine.dispose()
        for path in (folder / "base" / str(number)).iterdir():
            with suppress(FileNotFoundError):  # the server writes some of its caches anew at any time
                found += path.read_bytes()
        return found

    def holds(self, *needles: str) -> list[str]:
        found = self.bytes()
        return [needle for needle in needles if needle.encode() in found]


@pytest.fixture
def office(engine, database_url, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", database_url)
    monkeypatch.setenv("CUTTINGS_HOME", str(home))
    monkeypatch.setenv("CUTTINGS_PSEUDONYM_KEY", KEY.decode())
    return Office(engine, home)


def said(position: int = 1, body: str = PHRASE, author: str = NAME, **more: Any):
    return comment(position, author, body, **more)


def filled(office):
    """Show an article with two comments, edited and seen again, and another article."""
    article = office.show(URL, 0, document(TITLE, BODY), [said(), said(2, OTHER, "Bram Okonjo", parent=1)])
    office.show(URL, 5, document(TITLE, BODY), [said(1, PHRASE + " and dawn"), said(2, OTHER, "Bram Okonjo")])
    office.show(NEXT, 1, document("Another story", "Nothing to see of sluices or of keepers here at all."))
    office.end_run()
    return article.article_id


def checked(office):
    """Let warcio look at every record of every file."""
    for path in (office.home / "captures").glob("*.warc.gz"):
        done = subprocess.run(
            [Path(sys.executable).with_name("warcio"), "check", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_an_erased_comment_is_nowhere_and_all_else_is_as_it_was(office, capsys):
    filled(office)
    assert office.holds(NAME, PHRASE) == [NAME, PHRASE]
    (asked,) = office.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    before = office.desk.ask("SELECT * FROM articles ORDER BY article_id")
    office.command("erase", "comment", str(asked["comment_id"]), "--reason", "request 1", "--yes")
    assert office.holds(NAME, PHRASE, NAME.casefold(), "mossgate") == []
    assert [row["body"] for row in office.desk.ask("SELECT body FROM comments")] == [
        OTHER
    ]  # ... its row is not
    assert "Bram Okonjo" in {row["commenter_name"] for row in office.desk.ask("SELECT * FROM comments_named")}
    stone = office.desk.one("SELECT * FROM comment WHERE id = :id", id=asked["comment_id"])
    assert stone["state"] == "erased"
    spells = office.desk.ask(
        "SELECT body, word_count FROM comment_version WHERE comment_id = :id", id=stone["id"]
    )
    assert {row["body"] for row in spells} == {""}
    assert all(row["word_count"] >= 9 for row in spells)
    visit = attempt(URL, 8, Outcome.NOT_MODIFIED)  # the page is as it was: nothing is said of the comment
    office.desk.store.write([visit])
    seen = office.desk.one("SELECT last_seen_at FROM comment WHERE id = :id", id=stone["id"])
    assert seen["last_seen_at"] == stone["last_seen_at"]
    after = office.desk.ask("SELECT * FROM articles ORDER BY article_id")
    moved = ("comments", "last_seen_at", "last_checked_at", "next_check_at")
    assert [without(row, *moved) for row in after] == [without(row, *moved) for row in before]
    checked(office)
    office.command("db", "verify")
    assert "FAILED" not in capsys.readouterr().out


def test_an_erased_comment_does_not_come_back_with_the_next_visit(office):
    filled(office)
    (asked,) = office.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    office.command("erase", "comment", str(asked["comment_id"]), "--reason", "request 1", "--yes")
    office.next_run()
    # The page still shows it, in another spelling of its looks, and answers to it.
    shown = [said(1, PHRASE.upper(), NAME.upper()), said(2, OTHER, "Bram Okonjo", parent=1)]
    office.show(URL, 30, document(TITLE, BODY), shown)
    office.show(NEXT, 31, document("Another story", "Nothing to see of sluices or of keepers here at all."))
    office.files.close()
    finished = Finished()
    finish_files(office.engine, office.home, office.home / "locks", finished, own_run=office.desk.run_id)
    assert (finished.files, finished.records, finished.left) == (1, 1, [])
    assert office.holds(NAME, NAME.upper(), PHRASE, PHRASE.upper(), "mossgate") == []
    assert [row["body"] for row in office.desk.ask("SELECT body FROM comments")] == [OTHER]
    assert office.holds("sluices or of keepers") != []
    checked(office)


def test_a_reading_of_today_does_not_bring_it_back(office):
    filled(office)
    (asked,) = office.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    office.command("erase", "comment", str(asked["comment_id"]), "--reason", "request 1", "--yes")
    office.next_run()
    read = office.desk.one(
        "SELECT capture_id FROM extraction e JOIN capture c ON c.id = e.capture_id ORDER BY c.id LIMIT 1"
    )
    visit = attempt(URL, 40)
    again = record(
        visit, document(TITLE, BODY), comments=(said(), said(2, OTHER, "Bram Okonjo")), layout_version=2
    )
    office.desk.store.reread([(read["capture_id"], again)])
    assert [row["body"] for row in office.desk.ask("SELECT body FROM comments")] == [OTHER]
    assert office.desk.ask("SELECT * FROM commenter WHERE display_name = :n", n=NAME) == []
    wanted = kept.Selection(outlet="gazette", layouts=[("plain", 3)])
    assert {page.url for page in kept.kept(office.engine, wanted)} == {NEXT}


def test_a_commenter_goes_with_all_they_said_and_stays_away(office):
    filled(office)
    office.next_run()
    office.show(
        NEXT,
        8,
        document("Another story", "Nothing to see here."),
        [said(1, "Hear, hear."), said(2, OTHER, "Bo")],
    )
    office.end_run()
    (asked,) = office.desk.ask(
        "SELECT DISTINCT commenter FROM comments_named WHERE commenter_name = :n", n=NAME
    )
    office.command("erase", "commenter", asked["commenter"], "--reason", "request 2", "--yes", "--json")
    assert office.holds(NAME, PHRASE, "Hear, hear.", asked["commenter"]) == []
    assert len(office.desk.ask("SELECT * FROM comments")) == 2
    office.next_run()
    office.show(
        NEXT,
        50,
        document("Another story", "Nothing to see here."),
        [said(1, "Something new."), said(2, OTHER, "Bo")],
    )
    assert len(office.desk.ask("SELECT * FROM comments")) == 2
    assert office.desk.ask("SELECT * FROM commenter WHERE display_name = :n", n=NAME) == []


def test_an_erased_article_leaves_numbers_and_dates(office):
    article = filled(office)
    office.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert office.holds(NAME, PHRASE, TITLE, BODY[:40], "sluice-keepers-wanted", OTHER) == []
    row = office.desk.one("SELECT * FROM article WHERE id = :a", a=article)
    assert row["state"] == "erased"
    versions = office.desk.ask("SELECT * FROM article_versions WHERE article_id = :a", a=article)
    assert [(one["title"], one["body"]) for one in versions] == [("", "")]
    assert versions[0]["word_count"] > 10
    assert [row["title"] for row in office.desk.ask("SELECT title FROM articles WHERE title <> ''")] == [
        "Another story"
    ]
    checked(office)
    office.command("db", "verify")
    office.next_run()
    office.show(URL, 60, document(TITLE, BODY + " And more."), [said()])
    assert office.desk.ask("SELECT * FROM articles WHERE title = :t", t=TITLE) == []
    assert len(office.desk.ask("SELECT * FROM comments")) == 0


def announced(office, url: str, title: str = TITLE) -> None:
    """Let a feed announce an address that nobody asks for: the article is known by another spelling of it."""
    of = {"outlet": "gazette", "source": f"{HOME}/feed", "summary": "The canal office looks for people."}
    office.desk.store.write([Sighting(title=title, url=url, **of)])


def test_an_erased_article_goes_under_all_spellings_of_its_address(office):
    announced(office, f"{URL}?utm_source=rss")
    announced(office, URL.replace("https://www.", "http://"), TITLE.upper())
    filled(office)
    office.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert office.holds(TITLE, TITLE.upper(), "sluice-keepers-wanted", "canal office") == []
    office.next_run()
    announced(office, f"{URL}?utm_campaign=march")
    assert office.desk.ask("SELECT * FROM sightings WHERE title IS NOT NULL") == []


def test_what_a_page_says_of_a_correction_is_gone_from_the_files_too(office):
    office.show(URL, 0, document(TITLE, BODY))
    said = "Correction: an earlier version of this article named the zarquine lantern keeper."
    office.show(URL, 5, document(TITLE, f"{BODY}\n\n{said}"))
    office.end_run()
    assert office.desk.one("SELECT correction_note FROM article_changes")["correction_note"] == said
    office.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert office.holds("zarquine lantern") == []


def test_a_text_that_two_articles_share_stays_with_the_other(office):
    office.show(URL, 0, document(TITLE, BODY))
    office.show(NEXT, 1, document(TITLE, BODY))
    office.end_run()
    office.command("erase", "article", URL, "--reason", "request 4", "--yes")
    assert {row["title"] for row in office.desk.ask("SELECT title FROM articles")} == {TITLE, ""}
    office.command("db", "verify")


def logged(office) -> list[str]:
    """Give the lines of all logs of runs."""
    files = sorted((office.home / "logs").glob("*/*"))
    data = [gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files]
    return [line for text_ in data for line in text_.decode().splitlines()]


def test_the_logs_of_runs_no_longer_tell_of_it(office, capsys):
    filled(office)
    lines = [{"event": f"{URL} gave nothing"}, {"event": "all is well"}, {"item": [f"by {NAME.upper()}: hm"]}]
    folder = office.home / "logs" / "gazette"
    folder.mkdir(parents=True)
    (folder / "90.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    (folder / "91.jsonl").write_text(
        f"Trace:\n  {NEXT}\n  http://example.org/articles/sluice-keepers-wanted/\n"
    )
    (asked,) = office.desk.ask(
        "SELECT DISTINCT commenter FROM comments_named WHERE commenter_name = :n", n=NAME
    )
    office.command("erase", "commenter", asked["commenter"], "--reason", "2", "--dry-run")
    assert "lines of the runs' logs: 1" in capsys.readouterr().out
    assert len(logged(office)) == 6
    office.command("erase", "commenter", asked["commenter"], "--reason", "2", "--yes")
    assert len(logged(office)) == 5
    office.command("erase", "article", URL, "--reason", "3", "--yes")
    assert logged(office) == ['{"event": "all is well"}', "Trace:", f"  {NEXT}"]


def test_all_addresses_that_begin_alike_go(office):
    article = filled(office)
    office.command("erase", "url", "http://example.org/articles/sluice", "--reason", "request 5", "--yes")
    assert office.desk.one("SELECT state FROM article WHERE id = :a", a=article)["state"] == "erased"
    assert office.holds("sluice-keepers-wanted", PHRASE) == []
    assert [row["url"] for row in office.desk.ask("SELECT url FROM articles WHERE title <> ''")] == [NEXT]


def test_a_dry_run_lists_all_that_would_go_and_changes_nothing(office, capsys):
    filled(office)
    capsys.readouterr()
    (asked,) = office.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    before = office.desk.counts()
    office.command("erase", "comment", str(asked["comment_id"]), "--reason", "x", "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["dry_run"]
    assert told["comments"] == [asked["comment_id"]]
    assert sum(told["captures"].values()) == 2
    assert told["rows"]["comment_version"] == 2
    assert any("export" in sentence for sentence in told["left"])
    assert any("backup" in sentence for sentence in told["left"])
    assert office.desk.counts() == before
    assert office.holds(NAME, PHRASE) == [NAME, PHRASE]
    office.command("erase", "comment", str(asked["comment_id"]), "--reason", f"for {NAME}", "--yes", code=1)
    office.command("erase", "comment", "999", "--reason", "x", "--yes", code=1)
    office.command("erase", "comment", str(asked["comment_id"]), "--reason", "x", code=2)
    assert office.desk.counts() == before


def test_an_erasure_that_was_interrupted_is_finished_when_asked_again(office):
    article = office.show(URL, 0, document(TITLE, BODY), [said(), said(2, OTHER, "Bram Okonjo")])
    office.files.sync()
    path = office.home / office.files.close()[0]
    asked = office.desk.one("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    # The run has not ended: its files are left alone, and the rest of the work waits for them.
    office.command("erase", "comment", str(asked["comment_id"]), "--reason", "request 1", "--yes")
    assert office.holds(PHRASE) == [PHRASE]
    office.command("erase", "finish", code=1)
    office.end_run()
    # As a process leaves it that was killed while it wrote the new file, and before the rows name it.
    path.with_name(f".{path.name}.part").write_bytes(b"half a record")
    path.with_name(path.name.replace(".warc.gz", "-e1.warc.gz")).write_bytes(path.read_bytes()[:50])
    office.command("erase", "finish")
    assert office.holds(NAME, PHRASE) == []
    assert [one.name for one in path.parent.iterdir()] == [path.name.replace(".warc.gz", "-e1.warc.gz")]
    # And as one leaves it that was killed before the old file was gone.
    path.write_bytes(b"old")
    with office.engine.begin() as connection:
        connection.execution_options(writes=True)
        connection.execute(text("UPDATE warc_rewrite SET dropped_at = NULL"))
    office.command("erase", "finish")
    assert not path.exists()
    row = office.desk.one("SELECT * FROM erasure")
    assert None not in {row["files_done_at"], row["cleaned_at"]}
    assert article.article_id == 1
    checked(office)


def test_evidence_is_guarded_outside_erasures(office):
    filled(office)
    document_, payload = "UPDATE document SET title = 'x'", "UPDATE payload SET size = 0"
    for statement in (document_, payload, "DELETE FROM payload"):
        with writing(office.engine) as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
            connection.rollback()
