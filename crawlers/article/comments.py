"""Reader comments of the legacy pages: found by their header lines, told apart by them."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.records import CommentState, Moment, ScrapedComment
from core.text import line
from crawlers.article import dates
from crawlers.article.anchors import Mark
from crawlers.article.blocks import Block
from crawlers.article.paragraphs import paragraphs

# NAME, NBSP NBSP SPACE, DD/MM/YYYY at HH:MM (OUTLETS.md section 1, Page text, 8). The name is free
# text and the longest one wins: a name may itself hold a date.
_WHEN = r"(?P<day>\d{2}/\d{2}/\d{4}|(?<!\d)\d{1,2}/\d{1,2}/\d{4})\s+at\s+(?P<clock>\d{1,2}[:.]\d{2})"
_HEADER = re.compile(rf"(?P<name>.*?\S|)(?P<gap>\s*){_WHEN}", re.DOTALL | re.IGNORECASE)
_HAS_WHEN = re.compile(rf"{_WHEN}\s*\Z", re.IGNORECASE)
_HALF_DAY = re.compile(r"\d{2}/\d{2}/\d{4}\Z")
_HALF_CLOCK = re.compile(r"at\s+\d{1,2}[:.]\d{2}", re.IGNORECASE)
_WIDE = re.compile(r"\s*\xa0\s*\xa0\s*|\s+\xa0\s+|\xa0\s+|\s+\xa0")
# A line of prose that ends in a date and time breaks off at such a word; a name does not.
_UNNAMED = frozenset(
    {
        "about", "added", "after", "and", "around", "as", "at", "before", "between", "by", "dated",
        "due", "during", "edited", "for", "from", "in", "is", "modified", "of", "on", "or",
        "posted", "published", "since", "than", "that", "the", "then", "till", "to", "until",
        "updated", "was", "were", "when", "with",
    }
)  # fmt: skip
_LONGEST_NAME = 120  # characters
_SENTENCE_END = (".", "!", "?", "\u201d")
_LONGEST_HEADER = 200
_LONGEST_RAW = 600  # with the white space of the source; bounds what the patterns may cost
_BLANKS = " \t\r\n\f"
_HEADING = re.compile(
    r"(?:(?:reader|readers'|readers\u2019|your)?\s*comments?\s*(?:\((?P<brackets>\d{1,5})\))?|(?P<before>\d{1,5})\s+comments?)\s*:?",
    re.IGNORECASE,
)
_ENDS_COMMENTS = frozenset({Mark.ADD_COMMENT, Mark.SIDEBAR})
_CONTROLS = frozenset({"reply", "report", "report abuse", "report this comment", "quote", "flag", "like"})


class Header(NamedTuple):
    """A comment header: its first block, its last block, the name, the wording of the time."""

    start: int
    end: int
    name: str | None
    raw: str
    day: str
    clock: str


class Thread(NamedTuple):
    """What a page's comment section holds."""

    state: CommentState
    comments: tuple[ScrapedComment, ...] = ()
    claimed: int | None = None
    warnings: tuple[str, ...] = ()


def claimed(text: str) -> int | None:
    """Give the count a heading of the comment section states ("Comments (3)"), 0 for none stated.

    None where the text is no such heading.
    """
    if match := _HEADING.fullmatch(text):
        return int(match["brackets"] or match["before"] or 0)
    return None


def headers(blocks: Sequence[Block], marks: Mapping[int, Mark], start: int) -> tuple[Header, ...]:
    """Give the comment headers from block ``start`` on, whether on one line or split over blocks.

    A line without the wide gap counts only with a name that could be one, and only past the
    article's end mark or the first header that has the gap.
    """
    lines = []
    for index in range(start, len(blocks)):
        block = blocks[index]
        text = block.text
        if len(text) > _LONGEST_HEADER or not text[-2:].isdigit() or "/" not in text:
            continue
        if found := _line(blocks, index):
            lines.append(found)
    named = any(header.name for header, _ in lines)
    close = min((i for i, mark in marks.items() if i >= start and mark is Mark.CALL_OUT), default=start - 1)
    close = min((header.start for header, gap in lines if gap and header.start > close), default=close)
    kept: list[Header] = []
    for header, gap in lines:
        if header.name is None:
            longest = _LONGEST_NAME // 2 if named else _LONGEST_NAME
            kept.append(_with_name_above(blocks, marks, header, start, longest))
        elif gap or (header.start > close and _could_be_name(header.name)):
            kept.append(header)
    return tuple(kept)


