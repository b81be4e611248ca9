"""Cells that a spreadsheet would run: text that begins like a formula."""

import re

HOW = (
    "Text that begins, after any apostrophes, with = + - @, a tab or a carriage return has one more "
    "apostrophe before it, so that no spreadsheet runs it; numbers stay as they are. Without that "
    "apostrophe it is the text as archived."
)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def neutral(text: str) -> str:
    """Give text as a spreadsheet shows it without running it; :data:`HOW` says how, it can be undone."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def as_archived(cell: str) -> str:
    """Give back what :func:`neutral` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
