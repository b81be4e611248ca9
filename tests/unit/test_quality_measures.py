"""The measures of the quality benchmark, on texts small enough to count by hand."""

from typing import Any

import pytest

from benchmarks.quality import measures
from benchmarks.quality.measures import Hits
from benchmarks.quality.score import Score


def scored(data_set: str, *pages: tuple[dict[str, Any], dict[str, Any] | None]) -> dict[str, Any]:
    score = Score()
    for truth, reading in pages:
        score.add(data_set, truth, reading)
    return score.facts()


def test_bodies_are_compared_by_runs_of_four_words():
    # wanted: abcd bcde cdef; read: abcd bcde and a menu of four words, whose runs are its own
    assert measures.shingles("a b c d e f", "a b c d e") == Hits(2, 0, 1)
    assert measures.shingles("a b c d", "a b c d one two") == Hits(1, 2, 0)
    assert measures.shingles("two words", "two words") == Hits(1, 0, 0)


def test_a_page_read_as_nothing_lowers_recall_and_says_nothing_of_precision():
    body = "a b c d e"
    facts = scored("any", ({"body": body}, {"body": body}), ({"body": body}, {}))
    assert facts["body_f1"] == pytest.approx(2 * 1 * 0.5 / 1.5)
    assert facts["words_f1"] == 0.5
    assert facts["empty"] == 1


def test_a_crash_counts_as_empty_and_is_counted():
    facts = scored("any", ({"body": "a b c d", "title": "A"}, None))
    assert (facts["crashed"], facts["empty"], facts["body_f1"], facts["title_exact"]) == (1, 1, 0, 0)


def test_segments_are_the_truth_of_the_set_that_has_them():
    truth = {"with": ["wanted text", "more of it"], "without": ["Imprint", "Share this"]}
    read = {"body": "Some wanted\n text.\nShare this"}
    assert scored("traf", (truth, read))["segments_f1"] == 0.5
    assert scored("other", (truth, read))["segments_f1"] is None


@pytest.mark.parametrize(
    ("read", "right"),
    [("The Trust’s “new” ward", 1), ("the trust's 'new' ward", 1), ("The trust's new ward - Site", 0)],
)
def test_titles_are_right_when_their_words_are(read, right):
    assert scored("any", ({"title": 'The Trust\'s "new" ward'}, {"title": read}))["title_exact"] == right


def test_a_wrong_date_costs_more_than_none():
    wanted = {"date": "2024-07-01"}
    facts = scored("any", (wanted, {"date": "2024-07-01T23:00:00+00:00"}), (wanted, {"date": None}))
    worse = scored("any", (wanted, {"date": "2024-07-01"}), (wanted, {"date": "2024-01-07"}))
    assert facts["date_exact"] == worse["date_exact"] == 0.5
    assert facts["date_f1"] > worse["date_f1"]


def test_authors_are_sets_of_names():
    truth = {"authors": ["Jane Roe", "Ali Poe"]}
    assert scored("any", (truth, {"authors": ["By Ali Poe and Jane Roe"]}))["author_exact"] == 1
    facts = scored("any", (truth, {"authors": ["Jane Roe", "Staff"]}))
    assert (facts["author_exact"], facts["author_f1"]) == (0, 0.5)


def test_comments_are_matched_one_to_one():
    once, twice = {"text": "I could not agree more with all of this"}, {"text": "Me too"}
    read = {"comments": [once, once, {"text": "me too!"}], "body": "A body. Me too."}
    facts = scored("any", ({"comments": [once, twice]}, read))
    assert facts["comments_f1"] == pytest.approx(0.8)  # two right of three, two of two
    assert facts["comments_found"] == 1
    assert facts["comments_leaked"] == 0  # a text that short may stand in any body


def test_comments_in_the_body_have_leaked():
    text = "This comment is long enough to be known again"
    facts = scored("any", ({"comments": [{"text": text}]}, {"body": f"A body.\n{text}"}))
    assert (facts["comments_leaked"], facts["comments_found"]) == (1, 0)


def test_one_text_for_all_comments_has_no_f1_and_may_hold_them():
    text = "This comment is long enough to be known again"
    facts = scored("any", ({"comments": [{"text": text}]}, {"comments": f"Jane\n{text}\nReply"}))
    assert (facts["comments_f1"], facts["comments_found"]) == (None, 1)


def test_has_comments_is_precise_where_nothing_is_taken_for_comments():
    with_some = {"comments": [{"text": "One of some words"}]}
    read = {"comments": [{"text": "There are no comments."}]}
    facts = scored("any", (with_some, with_some), ({"comments": []}, read), ({"comments": []}, {}))
    assert (facts["has_comments_precision"], facts["false_positives"]) == (0.5, 0.5)
