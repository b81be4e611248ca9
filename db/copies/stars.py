"""Stories as stars: which article was first, and which are like the first itself; never a chain."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

Pair = tuple[int, int]
"""Two articles, the lower number first."""

Strength = tuple[float, ...]
"""How close two articles are; the greater, the closer."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Appeared:
    """When an article appeared; those at one instant go by outlet and identity, whatever came first to us."""

    at: datetime
    outlet: str
    identity: str
    article_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Star:
    """A story: its first article, then the others, each with whether a person put it there."""

    first: int
    others: tuple[tuple[int, bool], ...]

    @property
    def members(self) -> tuple[int, ...]:
        """All articles, the first one first."""
        return self.first, *(article_id for article_id, _ in self.others)


@dataclass
class _Growing:
    first: Appeared
    others: list[tuple[int, bool]] = field(default_factory=list)
    anchors: list[int] = field(default_factory=list)  # the first, and what a person said to be one with it

    @property
    def members(self) -> list[int]:
        return [self.first.article_id, *(article_id for article_id, _ in self.others)]


def pair(one: int, other: int) -> Pair:
    """Give two articles as a pair."""
    return min(one, other), max(one, other)


def stars(
    articles: Collection[Appeared],
    alike: Mapping[Pair, Strength],
    joined: Collection[Pair] = (),
    apart: Collection[Pair] = (),
) -> list[Star]:
    """Give the stories among articles; those that are alone are none.

    In the order of their appearance each article goes to the story whose first it is most like, or
    else begins one of its own. A person's word goes before: an article joined to another is where that
    one is, and what is like it is of the story too; two said to be apart are never in one story. The
    result hangs on what is given alone, not on its order.
    """
    neighbours = _neighbours((*alike, *joined))
    together, parted = set(joined), set(apart)
    grown: list[_Growing] = []
    home: dict[int, _Growing] = {}
    for article in sorted(articles):
        own = article.article_id
        near = {id(home[other]): home[other] for other in neighbours[own] if other in home}
        open_ = [
            star for star in near.values() if all(pair(own, other) not in parted for other in star.members)
        ]
        star, by_person = _chosen(own, open_, alike, together)
        if star is None:
            star = _Growing(article, anchors=[own])
            grown.append(star)
        else:
            star.others.append((own, by_person))
            if by_person:
                star.anchors.append(own)
        home[own] = star
    return [Star(first=star.first.article_id, others=tuple(star.others)) for star in grown if star.others]


def _chosen(
    own: int, near: Sequence[_Growing], alike: Mapping[Pair, Strength], together: Collection[Pair]
) -> tuple[_Growing | None, bool]:
    """Give the story an article belongs to, None for none, and whether a person said so."""
    said = [star for star in near if any(pair(own, other) in together for other in star.members)]
    if said:
        return min(said, key=lambda star: star.first), True
    close: list[tuple[Strength, _Growing]] = []
    for star in near:
        found = [alike[pair(own, anchor)] for anchor in star.anchors if pair(own, anchor) in alike]
        if found:
            close.append((max(found), star))
    if not close:
        return None, False
    most = max(strength for strength, _ in close)
    return min((star for strength, star in close if strength == most), key=lambda star: star.first), False


def _neighbours(pairs: Collection[Pair]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return found
