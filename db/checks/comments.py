"""Checks of comments: their state and what they rest on (their spells: db/checks/spells.py)."""

from collections.abc import Iterator

from db.checks.check import Check, by_query


def checks() -> Iterator[Check]:
    """Give the checks of comments."""
    yield by_query(
        "comments.state",
        "a comment is visible or unknown if one of its versions is open, and removed if none is",
        # Of one that no page shows as it is read today no version is believed, and nothing is told.
        "SELECT m.id AS comment_id, m.article_id, m.state, v.id AS open_version_id FROM comment m "
        "LEFT JOIN comment_version v ON v.comment_id = m.id "
        "AND v.superseded_at IS NULL AND v.valid_to IS NULL "
        "WHERE (m.state = 'visible' AND v.id IS NULL) OR (m.state = 'unknown' AND v.id IS NULL AND EXISTS ("
        "SELECT 1 FROM comment_version w WHERE w.comment_id = m.id AND w.superseded_at IS NULL)) "
        "OR (m.state = 'removed' AND v.id IS NOT NULL)",
    )
    yield by_query(
        "comments.seen",
        "a comment was first and last seen when the first and the last of its versions were",
        "SELECT m.id AS comment_id, m.article_id, m.first_seen_at, s.first_seen, m.last_seen_at, s.last_seen "
        "FROM comment m JOIN (SELECT comment_id, min(valid_from) AS first_seen, "
        "max(last_seen_at) AS last_seen FROM comment_version WHERE superseded_at IS NULL "
        "GROUP BY comment_id) s ON s.comment_id = m.id "
        "WHERE m.first_seen_at <> s.first_seen OR m.last_seen_at <> s.last_seen",
    )
    yield by_query(
        "comments.parent",
        "a comment answers another comment of the same article",
        "SELECT m.id AS comment_id, m.article_id, m.parent_id, p.article_id AS parent_article_id "
        "FROM comment m JOIN comment p ON p.id = m.parent_id "
        "WHERE p.article_id <> m.article_id OR p.id = m.id",
    )
    yield by_query(
        "comment_versions.captures",
        "the captures a comment's version began with and was last read from show its article",
        "SELECT v.id AS version_id, m.article_id, v.first_capture_id, v.last_capture_id "
        "FROM comment_version v JOIN comment m ON m.id = v.comment_id "
        "WHERE v.superseded_at IS NULL AND (NOT EXISTS (SELECT 1 FROM extraction e "
        "WHERE e.capture_id = v.first_capture_id AND e.article_id = m.article_id) OR NOT EXISTS ("
        "SELECT 1 FROM extraction e WHERE e.capture_id = v.last_capture_id AND e.article_id = m.article_id))",
    )
