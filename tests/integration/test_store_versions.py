"""The store on both databases: versions as spells, with honest windows."""

from dataclasses import replace
from datetime import date
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.records import Change, Document, Moment, Outcome, Reason, Unread
from db.running import runs
from tests.integration.desk import HOME, Desk, at, attempt, digest, document, record, without

URL = f"{HOME}/articles/one"
A = document("Bins to be emptied", "The council will empty the bins on Monday.")
B = document("Bins to be emptied", "The council will not empty the bins on Monday, nor on Tuesday.")
_numbers = count()


@pytest.fixture
def desk(engine):
    return Desk(engine)


def test_a_first_visit_is_a_new_article_with_one_open_version(desk):
    stored = desk.show(URL, 0, A)
    assert (stored.change, stored.version, stored.title) == (Change.NEW, 1, A.title)
    assert desk.spells(stored.article_id) == [(A.body, 0, None, None, 0)]
    row = desk.one("SELECT * FROM articles")
    assert (row["url"], row["state"], row["versions"], row["word_count"]) == (URL, "live", 1, A.word_count)
    assert row["first_seen_at"] == row["last_checked_at"] == at(0)


def test_a_page_that_changes_around_an_unchanged_text_makes_no_version(desk):
    article = desk.show(URL, 0, A).article_id
    assert desk.show(URL, 5, A).change is Change.UNCHANGED
    assert desk.spells(article) == [(A.body, 0, None, None, 5)]
    assert desk.one("SELECT count(*) AS n FROM captures")["n"] == 2


def test_an_edit_states_the_window_it_fell_into(desk):
    article = desk.show(URL, 0, A).article_id
    desk.show(URL, 3, A)
    stored = desk.show(URL, 7, B)
    assert (stored.change, stored.version) == (Change.CHANGED, 2)
    assert desk.spells(article) == [(A.body, 0, 7, None, 3), (B.body, 7, None, 3, 7)]
    change = desk.one("SELECT * FROM article_changes")
    assert (change["changed_after"], change["changed_by"]) == (at(3), at(7))
    assert bool(change["body_changed"])
    assert not change["title_changed"]
    assert (change["words_added"], change["words_removed"]) == (4, 0)


def test_a_b_a_is_three_versions_the_last_one_reverted(desk):
    article = desk.show(URL, 0, A).article_id
    desk.show(URL, 1, B)
    assert desk.show(URL, 2, A).version == 3
    assert [spell[0] for spell in desk.spells(article)] == [A.body, B.body, A.body]
    kinds = [row["kind"] for row in desk.ask("SELECT kind FROM article_changes ORDER BY version")]
    assert (kinds[0] == "reverted", kinds[1] == "reverted") == (False, True)
    assert desk.one("SELECT count(*) AS n FROM document")["n"] == 2


def test_other_quotes_and_dashes_are_kept_as_evidence_and_make_no_version(desk):
    plain = document("Mayor's plan", "It is 'bold' - she said.")
    curly = document("Mayor\u2019s plan", "It is \u2018bold\u2019 \u2013 she said.")
    article = desk.show(URL, 0, plain).article_id
    assert desk.show(URL, 1, curly).change is Change.COSMETIC
    assert desk.show(URL, 2, curly).change is Change.UNCHANGED  # it is the same as last time
    assert desk.spells(article) == [(plain.body, 0, None, None, 2)]
    outcomes = [row["outcome"] for row in desk.ask("SELECT outcome FROM extraction ORDER BY capture_id")]
    assert outcomes == ["new", "cosmetic", "unchanged"]


def test_another_image_alone_is_no_change(desk):
    desk.show(URL, 0, document("Bins", "Text.", image_url="https://www.example.org/a.jpg?itok=1"))
    stored = desk.show(URL, 1, document("Bins", "Text.", image_url="https://www.example.org/a.jpg?itok=2"))
    assert stored.change is Change.UNCHANGED


