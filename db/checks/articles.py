"""Checks of articles: their state, the texts believed of their versions, the changes, the addresses."""

from collections.abc import Iterator

from db.checks.check import Check, by_query

_BELIEVED = (
    "SELECT v.*, row_number() OVER (PARTITION BY v.article_id ORDER BY v.valid_from, v.id) AS place, "
    "lag(v.id) OVER (PARTITION BY v.article_id ORDER BY v.valid_from, v.id) AS previous_id "
    "FROM article_version v WHERE v.retracted_at IS NULL"
)
_HELD = (
    "SELECT e.article_id FROM extraction e JOIN hold h ON h.id = e.hold_id "
    "WHERE h.decision IS NULL OR h.decision <> 'released'"
)


def checks() -> Iterator[Check]:
    """Give the checks of articles."""
    yield from _states()
    yield from _texts()
    yield from _changes()
    yield from _addresses()


def _states() -> Iterator[Check]:
    yield by_query(
        "articles.state",
        "an article is live if one of its versions is open, and missing, gone or redirected if none is",
        "SELECT a.id AS article_id, a.state, v.id AS open_version_id FROM article a "
        "LEFT JOIN article_version v ON v.article_id = a.id "
        "AND v.retracted_at IS NULL AND v.valid_to IS NULL "
        "WHERE (a.state = 'live' AND v.id IS NULL) "
        "OR (a.state IN ('missing', 'gone', 'redirected') AND v.id IS NOT NULL)",
    )
    yield by_query(
        "articles.seen",
        "an article was first and last seen when the first and the last of its versions were",
        # What is held is not believed, yet the outlet did serve the article then.
        "SELECT a.id AS article_id, a.first_seen_at, s.first_seen, a.last_seen_at, s.last_seen "  # noqa: S608 - our own texts
        "FROM article a JOIN (SELECT article_id, min(valid_from) AS first_seen, "
        "max(last_seen_at) AS last_seen FROM article_version WHERE retracted_at IS NULL "
        "GROUP BY article_id) s ON s.article_id = a.id "
        "WHERE a.last_seen_at < s.last_seen OR a.first_seen_at > s.first_seen "
        "OR ((a.last_seen_at > s.last_seen OR a.first_seen_at < s.first_seen) "
        f"AND a.id NOT IN ({_HELD}))",
    )
    yield by_query(
        "articles.checked",
        "an article was asked for whenever it was seen",
        "SELECT a.id AS article_id, a.last_seen_at, a.last_checked_at FROM article a "
        "WHERE a.last_checked_at < a.last_seen_at",
    )


def _texts() -> Iterator[Check]:
    yield by_query(
        "texts.one",
        "exactly one text is believed of each believed version",
        "SELECT v.id AS version_id, v.article_id, count(t.id) AS texts FROM article_version v "
        "LEFT JOIN article_text t ON t.version_id = v.id AND t.superseded_at IS NULL "
        "WHERE v.retracted_at IS NULL GROUP BY v.id, v.article_id HAVING count(t.id) <> 1",
    )
    yield by_query(
        "texts.read",
        "the text believed of a version was read from a capture of its article, by the extractor it names",
        "SELECT t.id AS text_id, v.id AS version_id, v.article_id, t.extractor_id, t.document_id "
        "FROM article_text t JOIN article_version v ON v.id = t.version_id "
        "WHERE t.superseded_at IS NULL AND v.retracted_at IS NULL AND NOT EXISTS (SELECT 1 FROM extraction e "
        "WHERE e.article_id = v.article_id AND e.extractor_id = t.extractor_id "
        "AND e.document_id = t.document_id)",
    )
    yield by_query(
        "texts.last_capture",
        "the extractor of the text believed of a version has read the version's last capture",
        "SELECT t.id AS text_id, v.id AS version_id, v.article_id, t.extractor_id, v.last_capture_id "
        "FROM article_text t JOIN article_version v ON v.id = t.version_id "
        "WHERE t.superseded_at IS NULL AND v.retracted_at IS NULL AND NOT EXISTS (SELECT 1 FROM extraction e "
        "WHERE e.capture_id = v.last_capture_id AND e.extractor_id = t.extractor_id)",
    )
    yield by_query(
        "versions.captures",
        "the captures a version began with and was last read from show its article",
        "SELECT v.id AS version_id, v.article_id, v.first_capture_id, v.last_capture_id "
        "FROM article_version v WHERE v.retracted_at IS NULL AND (NOT EXISTS (SELECT 1 FROM extraction e "
        "WHERE e.capture_id = v.first_capture_id AND e.article_id = v.article_id) OR NOT EXISTS ("
        "SELECT 1 FROM extraction e WHERE e.capture_id = v.last_capture_id AND e.article_id = v.article_id))",
    )


