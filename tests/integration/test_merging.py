"""One article at its legacy and its migrated address: found, merged, split, whatever order pages came in."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import CuttingsError
from core.records import Outcome
from db.matched import matches
from db.time_travel.asof import open_as_of
from tests.integration.desk import HOME
from tests.integration.moved import EDITED, MIGRATED, TEXT, Harbour, Page, content, told

_numbers = count()

OLD, NEW = Page(legacy=True, year=2014), Page(legacy=False, year=2021)


@pytest.fixture
def harbour(engine):
    return Harbour(engine)


def test_a_page_that_moved_is_one_article_with_one_history_and_no_edit(harbour):
    harbour.serve(OLD, replace(OLD, year=2018, remarks=("ann", "ben")))
    harbour.match()
    harbour.serve(
        replace(NEW, remarks=("ann", "ben", "cyd")), replace(NEW, year=2025, remarks=("ann", "ben", "cyd"))
    )
    (found,) = harbour.match()
    assert (found.decision, found.by_person) == ("merged", False)
    article = harbour.article(OLD)
    assert harbour.article(NEW) == article
    history = told(harbour.desk, article)
    (version,) = history["article_versions"]
    assert [at(version["valid_from"]), at(version["last_seen_at"])] == [2014, 2025]
    assert (version["url"], version["layout"]) == (MIGRATED, "articles")
    assert history["article_changes"] == []
    assert [row["state"] for row in history["comments"]] == ["visible"] * 3
    assert [row["version"] for row in history["comment_versions"]] == [1, 1, 1]
    for view in ("articles", "article_versions", "comments", "removals"):
        others = harbour.desk.ask(f"SELECT 1 FROM {view} WHERE article_id <> :a", a=article)
        assert others == []
    assert harbour.broken() == []


def at(instant: datetime) -> int:
    """Give the year of an instant as pages have it: their years begin in March."""
    return round(2026 + (instant - datetime(2026, 3, 2, 9, tzinfo=UTC)).days / 365)


def test_an_edit_at_the_new_address_is_told_and_the_old_page_that_stays_up_is_no_second_one(harbour):
    harbour.serve(OLD, NEW, replace(NEW, year=2022, text=EDITED), replace(OLD, year=2023))
    harbour.match()
    article = harbour.article(OLD)
    history = told(harbour.desk, article)
    assert [row["body"] for row in history["article_versions"]] == [TEXT, EDITED]
    assert [row["words_added"] for row in history["article_changes"]] == [1]


@pytest.mark.parametrize(
    "new",
    [
        replace(NEW, day=date(2014, 5, 3)),
        replace(NEW, day=None),
        replace(NEW, text=TEXT + "\n\n" + " ".join(f"another{n}" for n in range(20))),
        replace(NEW, title="The ferry sinks for good"),
    ],
    ids=["another day", "no day", "half the text", "a like title"],
)
def test_what_agrees_in_part_waits_for_a_person(harbour, new):
    harbour.serve(OLD, new)
    harbour.match()
    assert harbour.decisions() == [(None, False)]
    assert harbour.article(OLD) != harbour.article(new)
    merged = matches.merge(harbour.desk.store, harbour.article(OLD), harbour.article(new))
    assert (merged.decision, merged.by_person) == ("merged", True)
    assert harbour.article(OLD) == harbour.article(new)
    assert harbour.broken() == []


@pytest.mark.parametrize(
    "new",
    [
        replace(
            NEW, day=date(2014, 6, 2), text="Of the month of June there is little to be told by this editor."
        ),
        replace(NEW, title="The harbour master resigns"),
    ],
    ids=["a monthly column", "another title"],
)
def test_what_does_not_agree_is_not_even_listed(harbour, new):
    harbour.serve(OLD, new)
    assert harbour.match() == []


def test_an_edit_between_the_last_old_and_the_first_new_capture_does_not_part_them(harbour):
    rewritten = "\n\n".join(f"Word for word {n} it was written anew after all." for n in range(20))
    harbour.serve(OLD, NEW, replace(NEW, year=2022, text=rewritten))
    assert [one.decision for one in harbour.match()] == ["merged"]


def test_of_several_that_agree_none_is_merged_in_whatever_order_they_come(harbour):
    harbour.serve(OLD, NEW)
    harbour.match()
    assert harbour.decisions() == [("merged", False)]
    before = told(harbour.desk, harbour.article(OLD))
    second = record_of_another(harbour)
    harbour.match()
    assert harbour.decisions() == [(None, False), (None, False)]
    assert len({harbour.article(OLD), harbour.article(NEW), second}) == 3
    assert before["articles"]
    assert harbour.broken() == []


def record_of_another(harbour: Harbour) -> int:
    """Serve the same text at a second address of the new form; give its article."""
    page = replace(NEW, year=2022)
    harbour.serve(page, name="-again")
    return harbour.article(page, "-again")


def test_what_a_person_took_apart_is_never_merged_again(harbour):
    harbour.serve(OLD, NEW)
    harbour.match()
    other = harbour.desk.one("SELECT other_id FROM article_match")["other_id"]
    matches.split(harbour.desk.store, harbour.article(OLD), other)
    harbour.desk.next_run()
    harbour.serve(replace(NEW, year=2023, text=EDITED), replace(OLD, year=2019, text=EDITED))
    assert harbour.match() == []
    assert harbour.decisions() == [("apart", True)]


def test_splitting_gives_back_all_that_came_at_the_addresses_and_merging_again_the_same(harbour):
    harbour.serve(OLD, replace(OLD, year=2016, remarks=("ann",)), replace(NEW, remarks=("ann", "ben")))
    old, new = harbour.article(OLD), harbour.article(NEW)
    apart = told(harbour.desk, old), told(harbour.desk, new)
    harbour.match()
    first = told(harbour.desk, old)
    matches.split(harbour.desk.store, new, old)
    assert (told(harbour.desk, old), told(harbour.desk, new)) == apart
    assert harbour.broken() == []
    matches.merge(harbour.desk.store, new, old)
    assert told(harbour.desk, old) == first
    harbour.serve(replace(NEW, year=2024, text=EDITED), replace(OLD, year=2012))
    matches.split(harbour.desk.store, old, new)
    assert [row["body"] for row in told(harbour.desk, new)["article_versions"]] == [TEXT, EDITED]
    assert [at(row["valid_from"]) for row in told(harbour.desk, old)["article_versions"]] == [2012]
    assert harbour.broken() == []


def test_later_pages_of_either_address_go_to_the_one_that_stays_even_in_one_batch(harbour):
    harbour.serve(OLD, NEW)
    harbour.match()
    harbour.serve(replace(NEW, year=2023), replace(OLD, year=2024), replace(OLD, year=2010))
    article = harbour.article(OLD)
    assert harbour.desk.one("SELECT count(*) AS n FROM articles")["n"] == 1
    (version,) = told(harbour.desk, article)["article_versions"]
    assert [at(version["valid_from"]), at(version["last_seen_at"])] == [2010, 2024]
    assert harbour.broken() == []


def test_a_new_address_of_the_merged_article_goes_back_with_it(harbour):
    harbour.serve(OLD)
    harbour.serve(NEW)
    harbour.match()
    old = harbour.article(OLD)
    other = harbour.desk.one("SELECT other_id FROM article_match")["other_id"]
    url = f"{HOME}/articles/the-ferry-once-more"
    harbour.desk.show(url, 0, content(NEW), identity="articles/the-ferry", layout="articles")
    assert harbour.desk.one("SELECT article_id FROM addresses WHERE url = :u", u=url)["article_id"] == old
    matches.split(harbour.desk.store, old, other)
    assert harbour.desk.one("SELECT article_id FROM addresses WHERE url = :u", u=url)["article_id"] == other


def test_an_old_address_that_no_longer_serves_it_is_no_absence_and_the_new_one_is(harbour):
    harbour.serve(OLD, NEW, *(replace(OLD, year=2022 + n / 10, text=None) for n in range(4)))
    harbour.serve(replace(OLD, year=2023, text=None, outcome=Outcome.REDIRECT, redirect_to=f"{HOME}/"))
    harbour.match()
    article = harbour.article(OLD)
    assert harbour.desk.one("SELECT state FROM articles")["state"] == "live"
    harbour.serve(*(replace(OLD, year=2024 + n / 10, text=None) for n in range(4)))
    assert harbour.desk.one("SELECT state FROM articles")["state"] == "live"
    harbour.serve(*(replace(NEW, year=2025 + n / 10, text=None) for n in range(4)))
    assert harbour.desk.one("SELECT state FROM articles")["state"] == "missing"
    assert harbour.desk.one("SELECT article_id FROM articles")["article_id"] == article
    assert harbour.broken() == []


def test_a_redirect_to_another_article_is_listed_with_its_evidence(harbour):
    harbour.serve(OLD, replace(NEW, title="Quite another title", text="A text that shares nothing with it."))
    harbour.serve(replace(OLD, year=2022, text=None, outcome=Outcome.REDIRECT, redirect_to=MIGRATED))
    (found,) = harbour.match()
    assert (found.decision, found.evidence["redirected"]) == (None, True)


def test_what_was_believed_before_the_merge_can_still_be_told(harbour):
    harbour.serve(OLD, NEW)
    before = datetime.now(UTC)
    harbour.match()
    with harbour.desk.engine.connect() as connection:
        open_as_of(connection, None, before)
        count_then = connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one()
        open_as_of(connection, None, datetime.now(UTC))
        count_now = connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one()
    assert (count_then, count_now) == (2, 1)


def test_a_merge_that_cannot_be_says_why(harbour):
    harbour.serve(OLD, NEW)
    harbour.match()
    stays, other = harbour.article(OLD), harbour.desk.one("SELECT other_id FROM article_match")["other_id"]
    for pair, said in (
        ((stays, stays), "name two"),
        ((stays, other), f"article {other} is merged into article {stays} already"),
        ((stays, 4711), "article 4711 is not one of gazette"),
    ):
        with pytest.raises(CuttingsError, match=said):
            matches.merge(harbour.desk.store, *pair)
    with pytest.raises(CuttingsError, match="neither merged nor proposed"):
        matches.split(harbour.desk.store, stays, 4711)


def test_a_run_that_brought_nothing_new_writes_nothing(harbour):
    harbour.serve(OLD, NEW)
    harbour.match()
    before = harbour.desk.counts()
    assert harbour.match() == []
    assert {**harbour.desk.counts(), "run": 0} == {**before, "run": 0}


REMARKS = st.lists(st.sampled_from(["ann", "ben", "cyd"]), max_size=3, unique=True).map(tuple)
TEXTS = st.sampled_from([TEXT, TEXT, EDITED, None])
PAGES = st.lists(st.tuples(st.booleans(), TEXTS, REMARKS), min_size=2, max_size=7)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(what=PAGES, overlap=st.booleans(), data=st.data())
def test_any_order_and_any_batching_tells_one_history(harbour, what, overlap, data):
    pages = [OLD, NEW]
    for place, (legacy, text, remarks) in enumerate(what):
        first, step = (2020, 0.6) if overlap or not legacy else (2014.5, 0.6)
        year = (first if legacy else 2021.5) + place * step
        pages.append(Page(legacy=legacy, year=year, text=text, remarks=remarks))
    shuffled = data.draw(st.permutations(pages))
    in_order, in_disorder = (f"-{next(_numbers)}" for _ in range(2))
    harbour.serve(*sorted(pages, key=lambda page: page.year), name=in_order)
    harbour.match()
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        harbour.serve(*shuffled[:size], name=in_disorder)
        shuffled = shuffled[size:]
        if shuffled and data.draw(st.booleans()):
            harbour.match()
    harbour.match()
    expected = told(harbour.desk, harbour.article(NEW, in_order), hide=["url"])
    assert told(harbour.desk, harbour.article(NEW, in_disorder), hide=["url"]) == expected
    own = [
        harbour.desk.one("SELECT url FROM articles WHERE article_id = :a", a=harbour.article(NEW, name))[
            "url"
        ]
        for name in (in_order, in_disorder)
    ]
    assert own[0].removesuffix(in_order) == own[1].removesuffix(in_disorder)
