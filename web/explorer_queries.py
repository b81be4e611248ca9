"""What a question to the archive names, read from its SQL: SQLite's authorizer alone cannot tell all of it.

The authorizer hears for which view a table is read, but a common table expression counts as one to it:
``WITH articles AS (SELECT * FROM commenter) …`` looks to it like the view ``articles``. And what a
full-text index reads of its own tables looks like a question of the person who searches.
"""

import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"""
    (?P<skipped>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    | '(?P<text>(?:[^']|'')*)'
    | "(?P<quoted>(?:[^"]|"")*)"
    | `(?P<ticked>(?:[^`]|``)*)`
    | \[(?P<bracketed>[^\]]*)\]
    | (?P<word>[A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*)
    | (?P<sign>.)
    """,
    re.DOTALL | re.VERBOSE,
)
# SQLite takes text for a name too, where one is due.
_NAMES = ("text", "quoted", "ticked", "bracketed", "word")


def names(sql: str) -> frozenset[str]:
    """Give all that could name something, in small letters: words, and what stands in quotes of any kind."""
    return frozenset(token for is_name, token in _tokens(sql) if is_name)


def made_by(sql: str) -> frozenset[str]:
    """Give the names that a statement gives to its common table expressions, in small letters."""
    tokens = list(_tokens(sql))
    found = set()
    for place, (_, token) in enumerate(tokens):
        if token == "as" and _opens(tokens, place + 1):  # noqa: S105 - a word of SQL
            name = _before(tokens, place - 1)
            if name is not None:
                found.add(name)
    return frozenset(found)


def _opens(tokens: Sequence[tuple[bool, str]], place: int) -> bool:
    """Say whether a SELECT in parentheses stands here, NOT MATERIALIZED before it or not."""
    rest = [token for _, token in tokens[place : place + 3]]
    while rest and rest[0] in {"not", "materialized"}:
        rest.pop(0)
    return rest[:1] == ["("]


def _before(tokens: Sequence[tuple[bool, str]], place: int) -> str | None:
    """Give the name that ends here, its list of columns passed over."""
    if place >= 0 and tokens[place] == (False, ")"):
        while place >= 0 and tokens[place] != (False, "("):
            place -= 1
        place -= 1
    return tokens[place][1] if place >= 0 and tokens[place][0] else None


def _tokens(sql: str) -> Iterator[tuple[bool, str]]:
    """Give the tokens, each with whether it could be a name, in small letters and without its quotes."""
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup or ""
        if kind in _NAMES:
            yield True, match[kind].replace('""', '"').replace("''", "'").replace("``", "`").lower()
        elif kind == "sign":
            yield False, match["sign"]
