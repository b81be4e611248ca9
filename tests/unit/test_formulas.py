"""Text that a spreadsheet would run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.exporting.formulas import as_archived, neutral


@pytest.mark.parametrize(
    "text", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@A1", "\t=1", "\r=1", "'=1", "-"]
)
def test_what_begins_like_a_formula_is_text(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Ferry = boat", "-1.5", "+44", "1-2", "-2e-3", "'tis", "'quoted'", "\n=1"]
)
def test_other_text_and_numbers_stay(text):
    assert neutral(text) == text


@settings(max_examples=50, deadline=None)
@given(st.text("'=+-@\t\r1.e x", max_size=6))
def test_the_archived_text_can_be_had_back(text):
    assert as_archived(neutral(text)) == text
