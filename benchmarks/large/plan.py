"""The plan of an archive: the lives of its articles, and the numbers of their versions in order of time."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from benchmarks.large.lives import Life, Spell, life
from benchmarks.large.texts import Texts


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article with its number, that of its text, and those of the version before."""

    number: int
    document: int
    article: int
    place: int
    before: int | None
    before_document: int | None
    life: Life

    @property
    def spell(self) -> Spell:
        """Give when it was shown."""
        return self.life.spells[self.place]


class Plan:
    """What is to be written: some 400 MB of memory for 300,000 articles."""

    def __init__(self, articles: int) -> None:
        """Live all lives."""
        self.articles = articles
        self.lives = [life(article, articles) for article in range(1, articles + 1)]

    @cached_property
    def texts(self) -> Texts:
        """Give the texts."""
        return Texts(self.articles)

    @cached_property
    def numbers(self) -> "list[array[int]]":
        """Give the numbers of each article's versions: an archive numbers them as they come."""
        found = [array("q", bytes(8 * len(one.spells))) for one in self.lives]
        for number, (article, place) in enumerate(self._order, start=1):
            found[article][place] = number
        return found

    @cached_property
    def _order(self) -> list[tuple[int, int]]:
        spells = [
            (spell.since, article, place)
            for article, one in enumerate(self.lives)
            for place, spell in enumerate(one.spells)
        ]
        spells.sort()
        return [(article, place) for _, article, place in spells]

    @property
    def versions(self) -> int:
        """Give how many versions there are."""
        return len(self._order)

    def some(self, several: range) -> Iterator[Version]:
        """Give the versions of a range of numbers."""
        for number in several:
            article, place = self._order[number - 1]
            one, numbers = self.lives[article], self.numbers[article]
            yield Version(
                number,
                numbers[one.first_with(one.spells[place].wording)],
                article + 1,
                place,
                numbers[place - 1] if place else None,
                numbers[one.first_with(one.spells[place - 1].wording)] if place else None,
                one,
            )
