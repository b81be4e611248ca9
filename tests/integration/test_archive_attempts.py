"""What archives saw among what was asked live: one history in any order of arrival, on both databases."""

from dataclasses import dataclass, replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.records import CommentState, Outcome, Via
from db.checks import Scope, all_checks
from db.ledger import ArchiveLedger
from db.store import Written
from tests.integration.desk import HOME, Desk, at, attempt, comment, digest, document, record
from tests.integration.test_out_of_order import told

_numbers = count()

TEXTS = {
    "plain": document("Bins to be emptied", "The council's bins are emptied on Monday - and on Friday."),
    "other": document("Bins to be emptied", "The council's bins are emptied on Tuesday, nobody knows why."),
    "third": document("No bins emptied", "The council has no lorry left, says the driver of the last one."),
}
REMARKS = {"plain": (), "other": ("ann",), "third": ("ann", "ben")}
WORDS = {"ann": "I have waited since Friday for the lorry.", "ben": "Ours came, and left again."}


@dataclass(frozen=True)
class Sight:
    """One observation: a text, asked live or seen by an archive, or an absence."""

    shown: str
    via: Via
    by_digest: bool = False


sights = st.lists(
    st.one_of(
        st.builds(Sight, st.sampled_from(sorted(TEXTS)), st.sampled_from([Via.LIVE, Via.WAYBACK])),
        st.builds(Sight, st.sampled_from(sorted(TEXTS)), st.just(Via.WAYBACK), st.booleans()),
        st.builds(Sight, st.sampled_from(["not_found", "gone"]), st.sampled_from([Via.LIVE, Via.WARC])),
    ),
    min_size=2,
    max_size=9,
)


@pytest.fixture
def desk(engine):
    return Desk(engine)


def written(url: str, hour: int, sight: Sight) -> tuple[Written, ...]:
    """Give what a batch holds of an observation; its key is its own."""
    if sight.shown not in TEXTS:
        return (attempt(url, hour, Outcome(sight.shown), via=sight.via),)
    served = f"{url} {sight.shown}"
    if sight.by_digest:
        return (attempt(url, hour, via=sight.via, same_as=digest(served)),)
    visit = attempt(url, hour, served=served, via=sight.via)
    remarks = tuple(
        comment(place, name.title(), WORDS[name]) for place, name in enumerate(REMARKS[sight.shown], start=1)
    )
    state = CommentState.LISTED if remarks else CommentState.NONE
    return (visit, record(visit, TEXTS[sight.shown], comments=remarks, comment_state=state))


def arrivals(data: st.DataObject, moments: list[tuple[int, Sight]]) -> list[list[tuple[int, Sight]]]:
    """Give batches in an order that may be: asked live in order, a digest's bytes not after it."""
    shuffled = data.draw(st.permutations(moments))
    live = iter([one for one in moments if one[1].via is Via.LIVE])
    ordered = [next(live) if one[1].via is Via.LIVE else one for one in shuffled]
    ordered.sort(key=lambda one: one[1].by_digest)
    batches: list[list[tuple[int, Sight]]] = [[]]
    for one in ordered:
        if data.draw(st.booleans()):
            batches.append([])
        batches[-1].append(one)
    return [data.draw(st.permutations(batch)) for batch in batches if batch]


def store(desk: Desk, url: str, batch: list[tuple[int, Sight]]) -> None:
    desk.store.write([item for hour, sight in batch for item in written(url, hour, sight)])


def addresses() -> tuple[str, str]:
    number = next(_numbers)
    return f"{HOME}/articles/{number}-a", f"{HOME}/articles/{number}-b"


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(what=sights, data=st.data())
def test_any_order_and_any_batches_tell_one_history(desk, what, data):
    moments = [(place * 20, sight) for place, sight in enumerate(what)]
    # A digest's bytes are fetched before it is told: without, it tells nothing in any order.
    fetched = {sight.shown for sight in what if not sight.by_digest}
    moments = [(hour, one) for hour, one in moments if not one.by_digest or one.shown in fetched]
    in_order, in_disorder = addresses()
    for moment in sorted(moments, key=lambda one: (one[1].by_digest, one[0])):
        store(desk, in_order, [moment])
    for batch in arrivals(data, moments):
        store(desk, in_disorder, batch)
    assert told(desk, in_disorder) == told(desk, in_order)


