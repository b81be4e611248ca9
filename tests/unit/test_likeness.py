"""How alike two articles are: what agrees, what is worth a look, what shares a title by chance."""

from datetime import date

import pytest

from db.matched.likeness import Text, common_words, compare, titles_are_alike

DAY = date(2014, 5, 2)
BODY = " ".join(f"word{n}" for n in range(100))


def text(body: str = BODY, *, title: str = "The ferry sinks", day: date | None = DAY) -> Text:
    return Text(title=title, published_on=day, body=body)


def without(number: int) -> str:
    """Give the body without its first words."""
    return " ".join(BODY.split()[number:])


@pytest.mark.parametrize(("lost", "agrees"), [(0, True), (10, True), (11, False), (60, False)])
def test_nine_tenths_of_the_longer_text_agree(lost, agrees):
    found = compare([text()], [text(without(lost))])
    assert (found.agrees, found.share) == (agrees, pytest.approx((100 - lost) / 100))


def test_the_looks_of_title_and_text_do_not_count():
    found = compare(
        [text("It\u2019s \u201cgone\u201d", title="A FERRY \u2013 gone")],
        [text('It\'s "gone"', title="A ferry - gone")],
    )
    assert found.agrees


@pytest.mark.parametrize("other", [date(2014, 5, 3), None])
def test_without_the_same_day_it_is_only_likely(other):
    found = compare([text()], [text(day=other)])
    assert (found.agrees, found.is_likely) == (False, True)


def test_the_words_in_another_order_are_another_text():
    found = compare([text()], [text(" ".join(reversed(BODY.split())))])
    assert not found.is_likely
    assert found.common == 1


def test_empty_texts_have_nothing_in_common():
    assert not compare([text("")], [text("")]).is_likely


def test_any_version_of_one_may_be_the_like_of_any_of_the_other():
    edits = [text(f"{n} {without(80)}") for n in range(20)]
    assert compare([text(), *edits], [text("Of that there is nothing left at all."), text()]).agrees


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("the ferry sinks", "the ferry sinks | the gazette", True),
        ("the ferry sinks", "the harbour sinks", False),
        ("gone", "gone for good", False),
    ],
)
def test_titles_that_differ_in_what_a_template_adds_are_alike(one, other, alike):
    assert titles_are_alike(one, other) is alike


def test_of_very_long_texts_equal_paragraphs_count():
    paragraphs = [" ".join(f"w{n}x{m}" for m in range(50)) for n in range(120)]
    mine, its = ["one", *paragraphs, "two"], ["three", *paragraphs[:60], "four", *paragraphs[60:], "five"]
    assert common_words("\n\n".join(mine), "\n\n".join(its)) == 6_000
