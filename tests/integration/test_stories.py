"""Copies across outlets, on both databases: what is found, who was first, what people say of it."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, event
from sqlalchemy import text as text_of

from core import clock
from core.errors import CuttingsError
from core.records import Moment
from db.checks import stories as story_checks
from db.checks.check import Scope
from db.copies import stories
from db.copies.linking import link, linking
from db.engine import writing
from db.erasures import Noted, Wish, blank, find
from db.suppressing import Marks
from db.time_travel.asof import open_as_of
from db.words import Erased
from newsstand.agency import HOUSES, MONTHS, Agency, Copy
from pipelines import copying
from tests.integration.copies import COURIER, GAZETTE, HERALD, Press, Printed, at_hour, on_day
from tests.integration.desk import KEY, at

SHARES = (1.0, 0.9, 0.7, 0.5, 0.4)
EACH = 12  # stories of each share, of those left out and of those written anew


@pytest.fixture
def press(engine: Engine) -> Press:
    return Press(engine)


@pytest.fixture
def agency() -> Agency:
    return Agency(7)


def unbroken(engine: Engine) -> bool:
    return not any(check.run(engine, Scope()).broken for check in story_checks.checks())


def test_labelled_pairs(press, agency):
    """Nine of ten pairs that keep half are found; no monthly figures, no briefs over a footer are joined."""
    labelled: dict[tuple[int, int], tuple[float, bool]] = {}
    for replaced in (False, True):
        for share in SHARES:
            sources = [agency.sentences(16) for _ in range(EACH)]
            firsts = [
                Printed(copy=agency.story(one, HOUSES[0]), hours=n, stated=at_hour(n))
                for n, one in enumerate(sources)
            ]
            others = [
                Printed(
                    copy=agency.reprint(one, share, HOUSES[1], replaced=replaced),
                    hours=n + 5,
                    stated=at_hour(n + 5),
                )
                for n, one in enumerate(sources)
            ]
            pairs = zip(press.print(GAZETTE, firsts), press.print(COURIER, others), strict=True)
            labelled |= dict.fromkeys(pairs, (share, replaced))
    series = [
        press.one(outlet, agency.monthly(month, house), n * 100 + 50 * k)
        for n, month in enumerate(MONTHS[:6])
        for k, (outlet, house) in enumerate(zip((GAZETTE, COURIER), HOUSES, strict=True))
    ]
    briefs = [
        press.one(outlet, agency.brief(HOUSES[0]), n) for n in range(12) for outlet in (GAZETTE, COURIER)
    ]
    press.link()

    found = [set(several) for several in press.stories()]
    hits = Counter(label for pair, label in labelled.items() if set(pair) in found)
    for replaced in (False, True):
        assert [hits[share, replaced] for share in (1.0, 0.9, 0.7)] == [EACH] * 3
        assert hits[0.5, replaced] >= 0.9 * EACH
    assert hits[0.4, False] >= 0.9 * EACH
    assert [several for several in found if tuple(sorted(several)) not in labelled] == []
    assert not {*series, *briefs} & {key for several in found for key in several}
    assert unbroken(press.engine)


def test_a_first_brief_that_a_footer_joined_is_let_go_once_the_footer_is_known(press, agency):
    briefs = [press.one(outlet, agency.brief(HOUSES[0]), n) for n, outlet in enumerate((GAZETTE, COURIER))]
    press.link()
    assert press.stories() == [briefs]  # half of either is the same: nobody can know better yet
    for hours in range(1, 3):
        press.one(GAZETTE, agency.brief(HOUSES[0]), hours)
    press.link(GAZETTE)
    assert press.stories() == []
    assert unbroken(press.engine)


def test_what_is_told_of_a_story(press, agency):
    sentences = agency.sentences(20)
    whole = agency.story(sentences)
    first = press.one(GAZETTE, whole, 1)
    same = press.one(COURIER, Copy(title="Another headline", body=whole.body.replace("the", "THE")), 3)
    half = press.one(HERALD, agency.story(sentences[:10]), 7)
    more = press.one("bugle", agency.story([*sentences, *agency.sentences(30)]), 13)
    press.one("bugle", agency.story(agency.sentences(20)), 2)
    press.link()
    assert press.stories() == [[first, same, half, more]]
    assert [press.member(key)["relation"] for key in (first, same, half, more)] == [
        None,
        "identical",
        "excerpt",
        "superset",
    ]
    assert [press.member(key)["hours_after_first"] for key in (first, same, half, more)] == [0, 2, 6, 12]
    shares = [press.member(key)["share_kept"] for key in (first, same, half, more)]
    assert shares[:2] == [1, 1]
    assert 0.4 < shares[2] < 0.6
    assert shares[3] == pytest.approx(1)
    assert bool(press.member(first)["is_first"])
    assert not press.member(half)["is_first"]
    assert press.member(half)["first_outlet"] == GAZETTE
    assert press.member(half)["decided_by"] == "rule"


def test_each_is_like_the_first_itself(press, agency):
    one, two, three = (agency.sentences(16) for _ in range(3))
    first = press.one(GAZETTE, agency.story([*one, *two]), 0)
    middle = press.one(COURIER, agency.story([*two, *three]), 1)
    last = press.one(HERALD, agency.story(three), 2)
    press.link()
    # The last is an excerpt of the middle one, and has no word of the first.
    assert press.stories() == [[first, middle]]
    assert [dict(row) for row in press.ask("SELECT article_id, other_id FROM similar_pair ORDER BY id")] == [
        {"article_id": first, "other_id": middle},
        {"article_id": middle, "other_id": last},
    ]


def test_who_was_first_and_how_that_is_known(press, agency):
    text = agency.story(agency.sentences(16))
    by_day = press.one(GAZETTE, text, 30, on_day(date(2026, 3, 2)))
    by_hour = press.one(COURIER, text, 40, at_hour(2))
    unstated = press.print(HERALD, [Printed(copy=text, hours=5)])[0]
    press.link()
    assert press.stories() == [[by_hour, by_day, unstated]]
    told = {key: press.member(key)["appeared_by"] for key in (by_hour, unstated, by_day)}
    assert told == {by_hour: "published_at", unstated: "first_seen", by_day: "published_on"}
    assert press.member(unstated)["appeared_at"] == at(5)
    # The day alone is no hour: it had appeared by its end.
    assert press.member(by_day)["appeared_at"] == datetime(2026, 3, 2, 23, 59, 59, 999999, UTC)


def test_an_earlier_one_that_comes_late_becomes_first_and_the_story_keeps_its_number(press, agency):
    text = agency.story(agency.sentences(16))
    second, third = press.one(GAZETTE, text, 10), press.one(COURIER, text, 20)
    press.link()
    number = press.member(second)["story_id"]
    first = press.one(HERALD, text, 1)
    press.link(HERALD)
    assert press.stories() == [[first, second, third]]
    assert press.member(first)["story_id"] == number
    assert press.member(second)["hours_after_first"] == 9
    # What was believed before is still there.
    before = press.ask("SELECT first_id FROM story_member WHERE superseded_at IS NOT NULL")
    assert [row["first_id"] for row in before] == [second, second]


def test_arrival_in_any_order_gives_the_same_stories(press, agency):
    outlets = (GAZETTE, COURIER, HERALD, "bugle")
    told = []
    for shift, order in enumerate(((0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0))):
        # Three times four texts that overlap alike, years apart: three archives in one.
        sentences, hours = agency.sentences(32), shift * 10_000
        texts = [agency.story(sentences[start : start + 16]) for start in (0, 4, 12, 16)]
        keys = {}
        for place in order:
            keys[place] = press.one(outlets[place], texts[place], hours + place)
            press.link(outlets[place])
        of = {key: place for place, key in keys.items()}
        told.append(sorted([of[key] for key in several] for several in press.stories() if several[0] in of))
    assert told[0] == told[1] == told[2]
    assert told[0] == [[0, 1], [2, 3]]


def test_a_copy_of_the_first_wording_counts_after_it_was_edited(press, agency):
    sentences = agency.sentences(16)
    first = press.one(GAZETTE, agency.story(sentences), 0)
    press.again(first, agency.story(agency.sentences(16)), 5, at_hour(0))
    copied = press.one(COURIER, agency.story(sentences), 6)
    press.link()
    assert press.stories() == [[first, copied]]
    edited = press.again(copied, agency.story(agency.sentences(14)), 9, at_hour(6))
    assert edited.change.value == "changed"
    press.link(COURIER)
    assert press.stories() == [[first, copied]]  # it was a copy when it appeared, whatever it says today


@pytest.mark.parametrize(
    ("titles", "days", "joined"),
    [
        (("Figures for March", "Figures for April"), 3, False),
        (("Trust opens 12 wards", "Trust opens 15 wards"), 3, False),
        (("Trust opens 12 wards", "A dozen wards for 12 towns"), 3, True),
        (("Wards open", "Wards open"), 29, True),
        (("Wards open", "Wards open"), 31, False),
    ],
)
def test_what_forbids_a_story(press, agency, titles, days, joined):
    sentences = agency.sentences(20)
    press.one(GAZETTE, Copy(title=titles[0], body=" ".join(sentences)), 0)
    press.one(COURIER, Copy(title=titles[1], body=" ".join(sentences[:18])), days * 24)
    press.link()
    assert bool(press.stories()) == joined
    barred = [row["barred_by"] for row in press.ask("SELECT barred_by FROM similar_pair")]
    assert barred == ([] if days > 30 else [None if joined else "series"])


def test_one_outlets_own_likes_are_no_story(press, agency):
    text = agency.story(agency.sentences(16))
    press.one(GAZETTE, text, 0)
    press.one(GAZETTE, text, 5)
    press.link()
    assert press.stories() == []


def test_nothing_new_costs_a_few_questions(press, agency):
    text = agency.story(agency.sentences(16))
    press.one(GAZETTE, text, 0)
    press.one(COURIER, text, 1)
    press.link()
    before = press.ask("SELECT * FROM story_member ORDER BY id")
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(press.engine, "before_cursor_execute", hear)
    try:
        assert link(press.engine, GAZETTE).articles == 0
    finally:
        event.remove(press.engine, "before_cursor_execute", hear)
    assert not [statement for statement in said if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(said) < 20
    assert press.ask("SELECT * FROM story_member ORDER BY id") == before


def test_joined_and_split_by_a_person_and_back(press, agency):
    sentences = agency.sentences(16)
    first, copied = (
        press.one(GAZETTE, agency.story(sentences), 0),
        press.one(COURIER, agency.story(sentences), 1),
    )
    own = press.one(HERALD, agency.story(agency.sentences(16)), 2)
    press.link()
    with linking(press.engine) as connection:
        number = stories.join(connection, own, copied, at(100))
    assert press.stories() == [[first, copied, own]]
    assert press.member(own) | {"recorded_at": None} == press.member(own) | {
        "recorded_at": None,
        "story_id": number,
        "decided_by": "person",
        "relation": None,
        "share_kept": 0,
    }
    with linking(press.engine) as connection:
        stories.split(connection, number, copied, at(101))
    assert press.stories() == []  # the third was only joined to what was split off
    press.link()
    with linking(press.engine) as connection:
        again = stories.join(connection, first, copied, at(102))
    assert press.stories() == [[first, copied]]
    assert again != number  # a number that was given up is never used again
    query = (
        "SELECT decision, count(superseded_at) AS over, count(*) AS said FROM pair_decision GROUP BY decision"
    )
    said = {row["decision"]: (row["said"], row["over"]) for row in press.ask(query)}
    assert said == {"join": (2, 1), "split": (2, 1)}  # all is still written down, what holds and what held
    assert unbroken(press.engine)


def test_a_split_holds_when_texts_are_compared_again(press, agency):
    text = agency.story(agency.sentences(16))
    first, copied = press.one(GAZETTE, text, 0), press.one(COURIER, text, 1)
    press.link()
    with linking(press.engine) as connection:
        stories.split(connection, press.member(first)["story_id"], first, at(100))
    third = press.one(HERALD, text, 2)
    press.link()
    assert press.stories() == [[first, third]]
    assert press.ask("SELECT article_id FROM stories WHERE article_id = :a", a=copied) == []


def test_who_cannot_be_joined_or_split(press, agency):
    text = agency.story(agency.sentences(16))
    first, _ = press.one(GAZETTE, text, 0), press.one(COURIER, text, 1)
    press.link()
    number = press.member(first)["story_id"]
    with linking(press.engine) as connection:
        with pytest.raises(CuttingsError, match="name two"):
            stories.join(connection, first, first, at(1))
        with pytest.raises(CuttingsError, match="no text of an article 99"):
            stories.join(connection, first, 99, at(1))
        with pytest.raises(CuttingsError, match=f"story {number} has no article 99"):
            stories.split(connection, number, 99, at(1))


def test_an_erased_first_leaves_the_story_to_the_others(press, agency):
    text = agency.story(agency.sentences(16))
    keys = [press.one(outlet, text, n) for n, outlet in enumerate((GAZETTE, COURIER, HERALD))]
    press.link()
    noted = Noted(reason="request 3", asked_by=None, at=at(50), software_version="t")
    with writing(press.engine) as connection:
        scope = find(connection, Wish(what=Erased.ARTICLE, number=keys[0]))
        blank(connection, scope, set(), noted, Marks(KEY))
    assert press.stories() == [keys[1:]]
    assert bool(press.member(keys[1])["is_first"])
    assert unbroken(press.engine)


def test_odd_dates_and_texts_do_no_harm(press, agency):
    text = agency.story(agency.sentences(16))
    stated = [Moment(raw="?", at=datetime(1, 1, 1, tzinfo=UTC)), Moment(raw="?", on=date(9999, 12, 31))]
    press.one(GAZETTE, text, 0, stated[0])
    press.one(COURIER, text, 1, stated[1])
    bodies = ("-", "one two three", "\U0001f600 a " * 300, "word " * 400)
    for outlet, body in zip((GAZETTE, COURIER) * 2, bodies, strict=True):
        press.one(outlet, Copy(title="Odd", body=body), 3)
    press.link()
    assert press.stories() == []
    assert press.ask("SELECT count(*) AS n FROM story_text")[0]["n"] == 6


def test_as_of_a_date_the_stories_are_those_believed_then(press, agency):
    text = agency.story(agency.sentences(16))
    second = press.one(GAZETTE, text, 10)
    press.one(COURIER, text, 20)
    press.link()
    believed = clock.now()
    press.one(HERALD, text, 1)
    press.link(HERALD)
    query = text_of("SELECT DISTINCT first_article_id FROM stories")
    with press.engine.connect() as connection:
        open_as_of(connection, at(100), believed)
        assert connection.execute(query).scalars().all() == [second]
        open_as_of(connection, at(100), at(0))
        assert connection.execute(query).scalars().all() == []


def test_an_error_there_fails_no_run(press, agency, caplog):
    text = agency.story(agency.sentences(16))
    press.one(GAZETTE, text)
    press.one(COURIER, text, 1)
    run_id = press.desk(GAZETTE).run_id
    with press.engine.begin() as connection:
        connection.execute(text_of("ALTER TABLE story_progress RENAME TO elsewhere"))
    assert copying.link_after(press.engine, GAZETTE, run_id) is None
    assert "were not looked for" in caplog.text
    with press.engine.begin() as connection:
        connection.execute(text_of("ALTER TABLE elsewhere RENAME TO story_progress"))
    for outlet in (GAZETTE, COURIER):
        linked = copying.link_after(press.engine, outlet, run_id)
    assert linked is not None
    assert len(press.stories()) == linked.stories == 1
