"""From blocks to paragraphs: what a single line break means."""

from collections.abc import Sequence

from crawlers.article.blocks import Block

_BULLETS = ("\u2022", "\u00b7", "\u25cf", "\u25aa", "\u2023", "* ", "- ", "\u2013 ")
_PARAGRAPH_TAGS = frozenset({"p", "li", "dd", "dt", "blockquote"})


def paragraphs(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Give the paragraphs of a text.

    Where a text parts its paragraphs otherwise (elements, empty lines), a single ``<br>`` is a
    line within one; where it has only single ones, each line is a paragraph. Bold lines and
    lines with a bullet always stand alone.
    """
    if not any(block.lone for block in blocks):
        return tuple(block.text for block in blocks)
    parted = {blocks[i].element for i in range(1, len(blocks)) if _same(blocks, i) and not blocks[i].lone}
    several = len({block.element for block in blocks}) > 1
    found: list[str] = []
    for index, block in enumerate(blocks):
        within = index > 0 and block.lone and _same(blocks, index)
        known = block.element in parted or (several and block.tag in _PARAGRAPH_TAGS)
        if within and known and not _stands_alone(blocks[index - 1], block):
            found[-1] = f"{found[-1]} {block.text}"
        else:
            found.append(block.text)
    return tuple(found)


def _same(blocks: Sequence[Block], index: int) -> bool:
    return blocks[index].element is blocks[index - 1].element


def _stands_alone(before: Block, block: Block) -> bool:
    return before.strong != block.strong or block.text.startswith(_BULLETS)
