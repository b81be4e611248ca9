"""Chrome: the text blocks that the pages of one outlet share, learnt from many of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from core.text import fold


@dataclass(frozen=True, kw_only=True, slots=True)
class Chrome:
    """What one lesson taught about an outlet's pages; ``digests`` are those of :func:`digest`.

    ``revision`` counts an outlet's lessons from 1. A page read with other chrome may read otherwise,
    so the revision is part of the layout's version (:attr:`crawlers.families.generic.GenericLayout`).
    """

    revision: int
    digests: frozenset[str]

    def holds(self, block: str) -> bool:
        """Say whether a block of text is chrome."""
        return digest(block) in self.digests


def digest(block: str) -> str:
    """Give what a block of text is known by: SHA-256 (hex, first 32 digits) of its folded form."""
    return sha256(fold(block).encode()).hexdigest()[:32]


def digests(blocks: Iterable[str]) -> frozenset[str]:
    """Give the digests of many blocks."""
    return frozenset(map(digest, blocks))
