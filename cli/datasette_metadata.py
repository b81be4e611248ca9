"""What Datasette is told of the archive: views, columns, facets and questions; tables out of sight."""

from collections.abc import Iterable
from typing import Any

from db import dictionary, relations, signature
from db.analysts import NAMED
from db.models import Base
from db.questions import questions
from db.search_tables import INDEXES

FACETS = {
    "articles": ("outlet", "section", "state", "comment_state"),
    "article_versions": ("outlet", "change_kind", "ended_by"),
    "article_changes": ("outlet", "kind"),
    "addresses": ("outlet", "role"),
    "comments": ("outlet", "state"),
    "comment_versions": ("outlet", "ended_by"),
    "captures": ("outlet", "via", "outcome", "layout"),
    "runs": ("outlet", "kind", "verdict"),
    "removals": ("outlet", "kind", "state"),
    "sightings": ("outlet", "source"),
    "rejections": ("outlet", "reason"),
    "coverage": ("outlet", "looked"),
    "mementos": ("outlet", "via", "state"),
    "matches": ("outlet", "decision"),
    "stories": ("outlet", "relation", "is_first"),
    "dictionary": ("relation", "relation_kind"),
}
"""The columns by whose values each view can be narrowed: those that have few."""
_NEWEST_FIRST = {
    "articles": "last_changed_at",
    "article_changes": "changed_by",
    "removals": "state_since",
    "runs": "run_id",
}


def datasette_metadata(*, database: str = "cuttings", also_hidden: Iterable[str] = ()) -> dict[str, Any]:
    """Give Datasette's metadata for an archive served under the name ``database``.

    Tables are hidden, and what else is named in ``also_hidden``; views that show names of people are
    hidden and denied to everybody. That keeps nobody from reading them in SQL of his own: who serves
    others must take care of that himself (a copy without names, or ``allow_sql``).
    """
    tables: dict[str, Any] = {
        name: {"hidden": True} for name in (*Base.metadata.tables, "alembic_version", *INDEXES, *also_hidden)
    }
    for view in relations.VIEWS:
        tables[view] = _view(view)
    return {
        "title": "Cuttings: an archive of the press",
        "description": "Articles and readers' comments, with every edit and disappearance that was seen.",
        "databases": {
            database: {
                "tables": tables,
                "queries": {
                    one.name: {
                        "sql": one.sql,
                        "title": one.sentence,
                        "description": f"{one.means} {one.caveats}",
                    }
                    for one in questions()
                },
            }
        },
    }


def _view(view: str) -> dict[str, Any]:
    columns = {
        column.name: dictionary.sentence(view, column.name) for column in signature.views().get(view, ())
    }
    told: dict[str, Any] = {"description": relations.about(view), "columns": columns}
    if view in FACETS:
        told["facets"] = list(FACETS[view])
    if view in _NEWEST_FIRST:
        told["sort_desc"] = _NEWEST_FIRST[view]
    return told | ({"hidden": True, "allow": False} if view in NAMED else {})
