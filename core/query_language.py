"""What people type to search: words, "phrases", OR, NOT or -, parentheses and word*, read into a query.

All words must occur; AND may be said. Operators are operators in capitals only, and words in quotes
never are. What stands for nothing (signs, an operator at an end, a parenthesis too many) is passed
over; a quote that nobody closed ends with the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MOST_WORDS = 200
LONGEST_WORD = 200  # letters; PostgreSQL refuses words of 2,047 bytes
DEEPEST = 20  # parentheses within parentheses; SQLite gives up at 256

_QUOTES = '"\u201c\u201d\u201e'
_PIECE = re.compile(
    rf"\s+|([()])|(-*)[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?(\*?)|(-+)(?=\()|([^\s(){_QUOTES}]+)"
)
_MARK = re.compile("[\u0300-\u036f]")


class QueryError(ValueError):
    """A query that cannot be answered; the message is a sentence for whoever typed it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """Words that stand side by side; of the last one only the beginning where ``is_prefix``."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Every:
    """What meets each of its parts."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Either:
    """What meets at least one of its parts."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Without:
    """What meets ``kept`` and not ``left_out``."""

    kept: "Query"
    left_out: "Query"


Query = Term | Every | Either | Without


@dataclass(frozen=True, slots=True)
class _Set:
    """The texts that meet a query, or, where it is turned round, those that do not."""

    query: Query
    turned: bool = False


def parse(typed: str) -> Query:
    """Give the query of what somebody typed; QueryError where it has no meaning that can be looked up."""
    pieces = list(_pieces(typed))
    count = sum(len(piece.words) for piece in pieces if isinstance(piece, Term))
    if not count:
        raise QueryError("give at least one word to look for")
    if count > MOST_WORDS:
        raise QueryError(f"a query has at most {MOST_WORDS} words, this one has {count}")
    found = _Reader(pieces).read()
    if found is None:
        raise QueryError("give at least one word to look for")
    if found.turned:
        raise QueryError("say what to look for too, not only what to leave out")
    return found.query


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a piece of a query: runs of letters and digits, their accents with them."""
    composed = unicodedata.normalize("NFC", text)
    runs = "".join(letter if _is_of_word(letter) else " " for letter in composed).split()
    return tuple(run for run in runs if any(unicodedata.category(letter) != "No" for letter in run))


def _is_of_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN" or _MARK.fullmatch(letter) is not None


def _pieces(typed: str) -> Iterator[Term | str]:
    """Give the terms and the signs ``(``, ``)``, ``AND``, ``OR`` and ``NOT`` in order."""
    for found in _PIECE.finditer(typed):
        parenthesis, minus, phrase, star, lone_minus, word = found.groups()
        if parenthesis:
            yield parenthesis
        elif lone_minus:
            yield "NOT"
        elif phrase is not None:
            yield from _term(minus, phrase, phrase + star)
        elif word in {"AND", "OR", "NOT"}:
            yield word
        elif word:
            bare = word.lstrip("-")
            yield from _term(word[: len(word) - len(bare)], bare, bare)


def _term(minus: str, text: str, ending: str) -> Iterator[Term | str]:
    words = words_of(text)
    for word in words:
        if len(word) > LONGEST_WORD:
            raise QueryError(f"a word has at most {LONGEST_WORD} letters, one of these has {len(word)}")
    if words:
        if minus:
            yield "NOT"
        yield Term(words=words, is_prefix=ending.endswith("*"))


class _Reader:
    """Reads pieces: OR binds less than AND, AND less than NOT."""

    def __init__(self, pieces: list[Term | str]) -> None:
        self._pieces = pieces
        self._at = 0
        self._depth = 0

    def read(self) -> _Set | None:
        """Give all that is there; a parenthesis too many is passed over."""
        parts = []
        while self._next() is not None:
            parts.append(self._either())
            if self._next() == ")":
                self._at += 1
        return _every(parts)

    def _next(self) -> Term | str | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    def _either(self) -> _Set | None:
        parts = [self._every()]
        while self._next() == "OR":
            self._at += 1
            parts.append(self._every())
        return _either(parts)

    def _every(self) -> _Set | None:
        parts = []
        while self._next() not in {None, "OR", ")"}:
            if self._next() == "AND":
                self._at += 1
            else:
                parts.append(self._one())
        return _every(parts)

    def _one(self) -> _Set | None:
        turned = False
        while self._next() == "NOT":
            self._at += 1
            turned = not turned
        piece = self._next()
        if piece == "(":
            found = self._within()
        elif isinstance(piece, Term):
            self._at += 1
            found = _Set(piece)
        else:
            return None
        return _Set(found.query, turned=found.turned != turned) if found else None

    def _within(self) -> _Set | None:
        self._at += 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(f"a query has at most {DEEPEST} parentheses within parentheses")
        found = self._either()
        self._depth -= 1
        if self._next() == ")":
            self._at += 1
        return found


def _every(parts: list[_Set | None]) -> _Set | None:
    """Give what is in all sets: no index can list what does not occur, so it is taken from the rest."""
    wanted = [part.query for part in parts if part and not part.turned]
    unwanted = [part.query for part in parts if part and part.turned]
    if not wanted:
        return _Set(_joined(Either, unwanted), turned=True) if unwanted else None
    kept = _joined(Every, wanted)
    return _Set(Without(kept=kept, left_out=_joined(Either, unwanted)) if unwanted else kept)


def _either(parts: list[_Set | None]) -> _Set | None:
    """Give what is in one of the sets; with a set turned round, it is all but what is in none."""
    wanted = [part.query for part in parts if part and not part.turned]
    unwanted = [part.query for part in parts if part and part.turned]
    if not unwanted:
        return _Set(_joined(Either, wanted)) if wanted else None
    lacking = _joined(Every, unwanted)
    if wanted:
        lacking = Without(kept=lacking, left_out=_joined(Either, wanted))
    return _Set(lacking, turned=True)


def _joined(kind: type[Every] | type[Either], queries: list[Query]) -> Query:
    """Give several queries as one, those of the same kind in one row: deep trees are slow everywhere."""
    parts: list[Query] = []
    for query in queries:
        parts += query.parts if isinstance(query, kind) else [query]
    return parts[0] if len(parts) == 1 else kind(parts=tuple(parts))
