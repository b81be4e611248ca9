"""Text that a spreadsheet would run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.exporting.formulas import as_archived, neutral


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@A1", "\t=1", "\r=1", "\n=1", "'=1", "-"),
        *(" =1", "\ufeff=1", "\u00a0@A1", "\u200b=1", "\x00=1", " \n\u3000+A1", "' =1"),
        *("\uff1d1+1", "\uff0bA1", "\uff0dA1", "\uff20A1", "\ttext", "\ntext", "-\u0663"),
    ],
)
def test_what_begins_like_a_formula_is_text(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["", "Ferry = boat", "-1.5", "+44", "1-2", "-2e-3", "'tis", "'quoted'", " -5", " text", "\ufefftext"],
)
def test_other_text_and_numbers_stay(text):
    assert neutral(text) == text


@settings(max_examples=50, deadline=None)
@given(st.text("'=+-@\t\r\n\ufeff\uff1d1.e x", max_size=6))
def test_the_archived_text_can_be_had_back(text):
    assert as_archived(neutral(text)) == text
