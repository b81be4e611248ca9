"""The store on both databases: comments, their spells, and what may be said of one that is not there."""

from typing import Any

import pytest

from core.records import CommentState, Outcome, ScrapedComment
from db.discussions.comments import pseudonym
from db.running import runs
from tests.integration.desk import HOME, KEY, Desk, at, comment, document, hours

URL = f"{HOME}/articles/one"
TEXT = document("Bins to be emptied", "The council will empty the bins on Monday.")
ANN = comment(1, "Ann, of Leeds", "About time too, if you ask me.")
BEN = comment(2, "Ben", "Who pays for it?\n\nWe do.", "03/03/2026 at 08:15")


@pytest.fixture
def desk(engine):
    return Desk(engine)


def show(desk: Desk, hour: float, *comments: ScrapedComment, state=CommentState.LISTED, **more: Any):
    return desk.show(URL, hour, TEXT, comments=comments, comment_state=state, **more)


def spells(desk):
    found = desk.ask("SELECT * FROM comment_versions ORDER BY comment_id, version")
    return [
        (row["body"], hours(row["valid_from"]), hours(row["valid_to"]), hours(row["changed_after"]))
        for row in found
    ]


def states(desk):
    return {row["commenter_name"]: row["state"] for row in desk.ask("SELECT * FROM comments_named")}


def test_comments_are_stored_as_shown(desk):
    stored = show(desk, 0, ANN, BEN)
    assert stored.comments_new == 2
    rows = desk.ask("SELECT * FROM comments_named ORDER BY position")
    assert [(row["commenter_name"], row["body"], row["posted_raw"], row["position"]) for row in rows] == [
        ("Ann, of Leeds", ANN.body, "02/03/2026 at 10:00", 1),
        ("Ben", BEN.body, "03/03/2026 at 08:15", 2),
    ]
    assert desk.one("SELECT comments, comment_state FROM articles") == {
        "comments": 2,
        "comment_state": "listed",
    }


def test_comments_show_pseudonyms_and_no_names(desk):
    show(desk, 0, ANN)
    row = desk.one("SELECT * FROM comments")
    assert row["commenter"] == pseudonym(KEY, "gazette", "ann, of leeds")
    assert "Ann" not in " ".join(str(value) for value in row.values())
    assert pseudonym(KEY, "gazette", "ann") != pseudonym(b"other key", "gazette", "ann")
    assert pseudonym(KEY, "gazette", "ann") != pseudonym(KEY, "herald", "ann")


def test_seen_again_is_only_seen_again(desk):
    show(desk, 0, ANN, BEN)
    before = desk.counts()
    stored = show(desk, 5, ANN, BEN)
    assert (stored.comments_new, stored.comments_changed, stored.comments_removed) == (0, 0, 0)
    after = desk.counts()
    assert {name for name in after if after[name] != before[name]} == {
        "fetch_attempt",
        "capture",
        "payload",
        "extraction",
    }
    assert {row["last_seen_at"] for row in desk.ask("SELECT last_seen_at FROM comments")} == {at(5)}


@pytest.mark.parametrize("outcome", [Outcome.NOT_MODIFIED, Outcome.OK])
def test_an_unchanged_page_moves_its_comments_last_sighting(desk, outcome):
    show(desk, 0, ANN, BEN, served="same bytes")
    desk.visit(URL, 8, outcome, served="same bytes" if outcome is Outcome.OK else None)
    assert {row["last_seen_at"] for row in desk.ask("SELECT last_seen_at FROM comments")} == {at(8)}
    assert {row["last_seen_at"] for row in desk.ask("SELECT last_seen_at FROM comment_versions")} == {at(8)}


def test_an_edit_is_a_new_version_with_its_window(desk):
    show(desk, 0, ANN, BEN)
    show(desk, 2, ANN, BEN)
    edited = comment(1, "Ann, of Leeds", "About time too, if you ask me. Edited.")
    assert show(desk, 6, edited, BEN).comments_changed == 1
    assert spells(desk) == [(ANN.body, 0, 6, None), (edited.body, 6, None, 2), (BEN.body, 0, None, None)]


def test_a_comment_not_listed_any_more_is_removed_and_may_come_back(desk):
    show(desk, 0, ANN, BEN)
    assert show(desk, 4, comment(1, "Ben", BEN.body, "03/03/2026 at 08:15")).comments_removed == 1
    assert states(desk) == {"Ann, of Leeds": "removed", "Ben": "visible"}
    assert desk.one("SELECT shown, last_seen_at, state_since FROM removals") == {
        "shown": ANN.body, "last_seen_at": at(0), "state_since": at(4),
    }  # fmt: skip
    assert desk.one("SELECT comments FROM articles")["comments"] == 1
    assert show(desk, 9, ANN, BEN).comments_changed == 1
    assert states(desk) == {"Ann, of Leeds": "visible", "Ben": "visible"}
    assert [spell for spell in spells(desk) if spell[0] == ANN.body] == [
        (ANN.body, 0, 4, None),
        (ANN.body, 9, None, 4),
    ]


