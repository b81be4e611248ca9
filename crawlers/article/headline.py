"""Which text block of a legacy page is the article's title: evidence weighed, none of it needed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawlers.article.anchors import ENDS_ARTICLE, Mark, folded_line
from crawlers.article.blocks import Block

DATE_LINE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2}(?:\d{2})?")
SOURCE_LINE = re.compile(r"source\s*:\s*(?P<source>.*)", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s+[-|\u2013\u2014:\u00bb\u00b7>/]+\s+|\s*[|\u00bb]\s*|:\s+")
_NOTICES = ("cookie", "javascript", "sign in", "log in", "newsletter")
_LONGEST_NOTICE = 400  # characters; a longer text with such a word is an article's own
_SENTENCE_END = (".", "!", "?", "\u201d", '"', "\u2019", "'", ":", ")")
_LONGEST_NAME = 100
_LONGEST = 300  # characters; no headline is longer
_PROSE = 80  # characters from which a block with an end of sentence counts as prose
_CERTAIN = 7  # points: the date line, the Source line or the page's own word
_REACH = 12  # blocks after a headline that are looked at for prose
_BESIDE = frozenset({"nav", "aside", "footer", "header"})
_HEAD = 4  # blocks that may lie between headline and text: date, Source line, share links


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a title is looked for in: the page's blocks and marks, and the outlet's own lines.

    ``hints`` are the folded titles the page gives of itself, in og:title and the like;
    ``page_title`` is the text of ``<title>``; ``names`` and ``banners`` are folded.
    """

    blocks: Sequence[Block]
    marks: Mapping[int, Mark]
    names: frozenset[str]
    banners: frozenset[str]
    hints: frozenset[str]
    page_title: str


def find(scene: Scene) -> int | None:
    """Give the index of the block that is the title, or None where nothing speaks for any.

    The signs, strongest first: beneath the date line; above the ``Source:`` line; equal to what
    the page calls itself; the only top heading; beneath the banner; followed by prose. A link, a
    sentence and a line amid prose speak against.
    """
    end = _end(scene)
    blocks = scene.blocks[:end]
    said = scene.hints | said_titles(scene.page_title, scene.names | scene.banners)
    folded = [folded_line(block.text) if len(block.text) <= _LONGEST else "" for block in blocks]
    prose = [is_prose(block) for block in blocks]
    best, best_score = None, 0.0
    for index, block in enumerate(blocks):
        text = folded[index]
        if block.linked and not block.level and text not in said:
            continue
        if not _may_be(scene, index, text):
            continue
        score = _evidence(scene, index, folded, said)
        if score < _CERTAIN:  # only then may running text in or above it speak against
            score -= 8 * (prose[index] + (index > 0 and prose[index - 1]))
        score += _prose_after(blocks, prose, index)
        if score > best_score:
            best, best_score = index, score
    return best


def _end(scene: Scene) -> int:
    """Give the index before which the title stands: the article's end mark, else its comment form.

    Links to the form may stand above the text too: only a mention with prose above it counts.
    """
    size = len(scene.blocks)
    end = min((i for i, mark in scene.marks.items() if mark in ENDS_ARTICLE), default=size)
    form = max((i for i, mark in scene.marks.items() if mark is Mark.ADD_COMMENT), default=size)
    return min(end, form) if any(is_prose(block) for block in scene.blocks[: min(end, form)]) else end


def said_titles(page_title: str, without: frozenset[str]) -> frozenset[str]:
    """Give the folded runs of ``<title>`` between its separators, none that is a site's own line."""
    pieces = [piece for piece in _SEPARATORS.split(page_title) if piece]
    if not pieces:
        return frozenset()
    found = {folded_line(page_title), folded_line(pieces[0]), folded_line(pieces[-1])}
    spans = list(_SEPARATORS.finditer(page_title))[:8]
    starts = [0, *(span.end() for span in spans)]
    ends = [*(span.start() for span in spans), len(page_title)]
    found |= {folded_line(page_title[start:end]) for start in starts for end in ends if start < end}
    return frozenset(found - without - {""})


