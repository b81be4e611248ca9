"""Comments told apart by their header lines alone: a name and a time on one line, the text beneath."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.records import ScrapedComment
from core.text import line
from crawlers.article.blocks import Block
from crawlers.article.paragraphs import paragraphs
from crawlers.discussion import sayings, times

# "NAME", two NBSPs and a space, "DD/MM/YYYY at HH:MM" (OUTLETS.md section 1, Page text, 8), and
# "NAME's comment 30 Mar 2019 9:03am" (section 3, Pulse).
_WIDE = re.compile(r"\s*\xa0\s*\xa0\s*|\s+\xa0\s+|\xa0\s+|\s+\xa0")
_OWNED = re.compile(r"(?P<name>.{1,100}?)['\u2019]s?\scomment\s*$", re.IGNORECASE)
_TAIL = re.compile(r"\d\s?(?:[ap]\.?m\b\.?)?\W*\Z", re.IGNORECASE)
_LONGEST_HEADER = 200  # characters
_LONGEST_NAME = 120
_MOST = 5000
_NEAR = 8  # blocks above the first header among which a heading of comments stands
_ADD = re.compile(
    r"\W{0,3}(?:add|post|leave)\s(?:your|a)\scomments?\W{0,3}|featured\sarticles|more\svideos\W{0,3}"
    r"|.{1,60}\stv|view\sall\s\w+",
    re.IGNORECASE,
)


class Header(NamedTuple):
    """A header line: its block's place, the name, the time."""

    at: int
    name: str
    found: times.Found


def headers(blocks: Sequence[Block]) -> tuple[Header, ...]:
    """Give the header lines of a page's comments; a line of prose that ends in a time is none."""
    found = []
    for at, block in enumerate(blocks):
        text = block.text
        if len(text) > _LONGEST_HEADER or not _TAIL.search(text[-8:]):
            continue
        if header := _header(at, block):
            found.append(header)
            if len(found) >= _MOST:
                break
    return tuple(found)


def comments(blocks: Sequence[Block], zone: str | None) -> tuple[ScrapedComment, ...]:
    """Give the comments under the header lines, each up to the next header, the form or the sidebar."""
    found = headers(blocks)
    if not found or not _announced(blocks, found):
        return ()
    stops = [header.at for header in found[1:]] + [len(blocks)]
    swapped = next((told for header in found if (told := times.month_first(header.found)) is not None), None)
    read: list[ScrapedComment] = []
    for header, stop in zip(found, stops, strict=True):
        inside = _inside(blocks, header.at + 1, stop)
        if not inside:
            continue
        read.append(
            ScrapedComment(
                position=len(read) + 1,
                author=header.name,
                posted=times.moment(header.found, zone, swapped=swapped),
                body="\n\n".join(paragraphs(inside)),
                raw="\n".join(block.raw.strip() for block in (blocks[header.at], *inside)),
            )
        )
    return tuple(read)


def _announced(blocks: Sequence[Block], found: Sequence[Header]) -> bool:
    """Say whether the page speaks of comments: in a header, a heading above them, a form beneath."""
    if any(_OWNED.fullmatch(line(blocks[header.at].text[: header.found.start])) for header in found):
        return True
    above = blocks[max(0, found[0].at - _NEAR) : found[0].at]
    return any(sayings.heading(block.text) for block in above) or any(
        sayings.form(block.text) or _ADD.fullmatch(block.text) for block in blocks[found[-1].at + 1 :]
    )


def _header(at: int, block: Block) -> Header | None:
    """Give the header a line is: a name, a wide gap or "'s comment", a time of day to its end."""
    raw = block.raw.strip(" \t\r\n\f")
    found = times.find(block.text)
    if found is None or found.match is None or not found.match["hour"]:
        return None
    if block.text[found.end :].strip(" .,|)"):
        return None
    before = block.text[: found.start].strip()
    if match := _OWNED.fullmatch(before):
        return Header(at, match["name"].strip(), found)
    for gap in _WIDE.finditer(raw):
        rest = line(raw[gap.end() :])
        if rest == block.text[found.start :] and 0 < len(before) <= _LONGEST_NAME:
            return Header(at, before, found)
    return None


def _inside(blocks: Sequence[Block], start: int, stop: int) -> list[Block]:
    inside = []
    for block in blocks[start:stop]:
        if (
            _ADD.fullmatch(block.text)
            or sayings.form(block.text)
            or (block.level and sayings.heading(block.text))
        ):
            break
        if not (block.linked and sayings.control(block.text)):
            inside.append(block)
    return inside
