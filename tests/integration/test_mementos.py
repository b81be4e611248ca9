"""What archives list, staged on both databases: listed, judged, fetched and observed, at any stop."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from core import mementos as core
from core.mementos import Listing, Query
from core.records import Via
from db import mementos, outlets
from db.engine import writing
from db.mementos import Judged, Listed, Settled
from db.mementos.staged import MEMENTO
from db.words import Choice, MementoState
from tests.integration.desk import HOME, Desk, Title, attempt, digest, document, record

START = datetime(2016, 6, 6, 12, 27, tzinfo=UTC)
QUERY = Query(via=Via.WAYBACK, archive="wayback", scope="example.org 2016-2019")
NUL = "\x00"


def memento(path: str, day: float, sha1: str = "A" * 32, **more: object) -> core.Memento:
    fields = {"via": Via.WAYBACK, "archive": "wayback", "status": 200, "content_type": "text/html"}
    return core.Memento(
        url=f"http://www.example.org/{path}",
        archived_at=START + timedelta(days=day),
        place=f"{path} {day}",
        digest=sha1,
        **(fields | more),
    )


@dataclass
class Shelf:
    """One outlet's listed captures."""

    engine: Engine
    outlet_id: int = field(init=False)

    def __post_init__(self) -> None:
        """Make the outlet."""
        with writing(self.engine) as connection:
            self.outlet_id = outlets.remember(connection, Title())

    def put(self, *listed: core.Memento, cursor: str | None = None, refused: tuple[str, ...] = ()) -> int:
        page = Listing(mementos=tuple(listed), cursor=cursor, refused=refused)
        return mementos.put(self.engine, self.outlet_id, QUERY, page, at=START)

    def groups(self, **more: bool) -> list[list[Listed]]:
        return list(mementos.groups(self.engine, self.outlet_id, Via.WAYBACK, **more))

    def all(self):
        return {row.memento.place: row for group in self.groups(fresh_only=False) for row in group}

    def judge(self, **states: MementoState | Choice) -> None:
        """Judge rows, by their place; a choice means chosen."""
        rows = self.all()
        mementos.judge(
            self.engine,
            [
                Judged(memento_id=rows[place].id, state=state)
                if isinstance(state, MementoState)
                else Judged(
                    memento_id=rows[place].id,
                    state=MementoState.CHOSEN,
                    choice=state,
                    rank=list(Choice).index(state),
                )
                for place, state in states.items()
            ],
        )

    def to_fetch(self, limit=None):
        return mementos.to_fetch(self.engine, self.outlet_id, Via.WAYBACK, limit=limit)

    def query(self):
        return mementos.query_state(self.engine, self.outlet_id, QUERY)

    def counts(self):
        return mementos.counts(self.engine, self.outlet_id, Via.WAYBACK)


@pytest.fixture
def shelf(engine):
    return Shelf(engine)


def test_a_page_of_an_answer_is_stored_with_where_to_go_on(shelf):
    assert shelf.query() is None
    page = [memento("a", 1), memento("a", 1), memento("a", 2), memento("b", 1)]
    assert shelf.put(*page, cursor="org,example)/b 2016", refused=("line 7: no date",)) == 3
    state = shelf.query()
    assert (state.cursor, state.listed, state.refused, state.done_at) == ("org,example)/b 2016", 3, 1, None)
    assert shelf.put(*page[2:], memento("c", 1)) == 1  # rows of the page before come again
    state = shelf.query()
    assert (state.cursor, state.listed, state.refused, state.done_at) == (None, 4, 1, START)
    assert len(shelf.all()) == 4


def test_a_question_asked_again_doubles_nothing(shelf):
    shelf.put(memento("a", 1), refused=("line 7: no date",))
    mementos.ask_again(shelf.engine, shelf.outlet_id, Via.WAYBACK)
    assert shelf.query().done_at is None
    assert shelf.put(memento("a", 1), memento("a", 2), refused=("line 7: no date",)) == 1
    assert (shelf.query().listed, shelf.query().refused) == (2, 1)


def test_spellings_of_one_address_meet_oldest_first(shelf):
    shelf.put(
        memento("one", 3),
        replace(memento("one/", 1), url="http://example.org:80/one/"),
        replace(memento("one", 2), url="https://www.example.org/one"),
        memento("two", 1),
    )
    assert [[row.memento.place for row in group] for group in shelf.groups()] == [
        ["one/ 1", "one 2", "one 3"],
        ["two 1"],
    ]


