"""The ledger on both databases: what the archive remembers of an address, and which to visit again."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from core.records import Outcome, Reason, Unread
from db.engine import writing
from db.ledger import ArchiveLedger
from db.models import Article, Url, table
from tests.integration.desk import HOME, Desk, Title, at, attempt, digest, document, record

ARTICLE, URLS = table(Article), table(Url)
URL = f"{HOME}/articles/one"
A = document("Bins to be emptied", "The council will empty the bins on Monday.")


@pytest.fixture
def desk(engine):
    return Desk(engine)


@pytest.fixture
def ledger(engine):
    return ArchiveLedger(engine, "gazette")


def test_an_address_never_met_is_unknown(ledger):
    assert ledger.known([URL]) == {}
    assert ledger.known([]) == {}


def test_a_read_page_is_known_with_validators_digest_and_reader(desk, ledger):
    stored = desk.show(URL, 3, A, served="bytes", etag='"v1"')
    known = ledger.known([URL, f"{HOME}/other"])
    assert set(known) == {URL}
    found = known[URL]
    assert (found.article_id, found.etag, found.sha256) == (stored.article_id, '"v1"', digest("bytes"))
    assert (found.read_by, found.last_checked_at) == (("plain", 1), at(3))


def test_validators_are_those_of_the_last_answer_with_the_same_bytes(desk, ledger):
    desk.show(URL, 0, A, served="bytes", etag='"v1"')
    desk.visit(URL, 1, Outcome.NOT_MODIFIED)
    assert ledger.known([URL])[URL].etag == '"v1"'
    desk.visit(URL, 2, served="bytes", etag='"v2"')
    assert ledger.known([URL])[URL].etag == '"v2"'
    desk.show(URL, 3, A, served="other bytes")
    assert ledger.known([URL])[URL].etag is None


def test_an_error_page_does_not_take_the_place_of_the_page(desk, ledger):
    desk.show(URL, 0, A, served="bytes", etag='"v1"')
    desk.visit(URL, 1, Outcome.NOT_FOUND, served="not here", etag='"error"')
    found = ledger.known([URL])[URL]
    assert (found.etag, found.sha256, found.last_checked_at) == ('"v1"', digest("bytes"), at(1))


def test_bytes_that_nobody_read_give_no_validators(desk, ledger):
    # A crash between capture and record must not end in a 304 for ever after.
    desk.visit(URL, 0, served="bytes", etag='"v1"')
    found = ledger.known([URL])[URL]
    assert (found.etag, found.last_modified, found.read_by, found.article_id) == (None, None, None, None)
    assert found.sha256 == digest("bytes")


def test_a_rejected_page_is_asked_for_in_full_again(desk, ledger):
    visit = attempt(URL, 0, served="bytes", etag='"v1"')
    desk.store.write(
        [visit, Unread(fetch_key=visit.key, url=URL, source=HOME, reason=Reason.NO_BODY, detail="none")]
    )
    assert ledger.known([URL])[URL].etag is None


def test_the_newest_reader_is_named(desk, ledger):
    visit = attempt(URL, 0, served="bytes")
    desk.store.write([visit, record(visit, A)])
    desk.store.write([record(visit, A, layout_version=2)])
    assert ledger.known([URL])[URL].read_by == ("plain", 2)


def test_an_address_only_stated_by_a_page_is_known_as_the_article_s(desk, ledger):
    stored = desk.show(f"{HOME}/News/one", 0, A, canonical_url=URL)
    found = ledger.known([URL])[URL]
    assert (found.article_id, found.sha256, found.read_by) == (stored.article_id, None, None)


def test_another_outlet_s_article_is_not_this_one_s(desk, engine):
    desk.show(URL, 0, A)
    assert ArchiveLedger(engine, "herald").known([URL])[URL].article_id is None


def test_due_gives_the_longest_unvisited_first_and_each_once(desk, ledger):
    for n in range(7):
        desk.show(f"{HOME}/articles/{n}", n, A)
    desk.show(f"{HOME}/articles/0", 9, A)
    order = [1, 2, 3, 4, 5, 6, 0]
    assert list(ledger.due()) == [f"{HOME}/articles/{n}" for n in order]
    assert list(ledger.due(limit=2)) == [f"{HOME}/articles/{n}" for n in order[:2]]


def test_due_goes_on_over_many_pages(desk, ledger, monkeypatch):
    monkeypatch.setattr("db.ledger.PAGE", 3)
    visits = [attempt(f"{HOME}/articles/{n}", 0, served=str(n)) for n in range(8)]
    desk.store.write([*visits, *(record(visit, A) for visit in visits)])
    assert len(set(ledger.due())) == 8


def test_due_leaves_out_other_outlets(desk, ledger, engine):
    desk.show(f"{HOME}/articles/two", 0, A)
    Desk(engine, outlet=Title(key="herald")).show("https://www.example.net/a", 0, A, outlet="herald")
    assert list(ledger.due()) == [f"{HOME}/articles/two"]


def test_what_only_archives_have_seen_is_due_after_what_the_outlet_shows(desk, ledger, engine):
    for n in range(3):
        desk.show(f"{HOME}/articles/{n}", n, A)
    planned = {0: "2019-03-01", 1: "2026-11-01", 2: "2026-11-02"}
    with writing(engine) as connection:
        for n, day in planned.items():
            when = datetime.fromisoformat(f"{day}T00:00:00+00:00")
            address = select(URLS.c.id).where(URLS.c.url == f"{HOME}/articles/{n}").scalar_subquery()
            mine = ARTICLE.c.canonical_url_id == address
            connection.execute(update(ARTICLE).where(mine).values(next_check_at=when))
    assert list(ledger.due()) == [f"{HOME}/articles/{n}" for n in (1, 2, 0)]
