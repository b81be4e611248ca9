"""The word diff: which words of a text stayed, came and went."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Pairs of paragraphs compared at most, and pairs of words: some 0.5 s each. What goes beyond
# counts as different throughout.
MAX_CELLS = 4_000_000


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive words with one mark, joined by blanks, or a paragraph break."""

    mark: Mark
    text: str


BREAK = "\n\n"
_Run = tuple[int, int, int, int, bool]  # from and to in the old list, in the new one; whether it stayed


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Give the pieces of both texts in reading order; removed words stand before added ones.

    Words are what blanks part. A paragraph break (``BREAK``) is a word of its own. Paragraphs are
    matched first and words only within those that differ, so that long texts stay cheap.
    """
    pieces: list[tuple[Mark, list[str]]] = []
    for mark, words in _blocks(_split(before), _split(after)):
        if pieces and pieces[-1][0] is mark:
            pieces[-1][1].extend(words)
        elif words:
            pieces.append((mark, list(words)))
    return tuple(Piece(mark, _join(words)) for mark, words in pieces)


def _split(text: str) -> list[list[str]]:
    """Give the words of each paragraph, each but the last closed by a break."""
    paragraphs = [paragraph.split() for paragraph in text.split(BREAK)]
    return [*([*words, BREAK] for words in paragraphs[:-1]), *([paragraphs[-1]] if paragraphs[-1] else [])]


def _join(words: Sequence[str]) -> str:
    return (
        " ".join(words).replace(f" {BREAK} ", BREAK).replace(f" {BREAK}", BREAK).replace(f"{BREAK} ", BREAK)
    )


def _blocks(before: list[list[str]], after: list[list[str]]) -> Iterator[tuple[Mark, list[str]]]:
    left = MAX_CELLS
    old, new = [" ".join(part) for part in before], [" ".join(part) for part in after]
    for i1, i2, j1, j2, same in _runs(old, new, MAX_CELLS)[0]:
        removed = [word for part in before[i1:i2] for word in part]
        added = [word for part in after[j1:j2] for word in part]
        if same:
            yield Mark.SAME, added
            continue
        runs, compared = _runs(removed, added, left)
        left -= compared
        yield from _words(removed, added, runs)


def _words(before: list[str], after: list[str], runs: list[_Run]) -> Iterator[tuple[Mark, list[str]]]:
    for i1, i2, j1, j2, same in runs:
        if same:
            yield Mark.SAME, after[j1:j2]
        else:
            yield Mark.REMOVED, before[i1:i2]
            yield Mark.ADDED, after[j1:j2]


def _runs(old: list[str], new: list[str], cells: int) -> tuple[list[_Run], int]:
    """Give the runs that stayed and those replaced, and how many pairs were compared for that.

    Of lists with more pairs than ``cells``, what both begin and end with is set aside first; if
    there are still more, all of the rest differs.
    """
    head = foot = 0
    if len(old) * len(new) > cells:
        head = _shared(old, new)
        foot = _shared(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - foot, len(new) - foot
    pairs = (old_end - head) * (new_end - head)
    runs = [(head, old_end, head, new_end, False)]
    if pairs <= cells:
        inner = SequenceMatcher(None, old[head:old_end], new[head:new_end], autojunk=False).get_opcodes()
        runs = [(head + i1, head + i2, head + j1, head + j2, tag == "equal") for tag, i1, i2, j1, j2 in inner]
    whole = [(0, head, 0, head, True), *runs, (old_end, len(old), new_end, len(new), True)]
    return whole, pairs if pairs <= cells else 0


def _shared(one: list[str], other: list[str]) -> int:
    """Give how many members two lists begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
