"""`cuttings erase` on both databases: what is erased is nowhere any more, and does not come back."""

import gzip
import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.records import Outcome, Sighting
from db import kept
from db.engine import writing
from pipelines.erasing_files import Finished, finish_files
from tests.integration.desk import HOME, attempt, document, record, without
from tests.integration.strongroom import (
    BODY,
    NAME,
    NEXT,
    OTHER,
    PHRASE,
    TITLE,
    URL,
    checked,
    filled,
    said,
)


def test_an_erased_comment_is_nowhere_and_all_else_is_as_it_was(strongroom, capsys):
    filled(strongroom)
    assert strongroom.holds(NAME, PHRASE) == [NAME, PHRASE]
    (asked,) = strongroom.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    before = strongroom.desk.ask("SELECT * FROM articles ORDER BY article_id")
    strongroom.command("erase", "comment", str(asked["comment_id"]), "--reason", "request 1", "--yes")
    assert strongroom.holds(NAME, PHRASE, NAME.casefold(), "mossgate") == []
    assert [row["body"] for row in strongroom.desk.ask("SELECT body FROM comments")] == [
        OTHER
    ]  # ... its row is not
    assert "Bram Okonjo" in {
        row["commenter_name"] for row in strongroom.desk.ask("SELECT * FROM comments_named")
    }
    stone = strongroom.desk.one("SELECT * FROM comment WHERE id = :id", id=asked["comment_id"])
    assert stone["state"] == "erased"
    spells = strongroom.desk.ask(
        "SELECT body, word_count FROM comment_version WHERE comment_id = :id", id=stone["id"]
    )
    assert {row["body"] for row in spells} == {""}
    assert all(row["word_count"] >= 9 for row in spells)
    visit = attempt(URL, 8, Outcome.NOT_MODIFIED)  # the page is as it was: nothing is said of the comment
    strongroom.desk.store.write([visit])
    seen = strongroom.desk.one("SELECT last_seen_at FROM comment WHERE id = :id", id=stone["id"])
    assert seen["last_seen_at"] == stone["last_seen_at"]
    after = strongroom.desk.ask("SELECT * FROM articles ORDER BY article_id")
    moved = ("comments", "last_seen_at", "last_checked_at", "next_check_at")
    assert [without(row, *moved) for row in after] == [without(row, *moved) for row in before]
    checked(strongroom)
    strongroom.command("db", "verify")
    assert "FAILED" not in capsys.readouterr().out


def test_an_erased_comment_does_not_come_back_with_the_next_visit(strongroom):
    filled(strongroom)
    (asked,) = strongroom.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    strongroom.command("erase", "comment", str(asked["comment_id"]), "--reason", "request 1", "--yes")
    strongroom.next_run()
    # The page still shows it, in another spelling of its looks, and answers to it.
    shown = [said(1, PHRASE.upper(), NAME.upper()), said(2, OTHER, "Bram Okonjo", parent=1)]
    strongroom.show(URL, 30, document(TITLE, BODY), shown)
    strongroom.show(
        NEXT, 31, document("Another story", "Nothing to see of sluices or of keepers here at all.")
    )
    strongroom.files.close()
    finished = Finished()
    finish_files(
        strongroom.engine,
        strongroom.home,
        strongroom.home / "locks",
        finished,
        own_run=strongroom.desk.run_id,
    )
    assert (finished.files, finished.records, finished.left) == (1, 1, [])
    assert strongroom.holds(NAME, NAME.upper(), PHRASE, PHRASE.upper(), "mossgate") == []
    assert [row["body"] for row in strongroom.desk.ask("SELECT body FROM comments")] == [OTHER]
    assert strongroom.holds("sluices or of keepers") != []
    checked(strongroom)


def test_a_reading_of_today_does_not_bring_it_back(strongroom):
    filled(strongroom)
    (asked,) = strongroom.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    strongroom.command("erase", "comment", str(asked["comment_id"]), "--reason", "request 1", "--yes")
    strongroom.next_run()
    read = strongroom.desk.one(
        "SELECT capture_id FROM extraction e JOIN capture c ON c.id = e.capture_id ORDER BY c.id LIMIT 1"
    )
    visit = attempt(URL, 40)
    again = record(
        visit, document(TITLE, BODY), comments=(said(), said(2, OTHER, "Bram Okonjo")), layout_version=2
    )
    strongroom.desk.store.reread([(read["capture_id"], again)])
    assert [row["body"] for row in strongroom.desk.ask("SELECT body FROM comments")] == [OTHER]
    assert strongroom.desk.ask("SELECT * FROM commenter WHERE display_name = :n", n=NAME) == []
    wanted = kept.Selection(outlet="gazette", layouts=[("plain", 3)])
    assert {page.url for page in kept.kept(strongroom.engine, wanted)} == {NEXT}


