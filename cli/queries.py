"""Three questions to the archive in SQL, shown by the demo and in the README."""

QUERIES = (
    (
        "Which articles were edited, when, and how much?",
        """\
SELECT outlet, title_after AS title, kind, changed_after, changed_by, words_added, words_removed
FROM article_changes WHERE kind <> 'cosmetic' ORDER BY changed_by DESC LIMIT 10""",
    ),
    (
        "Which comments were taken down?",
        """\
SELECT outlet, article_id, commenter, posted_at, body, state_since
FROM comments WHERE state = 'removed' ORDER BY state_since DESC LIMIT 10""",
    ),
    (
        "How much did each outlet publish?",
        """\
SELECT outlet, day, articles, words FROM outlet_daily ORDER BY day DESC, outlet LIMIT 10""",
    ),
)
"""Each with the question it answers; they run on SQLite and on PostgreSQL."""
