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
    for i1, i2, j1, j2, same in _matched([" ".join(part) for part in before], [" ".join(p) for p in after]):
        removed = [word for part in before[i1:i2] for word in part]
        added = [word for part in after[j1:j2] for word in part]
        cells = len(removed) * len(added)
        if same:
            yield Mark.SAME, added
        elif cells > left:
            yield Mark.REMOVED, removed
            yield Mark.ADDED, added
        else:
            left -= cells
            yield from _words(removed, added)


def _matched(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int, bool]]:
    """Give the runs of paragraphs that stayed or were replaced, as indexes in both texts."""
    if len(old) * len(new) <= MAX_CELLS:
        for tag, *at in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield at[0], at[1], at[2], at[3], tag == "equal"
        return
    head = _shared(old, new)
    foot = _shared(old[head:][::-1], new[head:][::-1])
    ends = (len(old) - foot, len(new) - foot)
    yield 0, head, 0, head, True
    if (ends[0] - head) * (ends[1] - head) > MAX_CELLS:
        yield head, ends[0], head, ends[1], False
    else:
        for i1, i2, j1, j2, same in _matched(old[head : ends[0]], new[head : ends[1]]):
            yield head + i1, head + i2, head + j1, head + j2, same
    yield ends[0], len(old), ends[1], len(new), True


def _shared(one: list[str], other: list[str]) -> int:
    """Give how many members two lists begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _words(before: list[str], after: list[str]) -> Iterator[tuple[Mark, list[str]]]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Mark.SAME, after[j1:j2]
        else:
            yield Mark.REMOVED, before[i1:i2]
            yield Mark.ADDED, after[j1:j2]