def test_another_layout_version_cannot_fake_an_edit(desk):
    article = desk.show(URL, 0, A).article_id
    more = document(A.title, A.body + "\n\nCall 01234 for help.")
    stored = desk.show(URL, 1, more, layout_version=2)
    assert (stored.change, stored.version) == (Change.UNCHANGED, 1)
    assert desk.spells(article) == [(more.body, 0, None, None, 1)]
    texts = desk.ask("SELECT superseded_at FROM article_text ORDER BY id")
    assert [row["superseded_at"] is None for row in texts] == [False, True]
    # From now on the new layout version is compared with itself.
    assert desk.show(URL, 2, document(A.title, "Other words."), layout_version=2).change is Change.CHANGED


def test_an_upgraded_layout_that_reads_the_same_still_sees_the_next_edit(desk):
    desk.show(URL, 0, A)
    assert desk.show(URL, 1, A, layout_version=2).change is Change.UNCHANGED
    assert desk.show(URL, 2, B, layout_version=2).change is Change.CHANGED


def test_a_reading_older_than_what_is_known_is_put_in_its_place(desk):
    article = desk.show(URL, 5, A).article_id
    stored = desk.show(URL, 2, B)
    assert (stored.change, stored.version) == (Change.CHANGED, 2)
    assert desk.spells(article) == [(B.body, 2, 5, None, 2), (A.body, 5, None, 2, 5)]
    assert desk.one("SELECT first_seen_at FROM articles")["first_seen_at"] == at(2)
    assert desk.ask("SELECT outcome FROM extraction ORDER BY capture_id DESC")[0]["outcome"] == "late"


def test_what_was_believed_before_a_late_reading_is_kept(desk):
    desk.show(URL, 5, A)
    desk.show(URL, 2, B)
    (row,) = desk.ask("SELECT * FROM article_version WHERE retracted_at IS NOT NULL")
    assert (row["valid_from"], row["changed_after"], row["retract_reason"]) == (at(5), None, "rebuilt")


def test_a_late_reading_of_the_same_text_narrows_the_window(desk):
    article = desk.show(URL, 0, A).article_id
    desk.show(URL, 9, B)
    assert desk.show(URL, 7, A).change is Change.UNCHANGED
    assert desk.spells(article) == [(A.body, 0, 9, None, 7), (B.body, 9, None, 7, 9)]
    assert desk.one("SELECT changed_after FROM article_changes")["changed_after"] == at(7)


def test_a_removal_that_a_late_capture_refutes_is_taken_back(desk):
    article = desk.show(URL, 0, A).article_id
    for hour in (10, 40, 60):
        desk.visit(URL, hour, Outcome.NOT_FOUND)
    assert desk.one("SELECT state FROM articles")["state"] == "missing"
    desk.show(URL, 30, A)
    assert desk.one("SELECT state FROM articles")["state"] == "live"
    assert desk.spells(article) == [(A.body, 0, None, None, 30)]
    assert desk.ask("SELECT * FROM removals") == []


@pytest.mark.parametrize("outcome", [Outcome.NOT_MODIFIED, Outcome.OK])
def test_an_unchanged_recheck_adds_an_attempt_and_moves_what_was_seen(desk, outcome):
    article = desk.show(URL, 0, A, served="same bytes").article_id
    before = desk.counts()
    desk.next_run()
    desk.visit(URL, 6, outcome, served="same bytes" if outcome is Outcome.OK else None)
    after = desk.counts()
    assert without(after, "fetch_attempt", "run") == without(before, "fetch_attempt", "run")
    assert after["fetch_attempt"] == before["fetch_attempt"] + 1
    assert desk.spells(article) == [(A.body, 0, None, None, 6)]
    row = desk.one("SELECT last_seen_at, last_checked_at FROM articles")
    assert row["last_seen_at"] == row["last_checked_at"] == at(6)
    captures = desk.ask("SELECT capture_id FROM fetch_attempt ORDER BY fetched_at")
    assert captures[0]["capture_id"] == captures[1]["capture_id"] is not None


