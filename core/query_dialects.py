"""A query in the words of each database's full-text index, with the same meaning, and in Python's."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

from core.query_language import Either, Every, Query, Term, Without
from core.stemming import folded, later_rules, stem

# Endings that Porter's rules cut off: with them, the beginning of a word can be longer than its stem.
_ENDINGS = (
    "", "s", "e", "es", "ed", "y", "ies", "er", "ing", "ion", "ions", "al", "ly", "ity", "ities", "ive",
    "able", "ible", "ate", "ation", "ational", "ment", "ness", "ful", "ous", "ism", "ance", "ence", "ent",
    "ant", "ize",
)  # fmt: skip # a table


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """What ``word*`` looks for: stems that begin like those of ``prefixes``, and the stems of ``words``.

    An index holds stems, which may be shorter than the beginning of the word (universit*: univers).
    """

    prefixes: tuple[str, ...]
    words: tuple[str, ...]

    def meets(self, found: str) -> bool:
        """Say whether a stem is one of them."""
        return any(found.startswith(stem(prefix)) for prefix in self.prefixes) or found in map(
            stem, self.words
        )


@lru_cache(maxsize=1_000)
def beginning(prefix: str) -> Beginning:
    """Give what the beginning of a word stands for among stems."""
    own = stem(prefix)
    longer = () if folded(prefix).startswith(own) else tuple(prefix + letter for letter in ascii_lowercase)
    words = {stem(prefix + ending): prefix + ending for ending in _ENDINGS}
    return Beginning(
        prefixes=(prefix, *(one for one in longer if stem(one).startswith(folded(prefix)))),
        words=tuple(word for found, word in words.items() if not found.startswith(own)),
    )


def match_expression(query: Query) -> str:
    """Give a query for SQLite's ``MATCH``: every word in quotes, every operator spelled out."""
    return _written(query, _match_term, ("AND", "OR", "NOT"))


def tsquery_text(query: Query) -> str:
    """Give a query for PostgreSQL's ``to_tsquery('cuttings', …)``: letters and digits in quotes only."""
    return _written(query, _tsquery_term, ("&", "|", "& !"))


def meets(query: Query, fields: Sequence[Sequence[str]]) -> bool:
    """Say whether texts, each given as the stems of its words in order, meet a query."""
    match query:
        case Term():
            return any(next(places(query, stems), None) is not None for stems in fields)
        case Every(parts=parts):
            return all(meets(part, fields) for part in parts)
        case Either(parts=parts):
            return any(meets(part, fields) for part in parts)
        case Without(kept=kept, left_out=left_out):
            return meets(kept, fields) and not meets(left_out, fields)


def places(term: Term, stems: Sequence[str]) -> Iterator[int]:
    """Give where in a text, by its words from 0, a term begins."""
    first = [stem(word) for word in (term.words[:-1] if term.is_prefix else term.words)]
    last = beginning(term.words[-1]) if term.is_prefix else None
    for at in range(len(stems) - len(term.words) + 1):
        if list(stems[at : at + len(first)]) == first and (
            last is None or last.meets(stems[at + len(first)])
        ):
            yield at


def wanted_terms(query: Query) -> Iterator[Term]:
    """Give the terms that a hit may show, not those left out."""
    match query:
        case Term():
            yield query
        case Every(parts=parts) | Either(parts=parts):
            for part in parts:
                yield from wanted_terms(part)
        case Without(kept=kept):
            yield from wanted_terms(kept)


def _written(query: Query, term: Callable[[Term], str], signs: tuple[str, str, str]) -> str:
    match query:
        case Term():
            return term(query)
        case Every(parts=parts):
            return f"({f' {signs[0]} '.join(_written(part, term, signs) for part in parts)})"
        case Either(parts=parts):
            return f"({f' {signs[1]} '.join(_written(part, term, signs) for part in parts)})"
        case Without(kept=kept, left_out=left_out):
            return f"({_written(kept, term, signs)} {signs[2]} ({_written(left_out, term, signs)}))"


def _match_term(term: Term) -> str:
    if not term.is_prefix:
        return f'"{" ".join(term.words)}"'
    found = beginning(term.words[-1])
    before = "".join(f"{word} " for word in term.words[:-1])
    ways = [f'"{before}{word}" *' for word in found.prefixes] + [f'"{before}{word}"' for word in found.words]
    return f"({' OR '.join(ways)})"


def _tsquery_term(term: Term) -> str:
    *first, last = term.words
    words = [part for word in first for part in _parts(word)]
    if not term.is_prefix:
        return _phrase([f"'{part}'" for part in (*words, *_parts(last))])
    *inner, _ = _parts(last)
    found = beginning(last)
    ways = [f"'{_parts(word)[-1]}':*" for word in found.prefixes]
    ways += [f"'{_parts(word)[-1]}'" for word in found.words]
    return _phrase([*(f"'{part}'" for part in (*words, *inner)), f"({' | '.join(ways)})"])


def _phrase(operands: list[str]) -> str:
    return operands[0] if len(operands) == 1 else f"({' <-> '.join(operands)})"


def _parts(word: str) -> list[str]:
    """Give a word as PostgreSQL's index has it: without accents, parted at ² and ½."""
    plain = "".join(" " if unicodedata.category(letter) == "No" else letter for letter in folded(word))
    return [later_rules(part) for part in plain.split()]