def test_old_captures_and_observations_tell_the_history_before_the_live_one(desk):
    url, _ = addresses()
    live = [(400, Sight("third", Via.LIVE)), (420, Sight("third", Via.LIVE))]
    old = [
        (0, Sight("plain", Via.WAYBACK)),
        (20, Sight("plain", Via.WAYBACK, by_digest=True)),
        (60, Sight("other", Via.WAYBACK)),
        (80, Sight("plain", Via.WAYBACK, by_digest=True)),
    ]
    away = [(hour, Sight("not_found", Via.WAYBACK)) for hour in (100, 130, 160)]
    for batch in (live[:1], away, old[::-1], live[1:]):
        store(desk, url, batch)
    versions = desk.ask("SELECT * FROM article_versions WHERE url = :url ORDER BY version", url=url)
    assert [(row["title"], row["body"] == TEXTS["plain"].body, row["ended_by"]) for row in versions] == [
        ("Bins to be emptied", True, "changed"),
        ("Bins to be emptied", False, "changed"),
        ("Bins to be emptied", True, "missing"),
        ("No bins emptied", False, None),
    ]
    assert [row["valid_from"] for row in versions] == [at(0), at(60), at(80), at(400)]
    assert versions[0]["last_seen_at"] == at(20)
    article = desk.one("SELECT * FROM articles WHERE url = :url", url=url)
    assert (article["state"], article["first_seen_at"], article["last_seen_at"]) == ("live", at(0), at(420))


def captures(desk: Desk) -> list[tuple[str, str]]:
    found = desk.ask("SELECT u.url, p.sha256 FROM capture c JOIN url u ON u.id = c.url_id "
                     "JOIN payload p ON p.id = c.payload_id ORDER BY c.id")  # fmt: skip
    return [(row["url"].removeprefix(HOME), row["sha256"]) for row in found]


def test_an_archives_bytes_make_one_capture_whenever_they_come(desk):
    for hour, served in ((0, "A"), (10, "B"), (5, "A"), (20, "A"), (3, "B")):
        desk.visit(f"{HOME}/one", hour, served=served, via=Via.WAYBACK)
    assert captures(desk) == [("/one", digest("A")), ("/one", digest("B"))]
    seen = desk.ask("SELECT capture_id, via FROM fetch_attempt ORDER BY fetched_at")
    assert [row["capture_id"] - seen[0]["capture_id"] for row in seen] == [0, 1, 0, 1, 0]
    assert {row["via"] for row in seen} == {"wayback"}


def test_what_is_asked_live_is_compared_with_what_was_asked_live(desk):
    url = f"{HOME}/one"
    desk.visit(url, 10, served="A", etag="1")
    desk.visit(url, 12, served="B", via=Via.WAYBACK)  # of a moment between, come first or last
    desk.visit(url, 14, Outcome.NOT_MODIFIED)
    desk.visit(url, 16, served="A")
    desk.visit(url, 18, served="B")
    desk.visit(url, 11, served="C", via=Via.WAYBACK, etag="archive's")
    seen = desk.ask("SELECT p.sha256, f.via FROM fetch_attempt f JOIN capture c ON c.id = f.capture_id "
                    "JOIN payload p ON p.id = c.payload_id ORDER BY f.fetched_at")  # fmt: skip
    expected = [digest(served) for served in "ACBAAB"]
    assert [row["sha256"] for row in seen] == expected


