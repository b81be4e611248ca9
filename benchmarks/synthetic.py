"""An archive of any number of short invented articles, written by the database itself in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, text

from benchmarks import databases
from db import schema
from db.engine import open_engine

EDITED = 4  # every fourth article has a second version
COMMENTED, COMMENTS = 10, 5  # every tenth has five comments
_BODY = "An invented paragraph that stands for a text, " * 4

_SQLITE = {
    "numbers": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {}) SELECT n FROM r",
    "instant": "(strftime('%Y-%m-%d %H:%M:%S', 1500000000 + ({}), 'unixepoch') || '.000000Z')",
    "hash": "printf('%064x', {})",
}
_POSTGRESQL = {
    "numbers": "SELECT n FROM generate_series(1, {}) r(n)",
    "instant": "to_timestamp(1500000000 + ({}))",
    "hash": "lpad(to_hex({}), 64, '0')",
}
BEGAN = 1_500_000_000
"""When the first article is seen, in seconds since 1970; each follows 10 minutes after the last."""
EVERY = 600

# What `shown` holds: one row a version (id) of an article (a), its instants in seconds.
_FIRST = """CREATE TEMP TABLE shown AS
SELECT n AS id, n AS a, 1 AS seq, n * 600 AS since, CAST(NULL AS integer) AS before,
       CASE WHEN n % {edited} = 0 THEN n * 600 + 90000 END AS until, n * 600 + 80000 AS seen
