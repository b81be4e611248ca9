"""What becomes of each invented article in ten years: when it is published, edited, taken down, commented."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

OUTLETS = 5
BEGAN, ENDED = (
    int(datetime(year, month, day, tzinfo=UTC).timestamp())
    for year, month, day in ((2016, 11, 1), (2026, 10, 31))
)
DAY = 86_400
DAYS = (ENDED - BEGAN) // DAY - 4  # of publication; on the last days what was published is still edited
VERSIONS = (1,) * 9 + (2,) * 6 + (3,) * 5 + (4,) * 3 + (5,) * 2 + (6, 7, 8, 9, 12)
"""How many versions 30 articles have: 100 together."""
COMMENTED = 5  # every fifth article
COMMENTS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 33, 40)
"""How many comments 20 such articles have: 200 together."""
COPIED = 66
"""One article in so many is copied, from the outlet before, by its own and the next: two copies."""
LEAST = 600  # seconds a version stands
TAKEN_DOWN, AWAY, UNDONE = 0.03, 0.03, 0.04
"""Shares: of articles that are taken down for good, of versions away for a while, of edits undone."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One showing of one wording (numbered from 0); instants are seconds since 1970."""

    since: int
    seen: int
    until: int | None
    ended_by: str | None
    wording: int
    began: str


@dataclass(frozen=True, slots=True)
class Life:
    """One article; ``outlet`` is from 1."""

    outlet: int
    published: int
    spells: tuple[Spell, ...]

    @property
    def state(self) -> str:
        """Give the article's state today."""
        return self.spells[-1].ended_by or "live"

    def first_with(self, wording: int) -> int:
        """Give which of its spells, from 0, showed a wording first."""
        return next(at for at, spell in enumerate(self.spells) if spell.wording == wording)


def life(article: int, articles: int) -> Life:
    """Give the life of an article, from 1; the articles are numbered in the order of publication."""
    chance = random.Random(article * 2 + 1)
    day, part = divmod((article - 1) * DAYS / articles, 1)
    published = BEGAN + int(day) * DAY + 8 * 3600 + int(part * 10 * 3600)
    block, place = divmod(article - 1, len(VERSIONS))
    begun = _beginnings(chance, published + chance.randint(600, 7_200), VERSIONS[(place * 7 + block) % 30])
    spells: list[Spell] = []
    for since, following in pairwise([*begun, None]):
        assert since is not None
        spells.append(_spell(chance, spells, since, following))
    return Life(1 + article % OUTLETS, published, tuple(spells))


def original(article: int) -> int | None:
    """Give the article that one is a copy of."""
    place = article % COPIED
    return article - 1 - place if place in {0, 1} and article >= COPIED else None


def comments(article: int) -> int:
    """Give how many comments an article has."""
    number, rest = divmod(article, COMMENTED)
    return 0 if rest else COMMENTS[number * 7 % len(COMMENTS)]


def _beginnings(chance: random.Random, first: int, several: int) -> list[int]:
    """Give when each version began: after an hour or a year, all before the end."""
    gaps = [10 ** chance.uniform(3.6, 7.5) for _ in range(several - 1)]
    fit = min(1.0, (ENDED - first - DAY) / max(1.0, sum(gaps)))
    found = [first]
    for gap in gaps:
        found.append(found[-1] + max(LEAST, int(gap * fit)))
    return found


def _spell(chance: random.Random, before: list[Spell], since: int, following: int | None) -> Spell:
    wording, began = _wording(chance, before)
    if following is None:
        seen = since + int((ENDED - since) * chance.uniform(0.2, 1))
        ended = chance.choice(("missing", "gone", "gone")) if chance.random() < TAKEN_DOWN else None
        return Spell(since, seen, seen + DAY if ended else None, ended, wording, began)
    seen = since + int((following - since) * chance.uniform(0, 0.8))
    if chance.random() < AWAY:
        return Spell(since, seen, (seen + following) // 2, "missing", wording, began)
    return Spell(since, seen, following, "changed", wording, began)


def _wording(chance: random.Random, before: list[Spell]) -> tuple[int, str]:
    if not before:
        return 0, "new"
    if before[-1].ended_by == "missing":
        return before[-1].wording, "reappeared"
    if len(before) > 1 and before[-2].wording != before[-1].wording and chance.random() < UNDONE:
        return before[-2].wording, "reverted"
    return max(spell.wording for spell in before) + 1, "changed"
