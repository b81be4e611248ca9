"""The full-text indexes as tables: what of them no model describes, and what their columns mean."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

INDEXES = MappingProxyType({"article_search": "document", "comment_search": "comment_version"})
"""The relations an analyst searches, each with the table whose texts it indexes.

FTS5 tables on SQLite, views on PostgreSQL (migration 20261122_1310).
"""

_INNER = re.compile(rf"({'|'.join(INDEXES)})_(data|idx|content|docsize|config)")

_TEXTS = {
    "title": "Headline.",
    "standfirst": "Introductory paragraph set apart from the body.",
    "body": "Text, its paragraphs parted by a blank line.",
    "search": "Stems of the words, with their places: what PostgreSQL's @@ looks at.",
    "rank": "How well a row answers, as bm25() counts: the lowest first; NULL without MATCH.",
}
SENTENCES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "article_search": {
            "rowid": "Number of the text (article_versions.document_id).",
            **_TEXTS,
            "article_search": "What SQLite's MATCH compares.",
        },
        "comment_search": {
            "rowid": "Number of the version of the comment (comment_versions.comment_version_id).",
            "body": _TEXTS["body"],
            "search": _TEXTS["search"],
            "rank": _TEXTS["rank"],
            "comment_search": "What SQLite's MATCH compares.",
        },
    }
)
"""What the columns hold, by relation; each database has some of them."""

GENERATED = MappingProxyType(
    {
        table: {"search": "Stems of the words, with their places, kept by the database."}
        for table in INDEXES.values()
    }
)
"""Columns that PostgreSQL works out by itself, by table."""


def is_inner(table: str) -> bool:
    """Say whether a table is one in which FTS5 keeps its own things: nobody reads it."""
    return _INNER.fullmatch(table) is not None


def is_modelled(name: str | None, kind: str, parents: Mapping[str, Any]) -> bool:
    """Say whether the models describe a thing of the database: Alembic compares only such (include_name)."""
    if kind == "table":
        return name not in INDEXES and not is_inner(name or "")
    if kind == "column":
        return name not in GENERATED.get(parents.get("table_name") or "", {})
    if kind == "index":
        return name not in {f"ix_{table}_search" for table in GENERATED}
    return True
