"""Kinds of edits, told from two texts; and the word diff they are counted by."""

from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import diff
from core.corrections import notes
from core.diff import BREAK, Mark, word_diff
from db.histories.changes import Difference, Text, measure
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


def test_quotes_and_dashes_are_no_change_of_a_field():
    difference = measure(text(title="Ann's \u2013 bins"), text(title="Ann\u2019s - bins"))
    assert not difference.title_changed
    assert difference.similarity == 1.0


CURLY = text(
    fingerprint="f",
    title="Ann\u2019s bins",
    standfirst="Bins \u2013 gone",
    body="Bins go.\n\n\u201cBins.\u201d",
)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Ann's bins"},
        {"standfirst": "Bins - gone"},
        {"byline": "By\u00a0Ann"},
        {"body": 'Bins go. "Bins."'},
    ],
)
def test_other_quotes_dashes_and_spaces_are_a_cosmetic_change(change):
    difference = measure(CURLY, replace(CURLY, **change))
    assert difference.kind is Edit.COSMETIC
    assert (difference.words_added, difference.words_removed, difference.similarity) == (0, 0, 1.0)
    assert not any(
        getattr(difference, name) for name in Difference.__dataclass_fields__ if "_changed" in name
    )


def test_a_cosmetic_change_with_another_date_is_a_change_of_the_date():
    difference = measure(CURLY, replace(CURLY, title="Ann's bins", published_on=date(2026, 3, 9)))
    assert (difference.kind, difference.date_changed) == (Edit.DETAILS_ONLY, True)


def test_a_missing_field_and_an_empty_one_are_the_same():
    assert measure(replace(CURLY, byline=None), replace(CURLY, byline="")).kind is Edit.REAPPEARED


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"body": BODY.replace("word125", "WORD125")}, Edit.TYPO, 1),
        ({"body": BODY.upper()}, Edit.TYPO, 200),
        ({"title": "Bins To Be Emptied"}, Edit.HEADLINE_ONLY, 3),
    ],
)
def test_other_letter_case_is_an_edit_and_its_words_are_counted(change, kind, words):
    difference = measure(text(), text(**change))
    assert (difference.kind, difference.words_added, difference.words_removed) == (kind, words, words)


NOTE = "Correction: an earlier version gave the wrong ward."


@pytest.mark.parametrize("body", [f"{BODY}\n\n{NOTE}", f"{NOTE}\n\n{BODY}"])
@pytest.mark.parametrize("title", ["Bins to be emptied", "Bins not to be emptied"])
def test_a_note_of_correction_that_came_is_what_the_change_is_called(body, title):
    difference = measure(text(), text(title=title, body=body))
    assert (difference.kind, difference.correction_note) == (Edit.CORRECTION_NOTE, NOTE)


def test_a_note_names_the_change_however_much_was_edited_with_it():
    for share in (1, 3, 5):
        kept = BREAK.join(BODY.split(BREAK)[share:])
        difference = measure(text(), text(title="Bins stay", body=f"{kept}\n\n{NOTE}".strip()))
        assert (difference.kind, difference.correction_note) == (Edit.CORRECTION_NOTE, NOTE)


@pytest.mark.parametrize(
    "before",
    [
        text(body=f"{BODY}\n\n{NOTE}"),  # it stays
        text(body=f"{NOTE}\n\n{BODY}"),  # it moves
        text(body=f"{BODY}\n\n{NOTE.replace(': ', ':  ')}"),  # its looks change
    ],
)
def test_a_note_that_was_there_before_is_not_new(before):
    after = text(body=f"{BODY.replace('word125', 'word9')}\n\n{NOTE}")
    assert measure(before, after).correction_note is None
    assert measure(before, after).kind is not Edit.CORRECTION_NOTE


def test_a_note_that_reads_differently_now_is_new_and_the_others_are_not_told_again():
    before = text(body=f"{BODY}\n\n{NOTE}")
    after = text(body=f"{BODY}\n\n{NOTE[:-1]} and the wrong town.")
    assert measure(before, after).correction_note == f"{NOTE[:-1]} and the wrong town."
    assert (
        measure(before, text(body=f"{BODY}\n\n{NOTE}\n\nClarification: x.")).correction_note
        == "Clarification: x."
    )


def test_a_note_that_went_is_no_note():
    difference = measure(text(body=f"{BODY}\n\n{NOTE}"), text())
    assert (difference.correction_note, difference.kind) == (None, Edit.MINOR)


def test_a_reversal_to_a_text_with_a_note_is_a_reversal():
    noted = text(body=f"{BODY}\n\n{NOTE}")
    difference = measure(text(), noted, {noted.fingerprint})
    assert (difference.kind, difference.correction_note) == (Edit.REVERTED, NOTE)


