"""Counting text blocks over the pages of one outlet, and which of those on many pages may be chrome."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from core.chrome import digest
from core.text import fold, words
from crawlers.article import dates, furniture
from crawlers.page import Page
from db.chrome import ReadPage

SHARE, SHOWN = 0.3, 5  # of the pages, and pages at least, that show a block of chrome
LEAST_WORDS = 4  # a shorter block may as well be a heading, a name, a section
DATED = 80  # characters; a longer block with a date in it is no date line
_MOST_BLOCKS = 2000  # of a page that are looked at


@dataclass
class Counting:
    """Counts what stands on the pages of an outlet; ``known`` are the digests of its last lesson."""

    zone: str
    known: frozenset[str]
    pages: int = 0
    shown: Counter[str] = field(default_factory=Counter)
    samples: dict[str, str] = field(default_factory=dict)  # of blocks that stand on more than one page
    in_bodies: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)  # folded

    def add(self, read: ReadPage, page: Page) -> None:
        """Count the blocks of a page, each once."""
        self.pages += 1
        self.fields |= {fold(text) for text in (read.title, read.byline, read.section) if text}
        body = fold(read.body)
        texts = {block.text for block in islice(page.blocks, _MOST_BLOCKS)}
        long = {digest(text): text for text in sorted(texts) if len(words(text)) >= LEAST_WORDS}
        for known_by, text in long.items():
            self.shown[known_by] += 1
            if self.shown[known_by] > 1:
                self.samples.setdefault(known_by, text)
            if fold(text) in body:
                self.in_bodies.add(known_by)

    def shared(self) -> Iterator[tuple[str, str, int]]:
        """Give digest, text and pages of the blocks that stand on enough pages and may be chrome."""
        enough = max(SHOWN, SHARE * self.pages)
        for known_by, pages in self.shown.items():
            if pages >= enough and (known_by in self.in_bodies or known_by in self.known):
                text = self.samples[known_by]
                if fold(text) not in self.fields and not self._is_field(text):
                    yield known_by, text, pages

    def _is_field(self, text: str) -> bool:
        if furniture.is_byline(text) or dates.moment(text, self.zone) is not None:
            return True
        return len(text) <= DATED and dates.first(text, self.zone) is not None
