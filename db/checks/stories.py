"""Checks of stories: each has one first article, and every member is tied to it."""

from collections.abc import Iterator

from db.checks.check import Check, by_query

REMEDY = "`cuttings stories link --all` compares all articles again and rebuilds their stories"


def checks() -> Iterator[Check]:
    """Give the checks of stories."""
    yield by_query(
        "stories.first",
        "a story has one first article, which is the earliest of its articles, and at least one more",
        """
        SELECT m.story_id, min(m.article_id) AS article_id, min(m.first_id) AS first_id
        FROM story_member m
        JOIN story_member f ON f.article_id = m.first_id AND f.superseded_at IS NULL
             AND f.story_id = m.story_id
        WHERE m.superseded_at IS NULL
        GROUP BY m.story_id
        HAVING count(DISTINCT m.first_id) <> 1 OR count(*) < 2 OR min(m.hours_after) < 0
            OR count(*) <> (SELECT count(*) FROM story_member w
                            WHERE w.story_id = m.story_id AND w.superseded_at IS NULL)
        """,
        remedy=REMEDY,
    )
    yield by_query(
        "stories.evidence",
        "a rule puts into a story only what is like its first article, or like what a person joined to it",
        """
        SELECT m.id AS story_member_id, m.article_id, m.first_id
        FROM story_member m
        WHERE m.superseded_at IS NULL AND m.decided_by = 'rule' AND m.article_id <> m.first_id
          AND NOT EXISTS (
              SELECT 1 FROM similar_pair p
              JOIN story_member n ON n.story_id = m.story_id AND n.superseded_at IS NULL
                   AND (n.article_id = m.first_id OR n.decided_by = 'person')
              WHERE p.barred_by IS NULL
                AND ((p.article_id = m.article_id AND p.other_id = n.article_id)
                     OR (p.other_id = m.article_id AND p.article_id = n.article_id)))
        """,
        remedy=REMEDY,
    )
    yield by_query(
        "stories.dissolved",
        "a story is dissolved exactly when no article is of it",
        """
        SELECT s.id AS story_id, s.dissolved_at
        FROM story s
        WHERE (s.dissolved_at IS NULL) <> EXISTS (
            SELECT 1 FROM story_member m WHERE m.story_id = s.id AND m.superseded_at IS NULL)
        """,
        remedy=REMEDY,
        outlet_by=None,
    )
