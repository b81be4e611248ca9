"""Which of the captures that archives list are fetched, at any address and in any order."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mementos import Memento
from core.records import Via
from db.mementos import EMPTY_BODY, Judged, Listed
from db.words import Choice, MementoState
from pipelines.backfill.choosing import choose

START = datetime(2016, 6, 6, 12, 27, tzinfo=UTC)
DIGESTS = {letter: letter * 32 for letter in "ABCDEFG"}


def row(number: int, told: str, *, state: MementoState = MementoState.LISTED, **more: object) -> Listed:
    """Give the row of a day: ``200 A`` is a status (``-`` for a revisit) and a digest (``-`` for none)."""
    status, _, digest = told.partition(" ")
    memento = Memento(
        via=Via.WAYBACK,
        archive="wayback",
        url="http://www.example.org/one",
        archived_at=START + timedelta(days=number),
        place=f"{number}",
        digest={"-": "", "": "", "empty": EMPTY_BODY}.get(digest, DIGESTS.get(digest, digest)),
        status=None if status == "-" else int(status),
        content_type="warc/revisit" if status == "-" else str(more.pop("content_type", "text/html")),
    )
    return Listed(id=number + 1, memento=memento, address_key="example.org/one", state=state, **more)


def judged(*told: str, published_on: date | None = None, held: dict[str, str] | None = None) -> list[str]:
    rows = [row(number, one) for number, one in enumerate(told)]
    return [said(one) for one in choose(rows, is_article=True, published_on=published_on, held=held or {})]


def said(one: Judged) -> str:
    return one.choice.value if one.choice else one.state.value


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("200 A", "first"),
        ("200 A|200 A|200 A", "first|spared|spared"),
        ("200 A|200 B|200 C", "first|changed|last"),
        ("200 A|200 B|200 A", "first|changed|spared"),  # the same bytes again are observed
        ("200 A|200 B|200 B|404 C|404 C", "first|spared|last|observed|observed"),
        ("200 A|200 B|410 -|200 C|200 D", "first|last|observed|changed|last"),
        ("200 A|503 B|429 C|403 D|200 E", "first|passed_over|passed_over|passed_over|last"),
        ("200 A|- A|- A|404 -", "first|spared|spared|observed"),
        ("200 A|- B|200 B|- B", "first|spared|last|spared"),  # the record with the bytes is fetched
        ("200 A|- C", "first|last"),  # a revisit of bytes that no other row has
        ("200 empty|200 A|206 B|304 A", "passed_over|first|passed_over|passed_over"),
        ("200 -|200 -|200 -", "first|changed|last"),  # without a digest nothing is known to be the same
        ("200 A|301 B|301 B|302 C|301 B", "first|redirect|spared|redirect|spared"),
        ("200 A|301 empty|301 empty|301 empty", "first|redirect|spared|redirect"),
        ("301 empty|200 A|301 empty", "redirect|first|redirect"),
        ("200 A|301 B|- B", "first|redirect|spared"),
        ("200 A|404 B|- B", "first|observed|passed_over"),
        ("200 A|404 B|200 B|- B", "first|observed|last|spared"),
        ("404 -|410 -", "observed|observed"),
    ],
)  # fmt: skip
def test_what_is_fetched(told: str, expected: str) -> None:
    assert "|".join(judged(*told.split("|"))) == expected


def test_the_page_nearest_after_publication_and_a_month_is_fetched_early() -> None:
    told = [f"200 {letter}" for letter in "ABCDE"]
    days = [0, 29, 35, 40, 90]
    rows = [
        replace(one, memento=replace(one.memento, archived_at=START + timedelta(days=day)))
        for one, day in zip([row(n, t) for n, t in enumerate(told)], days, strict=True)
    ]
    found = choose(rows, is_article=True, published_on=START.date(), held={})
    assert [said(one) for one in found] == ["first", "changed", "settled", "changed", "last"]
    ranked = sorted(found, key=lambda one: one.rank)
    assert [one.choice for one in ranked] == [
        Choice.FIRST, Choice.LAST, Choice.SETTLED, Choice.CHANGED, Choice.CHANGED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html; charset=iso-8859-1", "first"),
        ("application/xhtml+xml", "first"),
        ("unk", "first"),
        ("application/octet-stream", "first"),
        ("image/jpeg", "passed_over"),
        ("application/pdf", "passed_over"),
        ("application/rss+xml", "passed_over"),
    ],
)
def test_only_what_may_be_a_page_is_fetched(content_type: str, expected: str) -> None:
    rows = [row(0, "200 A", content_type=content_type)]
    assert [said(one) for one in choose(rows, is_article=True, published_on=None, held={})] == [expected]


def test_nothing_is_fetched_of_an_address_of_no_article() -> None:
    rows = [row(0, "200 A"), row(1, "404 B"), row(2, "301 C")]
    found = choose(rows, is_article=False, published_on=None, held={})
    assert {one.state for one in found} == {MementoState.PASSED_OVER}


def test_bytes_held_are_observed() -> None:
    rows = [row(0, "200 A"), row(1, "200 B"), row(2, "- A"), row(3, "301 A")]
    found = choose(rows, is_article=True, published_on=None, held={DIGESTS["A"]: "a" * 64})
    assert [said(one) for one in found] == ["observed", "changed", "observed", "redirect"]
    assert [one.sha256 for one in found] == ["a" * 64, None, "a" * 64, None]


def test_where_one_record_cannot_be_had_another_of_the_same_bytes_is_fetched() -> None:
    rows = [row(0, "200 A", state=MementoState.LACKING, run_id=1), row(1, "200 A"), row(2, "200 B")]
    found = choose(rows, is_article=True, published_on=None, held={})
    assert [said(one) for one in found] == ["lacking", "first", "last"]


kinds = st.sampled_from(["200", "200", "200", "-", "301", "404", "410", "503"])
letters = st.sampled_from([*"ABCD", "-", "empty"])
groups = st.lists(st.builds("{} {}".format, kinds, letters), min_size=1, max_size=14)
days = st.none() | st.builds(lambda day: START.date() + timedelta(days=day), st.integers(-40, 10))


@given(told=groups, published_on=days, data=st.data())
def test_each_page_is_told_exactly_once_in_any_order(
    told: list[str], published_on: date | None, data: st.DataObject
) -> None:
    rows = [row(number, one) for number, one in enumerate(told)]
    held = data.draw(
        st.dictionaries(st.sampled_from(sorted(DIGESTS.values())), st.just("f" * 64), max_size=2)
    )
    found = choose(rows, is_article=True, published_on=published_on, held=held)
    assert choose(
        data.draw(st.permutations(rows)), is_article=True, published_on=published_on, held=held
    ) == (found)
    assert [one.memento_id for one in found] == [one.id for one in rows]
    states = dict(zip(told, found, strict=False))
    chosen = Counter(
        told[one.memento_id - 1][-1]
        for one in found
        if one.choice not in {None, Choice.REDIRECT} and not told[one.memento_id - 1].endswith("-")
    )
    assert all(number == 1 for number in chosen.values())
    for letter in "ABCD":
        if f"200 {letter}" in states:
            assert chosen[letter] == (0 if DIGESTS[letter] in held else 1)


@given(told=groups, more=groups, published_on=days, data=st.data())
def test_judging_again_takes_nothing_back(
    told: list[str], more: list[str], published_on: date | None, data: st.DataObject
) -> None:
    rows = {one.id: one for one in (row(number * 2, one) for number, one in enumerate(told))}
    for one in choose(rows.values(), is_article=True, published_on=None, held={}):
        rows[one.memento_id] = replace(
            rows[one.memento_id], state=one.state, choice=one.choice, rank=one.rank, sha256=one.sha256
        )
    again = choose(rows.values(), is_article=True, published_on=None, held={})
    assert [(one.memento_id, one.state, one.choice) for one in again] == [
        (one.id, one.state, one.choice) for one in rows.values()
    ]
    chosen = [number for number, one in rows.items() if one.state is MementoState.CHOSEN]
    fetched = set(data.draw(st.lists(st.sampled_from(chosen), unique=True))) if chosen else set()
    for number in fetched:
        rows[number] = replace(
            rows[number], state=MementoState.FETCHED, sha256=rows[number].memento.digest or None, run_id=7
        )
    late = {one.id: one for one in (row(number * 2 + 1, one) for number, one in enumerate(more))}
    after = {
        one.memento_id: one
        for one in choose(
            [*rows.values(), *late.values()], is_article=True, published_on=published_on, held={}
        )
    }
    assert {number for number in fetched if after[number].state is MementoState.FETCHED} == fetched
    bytes_had = {rows[number].memento.digest for number in fetched if rows[number].memento.status == 200} - {
        ""
    }
    for number, one in after.items():
        listed = (rows | late)[number]
        if number not in fetched and listed.memento.status == 200 and listed.memento.digest in bytes_had:
            assert one.state is MementoState.OBSERVED
            assert one.sha256 == listed.memento.digest
