"""Fill what the wider history needs: ends, comment lists, fingerprints that tell letter case apart."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db import views

revision = "20261122_0531"
down_revision = "20261122_0530"
branch_labels = None
depends_on = None

BATCH = 500
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
DOCUMENT = sa.table(
    "document", *(sa.column(n) for n in ("id", "fingerprint", "title", "standfirst", "byline", "body"))
)
COMMENT_LIST = sa.table("comment_list", sa.column("id"), sa.column("sha256"), sa.column("comments", JSON))
PLAIN = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc`\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
}


def upgrade() -> None:
    """Fill the new columns from what is known, then make the views."""
    connection = op.get_bind()
    fill_ends(connection)
    fill_changes(connection)
    fill_fingerprints(connection)
    fill_comment_lists(connection)
    views.create(connection, revision)


def downgrade() -> None:
    """Drop the views; what was filled goes with its columns, and fingerprints stay as they are."""
    views.drop(op.get_bind())


def fill_ends(connection: sa.Connection) -> None:
    """Say what ended the versions that ended: another text right then, or an absence."""
    connection.execute(
        sa.text(
            "UPDATE article_version SET end_recorded_at = valid_to, ended_by = CASE "
            "WHEN EXISTS (SELECT 1 FROM article_version n WHERE n.article_id = article_version.article_id "
            "AND n.seq = article_version.seq + 1 AND n.valid_from = article_version.valid_to) THEN 'changed' "
            "WHEN (SELECT a.state FROM article a WHERE a.id = article_version.article_id) = 'gone' "
            "THEN 'gone' ELSE 'missing' END WHERE valid_to IS NOT NULL"
        )
    )
    connection.execute(
        sa.text(
            "UPDATE comment_version SET end_recorded_at = valid_to, ended_by = CASE "
            "WHEN EXISTS (SELECT 1 FROM comment_version n WHERE n.comment_id = comment_version.comment_id "
            "AND n.superseded_at IS NULL AND n.seq = comment_version.seq + 1 "
            "AND n.valid_from = comment_version.valid_to) THEN 'edited' ELSE 'removed' END "
            "WHERE valid_to IS NOT NULL"
        )
    )


def fill_changes(connection: sa.Connection) -> None:
    """Say when articles last changed and were last commented: when the archive first saw either."""
    connection.execute(
        sa.text(
            "UPDATE article SET last_changed_at = (SELECT max(v.valid_from) FROM article_version v "
            "WHERE v.article_id = article.id), last_commented_at = (SELECT max(c.first_seen_at) "
            "FROM comment c WHERE c.article_id = article.id)"
        )
    )


def fill_fingerprints(connection: sa.Connection) -> None:
    """Work the fingerprints out anew; the guard of the table is lifted meanwhile."""
    postgresql_guard = "ALTER TABLE document {} TRIGGER document_no_update"
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(postgresql_guard.format("DISABLE")))
    else:
        connection.execute(sa.text("DROP TRIGGER document_no_update"))
    change = sa.update(DOCUMENT).where(DOCUMENT.c.id == sa.bindparam("of"))
    change = change.values(fingerprint=sa.bindparam("now"))
    for documents in batches(connection, sa.select(DOCUMENT), DOCUMENT.c.id):
        connection.execute(change, [{"of": row.id, "now": fingerprint(row)} for row in documents])
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(postgresql_guard.format("ENABLE")))
    else:
        connection.execute(
            sa.text(
                "CREATE TRIGGER document_no_update BEFORE update ON document "
                "BEGIN SELECT RAISE(ABORT, 'document is append-only'); END"
            )
        )


def fingerprint(row: Any) -> str:
    """Give the digest over the text with quotes, dashes and white space made plain, case kept."""
    parts = [plain(part or "") for part in (row.title, row.standfirst, row.byline, row.body)]
    return digest(parts)


def plain(text: str) -> str:
    """Give the text with quotes, dashes and white space made plain."""
    text = unicodedata.normalize("NFKC", text.replace("\u00b4", "'"))
    for curly, straight in PLAIN.items():
        text = text.replace(curly, straight)
    return " ".join(text.split())


def digest(value: Any) -> str:
    """Give the SHA-256 over a value as JSON."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()


def fill_comment_lists(connection: sa.Connection) -> None:
    """Keep for each reading the comments its page showed, as far as their versions tell."""
    readings = sa.text(
        "SELECT e.capture_id, e.extractor_id, e.article_id, c.captured_at FROM extraction e "
        "JOIN capture c ON c.id = e.capture_id WHERE e.comment_state <> 'unknown' ORDER BY e.article_id"
    )
    shown = sa.text(
        "SELECT v.*, c.outlet_comment_id, p.display_name, w.position AS parent_position "
        "FROM comment_version v JOIN comment c ON c.id = v.comment_id "
        "LEFT JOIN commenter p ON p.id = v.commenter_id "
        "LEFT JOIN comment_version w ON w.comment_id = c.parent_id AND w.superseded_at IS NULL AND w.seq = 1 "
        "WHERE c.article_id = :article AND v.superseded_at IS NULL AND v.valid_from <= :at "
        "AND (v.valid_to IS NULL OR v.valid_to > :at) ORDER BY v.position, v.id"
    )
    named = sa.text(
        "UPDATE extraction SET comment_list_id = :list "
        "WHERE capture_id = :capture AND extractor_id = :extractor"
    )
    known: dict[str, int] = {}
    for reading in connection.execute(readings).all():
        rows = connection.execute(shown, {"article": reading.article_id, "at": reading.captured_at}).all()
        comments = [entry(row) for row in rows]
        key = digest(comments)
        if key not in known:
            added = sa.insert(COMMENT_LIST).values(sha256=key, comments=comments)
            known[key] = connection.execute(added.returning(COMMENT_LIST.c.id)).scalar_one()
        of = {"capture": reading.capture_id, "extractor": reading.extractor_id}
        connection.execute(named, {"list": known[key], **of})


def entry(row: Any) -> dict[str, Any]:
    """Give one comment as lists hold it; what is absent is left out."""
    values = {
        "position": row.position,
        "author": row.display_name,
        "posted_raw": row.posted_raw,
        "posted_at": stated(row.posted_at),
        "posted_on": stated(row.posted_on),
        "posted_note": row.posted_note,
        "body": row.body,
        "raw": row.raw,
        "parent": row.parent_position,
        "outlet_id": row.outlet_comment_id,
    }
    return {name: value for name, value in values.items() if value is not None}


def stated(value: Any) -> str | None:
    """Give an instant in UTC or a day in ISO 8601, whatever the database holds it as."""
    if isinstance(value, str):  # SQLite: an instant is text that ends in Z
        value = datetime.fromisoformat(value) if "Z" in value else date.fromisoformat(value)
    return value.isoformat() if value is not None else None


def batches(connection: sa.Connection, query: Any, key: Any) -> Iterator[list[Any]]:
    """Give the rows of a query in batches, by their key."""
    last = 0
    while rows := connection.execute(query.where(key > last).order_by(key).limit(BATCH)).all():
        yield list(rows)
        last = rows[-1].id
