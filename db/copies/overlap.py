"""What two texts share word by word, what that makes of them, and what forbids to call them copies."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from core.text import fold, words
from db.copies.shingles import Shingled
from db.matched.likeness import titles_are_alike
from db.words import Bar, Relation

NEAR = 0.6  # Jaccard index of the runs (ARCHIVE-FACTS.md section 7)
CONTAINED = 0.4
"""Share of one text's words that stand in the other, from which one is an excerpt of the other.

Two texts one of which keeps half of the other's sentences and replaces the rest share .48 of their runs
(ARCHIVE-FACTS.md section 7): a bound of one half would lose most of these.
"""
LEAST_SHARED = 60  # words, for an excerpt
PASSAGE = 8  # words in a row from which they count as shared: shorter ones are phrases anybody may use
LEAST = 50  # words of either text, house text left out: shorter ones are alike by chance
SHORT_GAP = 8  # words that one text has in place of others within a passage both share
LEAST_FIGURES = 3  # figures that differ within shared passages, for a series

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_MONTHS = frozenset(
    words("january february march april june july august september october november december")
)
_DAYS = frozenset(words("monday tuesday wednesday thursday friday saturday sunday"))
_SEASONS = frozenset(words("spring summer autumn winter q1 q2 q3 q4"))
_MAY = re.compile(r"\b(?:in|for|of|to|by|from|since|until|early|late|mid)[ -]may\b|\bmay \d|\d may\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NAMED = _MONTHS | _DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """What two texts share, house text left out of both.

    ``words`` are those of either, ``shared`` those of either that stand in the other in passages of eight
    words or more; ``jaccard`` is of the runs of five words, those in both as a share of those in either;
    ``relation`` is how the second stands to the first, None where they share too little; ``barred_by``
    says why they are no copies all the same.
    """

    words: tuple[int, int]
    shared: tuple[int, int]
    jaccard: float
    relation: Relation | None
    barred_by: Bar | None

    @property
    def strength(self) -> tuple[bool, bool, float, int]:
        """By which of several comparisons of two articles the closest is chosen."""
        return self.barred_by is None, self.relation is not None, self.jaccard, sum(self.shared)


@dataclass(frozen=True, kw_only=True, slots=True)
class Headed:
    """A text with its title."""

    title: str
    text: Shingled


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A text with what is its own: the places of its runs, their hashes, and how many words those are."""

    headed: Headed
    places: tuple[int, ...]
    runs: frozenset[int]
    words: int


def weighed(headed: Headed, house: Collection[int]) -> Weighed:
    """Leave out of a text what is house text; ``house`` are shingles that say nothing of any two texts."""
    text = headed.text
    places = text.own(house)
    return Weighed(
        headed=headed,
        places=tuple(places),
        runs=frozenset(text.hashes[place] for place in places),
        words=sum(text.covered(places)),
    )


def overlap(one: Weighed, other: Weighed) -> Overlap:
    """Compare two texts of different outlets."""
    both = one.runs & other.runs
    here, there = _shared(one, both), _shared(other, both)
    counts = one.words, other.words
    shared = _in_passages(here), _in_passages(there)
    jaccard = len(both) / len(one.runs | other.runs) if both else 0.0
    same = one.headed.text.words == other.headed.text.words
    relation = _relation(same, counts, shared, jaccard)
    barred_by = None if relation else Bar.UNLIKE
    if relation and relation is not Relation.IDENTICAL and _is_series(one.headed, other.headed, here, there):
        barred_by = Bar.SERIES
    return Overlap(words=counts, shared=shared, jaccard=jaccard, relation=relation, barred_by=barred_by)


def turned(relation: Relation | None) -> Relation | None:
    """Give how the first stands to the second, where the second stands so to the first."""
    other = {Relation.EXCERPT: Relation.SUPERSET, Relation.SUPERSET: Relation.EXCERPT}
    return other.get(relation, relation) if relation else None


def _shared(one: Weighed, both: Collection[int]) -> list[bool]:
    """Say of each word of a text whether it stands in one of the runs that both have."""
    text = one.headed.text
    return text.covered([place for place in one.places if text.hashes[place] in both])


def _in_passages(covered: list[bool]) -> int:
    """Give how many words stand in shared passages that are long enough to say something."""
    lengths = (len(list(words_)) for is_shared, words_ in groupby(covered) if is_shared)
    return sum(length for length in lengths if length >= PASSAGE)


def _relation(
    same: bool,  # noqa: FBT001 - one of four facts of a pair, called once
    counts: tuple[int, int],
    shared: tuple[int, int],
    jaccard: float,
) -> Relation | None:
    if min(counts) < LEAST:
        return None
    if same or (jaccard == 1.0 and counts[0] == counts[1]):
        return Relation.IDENTICAL
    if jaccard >= NEAR:
        return Relation.NEAR
    contained = shared[0] / counts[0], shared[1] / counts[1]
    if max(contained) < CONTAINED or min(shared) < LEAST_SHARED:
        return None
    return Relation.EXCERPT if contained[1] >= contained[0] else Relation.SUPERSET


def _is_series(one: Headed, other: Headed, here: list[bool], there: list[bool]) -> bool:
    """Say whether the two are parts of a series: one template, other figures, another month."""
    return _titles_tell(fold(one.title), fold(other.title)) or _figures_tell(
        one.text.words, here, other.text.words, there
    )


def _titles_tell(one: str, other: str) -> bool:
    """Say whether titles name different dates, or are one but for their figures."""
    for mine, its in zip(_dates(one), _dates(other), strict=True):
        if mine and its and mine.isdisjoint(its):
            return True
    figures, others = set(_FIGURE.findall(one)), set(_FIGURE.findall(other))
    if figures == others:
        return False
    bare, other_bare = (_FIGURE.sub(" ", title) for title in (one, other))
    return bool(figures and others) and (
        titles_are_alike(bare, other_bare) or words(bare) == words(other_bare)
    )


def _dates(title: str) -> tuple[set[str], ...]:
    """Give the months, days of the week, parts of the year, and years that a folded title names."""
    found = {word.partition("'")[0] for word in words(title)}  # Monday's
    months = found.intersection(_MONTHS) | ({"may"} if _MAY.search(title) else set())
    return months, found.intersection(_DAYS), found.intersection(_SEASONS), set(_YEAR.findall(title))


def _figures_tell(one: tuple[str, ...], here: list[bool], other: tuple[str, ...], there: list[bool]) -> bool:
    """Say whether most figures differ where the texts are the same around them: a template, filled anew."""
    changed = kept = 0
    for mine, covered, its in ((one, here, set(other)), (other, there, set(one))):
        kept += sum(_is_figure(word) for word, is_shared in zip(mine, covered, strict=True) if is_shared)
        changed += sum(_is_figure(word) and word not in its for word in _in_short_gaps(mine, covered))
    return changed >= 2 * LEAST_FIGURES and changed > kept


def _in_short_gaps(text: tuple[str, ...], covered: list[bool]) -> Iterator[str]:
    """Give the words that stand between two shared passages not far apart."""
    gap: list[str] | None = None  # None before the first passage
    for word, is_shared in zip(text, covered, strict=True):
        if not is_shared:
            if gap is not None:
                gap.append(word)
            continue
        if gap and len(gap) <= SHORT_GAP:
            yield from gap
        gap = []


def _is_figure(word: str) -> bool:
    return word.partition("'")[0] in _NAMED or any(sign.isdigit() for sign in word)
