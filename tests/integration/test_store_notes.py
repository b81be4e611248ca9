"""The store on both databases: rejections, sightings, dry runs, several writers at once."""

import multiprocessing
import threading

import pytest

from core.records import Change, CommentState, Moment, Reason, Sighting, Unread
from db.engine import open_engine
from db.store import Store
from tests.integration.desk import HOME, KEY, Desk, Title, attempt, comment, document, record, without

URL = f"{HOME}/articles/one"
A = document("Bins to be emptied", "The council will empty the bins on Monday.")


@pytest.fixture
def desk(engine):
    return Desk(engine)


def reject(desk, hour, served, reason=Reason.NO_BODY):
    visit = attempt(URL, hour, served=served)
    desk.store.write(
        [visit, Unread(fetch_key=visit.key, url=URL, source=HOME, reason=reason, detail="It had none.")]
    )


def test_a_rejection_is_kept_once_for_the_same_bytes(desk):
    reject(desk, 0, "an empty page")
    desk.next_run()
    reject(desk, 1, "an empty page")
    assert desk.one("SELECT url, reason, detail FROM rejections") == {
        "url": URL,
        "reason": "no_body",
        "detail": "It had none.",
    }
    reject(desk, 2, "another empty page")
    assert desk.one("SELECT count(*) AS n FROM rejections")["n"] == 2


def test_a_rejection_without_bytes_is_kept_once_too(desk):
    for _ in range(2):
        desk.store.write(
            [Unread(fetch_key=None, url=URL, source=HOME, reason=Reason.TOO_LARGE, detail="20 MB")]
        )
    assert desk.one("SELECT capture_id FROM rejections")["capture_id"] is None


def sighting(title, url=f"{HOME}/", published="Mon, 02 Mar 2026 09:00:00 GMT"):
    return Sighting(
        outlet="gazette",
        source=f"{HOME}/feed",
        title=title,
        url=url,
        published=Moment(raw=published),
        guid=f"{HOME}:80/",
    )


def test_entries_that_share_link_and_guid_are_told_apart(desk):
    desk.store.write([sighting("One"), sighting("Two"), sighting("Three", url=None)])
    desk.store.write([sighting("One"), sighting("Two")])
    rows = desk.ask("SELECT title, url, first_seen_at, last_seen_at FROM sightings ORDER BY sighting_id")
    assert {row["title"]: row["url"] for row in rows} == {"One": f"{HOME}/", "Two": f"{HOME}/", "Three": None}
    moved = {row["title"]: row["last_seen_at"] > row["first_seen_at"] for row in rows}
    assert moved == {"One": True, "Two": True, "Three": False}


def test_a_dry_run_says_what_would_be_and_stores_nothing(desk):
    desk.show(URL, 0, A)
    before = desk.counts()
    dry = Store(desk.engine, outlet=Title(), run_id=None, pseudonym_key=KEY, dry_run=True)
    known, fresh = attempt(URL, 1, served="x"), attempt(f"{HOME}/articles/two", 1, served="y")
    edited = document(A.title, "Entirely other words than those that stood here before.")
    said = comment(1, "Ann", "Well.")
    assert (
        dry.write([known, record(known, edited, comments=(said,), comment_state=CommentState.LISTED)])[
            1
        ].change
        is Change.CHANGED
    )
    assert dry.write([fresh]) == [None]
    assert dry.write([record(fresh, A)])[0].change is Change.NEW
    assert desk.counts() == before


def test_only_a_dry_run_may_go_without_a_run(engine):
    with pytest.raises(ValueError, match="dry run"):
        Store(engine, outlet=Title(), run_id=None, pseudonym_key=KEY)


PAGES = 60


def crawl(database_url, outlet_key, barrier):
    engine = open_engine(database_url)
    desk = Desk(engine, outlet=Title(key=outlet_key))
    barrier.wait()
    # Each process in an order of its own: PostgreSQL would let them wait for each other.
    order = range(PAGES) if outlet_key == "gazette" else reversed(range(PAGES))
    for start in order:
        urls = [f"{HOME}/articles/{(start + n) % PAGES}" for n in range(5)]
        visits = [attempt(url, start / 100, served=url) for url in urls]
        content = document("One text", "For all of them.")
        desk.store.write(
            [*visits, *(record(visit, content, comments=(comment(1, "Ann", "Hm."),)) for visit in visits)]
        )
    engine.dispose()


def test_two_processes_that_write_the_same_addresses_at_once_lose_and_double_nothing(database_url, engine):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    crawls = [
        context.Process(target=crawl, args=(database_url, key, barrier)) for key in ("gazette", "herald")
    ]
    for process in crawls:
        process.start()
    for process in crawls:
        process.join(120)
    assert [process.exitcode for process in crawls] == [0, 0]
    desk = Desk(engine)
    counts = desk.counts()
    assert counts["url"] == PAGES + 0
    assert counts["payload"] == PAGES
    assert counts["document"] == 1
    versions = desk.one("SELECT count(*) AS n FROM article_versions")["n"]
    assert counts["article"] == versions == counts["comment"] == 2 * PAGES
    assert counts["fetch_attempt"] == 2 * 5 * PAGES


def test_a_reader_is_not_held_up_by_a_writer(desk):
    desk.show(URL, 0, A)
    with desk.engine.connect() as reader:
        before = reader.exec_driver_sql("SELECT count(*) FROM fetch_attempt").scalar_one()
        writer = threading.Thread(target=desk.visit, args=(URL, 1))
        writer.start()
        writer.join(10)
        assert not writer.is_alive()
    assert desk.counts()["fetch_attempt"] == before + 1


def test_a_huge_batch_fits_in_one_transaction(desk):
    visits = [attempt(f"{HOME}/articles/{n}", 0, served=str(n)) for n in range(3000)]
    stored = desk.store.write([*visits, *(record(visit, A) for visit in visits)])
    assert sum(1 for result in stored if result and result.change is Change.NEW) == 3000
    assert without(desk.counts())["article"] == 3000