def test_identical_bytes_whose_reading_is_stored_again_add_no_row_either(desk):
    desk.show(URL, 0, A, served="same bytes")
    before = desk.counts()
    assert desk.show(URL, 4, A, served="same bytes").change is Change.UNCHANGED
    assert without(desk.counts(), "fetch_attempt") == without(before, "fetch_attempt")


def test_one_payload_at_two_addresses_is_kept_once(desk):
    desk.visit(f"{HOME}/a", 0, served="an empty page")
    desk.visit(f"{HOME}/b", 0, served="an empty page")
    assert desk.counts()["payload"] == 1
    assert desk.counts()["capture"] == 2


def test_an_error_page_in_between_is_no_new_text(desk):
    desk.show(URL, 0, A, served="same bytes")
    desk.visit(URL, 1, Outcome.SERVER_ERROR, served="sorry")
    desk.visit(URL, 2, Outcome.OK, served="same bytes")
    desk.visit(URL, 3, Outcome.SERVER_ERROR, served="sorry")
    assert desk.counts()["capture"] == 2
    assert desk.one("SELECT state, versions FROM articles") == {"state": "live", "versions": 1}


def test_410_is_gone_at_once_and_the_window_is_kept(desk):
    article = desk.show(URL, 0, A).article_id
    desk.visit(URL, 9, Outcome.GONE, served="gone")
    assert desk.spells(article) == [(A.body, 0, 9, None, 0)]
    row = desk.one("SELECT * FROM articles")
    assert (row["state"], row["state_since"], row["last_seen_at"], row["last_checked_at"]) == (
        "gone", at(9), at(0), at(9),
    )  # fmt: skip
    assert desk.one("SELECT kind, shown, state FROM removals") == {
        "kind": "article",
        "shown": A.title,
        "state": "gone",
    }


@pytest.mark.parametrize("again", [Outcome.OK, Outcome.NOT_MODIFIED])
def test_a_gone_article_that_answers_again_is_live_in_a_new_spell(desk, again):
    article = desk.show(URL, 0, A, served="same bytes").article_id
    desk.visit(URL, 9, Outcome.GONE)
    desk.visit(URL, 12, again, served="same bytes" if again is Outcome.OK else None)
    assert desk.spells(article) == [(A.body, 0, 9, None, 0), (A.body, 12, None, 9, 12)]
    assert desk.one("SELECT kind FROM article_changes")["kind"] == "reappeared"
    assert desk.one("SELECT state, state_since FROM articles") == {"state": "live", "state_since": at(12)}


def test_an_article_that_comes_back_in_other_looks_only_came_back(desk):
    desk.show(URL, 0, document("Mayor's plan", "It is 'bold' - she said."))
    desk.visit(URL, 9, Outcome.GONE)
    desk.show(URL, 12, document("Mayor\u2019s plan", "It is \u2018bold\u2019 \u2013 she said."))
    assert [row["kind"] for row in desk.ask("SELECT kind FROM article_changes")] == ["reappeared"]


def test_404_is_missing_only_after_three_times_over_48_hours(desk):
    article = desk.show(URL, 0, A).article_id
    for hour in (1, 2, 3, 40):
        desk.visit(URL, hour, Outcome.NOT_FOUND)
        assert desk.one("SELECT state FROM articles")["state"] == "live"
    desk.visit(URL, 49, Outcome.NOT_FOUND)
    assert desk.one("SELECT state, state_since FROM articles") == {"state": "missing", "state_since": at(1)}
    assert desk.spells(article) == [(A.body, 0, 1, None, 0)]


def test_two_404s_are_not_enough_however_far_apart(desk):
    desk.show(URL, 0, A)
    desk.visit(URL, 1, Outcome.NOT_FOUND)
    desk.visit(URL, 100, Outcome.NOT_FOUND)
    assert desk.one("SELECT state FROM articles")["state"] == "live"


