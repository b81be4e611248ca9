"""What the views tell of outlets, of captures that archives made, and of articles that met."""

from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from core import urls
from core.records import Via
from db.engine import writing
from db.models import ArticleMatch, Memento, table
from db.running import runs
from db.time_travel.asof import open_as_of
from db.words import MatchDecision, MementoState, Verdict
from tests.integration.desk import HOME, Desk, at, attempt, digest, document, record

URL = f"{HOME}/ferry"


def listed(desk: Desk, hours: float, served: str, **more: Any) -> None:
    """Let an archive list a capture of the page."""
    row = {
        "outlet_id": 1,
        "via": Via.WAYBACK.value,
        "archive": "wayback",
        "url": URL,
        "address_key": urls.address_key(URL),
        "archived_at": at(hours),
        "place": f"2026030{int(hours)}",
        "digest": "",
        "state": MementoState.FETCHED.value,
        "rank": 0,
        "sha256": digest(served),
        "run_id": desk.run_id,
    }
    with writing(desk.engine) as connection:
        connection.execute(insert(table(Memento)), [row | more])


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """Give an archive of one article: seen live after 10 hours, in a web archive's captures of before."""
    desk = Desk(engine)
    desk.show(URL, 10, document("Ferry at ten", "At ten."))
    for hours in (2, 5):
        visit = attempt(URL, hours, served=f"archived {hours}", via=Via.WAYBACK)
        desk.store.write([visit, record(visit, document(f"Ferry at {hours}", "Early."))])
        listed(desk, hours, f"archived {hours}")
    return desk


def test_a_capture_says_where_it_came_from(desk: Desk):
    found = desk.ask("SELECT captured_at, via, archive, archive_place FROM captures ORDER BY captured_at")
    assert [tuple(row.values()) for row in found] == [
        (at(2), "wayback", "wayback", "20260302"),
        (at(5), "wayback", "wayback", "20260305"),
        (at(10), "live", None, None),
    ]


def test_bytes_that_were_first_seen_live_stay_so_when_an_archive_has_them_too(desk: Desk):
    desk.store.write([attempt(URL, 1, served=f"{URL} 10", via=Via.WAYBACK)])
    listed(desk, 1, f"{URL} 10")
    assert desk.one(f"SELECT via, archive FROM captures WHERE sha256 = '{digest(f'{URL} 10')}'") == {
        "via": "live",
        "archive": None,
    }


def test_mementos_lead_to_the_article_of_their_address(desk: Desk):
    listed(
        desk, 7, "x", url=f"{HOME}/nobody", address_key="nobody", state=MementoState.LISTED.value, run_id=None
    )
    found = desk.ask("SELECT archived_at, state, digest, article_id FROM mementos ORDER BY archived_at")
    assert [tuple(row.values()) for row in found] == [
        (at(2), "fetched", None, 1),
        (at(5), "fetched", None, 1),
        (at(7), "listed", None, None),
    ]


def test_outlets_say_since_when_they_are_followed(desk: Desk):
    (before,) = desk.ask("SELECT outlet, title, example, followed_since, last_crawled_at FROM outlets")
    assert (before["outlet"], before["title"], bool(before["example"])) == ("gazette", "The Gazette", True)
    assert before["last_crawled_at"] is None
    runs.finish(desk.engine, desk.run_id, verdict=Verdict.OK, reason="", counts={})
    (after,) = desk.ask("SELECT followed_since, last_crawled_at FROM outlets")
    assert after["last_crawled_at"] >= after["followed_since"] == before["followed_since"]


def test_matches_are_shown_as_they_stood(desk: Desk):
    desk.show(f"{HOME}/other", 12, document("Ferry at ten", "At ten."))
    with writing(desk.engine) as connection:
        row = {
            "outlet_id": 1,
            "article_id": 1,
            "other_id": 2,
            "share": 0.95,
            "evidence": {"title": "same"},
            "found_at": at(20),
            "decision": MatchDecision.APART.value,
            "decided_at": at(30),
            "by_person": True,
            "url_ids": [],
        }
        connection.execute(insert(table(ArticleMatch)), [row])
    asked = text("SELECT url, other_url, decision FROM matches")
    with desk.engine.connect() as connection:
        for moment, expected in (
            (at(15), []),
            (at(25), [(URL, f"{HOME}/other", None)]),
            (at(35), [(URL, f"{HOME}/other", "apart")]),
        ):
            open_as_of(connection, moment)
            assert [tuple(found) for found in connection.execute(asked)] == expected