def test_what_no_database_takes_is_made_storable(shelf):
    hostile = f"http://www.example.org/{NUL}{'é' * 5_000}"
    shelf.put(replace(memento("a", 1, f"D{NUL}"), url=hostile, content_type=f"text/{NUL}html", place=NUL))
    shelf.put(replace(memento("b", 1), url="http://[half/of/an/address"))
    (first,), (second,) = shelf.groups()
    rows = {row.memento.digest: row.memento for row in (first, second)}
    assert rows["D"].content_type == "text/html"
    assert rows["D"].url.startswith("http://www.example.org/éé")
    assert len(rows["D"].url.encode()) < 2_100
    assert rows["A" * 32].url == "http://[half/of/an/address"


def test_addresses_of_many_rows_come_in_parts_and_pages_are_turned(shelf, monkeypatch):
    monkeypatch.setattr("db.mementos.grouping.PAGE", 3)
    monkeypatch.setattr("db.mementos.grouping.LARGEST", 4)
    shelf.put(*(memento("a", day) for day in range(9)), *(memento("b", day) for day in range(2)))
    assert [[row.memento.place for row in group] for group in shelf.groups()] == [
        ["a 0", "a 1", "a 2", "a 3"],
        ["a 4", "a 5", "a 6", "a 7"],
        ["a 8"],
        ["b 0", "b 1"],
    ]


def test_addresses_judged_are_given_again_only_with_new_rows(shelf):
    shelf.put(memento("a", 1), memento("b", 1), memento("c", 1))
    given = mementos.groups(shelf.engine, shelf.outlet_id, Via.WAYBACK)
    for group in given:  # judged while the next one waits
        mementos.judge(shelf.engine, [Judged(memento_id=row.id, state=MementoState.SPARED) for row in group])
    assert shelf.groups() == []
    shelf.put(memento("b", 2))
    assert [[row.state.value for row in group] for group in shelf.groups()] == [["spared", "listed"]]
    assert len(shelf.groups(fresh_only=False)) == 3


def test_the_chosen_come_by_rank_each_once(shelf, monkeypatch):
    monkeypatch.setattr("db.mementos.turns.PAGE", 2)
    shelf.put(*(memento("a", day) for day in range(5)), memento("b", 0))
    shelf.judge(
        **{
            "a 0": Choice.FIRST, "a 1": Choice.CHANGED, "a 2": Choice.CHANGED,
            "a 3": Choice.LAST, "a 4": MementoState.SPARED, "b 0": Choice.FIRST,
        }
    )  # fmt: skip
    order = ["a 0", "b 0", "a 3", "a 1", "a 2"]
    assert [row.memento.place for row in shelf.to_fetch()] == order
    assert [row.memento.place for row in shelf.to_fetch(limit=3)] == order[:3]  # nothing was settled
    assert list(shelf.to_fetch(limit=0)) == []
    counts = shelf.counts()
    assert counts.states == {MementoState.CHOSEN: 5, MementoState.SPARED: 1}
    assert counts.chosen == {Choice.FIRST: 2, Choice.LAST: 1, Choice.CHANGED: 2}
    assert (counts.addresses, counts.first, counts.last) == (2, START, START + timedelta(days=4))


def test_the_likes_of_a_fetched_capture_are_those_of_its_address_and_bytes(shelf):
    shelf.put(
        memento("a", 0), memento("a", 1), memento("a", 2, status=None), memento("a", 3, "B" * 32),
        memento("a", 4, status=404), memento("b", 1), memento("a", 5), memento("a", 6, ""),
        memento("a", 7, ""),
    )  # fmt: skip
    shelf.judge(**{"a 0": Choice.FIRST, "a 1": MementoState.SPARED, "a 5": MementoState.PASSED_OVER})
    rows = shelf.all()
    found = mementos.likes(shelf.engine, shelf.outlet_id, Via.WAYBACK, [rows["a 0"], rows["a 6"]])
    assert {
        place: [row.memento.place for row in found.get(rows[place].id, [])] for place in ("a 0", "a 6")
    } == {
        "a 0": ["a 1", "a 2"],
        "a 6": [],
    }