def test_404s_before_the_article_was_seen_again_do_not_count(desk):
    desk.show(URL, 0, A)
    desk.visit(URL, 1, Outcome.NOT_FOUND)
    desk.visit(URL, 2, Outcome.NOT_FOUND)
    desk.show(URL, 30, A)
    desk.visit(URL, 60, Outcome.NOT_FOUND)
    assert desk.one("SELECT state FROM articles")["state"] == "live"


def test_a_redirect_to_the_home_page_counts_as_absent_and_one_elsewhere_does_not(desk):
    desk.show(URL, 0, A)
    for hour in (1, 30, 60):
        desk.visit(URL, hour, Outcome.REDIRECT, redirect_to=f"{HOME}/articles/moved")
    assert desk.one("SELECT state FROM articles")["state"] == "live"
    for hour in (61, 90, 120):
        desk.visit(URL, hour, Outcome.REDIRECT, redirect_to=f"{HOME}/")
    assert desk.one("SELECT state FROM articles")["state"] == "redirected"
    assert desk.one("SELECT state, state_since FROM removals") == {
        "state": "redirected",
        "state_since": at(61),
    }


def test_a_page_that_says_with_status_200_that_it_is_not_there_counts_as_absent(desk):
    desk.show(URL, 0, A)
    for hour in (1, 30, 60):
        visit = attempt(URL, hour, served="Page not found")
        reason = Reason.SOFT_404 if hour != 30 else Reason.NOT_AN_ARTICLE
        told = Unread(fetch_key=visit.key, url=URL, source="recheck", reason=reason, detail="headed so")
        desk.store.write([visit, told])
    # The same bytes are judged once: what they said at hour 1 they said at hour 30.
    assert desk.one("SELECT state, state_since FROM articles") == {"state": "missing", "state_since": at(1)}


def test_the_text_that_comes_back_came_after_the_last_time_it_was_away(desk):
    article = desk.show(URL, 0, A).article_id
    for hour in (10, 40, 60):
        desk.visit(URL, hour, Outcome.NOT_FOUND)
    desk.show(URL, 80, A)
    assert desk.spells(article) == [(A.body, 0, 10, None, 0), (A.body, 80, None, 60, 80)]
    assert desk.one("SELECT state, state_since FROM articles") == {"state": "live", "state_since": at(80)}
    assert desk.ask("SELECT * FROM removals") == []
    ends = [row["ended_by"] for row in desk.ask("SELECT ended_by FROM article_versions ORDER BY version")]
    assert ends == ["missing", None]


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.SERVER_ERROR,
        Outcome.FORBIDDEN,
        Outcome.NETWORK_ERROR,
        Outcome.ROBOTS_DENIED,
        Outcome.RATE_LIMITED,
    ],
)
def test_refusals_and_failures_are_no_evidence_of_absence(desk, outcome):
    desk.show(URL, 0, A)
    for hour in (1, 30, 60, 90):
        desk.visit(URL, hour, outcome)
    row = desk.one("SELECT state, last_seen_at, last_checked_at FROM articles")
    assert row == {"state": "live", "last_seen_at": at(0), "last_checked_at": at(90)}


def test_a_410_at_an_alias_says_nothing_of_the_article(desk):
    desk.show(f"{HOME}/News/one", 0, A, canonical_url=URL)
    desk.visit(f"{HOME}/News/one", 1, Outcome.GONE)
    assert desk.one("SELECT state FROM articles")["state"] == "live"