FROM number"""
_SECOND = """INSERT INTO shown
SELECT {articles} + n / {edited}, n, 2, n * 600 + 90000, n * 600 + 80000, NULL, n * 600 + 170000
FROM number WHERE n % {edited} = 0"""


def write(url: str, articles: int) -> None:
    """Make an archive of so many articles at an address; each is seen twice at least."""
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    quick = create_engine(url)  # without the guards: the rows are known to fit
    with quick.begin() as connection:
        if quick.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in _statements(
            _POSTGRESQL if quick.dialect.name == "postgresql" else _SQLITE, articles
        ):
            connection.execute(text(statement.replace(":", r"\:")))
    quick.dispose()
    _settle(engine)


def _settle(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    databases.settle(engine)


@dataclass(frozen=True)
class _Sql:
    """How one database says what both are told."""

    words: Mapping[str, str]

    def at(self, seconds: str) -> str:
        return self.words["instant"].format(seconds)

    def digest(self, kind: int, number: str) -> str:
        return self.words["hash"].format(f"{kind}00000000 + {number}")


def _statements(words: Mapping[str, str], articles: int) -> list[str]:
    sql = _Sql(words)
    tables = _evidence(sql) | _articles(sql) | _comments(sql)
    return [
        f"CREATE TEMP TABLE number AS {words['numbers'].format(articles)}",
        f"CREATE TEMP TABLE place AS SELECT n AS p FROM number WHERE n <= {COMMENTS}",
        *(one.format(articles=articles, edited=EDITED) for one in (_FIRST, _SECOND)),
        *(f"INSERT INTO {target} {rows}" for target, rows in tables.items()),
        "DROP TABLE shown",
        "DROP TABLE place",
        "DROP TABLE number",
    ]


def _evidence(sql: _Sql) -> dict[str, str]:
    at, digest, once = sql.at, sql.digest, sql.at("0")
    return {
        "outlet (id, key, title, home, publisher, timezone, example)": (
            "SELECT 1, 'gazette', 'The Gazette', 'https://www.example.org', 'Nobody', 'Europe/London', 1 = 1"
        ),
        "run (id, outlet_id, kind, trigger, started_at, ended_at, host, pid, verdict, software_version)": (
            f"SELECT 1, 1, 'crawl', 'person', {once}, {once}, 'here', 1, 'ok', 'benchmark'"
        ),
        "extractor (id, layout, version, first_used_at)": f"SELECT 1, 'plain', 1, {once}",
        "warc_file (id, path)": "SELECT 1, 'captures/1.warc.gz'",
        "comment_list (id, sha256, comments)": "SELECT 1, '0', '[]'",
        "url (id, url, address_key, url_key, first_seen_at)": (
            "SELECT n, 'https://www.example.org/' || n, 'example.org/' || n, 'example.org/' || n, "
            f"{at('n * 600')} FROM number"
        ),
        "payload (id, sha256, sha1_base32, size, warc_file_id, warc_offset, warc_length, truncated)": (
            f"SELECT id, {digest(1, 'id')}, {digest(2, 'id')}, 38000, 1, id * 1100, 1100, 1 = 0 FROM shown"
        ),
        "capture (id, run_id, url_id, captured_at, payload_id, outcome, status)": (
            f"SELECT id, 1, a, {at('since')}, id, 'ok', 200 FROM shown"
        ),
        "fetch_attempt (run_id, url_id, fetched_at, via, outcome, status, capture_id)": (
            f"SELECT 1, a, {at('since')}, 'live', 'ok', 200, id FROM shown UNION ALL "
            f"SELECT 1, a, {at('seen')}, 'live', 'not_modified', 304, id FROM shown"
        ),
    }


def _articles(sql: _Sql) -> dict[str, str]:
    at, digest = sql.at, sql.digest
    return {
        "document (id, sha256, fingerprint, title, body, word_count, tags, published_at)": (
            f"SELECT id, {digest(3, 'id')}, {digest(4, 'id')}, 'An invented headline ' || id, "
            f"'{_BODY}' || id, 33, '[]', {at('a * 600')} FROM shown"
        ),
        "article (id, outlet_id, identity, canonical_url_id, first_seen_at, last_seen_at, last_checked_at, "
        "state, state_since, last_changed_at, next_check_at)": (
            f"SELECT a, 1, 'example.org/' || a, a, {at('a * 600')}, {at('seen')}, {at('seen')}, 'live', "
            f"{at('a * 600')}, {at('since')}, {at('seen + 86400')} FROM shown WHERE until IS NULL"
        ),
        "article_url (article_id, url_id, role, valid_from)": (
            f"SELECT n, n, 'canonical', {at('n * 600')} FROM number"
        ),
        "extraction (capture_id, extractor_id, run_id, article_id, document_id, comment_list_id, outcome, "
        "extracted_at, source, comment_state, read_by, related, warnings)": (
            "SELECT id, 1, 1, a, id, 1, CASE seq WHEN 1 THEN 'new' ELSE 'changed' END, "
            f"{at('since')}, 'feed', 'none', '{{}}', '[]', '[]' FROM shown"
        ),
        "article_version (id, article_id, seq, run_id, first_capture_id, last_capture_id, valid_from, "
        "valid_to, ended_by, ended_run_id, end_recorded_at, changed_after, last_seen_at, recorded_at)": (
            f"SELECT id, a, seq, 1, id, id, {at('since')}, {at('until')}, "
            "CASE WHEN until IS NOT NULL THEN 'changed' END, CASE WHEN until IS NOT NULL THEN 1 END, "
            f"{at('until')}, {at('before')}, {at('seen')}, {at('since')} FROM shown"
        ),
        "article_text (version_id, extractor_id, document_id, recorded_at)": (
            f"SELECT id, 1, id, {at('since')} FROM shown"
        ),
        "article_change (article_id, version_id, previous_version_id, before_document_id, "
        "after_document_id, changed_after, changed_by, kind, title_changed, standfirst_changed, "
        "byline_changed, section_changed, date_changed, tags_changed, body_changed, words_added, "
        "words_removed, similarity, recorded_at)": (
            f"SELECT a, id, a, a, id, {at('before')}, {at('since')}, 'minor', 1 = 0, 1 = 0, 1 = 0, 1 = 0, "
            f"1 = 0, 1 = 0, 1 = 1, 1, 1, 0.97, {at('since')} FROM shown WHERE seq = 2"
        ),
    }


def _comments(sql: _Sql) -> dict[str, str]:
    at = sql.at
    return {
        "commenter (id, outlet_id, name_key, display_name, pseudonym)": (
            "SELECT n, 1, 'reader ' || n, 'Reader ' || n, 'reader-' || n FROM number WHERE n <= 2000"
        ),
        "comment (id, article_id, first_sight_key, dup_no, first_seen_at, last_seen_at, state, "
        "state_since)": (
            f"SELECT n * {COMMENTS} + p, n, p, 0, {at('n * 600')}, {at('n * 600 + 80000')}, 'visible', "
            f"{at('n * 600')} FROM number, place WHERE n % {COMMENTED} = 0"
        ),
        "comment_version (comment_id, seq, run_id, extractor_id, commenter_id, position, posted_raw, body, "
        "raw, word_count, first_capture_id, last_capture_id, valid_from, last_seen_at, recorded_at)": (
            f"SELECT n * {COMMENTS} + p, 1, 1, 1, 1 + (n + p) % 2000, p, 'yesterday', '{_BODY}', '{_BODY}', "
            f"32, n, n, {at('n * 600')}, {at('n * 600 + 80000')}, {at('n * 600')} "
            f"FROM number, place WHERE n % {COMMENTED} = 0"
        ),
    }