def test_a_commenter_goes_with_all_they_said_and_stays_away(strongroom):
    filled(strongroom)
    strongroom.next_run()
    strongroom.show(
        NEXT,
        8,
        document("Another story", "Nothing to see here."),
        [said(1, "Hear, hear."), said(2, OTHER, "Bo")],
    )
    strongroom.end_run()
    (asked,) = strongroom.desk.ask(
        "SELECT DISTINCT commenter FROM comments_named WHERE commenter_name = :n", n=NAME
    )
    strongroom.command("erase", "commenter", asked["commenter"], "--reason", "request 2", "--yes", "--json")
    assert strongroom.holds(NAME, PHRASE, "Hear, hear.", asked["commenter"]) == []
    assert len(strongroom.desk.ask("SELECT * FROM comments")) == 2
    strongroom.next_run()
    strongroom.show(
        NEXT,
        50,
        document("Another story", "Nothing to see here."),
        [said(1, "Something new."), said(2, OTHER, "Bo")],
    )
    assert len(strongroom.desk.ask("SELECT * FROM comments")) == 2
    assert strongroom.desk.ask("SELECT * FROM commenter WHERE display_name = :n", n=NAME) == []


def test_an_erased_article_leaves_numbers_and_dates(strongroom):
    article = filled(strongroom)
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert strongroom.holds(NAME, PHRASE, TITLE, BODY[:40], "sluice-keepers-wanted", OTHER) == []
    row = strongroom.desk.one("SELECT * FROM article WHERE id = :a", a=article)
    assert row["state"] == "erased"
    versions = strongroom.desk.ask("SELECT * FROM article_versions WHERE article_id = :a", a=article)
    assert [(one["title"], one["body"]) for one in versions] == [("", "")]
    assert versions[0]["word_count"] > 10
    assert [row["title"] for row in strongroom.desk.ask("SELECT title FROM articles WHERE title <> ''")] == [
        "Another story"
    ]
    checked(strongroom)
    strongroom.command("db", "verify")
    strongroom.next_run()
    strongroom.show(URL, 60, document(TITLE, BODY + " And more."), [said()])
    assert strongroom.desk.ask("SELECT * FROM articles WHERE title = :t", t=TITLE) == []
    assert len(strongroom.desk.ask("SELECT * FROM comments")) == 0


def announced(strongroom, url: str, title: str = TITLE) -> None:
    """Let a feed announce an address that nobody asks for: the article is known by another spelling of it."""
    of = {"outlet": "gazette", "source": f"{HOME}/feed", "summary": "The canal office looks for people."}
    strongroom.desk.store.write([Sighting(title=title, url=url, **of)])


def test_an_erased_article_goes_under_all_spellings_of_its_address(strongroom):
    announced(strongroom, f"{URL}?utm_source=rss")
    announced(strongroom, URL.replace("https://www.", "http://"), TITLE.upper())
    filled(strongroom)
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert strongroom.holds(TITLE, TITLE.upper(), "sluice-keepers-wanted", "canal office") == []
    strongroom.next_run()
    announced(strongroom, f"{URL}?utm_campaign=march")
    assert strongroom.desk.ask("SELECT * FROM sightings WHERE title IS NOT NULL") == []


def test_what_a_page_says_of_a_correction_is_gone_from_the_files_too(strongroom):
    strongroom.show(URL, 0, document(TITLE, BODY))
    said = "Correction: an earlier version of this article named the zarquine lantern keeper."
    strongroom.show(URL, 5, document(TITLE, f"{BODY}\n\n{said}"))
    strongroom.end_run()
    assert strongroom.desk.one("SELECT correction_note FROM article_changes")["correction_note"] == said
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert strongroom.holds("zarquine lantern") == []


def test_a_text_that_two_articles_share_stays_with_the_other(strongroom):
    strongroom.show(URL, 0, document(TITLE, BODY))
    strongroom.show(NEXT, 1, document(TITLE, BODY))
    strongroom.end_run()
    strongroom.command("erase", "article", URL, "--reason", "request 4", "--yes")
    assert {row["title"] for row in strongroom.desk.ask("SELECT title FROM articles")} == {TITLE, ""}
    strongroom.command("db", "verify")


def logged(strongroom) -> list[str]:
    """Give the lines of all logs of runs."""
    files = sorted((strongroom.home / "logs").glob("*/*"))
    data = [gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files]
    return [line for text_ in data for line in text_.decode().splitlines()]