def _may_be(scene: Scene, index: int, folded: str) -> bool:
    block = scene.blocks[index]
    return (
        bool(folded)
        and index not in scene.marks
        and not _is_name(folded, scene.names)
        and folded not in scene.banners
        and block.part not in {"nav", "aside", "footer", "figure", "figcaption"}
        and any(character.isalnum() for character in folded)
        and not folded.endswith("more >")  # a teaser
        and not is_date_line(block.text, scene.banners)
        and not SOURCE_LINE.fullmatch(block.text)
    )


def _is_name(folded: str, names: frozenset[str]) -> bool:
    """Say whether a line is nothing but the site's names ("NHE - National Health Executive")."""
    if len(folded) > _LONGEST_NAME:
        return False
    for name in sorted(names, key=len, reverse=True):
        folded = folded.replace(name, " ")
    return not any(character.isalnum() for character in folded)


def _evidence(scene: Scene, index: int, folded: Sequence[str], said: frozenset[str]) -> float:
    block, text = scene.blocks[index], folded[index]
    score = {0: 0.0, 1: 6.0, 2: 2.0}.get(block.level, 1.0)
    if index and is_date_line(scene.blocks[index - 1].text, scene.banners):
        score += 10
    if _is_above_source(scene.blocks, index, len(folded)):
        score += 8
    if text in said:
        score += 8 if text in scene.hints else 7
    if index and folded[index - 1] in scene.banners:
        score += 2 if scene.blocks[index - 1].linked else 5
    if block.linked:
        score -= 1 if block.level else 6
    if block.text.endswith("."):
        score -= 3
    return score


def _is_above_source(blocks: Sequence[Block], index: int, end: int) -> bool:
    """Say whether the next text past links and date is the ``Source:`` line."""
    for block in blocks[index + 1 : min(end, index + 1 + _HEAD)]:
        if SOURCE_LINE.fullmatch(block.text):
            return True
        if not block.linked and not DATE_LINE.fullmatch(block.text):
            return False
    return False


def _prose_after(blocks: Sequence[Block], prose: Sequence[bool], index: int) -> float:
    """Give up to 5 for the prose that follows in one run, less 1 for each line that lies between."""
    size = between = 0
    for offset in range(1, min(_REACH, len(blocks) - index)):
        block = blocks[index + offset]
        if prose[index + offset]:
            size += len(block.text)
        elif offset > _HEAD and (not size or block.linked or block.level):
            break
        elif block.linked:
            size -= 20
        elif not size and not SOURCE_LINE.fullmatch(block.text) and not DATE_LINE.fullmatch(block.text):
            between += 1
    return max(0.0, min(5.0, size / 200) - between)


def is_date_line(text: str, banners: frozenset[str]) -> bool:
    """Say whether a line is the date line, alone or behind the banner."""
    if not text[-1:].isdigit() or len(text) > _LONGEST_NAME:
        return False
    date = DATE_LINE.search(text, max(0, len(text) - len("dd.mm.yyyy")))
    if date is None or date.end() != len(text):
        return False
    return date.start() == 0 or folded_line(text[: date.start()]).rstrip(" |-:\u2013") in banners


def parts_aside(blocks: Sequence[Block]) -> frozenset[str]:
    """Give the parts of a page (nav, aside, footer, header) that are beside its text.

    Where one holds most of the prose it was left open or is misused, and is none.
    """
    held: dict[str, int] = {}
    for block in blocks:
        if is_prose(block):
            held[block.part] = held.get(block.part, 0) + len(block.text)
    half = sum(held.values()) / 2
    return frozenset(part for part in _BESIDE if held.get(part, 0) <= half)


def is_prose(block: Block) -> bool:
    """Say whether a block is running text: long, ended like a sentence, no link, no teaser."""
    text = block.text
    return (
        len(text) >= _PROSE
        and not block.linked
        and not block.level
        and text.endswith(_SENTENCE_END)
        and not text.endswith("...")
        and not (len(text) <= _LONGEST_NOTICE and _is_notice(text.lower()))
    )


def _is_notice(text: str) -> bool:
    return any(word in text for word in _NOTICES)
