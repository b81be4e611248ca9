"""Shingles: runs of five words, hashed; what two texts share of them they share word by word."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import groupby

from core.text import fold, words

RUN = 5  # words of a shingle (ARCHIVE-FACTS.md section 7)
SAMPLED = 8  # one shingle in so many is kept in the database: half of a text is found in 97 of 100 cases
SHORT = 120  # words: of shorter texts all shingles are kept
STRETCH = 3  # sampled shingles in a row from which what lies between them is house text as well
MOST_KEPT = 1_000  # shingles of one text: as many as one question asks for; the lowest hashes, of any text
_SIGN = 1 << 63


@dataclass(frozen=True, eq=False)
class Shingled:
    """A text as its folded words and the hash of the run that begins at each of them but the last four."""

    words: tuple[str, ...]
    hashes: tuple[int, ...]

    @cached_property
    def kept(self) -> tuple[int, ...]:
        """The different hashes under which the database finds the text, sorted."""
        every = 1 if len(self.words) < SHORT else SAMPLED
        return tuple(sorted({hash_ for hash_ in self.hashes if hash_ % every == 0})[:MOST_KEPT])

    def own(self, house: Collection[int]) -> list[int]:
        """Give the places of the runs that are the text's own, house text left out.

        Of ``house`` only sampled hashes may be known: three of them in a row are a footer, all of it.
        One alone is a phrase that many use.
        """
        held = [hash_ in house for hash_ in self.hashes]
        if not any(held):
            return list(range(len(held)))
        anchors = [place for place, hash_ in enumerate(self.hashes) if hash_ % SAMPLED == 0]
        for is_house, stretch in groupby(anchors, key=held.__getitem__):
            places = list(stretch)
            if is_house and len(places) >= STRETCH:
                held[places[0] : places[-1]] = [True] * (places[-1] - places[0])
                if places[-1] == anchors[-1]:  # footers end texts
                    held[places[-1] :] = [True] * (len(held) - places[-1])
        return [place for place, is_house in enumerate(held) if not is_house]

    def covered(self, places: Collection[int]) -> list[bool]:
        """Say of each word whether it stands in a run that begins at one of these places."""
        found = [False] * len(self.words)
        for place in places:
            found[place : place + RUN] = [True] * RUN
        return found


def shingled(text: str) -> Shingled:
    """Give a text's words and shingles; quotes, dashes, spaces and letter case make no difference."""
    found = tuple(words(fold(text)))
    runs = zip(*(found[start:] for start in range(RUN)), strict=False)
    return Shingled(found, tuple(_hash(" ".join(run)) for run in runs))


def _hash(run: str) -> int:
    """Give eight bytes as the signed whole number that both databases hold."""
    unsigned = int.from_bytes(blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    return unsigned - 2 * _SIGN if unsigned >= _SIGN else unsigned
