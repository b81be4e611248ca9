"""Cells that a spreadsheet would run: text that begins like a formula."""

import re

HOW = (
    "Text that begins, after any apostrophes, blanks and signs that are not seen, with = + - or @ (wide ones "
    "too), or with a tab or a line end, has one more apostrophe before it, so that no spreadsheet runs it; "
    "numbers stay as they are. Without that apostrophe it is the text as archived."
)
# Blanks and what is not seen (controls, soft hyphen, zero widths, directions, byte order mark): some
# spreadsheets drop them before they look, or while the file is converted. Japanese ones type wide signs.
_UNSEEN = r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA = re.compile(rf"'*(?:[\t\r\n]|[{_UNSEEN}]*[=+\-@＝＋－＠])")  # noqa: RUF001 - these very signs
_NUMBER = re.compile(r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def neutral(text: str) -> str:
    """Give text as a spreadsheet shows it without running it; :data:`HOW` says how, it can be undone."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def as_archived(cell: str) -> str:
    """Give back what :func:`neutral` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
