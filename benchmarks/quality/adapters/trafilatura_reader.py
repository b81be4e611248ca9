"""trafilatura as it comes: fall-backs, metadata and comments on."""

from typing import Any

from trafilatura import bare_extraction


def read(html: str, url: str) -> dict[str, Any]:
    """Give the article; the comments are one text."""
    found = bare_extraction(
        html,
        url=url or None,
        with_metadata=True,
        include_comments=True,
        include_tables=True,
        include_formatting=False,
    )
    if found is None:
        return {}
    fields = found if isinstance(found, dict) else found.as_dict()
    writers = fields.get("author") or ""
    return {
        "title": fields.get("title"),
        "authors": [name.strip() for name in writers.split(";") if name.strip()],
        "date": fields.get("date"),
        "body": fields.get("text"),
        "comments": fields.get("comments"),
    }