def test_the_logs_of_runs_no_longer_tell_of_it(strongroom, capsys):
    filled(strongroom)
    lines = [{"event": f"{URL} gave nothing"}, {"event": "all is well"}, {"item": [f"by {NAME.upper()}: hm"]}]
    folder = strongroom.home / "logs" / "gazette"
    folder.mkdir(parents=True)
    (folder / "90.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    (folder / "91.jsonl").write_text(
        f"Trace:\n  {NEXT}\n  http://example.org/articles/sluice-keepers-wanted/\n"
    )
    (asked,) = strongroom.desk.ask(
        "SELECT DISTINCT commenter FROM comments_named WHERE commenter_name = :n", n=NAME
    )
    strongroom.command("erase", "commenter", asked["commenter"], "--reason", "2", "--dry-run")
    assert "lines of the runs' logs: 1" in capsys.readouterr().out
    assert len(logged(strongroom)) == 6
    strongroom.command("erase", "commenter", asked["commenter"], "--reason", "2", "--yes")
    assert len(logged(strongroom)) == 5
    strongroom.command("erase", "article", URL, "--reason", "3", "--yes")
    assert logged(strongroom) == ['{"event": "all is well"}', "Trace:", f"  {NEXT}"]


def test_all_addresses_that_begin_alike_go(strongroom):
    article = filled(strongroom)
    strongroom.command("erase", "url", "http://example.org/articles/sluice", "--reason", "request 5", "--yes")
    assert strongroom.desk.one("SELECT state FROM article WHERE id = :a", a=article)["state"] == "erased"
    assert strongroom.holds("sluice-keepers-wanted", PHRASE) == []
    assert [row["url"] for row in strongroom.desk.ask("SELECT url FROM articles WHERE title <> ''")] == [NEXT]


def test_a_dry_run_lists_all_that_would_go_and_changes_nothing(strongroom, capsys):
    filled(strongroom)
    capsys.readouterr()
    (asked,) = strongroom.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    before = strongroom.desk.counts()
    strongroom.command("erase", "comment", str(asked["comment_id"]), "--reason", "x", "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["dry_run"]
    assert told["comments"] == [asked["comment_id"]]
    assert sum(told["captures"].values()) == 2
    assert told["rows"]["comment_version"] == 2
    assert any("export" in sentence for sentence in told["left"])
    assert any("backup" in sentence for sentence in told["left"])
    assert strongroom.desk.counts() == before
    assert strongroom.holds(NAME, PHRASE) == [NAME, PHRASE]
    strongroom.command(
        "erase", "comment", str(asked["comment_id"]), "--reason", f"for {NAME}", "--yes", code=1
    )
    strongroom.command("erase", "comment", "999", "--reason", "x", "--yes", code=1)
    strongroom.command("erase", "comment", str(asked["comment_id"]), "--reason", "x", code=2)
    assert strongroom.desk.counts() == before


def test_an_erasure_that_was_interrupted_is_finished_when_asked_again(strongroom):
    article = strongroom.show(URL, 0, document(TITLE, BODY), [said(), said(2, OTHER, "Bram Okonjo")])
    strongroom.files.sync()
    path = strongroom.home / strongroom.files.close()[0]
    asked = strongroom.desk.one("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    # The run has not ended: its files are left alone, and the rest of the work waits for them.
    strongroom.command("erase", "comment", str(asked["comment_id"]), "--reason", "request 1", "--yes")
    assert strongroom.holds(PHRASE) == [PHRASE]
    strongroom.command("erase", "finish", code=1)
    strongroom.end_run()
    # As a process leaves it that was killed while it wrote the new file, and before the rows name it.
    path.with_name(f".{path.name}.part").write_bytes(b"half a record")
    path.with_name(path.name.replace(".warc.gz", "-e1.warc.gz")).write_bytes(path.read_bytes()[:50])
    strongroom.command("erase", "finish")
    assert strongroom.holds(NAME, PHRASE) == []
    assert [one.name for one in path.parent.iterdir()] == [path.name.replace(".warc.gz", "-e1.warc.gz")]
    # And as one leaves it that was killed before the old file was gone.
    path.write_bytes(b"old")
    with strongroom.engine.begin() as connection:
        connection.execution_options(writes=True)
        connection.execute(text("UPDATE warc_rewrite SET dropped_at = NULL"))
    strongroom.command("erase", "finish")
    assert not path.exists()
    row = strongroom.desk.one("SELECT * FROM erasure")
    assert None not in {row["files_done_at"], row["cleaned_at"]}
    assert article.article_id == 1
    checked(strongroom)


def test_evidence_is_guarded_outside_erasures(strongroom):
    filled(strongroom)
    document_, payload = "UPDATE document SET title = 'x'", "UPDATE payload SET size = 0"
    for statement in (document_, payload, "DELETE FROM payload"):
        with writing(strongroom.engine) as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
            connection.rollback()
