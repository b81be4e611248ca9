"""Shingles: runs of five words, hashed; what two texts share of them they share word by word."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from core.text import fold, words

RUN = 5  # words of a shingle (ARCHIVE-FACTS.md section 7)
SAMPLED = 8  # one shingle in so many is kept in the database: half of a text is found in 97 of 100 cases
SHORT = 120  # words: of shorter texts all shingles are kept
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
        chosen = self.hashes if len(self.words) < SHORT else filter(is_sampled, self.hashes)
        return tuple(sorted(set(chosen))[:MOST_KEPT])

    def own(self, house: Collection[int]) -> list[int]:
        """Give the places of the runs that are the text's own, house text left out.

        Of ``house`` only sampled hashes may be known: a run between two of them is house text too.
        """
        held = [hash_ in house for hash_ in self.hashes]
        if not any(held):
            return list(range(len(held)))
        anchors = [place for place, hash_ in enumerate(self.hashes) if held[place] or is_sampled(hash_)]
        for before, after in zip([None, *anchors], [*anchors, None], strict=True):
            if (before is None or held[before]) and (after is None or held[after]):
                start = 0 if before is None else before + 1
                end = len(held) if after is None else after
                held[start:end] = [True] * (end - start)
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


def is_sampled(hash_: int) -> bool:
    """Say whether a shingle is kept of long texts too."""
    return hash_ % SAMPLED == 0


def _hash(run: str) -> int:
    """Give eight bytes as the signed whole number that both databases hold."""
    unsigned = int.from_bytes(blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    return unsigned - 2 * _SIGN if unsigned >= _SIGN else unsigned
