"""What Datasette is told of the archive: sentences, facets, search and questions, from the one dictionary."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, text

from db import relations
from db.analysts import NAMED
from db.questions import questions
from db.search_tables import INDEXES

DATABASE = "archive"
SEARCH = {
    "articles": ("article_search", "document_id"),
    "article_versions": ("article_search", "document_id"),
    "comments": ("comment_search", "comment_version_id"),
    "comment_versions": ("comment_search", "comment_version_id"),
}
"""The views that can be searched, each with its full-text index and the column that says which row."""
FACETS = {
    "articles": ("outlet", "state"),
    "article_versions": ("outlet",),
    "article_changes": ("outlet", "kind"),
    "comments": ("outlet", "state"),
    "comments_named": ("outlet", "state"),
    "comment_versions": ("outlet", "ended_by"),
    "runs": ("outlet", "kind", "verdict"),
    "stories": ("outlet", "first_outlet", "relation"),
    "coverage": ("outlet",),
    "removals": ("outlet", "kind", "state"),
    "rejections": ("outlet", "reason"),
    "matches": ("outlet", "decision"),
    "dictionary": ("relation_kind", "relation"),
}
"""The columns of few values, counted beside the views: few, for each is a pass over the whole view."""
NEWEST_FIRST = {
    "articles": "article_id",
    "article_versions": "version_id",
    "article_changes": "changed_by",
    "comments": "comment_id",
    "comments_named": "comment_id",
    "comment_versions": "comment_version_id",
    "captures": "capture_id",
    "runs": "run_id",
    "rejections": "rejection_id",
    "sightings": "sighting_id",
    "outlet_daily": "day",
    "coverage": "month",
}
"""What the views are sorted by until somebody wishes otherwise: columns whose order costs nothing."""


def metadata(connection: Connection, internal: Collection[str], *, with_names: bool) -> dict[str, Any]:
    """Give Datasette's metadata: the views and indexes described, internal tables closed to all."""
    columns = _columns(connection)
    tables: dict[str, Any] = {name: {"allow": False} for name in internal}
    for name in columns:
        if name in internal:
            continue
        tables[name] = {"description": relations.about(name), "columns": columns[name]}
        if name in FACETS:
            tables[name]["facets"] = [one for one in FACETS[name] if one in columns[name]]
        if name in NEWEST_FIRST:
            tables[name]["sort_desc"] = NEWEST_FIRST[name]
        if name in SEARCH:
            index, key = SEARCH[name]
            tables[name] |= {"fts_table": index, "fts_pk": key}
    if not with_names:
        tables |= {name: {"allow": False} for name in NAMED}
    return {
        "title": "Cuttings",
        "extra_css_urls": ["/cuttings/explorer.css"],
        "description": "Articles and comments of the outlets followed, with every edit and removal.",
        "databases": {
            DATABASE: {
                "description": "Views and full text, for reading. What a column holds stands above its view.",
                "tables": tables,
                "queries": _queries(),
            }
        },
    }


def _columns(connection: Connection) -> Mapping[str, dict[str, str]]:
    """Give the sentences of all columns of views and full-text indexes, in the dictionary's order."""
    query = (
        "SELECT relation, column_name, description FROM dictionary WHERE relation_kind = 'view' "
        "ORDER BY relation, position"
    )
    columns: dict[str, dict[str, str]] = {name: {} for name in INDEXES}
    for relation, column, description in connection.execute(text(query)):
        columns.setdefault(relation, {})[column] = description
    return columns


def _queries() -> dict[str, dict[str, str]]:
    return {
        one.name: {
            "title": one.sentence,
            "description": f"{one.means} {one.caveats}".strip(),
            "sql": one.sql,
        }
        for one in questions()
    }
