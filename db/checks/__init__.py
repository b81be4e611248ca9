"""What must hold of the archive: each rule a named check that finds the rows which break it."""

from db.checks import articles, comments, evidence, operation, references, schema, spells, stories, words
from db.checks.check import Breaks, Check, Finding, Found, Scope, Weight, by_query, reading

__all__ = [
    "Breaks",
    "Check",
    "Finding",
    "Found",
    "Scope",
    "Weight",
    "all_checks",
    "by_query",
    "reading",
]


def all_checks() -> tuple[Check, ...]:
    """Give every check of the database, the cheapest and most basic first.

    The files of captures are checked by :mod:`pipelines.verify`. A document's ``sha256`` and
    ``fingerprint`` are not worked out again: the fields they are over are chosen where a page is
    cleaned, and a later choice leaves older documents as they are.
    """
    parts = (schema, references, spells, articles, comments, evidence, words, stories, operation)
    return tuple(check for part in parts for check in part.checks())
