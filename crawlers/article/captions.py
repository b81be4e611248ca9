"""Image captions: told from paragraphs by what shares their container, never by a class name."""

import re

from crawlers.article.blocks import Block
from crawlers.article.elements import Element

_FIGURES = frozenset({"figure", "figcaption"})
_CREDIT = re.compile(
    r"[(\[]?\s*(?:(?:top |main |lead )?(?:image|picture|photo|photograph|caption|credit)s?"
    r"\s*(?:credit|by|from|courtesy)?\s*[:\u00a9]"
    r"|\u00a9|\(c\)\s)",
    re.IGNORECASE,
)
_LONGEST = 200  # characters; a longer text beside an image is a paragraph
_LONGEST_BESIDE = 120  # within the image's own element; half of either with a full stop
_HIGHEST = 6  # containers looked at above a block


def is_caption(block: Block, *, alone: bool) -> bool:
    """Say whether a block is an image's caption: in a figure, or with an image all by itself.

    By itself means that the smallest container holding an image holds no other text. ``alone``
    says that the block is all the text there is: then it is kept.
    """
    if block.part in _FIGURES:
        return True
    if alone or block.level or len(block.text) > _LONGEST:
        return False
    if not _stands_with_image(block):
        return False
    sentence = block.text.endswith((".", "!", "?", "\u201d", '"'))
    beside = next(block.element.iter("img"), None) is not None  # text may flow round it
    longest = _LONGEST_BESIDE if beside else _LONGEST
    return bool(_CREDIT.match(block.text)) or len(block.text) <= (longest // 2 if sentence else longest)


def _holds_more(container: Element, size: int) -> bool:
    """Say whether a container has more than so many letters; stops counting there."""
    held = 0
    for text in container.itertext():
        held += len("".join(str(text).split()))
        if held > size:
            return True
    return False


def _stands_with_image(block: Block) -> bool:
    size = len("".join(block.text.split()))
    container: Element | None = block.element
    for _ in range(_HIGHEST):
        if container is None or container.tag in {"body", "html", "form"}:
            return False
        if _holds_more(container, size):
            return False
        if next(container.iter("img"), None) is not None:
            return True
        container = container.getparent()
    return False
