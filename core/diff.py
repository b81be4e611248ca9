"""The word diff: which words of a text stayed, came and went."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MAX_CELLS = (
    4_000_000  # pairs of words compared at most in one replaced block: some 0.5 s; then all of it differs
)


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
    old = [" ".join(words) for words in before]
    new = [" ".join(words) for words in after]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed = [word for words in before[i1:i2] for word in words]
        added = [word for words in after[j1:j2] for word in words]
        if tag == "equal":
            yield Mark.SAME, added
        else:
            yield from _words(removed, added)


def _words(before: list[str], after: list[str]) -> Iterator[tuple[Mark, list[str]]]:
    if len(before) * len(after) > MAX_CELLS:
        yield Mark.REMOVED, before
        yield Mark.ADDED, after
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Mark.SAME, after[j1:j2]
        else:
            yield Mark.REMOVED, before[i1:i2]
            yield Mark.ADDED, after[j1:j2]
