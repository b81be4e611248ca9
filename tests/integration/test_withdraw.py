"""`cuttings withdraw` on both databases: hidden from the views, shown again, nothing touched."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from cli.main import run
from core.mementos import Listing, Memento, Query
from core.records import CommentState, Outcome, Sighting, Via
from db import mementos, withdrawing
from db.news import news
from db.record_places import Period, record_places
from db.time_travel.asof import open_as_of
from tests.integration.desk import HOME, KEY, Desk, at, attempt, comment, document
from tests.integration.moved import Harbour, Page

URL = f"{HOME}/articles/ferry"
NEXT = f"{HOME}/articles/bridge"
ASKED = {
    "articles": "article_id",
    "article_versions": "article_id",
    "article_changes": "article_id",
    "addresses": "article_id",
    "comments": "article_id",
    "comments_named": "article_id",
    "comment_versions": "article_id",
    "captures": "article_id",
}


@pytest.fixture
def desk(engine, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", database_url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("CUTTINGS_PSEUDONYM_KEY", KEY.decode())
    desk = Desk(engine)
    said = [comment(1, "Ann", "The ferry is late."), comment(2, "Bo", "It always is.")]
    listed = {"comment_state": CommentState.LISTED, "comments": tuple(said)}
    desk.show(URL, 0, document("Ferry", "It sails on Sundays."), **listed)
    desk.show(URL, 2, document("Ferry", "It sails on Mondays."), **listed)
    desk.show(NEXT, 1, document("Bridge", "It stands."))
    return desk


def shown(desk) -> dict[str, int]:
    """Count the rows of each view that tell of the first article."""
    return {
        view: desk.one(f"SELECT count(*) AS n FROM {view} WHERE {column} = 1")["n"]
        for view, column in ASKED.items()
    }


def test_a_withdrawn_article_is_in_no_view_until_that_is_lifted(desk, capsys):
    before, rows = shown(desk), desk.counts()
    assert all(before.values())
    assert run(["withdraw", "article", URL, "--reason", "complaint 7"]) == 0
    assert set(shown(desk).values()) == {0}
    assert [row["title"] for row in desk.ask("SELECT title FROM articles")] == ["Bridge"]
    assert {name: n for name, n in desk.counts().items() if rows[name] != n} == {"withdrawal": 1}
    assert run(["withdraw", "article", "1", "--reason", "again"]) == 1
    assert run(["withdraw", "article", "1", "--lift", "--reason", "settled"]) == 0
    assert shown(desk) == before
    assert run(["withdraw", "article", "1", "--lift", "--reason", "settled"]) == 1
    assert "not withdrawn" in capsys.readouterr().err


def test_a_withdrawn_comment_is_hidden_and_still_followed(desk):
    assert run(["withdraw", "comment", "1", "--reason", "complaint 8"]) == 0
    assert [row["body"] for row in desk.ask("SELECT body FROM comments")] == ["It always is."]
    assert desk.one("SELECT comments FROM articles WHERE article_id = 1")["comments"] == 1
    edited = (comment(1, "Ann", "The ferry is too late."), comment(2, "Bo", "It always is."))
    listed = {"comment_state": CommentState.LISTED, "comments": edited}
    desk.show(URL, 9, document("Ferry", "It sails on Mondays."), **listed)
    assert [row["body"] for row in desk.ask("SELECT body FROM comments")] == ["It always is."]
    assert run(["withdraw", "comment", "1", "--lift", "--reason", "settled"]) == 0
    bodies = {row["body"] for row in desk.ask("SELECT body FROM comment_versions WHERE comment_id = 1")}
    assert bodies == {"The ferry is late.", "The ferry is too late."}
    assert run(["withdraw", "comment", "99", "--reason", "x"]) == 1


def test_what_sources_say_of_a_withdrawn_article_is_hidden_as_of_any_date_too(desk, capsys):
    for url in (URL, f"{URL}?utm_source=rss", URL.replace("https://www.", "http://")):
        told = Sighting(outlet="gazette", source=f"{HOME}/feed", title="Ferry", url=url, summary="It sails.")
        desk.store.write([told])
    desk.store.write([attempt(URL, 4, Outcome.NOT_FOUND, served="nothing here")])
    with desk.engine.begin() as connection:  # announced before the article was ever read
        connection.execute(text("UPDATE sighting SET first_seen_at = '2026-03-01 09:00:00.000000Z'"))
    assert run(["withdraw", "article", URL, "--reason", "complaint 7"]) == 0
    assert desk.ask("SELECT title FROM sightings") == []
    assert [row["url"] for row in desk.ask("SELECT url FROM captures")] == [NEXT]
    capsys.readouterr()
    for day in ("2026-03-01", "2026-03-04"):
        query = "SELECT url FROM sightings UNION SELECT url FROM captures UNION SELECT url FROM rejections"
        assert run(["sql", "--as-of", day, "--csv", query]) == 0
        assert "ferry" not in capsys.readouterr().out
    assert run(["withdraw", "article", "1", "--lift", "--reason", "settled"]) == 0
    assert len(desk.ask("SELECT title FROM sightings")) == 3


VARIANTS = (
    f"{URL}?utm_source=rss&id=",  # not the article for certain: it stays
    f"{URL}?utm_source=rss",
    "http://example.org/articles/ferry/?fbclid=1&utm_medium=x",
    URL.replace("https://www.", "http://"),
    f"{HOME}/old/ferry",
    f"{HOME}/old/ferry?gclid=2",
)


def listed(desk, *addresses: str) -> None:
    """Let an archive list captures of addresses."""
    with desk.engine.connect() as connection:
        outlet = connection.execute(text("SELECT id FROM outlet")).scalar_one()
    of = {"via": Via.WAYBACK, "archive": "wayback", "digest": "A" * 32}
    found = tuple(
        Memento(url=url, archived_at=at(-number), place=url, **of) for number, url in enumerate(addresses)
    )
    query = Query(via=Via.WAYBACK, archive="wayback", scope="example.org")
    mementos.put(desk.engine, outlet, query, Listing(mementos=found, cursor=None), at=at(0))


def test_what_archives_list_of_a_withdrawn_article_is_hidden_under_all_its_addresses(desk, capsys):
    desk.show(URL, 4, document("Ferry", "It sails on Mondays."), aliases=(f"{HOME}/old/ferry",))
    listed(desk, *VARIANTS[:4], NEXT)
    assert run(["withdraw", "article", URL, "--reason", "complaint 7"]) == 0
    listed(desk, *VARIANTS[4:])  # by a later backfill
    assert {row["url"] for row in desk.ask("SELECT url FROM mementos")} == {NEXT, VARIANTS[0]}
    capsys.readouterr()
    for day in ("2026-03-01", "2026-03-04"):  # when nobody had read the article, and after
        assert run(["sql", "--as-of", day, "--csv", "SELECT url FROM mementos"]) == 0
        assert set(capsys.readouterr().out.split()[1:]) <= {NEXT, VARIANTS[0]}
    assert run(["withdraw", "article", "1", "--lift", "--reason", "settled"]) == 0
    assert {row["url"] for row in desk.ask("SELECT url FROM mementos")} == {NEXT, *VARIANTS}


def test_captures_of_other_spellings_do_not_leave_the_archive_either(desk):
    desk.visit(f"{URL}?utm_source=rss", 4, Outcome.NOT_FOUND, served="nothing here")

    def places() -> set[str]:
        return {place.url for place in record_places(desk.engine, Period(outlet="gazette"))}

    assert places() == {URL, NEXT, f"{URL}?utm_source=rss"}
    assert run(["withdraw", "article", URL, "--reason", "complaint 7"]) == 0
    assert places() == {NEXT}


def test_what_runs_brought_and_raw_captures_leave_out_what_is_withdrawn(desk):
    def told() -> tuple[set[str], set[str]]:
        places = record_places(desk.engine, Period(outlet="gazette"))
        brought = news(desk.engine, [desk.run_id])
        return {place.url for place in places}, {line.title for line in (*brought.new, *brought.changed)}

    assert told() == ({URL, NEXT}, {"Ferry", "Bridge"})
    assert run(["withdraw", "article", URL, "--reason", "complaint 7"]) == 0
    assert told() == ({NEXT}, {"Bridge"})
    assert run(["withdraw", "article", "1", "--lift", "--reason", "settled"]) == 0
    assert told() == ({URL, NEXT}, {"Ferry", "Bridge"})


def test_what_was_merged_into_a_withdrawn_article_is_hidden_as_it_was_believed_before(engine):
    harbour = Harbour(engine)
    old, new = Page(legacy=True, year=2014), Page(legacy=False, year=2021)
    harbour.serve(old, new)
    before = datetime.now(UTC)
    harbour.match()
    stays = harbour.article(old)

    def told() -> int:
        with engine.connect() as connection:
            open_as_of(connection, None, before)
            return connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one()

    assert told() == 2
    withdrawing.withdraw(engine, reason="complaint 7", article_id=stays)
    assert told() == 0
    withdrawing.lift(engine, reason="settled", article_id=stays)
    assert told() == 2
    merged = harbour.desk.one("SELECT other_id FROM article_match")["other_id"]
    withdrawing.withdraw(engine, reason="complaint 8", article_id=merged)
    assert told() == 0
    assert harbour.desk.ask("SELECT * FROM articles") == []
    withdrawing.lift(engine, reason="settled", article_id=stays)
    assert told() == 2
