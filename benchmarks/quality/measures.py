"""How much of what people say is on a page was read: the definitions of ../shared/eval/README.md."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SHINGLE = 4  # words
SAME_COMMENT = 0.8  # token F1 from which two texts are one comment
LONG = 20  # characters; a shorter comment ("Yes!") stands in a body by chance

_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")
_NO_WORD = re.compile(r"[\W_]+")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_BETWEEN_AUTHORS = re.compile(r";|,| and | und |&")
_BY = re.compile(r"^(?:by|von|par|por)\s+", re.IGNORECASE)
_DAY = re.compile(r"\s*(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, what was found wrongly, what was missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Hits") -> "Hits":
        """Give both together."""
        return Hits(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Give the share of right ones in what was found; 0 of nothing."""
        return self.right / found if (found := self.right + self.wrong) else 0.0

    @property
    def recall(self) -> float:
        """Give the share of what is there that was found; 0 where nothing is there."""
        return self.right / there if (there := self.right + self.missed) else 0.0

    @property
    def f1(self) -> float:
        """Give the harmonic mean of both."""
        return f1(self.precision, self.recall)


def f1(precision: float, recall: float) -> float:
    """Give the harmonic mean."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def shingles(truth: str, read: str) -> Hits:
    """Compare two bodies by runs of four words, each as often as it stands there."""
    wanted, found = _shingles(truth), _shingles(read)
    return Hits((wanted & found).total(), (found - wanted).total(), (wanted - found).total())


def words_f1(truth: str, read: str) -> float | None:
    """Give the F1 of the words of two bodies, letter case aside; None where no words are wanted."""
    wanted = Counter(_WORD.findall(truth.lower()))
    return token_f1(wanted, Counter(_WORD.findall(read.lower()))) if wanted else None


def segments(wanted: Sequence[str], unwanted: Sequence[str], read: str) -> Hits:
    """Count the pieces of text that stand in a body and should, should not, or do not."""
    body = spaced(read)
    right = sum(spaced(piece) in body for piece in wanted)
    return Hits(right, sum(spaced(piece) in body for piece in unwanted), len(wanted) - right)


def normal(text: str | None) -> str:
    """Give the words of a text in lower case: what two spellings of a title share."""
    folded = unicodedata.normalize("NFKC", text or "").casefold().translate(_PLAIN)
    return _NO_WORD.sub(" ", folded).strip()


def authors(names: Iterable[str] | None) -> set[str]:
    """Give the names, each by itself, without "By"."""
    found = set()
    for listed in names or ():
        found |= {normal(_BY.sub("", name.strip())) for name in _BETWEEN_AUTHORS.split(listed)}
    return found - {""}


def day(stated: Any) -> str | None:
    """Give the day of an ISO 8601 date."""
    found = _DAY.match(str(stated or ""))
    return found[1] if found else None


def spaced(text: str | None) -> str:
    """Give the text with every run of white space made one space."""
    return _SPACE.sub(" ", text or "").strip()


def paired(wanted: Sequence[str], found: Sequence[str]) -> dict[int, int]:
    """Give which found text is which wanted one, each at most once: the likest left, from F1 0.8 on."""
    left = {number: Counter(normal(text).split()) for number, text in enumerate(found)}
    pairs: dict[int, int] = {}
    for number, text in enumerate(wanted):
        tokens = Counter(normal(text).split())
        best, likeness = None, 0.0
        for candidate, others in left.items():
            if (alike := token_f1(tokens, others)) > likeness:
                best, likeness = candidate, alike
            if alike == 1:
                break
        if best is not None and likeness >= SAME_COMMENT:
            pairs[number] = best
            del left[best]
    return pairs


def token_f1(one: Counter[str], other: Counter[str]) -> float:
    """Give the F1 of two bags of words."""
    shared = (one & other).total()
    return 2 * shared / (one.total() + other.total()) if shared else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    starts = range(max(1, len(words) - SHINGLE + 1)) if words else range(0)
    return Counter(tuple(words[start : start + SHINGLE]) for start in starts)
