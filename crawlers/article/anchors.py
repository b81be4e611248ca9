"""The marks by which a legacy page tells its parts: sentences and lines, never markup."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from core.text import fold
from crawlers.article.blocks import Block

# OUTLETS.md section 1, Page text, 6 to 9. Matched against whole blocks only, so that a paragraph
# which merely holds these words stays a paragraph.
_CALL_OUT = re.compile(
    r"have you got a story to tell\?\s*"
    r"(?:would you like to become an? .{1,60}? columnist\?\s*(?:if so,?\s*click here\s*\.?)?)?",
    re.IGNORECASE,
)
_CALL_OUT_REST = re.compile(
    r"would you like to become an? .{1,60}? columnist\?\s*(?:if so,?\s*click here\s*\.?)?"
    r"|if so,?\s*click here\s*\.?",
    re.IGNORECASE,
)
_NO_COMMENTS = re.compile(
    r"there are no comments\s*\.?(?:\s*why not be the first\s*\??)?(?:\s*add your comment\s*\.?)?",
    re.IGNORECASE,
)
_ADD_COMMENT = re.compile(r"\W{0,3}add (?:your|a) comments?\W{0,3}", re.IGNORECASE)
_WORDS_OF_SIDEBAR = frozenset(
    {"more videos", "featured articles", "view all news", "the scalpel's daily blog"}
)
_SCALPEL = "read more blog posts from"
_TEASER = re.compile(r"\d{2}/\d{2}/\d{4}(?!\s?at\s?\d)\s*(?P<headline>\S.*)")
_LONGEST = 250  # characters; no mark is longer
_LONGEST_NAME = 6  # words of a title's name with "tv" after it
_LONGEST_LINE = 80  # nor any line of the sidebar


class Mark(Enum):
    """What a block is to the page, where it is more than text."""

    CALL_OUT = auto()
    NO_COMMENTS = auto()
    ADD_COMMENT = auto()
    SIDEBAR = auto()


ENDS_ARTICLE = frozenset({Mark.CALL_OUT, Mark.NO_COMMENTS})
"""The marks that stand at the end of an article and nowhere else."""


def folded_line(text: str) -> str:
    """Give what :func:`core.text.fold` gives for a text on one line, faster for plain letters."""
    return text.lower() if text.isascii() and "`" not in text else fold(text)


def marks(blocks: Sequence[Block], tv: frozenset[str]) -> dict[int, Mark]:
    """Give the marks among a page's blocks by index; ``tv`` are the folded tv lines of the outlet."""
    found: dict[int, Mark] = {}
    lines = _WORDS_OF_SIDEBAR | tv
    openings = frozenset(line[0] for line in (*lines, _SCALPEL) if line)
    for index, block in enumerate(blocks):
        text = block.text
        if len(text) > _LONGEST:
            continue
        if text[0].isdigit():
            if _is_teaser(blocks, index):
                found[index] = Mark.SIDEBAR
        elif mark := _mark(text, lines, openings):
            found[index] = mark
        elif text[-3:].lower() == " tv" and _heads_videos(blocks, index):
            found[index] = Mark.SIDEBAR
        elif found.get(index - 1) is Mark.CALL_OUT and _CALL_OUT_REST.fullmatch(text):
            found[index] = Mark.CALL_OUT
    return found


def _mark(text: str, lines: frozenset[str], openings: frozenset[str]) -> Mark | None:
    opening = text[0].lower()
    if opening == "h" and _CALL_OUT.fullmatch(text):
        return Mark.CALL_OUT
    if opening == "t" and _NO_COMMENTS.fullmatch(text):
        return Mark.NO_COMMENTS
    if "omment" in text and _ADD_COMMENT.fullmatch(text):
        return Mark.ADD_COMMENT
    if len(text) <= _LONGEST_LINE and opening in openings:
        folded = folded_line(text).rstrip(" >.\u00bb")
        if folded in lines or folded.startswith(_SCALPEL):
            return Mark.SIDEBAR
    return None


def _heads_videos(blocks: Sequence[Block], index: int) -> bool:
    """Say whether a name and "tv" head the sidebar's films, whatever the title is called."""
    if len(blocks[index].text.split()) > _LONGEST_NAME:
        return False
    for block in blocks[index + 1 : index + 4]:
        if folded_line(block.text).rstrip(" >.\u00bb") == "more videos":
            return True
        if folded_line(block.text).endswith(" tv"):
            return False
    return False


def _is_teaser(blocks: Sequence[Block], index: int) -> bool:
    """Say whether a block is a date glued to a headline, with the headline again beneath."""
    if index + 1 >= len(blocks):
        return False
    match = _TEASER.fullmatch(blocks[index].text)
    return match is not None and blocks[index + 1].text.startswith(match["headline"])
