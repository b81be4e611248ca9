"""What may be said of comments that a page does not show, or shows otherwise, on both databases."""

from typing import Any

import pytest

from core.records import CommentState, ScrapedComment
from db.ledger import ArchiveLedger
from tests.integration.desk import HOME, Desk, at, comment, document

URL = f"{HOME}/articles/one"
TEXT = document("Bins to be emptied", "The council will empty the bins on Monday.")
ANN = comment(1, "Ann", "About time too, if you ask me.", "02/03/2026 at 10:00")
BEN = comment(2, "Ben", "Who pays for it?", "03/03/2026 at 08:15")
CAT = comment(3, "Cat", "So do I.", "03/03/2026 at 09:00")


@pytest.fixture
def desk(engine):
    return Desk(engine)


def show(desk: Desk, hour: float, *comments: ScrapedComment, state=CommentState.LISTED, **more: Any):
    return desk.show(URL, hour, TEXT, comments=comments, comment_state=state, **more)


def told(desk: Desk) -> dict[str, tuple[str, int]]:
    """Give the state and the number of wordings of each comment, by its text."""
    found = desk.ask("""
        SELECT c.state, v.body, v.version FROM comments c JOIN comment_versions v USING (comment_id)
        ORDER BY c.comment_id, v.version
    """)
    return {row["body"]: (row["state"], row["version"]) for row in found}


def at_place(position: int, one: ScrapedComment, outlet_id: str | None = None) -> ScrapedComment:
    posted = one.posted.raw if one.posted else ""
    return comment(position, one.author, one.body, posted, outlet_id=outlet_id)


def counted(stored) -> tuple[int, int, int]:
    return stored.comments_new, stored.comments_changed, stored.comments_removed


def test_closed_comments_whose_list_is_gone_are_not_removed(desk):
    show(desk, 0, ANN, BEN)
    assert counted(show(desk, 1, state=CommentState.CLOSED)) == (0, 0, 0)
    assert {state for state, _ in told(desk).values()} == {"unknown"}
    # Nor did that page tell that a comment was not there yet.
    assert counted(show(desk, 2, ANN, BEN, CAT)) == (1, 0, 0)
    assert {state for state, _ in told(desk).values()} == {"visible"}
    (new,) = desk.ask("SELECT changed_after FROM comment_versions WHERE body = :body", body=CAT.body)
    assert new["changed_after"] is None
    assert counted(show(desk, 3, ANN, state=CommentState.CLOSED)) == (0, 0, 2)


@pytest.mark.parametrize(
    "words",
    [
        "This comment was removed by a moderator.",
        "This comment has been removed by a moderator because it didn't abide by our standards.",
        "This comment has been removed for violating our community guidelines.",
        "[deleted]",
        "[Comment removed]",
        "Comment deleted by its author.",
        "Message removed by moderation team",
    ],
)
@pytest.mark.parametrize("state", [CommentState.LISTED, CommentState.PARTIAL])
def test_a_moderator_s_word_in_a_comment_s_place_is_its_removal(desk, words, state):
    show(desk, 0, at_place(1, ANN, "71"), BEN)
    instead = comment(1, "Ann", words, "02/03/2026 at 10:00", outlet_id="71")
    answer = comment(3, "Dee", "What did it say?", parent=1)
    assert counted(show(desk, 1, instead, BEN, answer, state=state)) == (1, 0, 1)
    assert told(desk) == {ANN.body: ("removed", 1), BEN.body: ("visible", 1), answer.body: ("visible", 1)}
    assert desk.one("SELECT shown, state_since FROM removals") == {"shown": ANN.body, "state_since": at(1)}
    ids = {row["body"]: row for row in desk.ask("SELECT * FROM comments")}
    assert ids[answer.body]["parent_id"] == ids[ANN.body]["comment_id"]
    assert counted(show(desk, 2, instead, BEN, answer, state=state)) == (0, 0, 0)
    assert counted(show(desk, 3, at_place(1, ANN, "71"), BEN, answer, state=state)) == (0, 1, 0)


