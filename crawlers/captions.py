"""Image captions: told from paragraphs by what shares their container, never by a class name."""

import re

from crawlers.blocks import Block
from crawlers.elements import Element, inner_text

_FIGURES = frozenset({"figure", "figcaption"})
_CREDIT = re.compile(
    r"[(\[]?\s*(?:(?:top |main |lead )?(?:image|picture|photo|photograph|caption|credit)s?"
    r"\s*(?:credit|by|from|courtesy)?\s*[:\u00a9]"
    r"|\u00a9|\(c\)\s)",
    re.IGNORECASE,
)
_LONGEST = 200  # characters; a longer text beside an image is a paragraph
_LONGEST_SENTENCE = 120  # with a full stop it must be shorter still
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
    return bool(_CREDIT.match(block.text)) or not sentence or len(block.text) <= _LONGEST_SENTENCE


def _stands_with_image(block: Block) -> bool:
    size = len("".join(block.text.split()))
    container: Element | None = block.element
    for _ in range(_HIGHEST):
        if container is None or container.tag in {"body", "html", "form"}:
            return False
        if len("".join(inner_text(container).split())) > size:
            return False
        if next(container.iter("img"), None) is not None:
            return True
        container = container.getparent()
    return False
