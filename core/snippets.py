"""What of a text is shown of a hit: the words around it, those that were looked for marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.query_dialects import places, wanted_terms
from core.query_language import Query, Term
from core.stemming import stem

AROUND = 90  # characters on either side of the first hit
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """A piece of a text on one line, and where in it the words looked for stand, as (begin, end)."""

    text: str
    hits: tuple[tuple[int, int], ...] = ()

    def marked(self, begin: str = "«", end: str = "»") -> str:
        """Give the text with signs around the hits."""
        parts, at = [], 0
        for first, last in self.hits:
            parts += [self.text[at:first], begin, self.text[first:last], end]
            at = last
        return "".join((*parts, self.text[at:]))


@dataclass(frozen=True, slots=True)
class _Hit:
    begin: int
    end: int
    term: int


def stems_of(text: str) -> tuple[str, ...]:
    """Give the stems of a text's words in order."""
    return tuple(stem(word[0]) for word in _WORD.finditer(text))


def snippet(texts: Sequence[str], query: Query) -> Snippet:
    """Give the piece that shows most of the terms of a query, from the first of the texts that has it.

    Where none shows any (the words stand in what is not given), it is the beginning of the first text.
    """
    terms = tuple(dict.fromkeys(wanted_terms(query)))
    best: tuple[int, str, int, list[_Hit]] = (0, texts[0], 0, [])
    for text in texts:
        line = " ".join(text.split())
        hits = _hits(line, terms)
        shown, begin = max(((_shown(hits, at), -at) for at in range(len(hits))), default=(0, 0))
        if shown > best[0]:
            best = (shown, line, hits[-begin].begin, hits)
    _, line, begin, hits = best
    return _cut(" ".join(line.split()), begin, hits)


def _hits(text: str, terms: Sequence[Term]) -> list[_Hit]:
    words = list(_WORD.finditer(text))
    stems = [stem(word[0]) for word in words]
    found = [
        _Hit(words[at].start(), words[at + len(term.words) - 1].end(), number)
        for number, term in enumerate(terms)
        for at in places(term, stems)
    ]
    return sorted(found, key=lambda hit: (hit.begin, -hit.end))


def _shown(hits: Sequence[_Hit], at: int) -> int:
    """Give how many terms a piece shows that begins at a hit."""
    terms = set()
    for hit in hits[at:]:
        if hit.end > hits[at].begin + AROUND:
            break
        terms.add(hit.term)
    return max(1, len(terms))


def _cut(line: str, begin: int, hits: Sequence[_Hit]) -> Snippet:
    first, last = max(0, begin - AROUND), min(len(line), begin + AROUND)
    if first:
        first = line.find(" ", first, begin) + 1 or first  # no half words, but in a run of one
    if last < len(line):
        cut = line.rfind(" ", begin, last)
        inside = next((hit.end for hit in hits if hit.begin == begin), begin)
        last = cut if cut >= inside else max(last, inside)
    before, after = "…" if first else "", "…" if last < len(line) else ""
    marks: list[tuple[int, int]] = []
    for hit in hits:
        if hit.begin >= first and hit.end <= last:
            span = (hit.begin - first + len(before), hit.end - first + len(before))
            if marks and span[0] < marks[-1][1]:
                marks[-1] = (marks[-1][0], max(span[1], marks[-1][1]))
            else:
                marks.append(span)
    return Snippet(text=f"{before}{line[first:last]}{after}", hits=tuple(marks))