def test_what_is_fetched_is_settled_with_its_visit(shelf, engine):
    shelf.put(*(memento("a", day, length=100) for day in range(3)), memento("a", 3, status=404))
    shelf.judge(
        **{"a 0": Choice.FIRST, "a 1": MementoState.SPARED, "a 2": Choice.LAST, "a 3": MementoState.OBSERVED}
    )
    rows = shelf.all()
    assert [row.memento.place for row in mementos.to_observe(engine, shelf.outlet_id, Via.WAYBACK)] == ["a 3"]
    desk = Desk(engine)
    visit = attempt(f"{HOME}/a", 0, served="page", via=Via.WAYBACK)
    batch = [
        Settled(memento_id=rows["a 0"].id, state=MementoState.FETCHED, sha256=digest("page")),
        visit,
        Settled(memento_id=rows["a 1"].id, state=MementoState.OBSERVED, sha256=digest("page")),
        Settled(memento_id=rows["a 2"].id, state=MementoState.LACKING, detail="missing"),
        Settled(memento_id=rows["a 3"].id, state=MementoState.OBSERVED),
    ]
    assert desk.store.write(batch) == [None] * 5
    settled = shelf.all()
    assert {place: row.state.value for place, row in settled.items()} == {
        "a 0": "fetched", "a 1": "observed", "a 2": "lacking", "a 3": "observed",
    }  # fmt: skip
    assert {row.run_id for row in settled.values()} == {desk.run_id}
    assert settled["a 1"].sha256 == digest("page")
    assert shelf.counts().lacking == {"missing": 1}
    assert list(mementos.to_observe(engine, shelf.outlet_id, Via.WAYBACK)) == []
    desk.store.write([item for item in batch if isinstance(item, Settled)])  # told twice, it is the same
    assert shelf.all() == settled
    shelf.judge(**dict.fromkeys(settled, MementoState.PASSED_OVER))  # nor is it judged away
    assert shelf.all() == settled


def test_a_batch_that_fails_settles_nothing(shelf, engine):
    shelf.put(memento("a", 0))
    shelf.judge(**{"a 0": Choice.FIRST})
    (row,) = shelf.to_fetch()
    desk = Desk(engine)
    broken = record(attempt(f"{HOME}/a", 0), document("Bins", "No attempt brought this."))
    with pytest.raises(ValueError, match="names no attempt"):
        desk.store.write([Settled(memento_id=row.id, state=MementoState.FETCHED), broken])
    assert [again.id for again in shelf.to_fetch()] == [row.id]


def test_where_one_cannot_be_had_its_likes_are_judged_anew(shelf, engine):
    shelf.put(memento("a", 0), memento("a", 1), memento("b", 1))
    shelf.judge(**{"a 0": Choice.FIRST, "a 1": MementoState.SPARED, "b 1": MementoState.SPARED})
    lacking = Settled(memento_id=shelf.all()["a 0"].id, state=MementoState.LACKING, detail="damaged")
    Desk(engine).store.write([lacking])
    assert [[row.state.value for row in group] for group in shelf.groups()] == [["lacking", "listed"]]


def test_what_is_known_of_addresses(shelf, engine):
    desk = Desk(engine)
    desk.show(f"{HOME}/one", 0, document("Bins", "The bins are emptied on Monday."), served="one")
    desk.visit("http://example.org/two/", 1, served="two", via=Via.WAYBACK)
    keys = ["example.org/one", "example.org/two", "example.org/never"]
    found = mementos.known(engine, shelf.outlet_id, keys)
    assert [found[key].published_on for key in keys] == [date(2026, 3, 2), None, None]
    sha1 = {word: digest("sha1", word)[:32].upper() for word in ("one", "two")}
    assert [dict(found[key].held) for key in keys] == [
        {sha1["one"]: digest("one")},
        {sha1["two"]: digest("two")},
        {},
    ]
    assert mementos.known(engine, shelf.outlet_id + 1, keys[:1])[keys[0]].held == {}


def test_thousands_of_rows_are_put_in_and_come_out_whole(shelf):
    listed = [memento(f"{n % 40}", n) for n in range(6_000)]
    assert shelf.put(*listed) == 6_000
    assert shelf.put(*reversed(listed)) == 0
    assert sum(len(group) for group in shelf.groups()) == 6_000
    with shelf.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(MEMENTO)).scalar_one() == 6_000