def test_news_of_a_run_tells_new_changed_and_gone(desk):
    other, third = f"{HOME}/articles/two", f"{HOME}/articles/three"
    desk.show(URL, 0, A)
    desk.show(other, 0, A)
    second = desk.next_run()
    desk.show(URL, 5, B)
    desk.visit(other, 5, Outcome.GONE)
    desk.show(third, 5, A)
    news = runs.news(desk.engine, [second])
    assert [line.url for line in news.new] == [third]
    assert [(line.url, line.version) for line in news.changed] == [(URL, 2)]
    assert [(line.url, line.detail) for line in news.gone] == [(other, "gone")]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shown=st.lists(st.sampled_from(["a", "b", "c", "gone", "same"]), min_size=1, max_size=8),
)
def test_spells_tell_what_was_shown_whatever_that_was(desk, shown):
    url = f"{HOME}/articles/{next(_numbers)}"
    texts = {name: document(f"Title {name}", f"Text {name} of it.") for name in "abc"}
    last, article, expected = None, None, []
    for hour, what in enumerate(shown):
        if what == "gone":
            desk.visit(url, hour, Outcome.GONE)
            last = None
        elif what == "same":
            desk.visit(url, hour, Outcome.NOT_MODIFIED)
            if last is None and expected:
                expected.append(expected[-1])
            last = expected[-1] if expected else None
        else:
            article = desk.show(url, hour, texts[what]).article_id
            if last != what:
                expected.append(what)
            last = what
    if article is None:
        return
    spells = desk.spells(article)
    assert [body for body, *_ in spells] == [texts[name].body for name in expected]
    for (_, start, end, _, seen), (_, following, _, after, _) in pairwise(spells):
        assert start <= seen < end <= following
        assert seen <= after < following
    assert (spells[-1][2] is None) == (last is not None)


def test_a_batch_that_fails_leaves_nothing_and_can_be_written_again(desk):
    visit = attempt(URL, 0, served="bytes")
    bad = record(attempt(f"{HOME}/unknown", 0), A)
    before = desk.counts()
    with pytest.raises(ValueError, match="names no attempt"):
        desk.store.write([visit, record(visit, A), bad])
    assert desk.counts() == before
    assert desk.store.write([visit, record(visit, A)])[1].change is Change.NEW


def test_an_item_may_come_in_a_later_batch_than_its_attempt(desk):
    visit = attempt(URL, 0, served="bytes")
    assert desk.store.write([visit]) == [None]
    assert desk.store.write([record(visit, A)])[0].change is Change.NEW


def test_bytes_nobody_read_when_they_came_count_from_when_they_came(desk):
    desk.visit(URL, 0, served="bytes")  # the crawl ended before they were read
    desk.next_run()
    article = desk.show(URL, 9, A, served="bytes").article_id
    assert desk.spells(article) == [(A.body, 0, None, None, 9)]
    assert desk.counts()["article_version"] == desk.counts()["article_text"] == 1


def dated(content: Document, day: int | None) -> Document:
    """Give the text as another address shows it: with another date, or with none."""
    stated = Moment(raw=f"{day:02}.03.26", on=date(2026, 3, day)) if day else None
    return replace(content, sha256=digest(content.sha256, day), published=stated)


def test_an_address_without_a_date_is_no_edit_and_takes_no_date_away(desk):
    desk.show(URL, 0, dated(A, 2))
    assert desk.show(URL, 1, dated(A, None)).change is Change.COSMETIC
    assert str(desk.one("SELECT published_on FROM articles")["published_on"]) == "2026-03-02"


def test_a_date_found_at_another_address_completes_the_version(desk):
    desk.show(URL, 0, dated(A, None))
    assert desk.show(URL, 1, dated(A, 2)).change is Change.UNCHANGED
    row = desk.one("SELECT published_on, versions FROM articles")
    assert (str(row["published_on"]), row["versions"]) == ("2026-03-02", 1)


def test_another_date_where_both_are_stated_is_an_edit_of_details(desk):
    desk.show(URL, 0, dated(A, 2))
    assert desk.show(URL, 1, dated(A, 3)).change is Change.CHANGED
    change = desk.one("SELECT kind, date_changed, body_changed FROM article_changes")
    assert (change["kind"], bool(change["date_changed"]), bool(change["body_changed"])) == (
        "details_only",
        True,
        False,
    )