def test_a_moderator_s_word_without_a_number_removes_whom_name_and_time_tell(desk):
    show(desk, 0, ANN, BEN)
    instead = comment(1, "Ann", "This comment was removed by a moderator.", "02/03/2026 at 10:00")
    assert counted(show(desk, 1, instead, BEN, state=CommentState.PARTIAL)) == (0, 0, 1)
    assert told(desk)[ANN.body] == ("removed", 1)


@pytest.mark.parametrize(
    "words",
    [
        "My post was deleted under the 2012 restructuring.",
        "This comment is spot on: removed services never come back.",
        "Removed by a moderator? Again?",
        "The post was removed because the trust ran out of money.",
        "This comment was deleted for a reason: the trust hides its figures.",
    ],
)
def test_a_reader_s_own_words_on_removals_are_a_comment(desk, words):
    assert counted(show(desk, 0, comment(1, "Ann", words))) == (1, 0, 0)


def test_numbers_that_count_the_places_of_a_page_name_no_comment(desk):
    show(desk, 0, *(at_place(n, one, str(n)) for n, one in enumerate((ANN, BEN, CAT), start=1)))
    newest_first = (comment(1, "Dee", "Late, as ever.", "04/03/2026 at 10:00", outlet_id="1"),)
    newest_first += tuple(at_place(n, one, str(n)) for n, one in enumerate((CAT, BEN, ANN), start=2))
    assert counted(show(desk, 1, *newest_first)) == (1, 0, 0)
    assert counted(show(desk, 2, at_place(1, CAT, "1"), at_place(2, BEN, "2"))) == (0, 0, 2)
    only = comment(1, "Eve", "Nobody else left?", "05/03/2026 at 11:00", outlet_id="1")
    assert counted(show(desk, 3, only)) == (1, 0, 2)


def test_numbers_made_anew_at_each_visit_name_no_comment(desk):
    show(desk, 0, at_place(1, ANN, "501"), at_place(2, BEN, "502"), at_place(3, CAT, "503"))
    assert counted(show(desk, 1, at_place(1, ANN, "502"), at_place(2, BEN, "503"))) == (0, 0, 1)
    assert told(desk)[CAT.body] == ("removed", 1)


def test_times_that_shift_with_each_visit_tell_no_comment_from_another(desk):
    def said(when: str) -> tuple[ScrapedComment, ...]:
        agreed = [comment(n, None, "Agreed.", when) for n in (1, 2)]
        return (*agreed, comment(3, None, "Hear, hear.", when), comment(4, "Ann", "Agreed.", when))

    show(desk, 0, *said("3 hours ago"))
    assert counted(show(desk, 1, *said("4 hours ago"))) == (0, 0, 0)
    assert counted(show(desk, 24, *said("yesterday at 10:00"))) == (0, 0, 0)
    assert counted(show(desk, 48, *said("vor 2 Tagen")[1:])) == (0, 0, 1)


def test_another_order_another_name_and_a_lost_parent_remove_nothing(desk):
    answer = comment(3, "Cat", "So do I.", "03/03/2026 at 09:00", parent=1)
    show(desk, 0, ANN, BEN, answer)
    turned = (at_place(1, answer), at_place(2, BEN), at_place(3, ANN))
    assert counted(show(desk, 1, *turned)) == (0, 0, 0)
    renamed = comment(2, "Benjamin", BEN.body, "03/03/2026 at 08:15")
    assert counted(show(desk, 2, turned[0], renamed, turned[2])) == (0, 1, 0)
    assert counted(show(desk, 3, turned[0], renamed)) == (0, 0, 1)
    row = desk.one("SELECT parent_id FROM comments WHERE body = :body", body=answer.body)
    assert row["parent_id"] is not None, "what a comment answered is still known"


def test_a_crawl_is_told_which_comments_are_to_be_there(desk):
    show(desk, 0, at_place(1, ANN, "71"), BEN, CAT)
    show(
        desk, 1, at_place(1, ANN, "71"), comment(2, "Ben", "Who pays for it? Edited.", "03/03/2026 at 08:15")
    )
    held = ArchiveLedger(desk.engine, "gazette").comments([URL, f"{URL}?page=2"])
    assert {(one.body, one.outlet_id) for one in held} == {
        (ANN.body, "71"),
        ("Who pays for it? Edited.", None),
    }
    assert ArchiveLedger(desk.engine, "herald").comments([URL]) == ()
