"""Kinds of edits, told from two texts; and the word diff they are counted by."""

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.diff import BREAK, Mark, word_diff
from db.changes import Text, measure
from db.words import Edit

BODY = BREAK.join(
    " ".join(f"word{paragraph}{n}" for n in range(40)) + "." for paragraph in range(5)
)  # 200 words


def text(**fields: Any):
    plain = {
        "fingerprint": "",
        "title": "Bins to be emptied",
        "standfirst": None,
        "byline": "By Ann",
        "section": "News",
        "published_at": None,
        "published_on": date(2026, 3, 2),
        "tags": ("bins",),
        "body": BODY,
    }
    made = Text(**(plain | fields))
    return replace(made, fingerprint=repr(made)) if not made.fingerprint else made


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (text(body=BODY.replace("word125", "word152x")), Edit.TYPO),
        (text(body=BODY.replace("word125", "word125,")), Edit.TYPO),
        (text(body=BODY + BREAK + "Five more words are here."), Edit.MINOR),
        (text(body=BODY.rsplit(BREAK, 2)[0]), Edit.MAJOR),
        (text(body="Nothing of it is left at all, not one word."), Edit.REWRITE),
        (text(title="Bins not to be emptied"), Edit.HEADLINE_ONLY),
        (text(title="Bins not to be emptied", body=BODY + " Now."), Edit.MINOR),
        (text(byline="By Ben"), Edit.DETAILS_ONLY),
        (text(tags=("bins", "council")), Edit.DETAILS_ONLY),
        (text(published_on=date(2026, 3, 3)), Edit.DETAILS_ONLY),
    ],
)
def test_kinds(after, kind):
    assert measure(text(), after).kind is kind


def test_a_text_that_was_there_earlier_is_a_reversal():
    now = text(body="Nothing of it is left.")
    assert measure(now, text(), {text().fingerprint}).kind is Edit.REVERTED


def test_the_same_text_after_an_absence_reappeared():
    difference = measure(text(), text())
    assert (difference.kind, difference.similarity, difference.words_added) == (Edit.REAPPEARED, 1.0, 0)


def test_fields_are_named_and_words_counted():
    difference = measure(text(standfirst="One two."), text(standfirst="One three four.", byline=None))
    assert difference.standfirst_changed
    assert difference.byline_changed
    assert not difference.body_changed
    assert not difference.title_changed
    assert (difference.words_added, difference.words_removed) == (2, 1)


def test_quotes_dashes_and_case_are_no_change_of_a_field():
    difference = measure(text(title="Ann's \u2013 bins"), text(title="ANN\u2019S - bins"))
    assert not difference.title_changed
    assert difference.similarity == 1.0


def pieces(before, after):
    return [(piece.mark.value, piece.text) for piece in word_diff(before, after)]


def test_a_word_diff_shows_what_stayed_went_and_came():
    assert pieces("The cat sat down.", "The dog sat down.") == [
        ("same", "The"),
        ("removed", "cat"),
        ("added", "dog"),
        ("same", "sat down."),
    ]


def test_a_new_paragraph_is_an_added_piece():
    assert pieces("One.\n\nThree.", "One.\n\nTwo.\n\nThree.") == [
        ("same", "One.\n\n"),
        ("added", "Two.\n\n"),
        ("same", "Three."),
    ]


def test_joined_paragraphs_lose_their_break():
    assert ("removed", BREAK) in pieces("One.\n\nTwo.", "One. Two.")


texts = st.lists(st.text("ab ", max_size=8).map(str.split).map(" ".join).filter(bool), max_size=6).map(
    BREAK.join
)


@given(texts, texts)
def test_both_texts_can_be_put_together_from_the_pieces(before, after):
    found = word_diff(before, after)
    for mark, whole in ((Mark.REMOVED, before), (Mark.ADDED, after)):
        kept = [piece.text for piece in found if piece.mark in {Mark.SAME, mark}]
        assert " ".join(kept).split() == whole.split()
        assert "".join(kept).count(BREAK) == whole.count(BREAK)


def test_two_long_texts_with_nothing_in_common_are_told_apart_soon():
    started = time.perf_counter()
    found = word_diff(
        " ".join(f"a{n % 50}" for n in range(50_000)), " ".join(f"b{n % 50}" for n in range(50_000))
    )
    assert [piece.mark for piece in found] == [Mark.REMOVED, Mark.ADDED]
    assert time.perf_counter() - started < 5