def _changes() -> Iterator[Check]:
    yield by_query(
        "changes.one",
        "exactly one believed change begins each believed version but the first",
        "SELECT v.id AS version_id, v.article_id, v.seq, count(c.id) AS changes "  # noqa: S608 - our own texts
        f"FROM ({_BELIEVED}) v LEFT JOIN article_change c ON c.version_id = v.id "
        "AND c.previous_version_id <> v.id AND c.superseded_at IS NULL "
        "GROUP BY v.id, v.article_id, v.seq, v.place "
        "HAVING count(c.id) <> CASE WHEN v.place = 1 THEN 0 ELSE 1 END",
    )
    yield by_query(
        "changes.window",
        "a change that began a version has the version's window",
        "SELECT c.id AS change_id, c.version_id, c.article_id, c.changed_after, v.changed_after AS after, "
        "c.changed_by, v.valid_from FROM article_change c JOIN article_version v ON v.id = c.version_id "
        "AND v.retracted_at IS NULL WHERE c.superseded_at IS NULL AND c.previous_version_id <> v.id "
        "AND (c.changed_after <> v.changed_after OR c.changed_by <> v.valid_from)",
    )
    yield by_query(
        "changes.previous",
        "a change that began a version compares it with the version before",
        "SELECT c.id AS change_id, c.version_id, c.article_id, c.previous_version_id, "  # noqa: S608 - our own texts
        f"v.previous_id AS version_before FROM article_change c JOIN ({_BELIEVED}) v ON v.id = c.version_id "
        "WHERE c.superseded_at IS NULL AND c.previous_version_id <> v.id "
        "AND v.previous_id IS NOT NULL AND c.previous_version_id <> v.previous_id",
    )
    yield by_query(
        "changes.cosmetic",
        "a change of looks, and no other, lies within one version, while that was shown",
        "SELECT c.id AS change_id, c.version_id, c.article_id, c.kind, c.changed_by, "
        "v.valid_from, v.valid_to FROM article_change c JOIN article_version v ON v.id = c.version_id "
        "WHERE c.superseded_at IS NULL AND v.retracted_at IS NULL "
        "AND ((c.kind = 'cosmetic') <> (c.previous_version_id = c.version_id) OR (c.kind = 'cosmetic' "
        "AND (c.changed_by <= v.valid_from OR c.changed_by >= v.valid_to "
        "OR c.changed_after < v.valid_from)))",
    )
    yield by_query(
        "changes.version",
        "a believed change is of a version that is believed, and of that version's article",
        "SELECT c.id AS change_id, c.version_id, c.article_id, v.article_id AS version_of, v.retracted_at "
        "FROM article_change c JOIN article_version v ON v.id = c.version_id "
        "WHERE c.superseded_at IS NULL AND (v.retracted_at IS NOT NULL OR v.article_id <> c.article_id)",
    )


def _addresses() -> Iterator[Check]:
    yield by_query(
        "addresses.canonical",
        "an article's own address is among the addresses that lead, or led, to it",
        "SELECT a.id AS article_id, a.canonical_url_id FROM article a WHERE a.state <> 'merged' "
        "AND NOT EXISTS (SELECT 1 FROM article_url s"
        " WHERE s.article_id = a.id AND s.url_id = a.canonical_url_id)",
    )
    yield by_query(
        "addresses.owner",
        "an address leads to one article at a time",
        "SELECT s.url_id, min(s.article_id) AS article_id, max(s.article_id) AS other_article_id, "
        "count(*) AS owners FROM article_url s "
        "WHERE s.valid_to IS NULL GROUP BY s.url_id HAVING count(*) > 1",
    )
    yield by_query(
        "addresses.window",
        "an address does not cease to lead to an article before it began to",
        "SELECT s.id AS article_url_id, s.article_id, s.valid_from, s.valid_to FROM article_url s "
        "WHERE s.valid_to < s.valid_from",
    )
