"""The text of a page as blocks, in the order a browser shows them."""

from typing import NamedTuple


class Block(NamedTuple):
    """One line of text between two breaks."""

    text: str
