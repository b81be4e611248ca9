"""The words that came and went between two texts, readable with colour and without."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.article_text import plainly
from core.diff import BREAK, Mark, Piece, word_diff

if TYPE_CHECKING:
    from rich.text import Text

    from cli.article_records import Version
    from cli.article_sheet import Sheet

STYLES = {Mark.SAME: "", Mark.ADDED: "bold green", Mark.REMOVED: "red strike"}
SIGNS = {Mark.SAME: ("", ""), Mark.ADDED: ("{+", "+}"), Mark.REMOVED: ("[-", "-]")}
"""Around words, so that they can be told apart without colour too, as in git's word diff."""
FIELDS = ("title", "standfirst", "byline", "section", "published_at", "published_on", "tags")
CONTEXT = 20  # unchanged words kept on each side of a change


def write_difference(sheet: "Sheet", before: "Version", after: "Version", *, indent: int = 0) -> None:
    """Write how two versions differ: each field that does, then the body, what stayed long cut."""
    same = True
    for name in FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            same = False
            sheet.prose(words(_said(old), _said(new)), indent=indent, lead=f"{name}: ")
    if before.body != after.body:
        same = False
        sheet.prose(words(before.body, after.body), indent=indent)
    if same:
        sheet.prose("the two versions read the same", indent=indent)


def words(before: str, after: str) -> "Text":
    """Give the word diff of two texts: added words green, removed ones red, far unchanged ones cut."""
    from rich.text import Text

    shown = Text()
    _append(shown, list(_cut(word_diff(plainly(before), plainly(after)))))
    return shown


def _said(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")


def _append(shown: "Text", pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        start, end = SIGNS[piece.mark]
        found = piece.text.strip("\n")
        if not found:  # nothing but a paragraph break
            shown.append(piece.text)
            continue
        before, _, after = piece.text.partition(found)
        if not before and shown.plain[-1:] not in {"", "\n", " "}:
            shown.append(" ")
        shown.append(before)
        shown.append(f"{start}{found}{end}", style=STYLES[piece.mark])
        shown.append(after)


def _cut(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Give the pieces with the middle of long unchanged stretches left out."""
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        parts = piece.text.replace(BREAK, f" {BREAK} ").split(" ")
        first_kept = 0 if index == 0 else CONTEXT
        last_kept = 0 if index == last else CONTEXT
        if piece.mark is not Mark.SAME or len(parts) <= first_kept + last_kept:
            yield piece
            continue
        before = " ".join(parts[:first_kept])
        after = " ".join(parts[len(parts) - last_kept :])
        yield Piece(Mark.SAME, f"{before} … {after}".strip().replace(f" {BREAK} ", BREAK))