def _line(blocks: Sequence[Block], index: int) -> tuple[Header, bool] | None:
    block, end = blocks[index], index
    raw = block.raw
    if (
        _HALF_DAY.search(block.text)
        and index + 1 < len(blocks)
        and _HALF_CLOCK.fullmatch(blocks[index + 1].text)
    ):
        end = index + 1
        raw = f"{raw} {blocks[end].raw}"
    if len(raw) > _LONGEST_RAW or (match := _last(raw)) is None:
        return None
    name = line(match["name"]) or None
    header = Header(index, end, name, raw, match["day"], match["clock"])
    return header, bool(_WIDE.fullmatch(match["gap"]))


def _last(raw: str) -> re.Match[str] | None:
    """Give the match of a header whose date is the last thing on the line."""
    return _HEADER.fullmatch(raw.strip(_BLANKS)) if _HAS_WHEN.search(raw) else None


def _with_name_above(
    blocks: Sequence[Block], marks: Mapping[int, Mark], header: Header, start: int, longest: int
) -> Header:
    """Give a header of date alone with the name from the block above, where that can be one."""
    above = header.start - 1
    if above < start or above in marks or claimed(blocks[above].text) is not None:
        return header
    name = blocks[above].text
    if len(name) > longest or (name.endswith(_SENTENCE_END) and len(name) > longest // 2):
        return header
    return header._replace(start=above, name=name, raw=f"{blocks[above].raw.strip()}\n{header.raw.strip()}")


def _could_be_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and name.rsplit(maxsplit=1)[-1].lower() not in _UNNAMED


def thread(
    blocks: Sequence[Block], marks: Mapping[int, Mark], found: Sequence[Header], end: int, zone: str
) -> Thread:
    """Give the comments under the headers, and the state the page tells, from block ``end`` on."""
    stops = [i for i, mark in marks.items() if mark is Mark.SIDEBAR and i >= end]
    close = min(stops, default=len(blocks))
    if found:
        close = min((i for i in stops if i > found[0].end), default=len(blocks))
    found = [header for header in found if header.start < close]
    above = blocks[end : found[0].start if found else close]
    count = max((number for block in above if (number := claimed(block.text))), default=None)
    if not found:
        denied = any(marks.get(i) is Mark.NO_COMMENTS for i in range(end, close))
        return Thread(CommentState.NONE if denied else CommentState.UNKNOWN, claimed=count)
    ends = [*(header.start for header in found[1:]), close]
    comments = tuple(
        _comment(position, header, _inside(blocks, marks, header.end + 1, following), zone)
        for position, (header, following) in enumerate(zip(found, ends, strict=True), start=1)
    )
    warnings = [
        f"comment {comment.position} states a time that does not exist: {comment.posted.raw}"
        for comment in comments
        if comment.posted and comment.posted.note == dates.IMPOSSIBLE
    ]
    state = CommentState.PARTIAL if count and count > len(comments) else CommentState.LISTED
    return Thread(state, comments, count, tuple(warnings))


def _inside(blocks: Sequence[Block], marks: Mapping[int, Mark], start: int, end: int) -> list[Block]:
    """Give the blocks of a comment's body, up to the form or the sidebar, without its controls."""
    end = next((i for i in range(start, end) if marks.get(i) in _ENDS_COMMENTS), end)
    return [block for block in blocks[start:end] if not (block.linked and block.text.lower() in _CONTROLS)]


def _comment(position: int, header: Header, inside: Sequence[Block], zone: str) -> ScrapedComment:
    return ScrapedComment(
        position=position,
        author=header.name,
        posted=_posted(header, zone),
        body="\n\n".join(paragraphs(inside)),
        raw="\n".join([header.raw.strip(), *(block.raw.strip() for block in inside)]),
    )


def _posted(header: Header, zone: str) -> Moment:
    raw = f"{header.day} at {header.clock}"
    when = dates.moment(raw, zone)
    return when or Moment(raw=raw, note=dates.IMPOSSIBLE)