def test_none_is_said_by_the_page_and_removes_all(desk):
    show(desk, 0, ANN)
    assert show(desk, 1, state=CommentState.NONE).comments_removed == 1


@pytest.mark.parametrize(
    ("state", "presence"),
    [
        (CommentState.UNKNOWN, "unknown"),
        (CommentState.UNSUPPORTED, "unknown"),
        (CommentState.PARTIAL, "visible"),
    ],
)
def test_a_page_that_does_not_list_all_comments_removes_none(desk, state, presence):
    show(desk, 0, ANN, BEN)
    assert show(desk, 4, state=state).comments_removed == 0
    assert set(states(desk).values()) == {presence}
    assert {row["last_seen_at"] for row in desk.ask("SELECT last_seen_at FROM comments")} == {at(0)}


def test_another_layout_version_neither_removes_nor_edits(desk):
    show(desk, 0, ANN, BEN)
    longer = comment(1, "Ann, of Leeds", ANN.body + " Reply")
    stored = show(desk, 1, longer, layout_version=2)
    assert (stored.comments_new, stored.comments_changed, stored.comments_removed) == (0, 0, 0)
    assert (longer.body, 0, None, None) in spells(desk)
    assert sorted(states(desk).values()) == ["unknown", "visible"]
    # Nor does its next reading: that version has never seen Ben.
    assert show(desk, 2, longer, layout_version=2).comments_removed == 0
    show(desk, 3, longer, BEN, layout_version=2)
    assert set(states(desk).values()) == {"visible"}
    assert show(desk, 4, longer, layout_version=2).comments_removed == 1


def test_double_posts_are_two_comments(desk):
    twice = comment(2, "Ann, of Leeds", ANN.body)
    assert show(desk, 0, ANN, twice).comments_new == 2
    assert show(desk, 1, ANN, twice).comments_new == 0
    thrice = comment(3, "Ann, of Leeds", ANN.body)
    assert show(desk, 2, ANN, twice, thrice).comments_new == 1
    assert desk.one("SELECT count(*) AS n FROM comments")["n"] == 3


def test_answers_know_what_they_answer(desk):
    show(desk, 0, ANN, comment(2, "Ben", "I agree.", parent=1))
    show(desk, 1, ANN, comment(2, "Ben", "I agree.", parent=1), comment(3, "Cat", "So do I.", parent=2))
    ids = {row["commenter_name"]: row["comment_id"] for row in desk.ask("SELECT * FROM comments_named")}
    parents = {row["commenter_name"]: row["parent_id"] for row in desk.ask("SELECT * FROM comments_named")}
    assert parents == {"Ann, of Leeds": None, "Ben": ids["Ann, of Leeds"], "Cat": ids["Ben"]}


def test_ids_of_the_outlet_recognise_a_comment_whatever_else_changes(desk):
    show(desk, 0, comment(1, "Ann", "First words.", outlet_id="77"))
    stored = show(
        desk, 1, comment(1, "Anonymous", "Quite other ones.", "04/03/2026 at 11:00", outlet_id="77")
    )
    assert (stored.comments_new, stored.comments_changed) == (0, 1)


def test_an_id_given_twice_on_one_page_names_nothing(desk):
    stored = show(desk, 0, comment(1, "Ann", "One.", outlet_id="7"), comment(2, "Ben", "Two.", outlet_id="7"))
    assert stored.comments_new == 2
    assert (
        show(
            desk, 1, comment(1, "Ann", "One.", outlet_id="7"), comment(2, "Ben", "Two.", outlet_id="7")
        ).comments_new
        == 0
    )


def test_comments_without_a_name_have_no_commenter(desk):
    show(desk, 0, comment(1, None, "Nobody said this."))
    assert desk.one("SELECT commenter FROM comments")["commenter"] is None


def test_news_counts_comments_new_changed_and_removed(desk):
    show(desk, 0, ANN, BEN)
    second = desk.next_run()
    show(desk, 1, comment(1, "Ann, of Leeds", ANN.body + " Edited."), comment(2, "Cat", "New here."))
    news = runs.news(desk.engine, [second])
    assert (news.comments_new, news.comments_changed, news.comments_removed) == (1, 1, 1)