def test_bytes_known_by_digest_are_those_of_any_spelling_or_none(desk):
    desk.visit(f"{HOME}/one", 0, served="A", via=Via.WAYBACK)
    other = "http://example.org:80/one/"
    desk.visit(other, 5, via=Via.WAYBACK, same_as=digest("A"))
    desk.visit(f"{HOME}/one", 6, via=Via.WAYBACK, same_as=digest("never seen"))
    desk.visit(f"{HOME}/two", 7, via=Via.WAYBACK, same_as=digest("A"))
    batch = [
        attempt(other, 8, via=Via.WAYBACK, same_as=digest("new")),
        attempt(f"{HOME}/one", 9, via=Via.WAYBACK, served="new"),
    ]
    desk.store.write(batch)
    seen = desk.ask("SELECT p.sha256 FROM fetch_attempt f LEFT JOIN capture c ON c.id = f.capture_id "
                    "LEFT JOIN payload p ON p.id = c.payload_id ORDER BY f.fetched_at")  # fmt: skip
    assert [row["sha256"] for row in seen] == [
        digest("A"), digest("A"), None, None, digest("new"), digest("new"),
    ]  # fmt: skip


def test_a_redirect_known_by_its_bytes_led_where_they_did(desk):
    url = f"{HOME}/articles/old"
    desk.show(url, 0, TEXTS["plain"])
    moved = attempt(url, 20, Outcome.REDIRECT, served="moved", via=Via.WAYBACK, redirect_to=f"{HOME}/")
    again = [
        attempt(url, hour, Outcome.REDIRECT, via=Via.WAYBACK, same_as=digest("moved")) for hour in (50, 80)
    ]
    desk.store.write([moved])
    desk.store.write(again)
    article = desk.one("SELECT state, state_since FROM articles WHERE url = :url", url=url)
    assert (article["state"], article["state_since"]) == ("redirected", at(20))


def test_the_ledger_tells_of_the_outlet_not_of_archives(desk, engine):
    ledger = ArchiveLedger(engine, "gazette")
    url = f"{HOME}/articles/one"
    visit = replace(attempt(url, 0, served="A", etag="archived"), via=Via.WAYBACK)
    desk.store.write([visit, record(visit, TEXTS["plain"])])
    assert ledger.known([url]) == {}  # a crawl that meets it asks for it
    live = attempt(url, 10, served="A", etag="live")
    desk.store.write([live, record(live, TEXTS["plain"])])
    desk.visit(url, 20, served="B", etag="archived", via=Via.WAYBACK)
    desk.visit(url, 15, served="A", etag="archived", via=Via.WAYBACK)
    known = ledger.known([url])[url]
    assert (known.sha256, known.etag, known.captured_at) == (digest("A"), "live", at(10))


def test_an_older_sight_does_not_hide_how_the_article_was_found_since(desk):
    url = f"{HOME}/articles/one"
    desk.show(url, 0, TEXTS["plain"], served="A")
    desk.visit(url, 30, Outcome.NOT_FOUND)
    desk.visit(url, 20, served="A", via=Via.WAYBACK)
    row = desk.one("SELECT last_checked_at, last_seen_at FROM article")
    assert (row["last_checked_at"], row["last_seen_at"]) == (at(30), at(20))


def test_the_archive_stays_sound(desk, engine):
    url, _ = addresses()
    for hour, sight in ((100, Sight("third", Via.LIVE)), (40, Sight("gone", Via.WARC))):
        store(desk, url, [(hour, sight)])
    store(desk, url, [(hour, Sight("other", Via.WAYBACK, by_digest=hour > 0)) for hour in (20, 0)])
    desk.visit(
        f"{url}/".replace("https://www.", "http://"), 30, via=Via.WAYBACK, same_as=digest(f"{url} other")
    )
    desk.visit(url, 31, via=Via.WAYBACK, same_as=digest("never seen"))
    found = [check.run(engine, Scope()) for check in all_checks()]
    assert [(one.name, one.rows) for one in found if one.broken and one.name != "schema.revision"] == []