NOTES = (
    "Correction: the store cost \u00a34m.",
    "CORRECTION \u2013 the store cost \u00a34m",
    "Corrections: two figures were wrong.",
    "Clarification: the store is not open.",
    "Editor's note: The figure was wrong.",
    "Editor\u2019s Note \u2013 the figure.",
    "[Editor\u2019s note: the figure.]",
    "This article was amended on 3 March 2026 to correct the cost.",
    "this story has been corrected.",
    "An earlier version of this article said the store was closed.",
    "* An earlier version of this story wrongly said X.",
    "In an earlier version of this article, the name was wrong.",
    "On 3 March 2026 this article was amended to remove a name.",
    "3 March 2026: This article was amended because the figure was wrong.",
    "3 March 2026 - Correction: the store cost \u00a34m.",
    "Tuesday 3 March 2026, 10:40 \u2013 Correction: the store",
    "March 3, 2026: Clarification: the store",
    "Correction, 3 March 2026: the store.",
    "Correction (3 March 2026): the store.",
    "Correction 03/03/2026 \u2013 the store",
    "Correction 2: an earlier version gave the wrong ward.",
    "Correction to this article: the store.",
    "Corrections and clarifications: the store.",
    "Updated 4 May: to correct the spelling of a name.",
    "This article was updated on 4 May to correct a name.",
    "Due to an editing error, an earlier version of this article said four.",
    "The headline of this article was amended on 3 March.",
    "The first paragraph of this story was corrected on Monday.",
    "Amended on 3 March to give the right cost.",
    "Note: this article has been changed since it was first published.",
    "We have corrected this article.",
    "This article originally stated that the store was shut.",
    "We are happy to make clear that Ms Ann did not resign.",
    "Correction\n\nAn earlier version of this article named the wrong ward.",
    "Correction: the ward is the yellow one.\n\nWe apologise for the error.",
)
NO_NOTES = (
    "Correction facilities in the county are full.",
    "The correction of the budget took a year.",
    "Corrections officers said no.",
    "Correction-fluid sales fell: the trade said so.",
    "Correction of errors: the audit office has a plan",
    "Correction\n\nThe audit office has a plan for errors.",
    "Clarification was sought from the minister.",
    "Clarifications to the law were promised.",
    "Editor's comment: a fine week.",
    "Editors noted the change.",
    "Amended rules come into force on Monday.",
    "Corrected for inflation, spending fell.",
    "An earlier version of the bill said so.",
    "This report was welcomed by ministers.",
    "The department amended this on 3 March.",
    "Note the change of date: Monday.",
    "Apology accepted, said the mayor.",
    "Updated 4 May: the council has now replied.",
    "Update: the store has since closed.",
    "This article was updated on 4 May to include a comment from the trust.",
    "\u201cIt needs a correction,\u201d she said: \u201cAnd soon.\u201d",
    "Correction: " + "the whole article in one paragraph. " * 60,
)


@pytest.mark.parametrize("note", NOTES)
def test_a_note_is_known_by_its_wording_at_top_and_foot(note):
    assert notes(f"{BODY}\n\n{note}") == (note,)
    assert notes(f"{note}\n\n{BODY}") == (note,)
    assert notes(f"{BODY}\n\n{note.upper()}") == (note.upper(),)


@pytest.mark.parametrize("text", NO_NOTES)
def test_a_text_about_corrections_is_no_note(text):
    assert notes(f"{BODY}\n\n{text}") == ()
    assert notes(f"{text}\n\n{BODY}") == ()


def test_what_stands_amid_a_long_text_is_no_note():
    half = BREAK.join(f"Paragraph {n}." for n in range(12))
    assert notes(f"{half}\n\n{NOTE}\n\n{half}") == ()


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
    found = word_diff(
        " ".join(f"a{n % 50}" for n in range(50_000)), " ".join(f"b{n % 50}" for n in range(50_000))
    )
    assert [piece.mark for piece in found] == [Mark.REMOVED, Mark.ADDED]


def test_one_edit_amid_thousands_of_paragraphs_is_still_found():
    many = [f"Paragraph {n}." for n in range(5000)]
    difference = measure(text(body=BREAK.join(many)), text(body=BREAK.join([*many[:2500], *many[2501:]])))
    assert (difference.words_added, difference.words_removed, difference.kind) == (0, 2, Edit.TYPO)


def test_one_edit_in_a_long_text_of_one_paragraph_is_still_found():
    long = " ".join(f"word{n}" for n in range(5000))
    difference = measure(text(body=long), text(body=long.replace("word2500 ", "other ")))
    assert (difference.words_added, difference.words_removed, difference.kind) == (1, 1, Edit.TYPO)
    two = (
        f"{long}\n\nkeep\n\n{BODY}",
        f"{long.replace('word9 ', 'x ')}\n\nkeep\n\n{BODY.replace('word09 ', 'x ')}",
    )
    assert measure(text(body=two[0]), text(body=two[1])).kind is Edit.TYPO


def compared(monkeypatch, before, after):
    """Give how many pairs of words or paragraphs are compared: the cost, whatever the machine."""
    pairs = []

    class Counting(SequenceMatcher):
        def set_seqs(self, a, b) -> None:
            pairs.append(len(a) * len(b))
            super().set_seqs(a, b)

    monkeypatch.setattr(diff, "SequenceMatcher", Counting)
    measure(text(body=before), text(body=after))
    return sum(pairs)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            BREAK.join("a" if n % 3 else "b" for n in range(60_000)),
            BREAK.join("ab"[n % 2] for n in range(60_000)),
        ),
        (
            BREAK.join(f"{'a ' * 1900}{n}\n\nkeep {n}" for n in range(60)),
            BREAK.join(f"{'b ' * 1900}{n}\n\nkeep {n}" for n in range(60)),
        ),
        ("a b " * 90_000, "b a " * 90_001),
    ],
    ids=["paragraphs", "blocks", "words"],
)
def test_a_hostile_text_costs_no_more_than_a_bounded_number_of_comparisons(monkeypatch, before, after):
    assert compared(monkeypatch, before, after) <= 2 * diff.MAX_CELLS
