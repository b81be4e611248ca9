"""Create erasures, suppressions, withdrawals and the signals of captures."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from db import views

revision = "20261122_1320"
down_revision = "20261122_1310"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(sa.dialects.postgresql.JSONB(none_as_null=True), "postgresql")
GUARDED = ("capture", "document", "payload")
KINDS = "comment wording comment_id commenter address prefix identity"


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column with its sentence."""
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def row_id(comment: str) -> sa.Column[Any]:
    """Give the column that numbers the rows."""
    return sa.Column("id", WHOLE, sa.Identity(), primary_key=True, comment=comment)


def reference(
    name: str, table: str, comment: str, *, nullable: bool = False, key: bool = False
) -> sa.Column[Any]:
    """Give a column that refers to a row of another table; ``key``: it is the primary key."""
    refers = sa.ForeignKey(f"{table}.id")
    autoincrement: Any = False if key else "auto"
    return sa.Column(
        name,
        WHOLE,
        refers,
        nullable=nullable,
        primary_key=key,
        autoincrement=autoincrement,
        comment=comment,
    )


def known(table: str, name: str, words: str) -> sa.CheckConstraint:
    """Give the check that a text column holds one of the words."""
    listed = ", ".join(repr(word) for word in words.split())
    return sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}_known"))


def index(table: str, name: str) -> None:
    """Create the index of one column."""
    op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def upgrade() -> None:
    """Make the tables, and let the guards of the evidence know of erasures."""
    views.drop(op.get_bind())
    create_erasure()
    create_suppression()
    create_redaction()
    create_withdrawal()
    create_retention_rule()
    create_capture_signal()
    guard("WHEN NOT EXISTS (SELECT 1 FROM erasure_pass)", "AND NOT EXISTS (SELECT 1 FROM erasure_pass)")
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop the tables; what was erased stays so, but may come back with the next crawl."""
    views.drop(op.get_bind())
    guard("", "")
    for table in ("capture_signal", "retention_rule", "withdrawal", "warc_rewrite", "redaction"):
        op.drop_table(table)
    for table in ("suppression", "erasure_pass", "erasure"):
        op.drop_table(table)
    views.create(op.get_bind(), down_revision)


def guard(on_sqlite: str, on_postgresql: str) -> None:
    """Have the database refuse to change evidence, under a condition; deletions it refuses always."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION cuttings_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' {on_postgresql}) THEN "
            "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; RETURN NEW; END $$"
        )
        return
    for table in GUARDED:
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE update ON {table} {on_sqlite} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def create_erasure() -> None:
    """Create the table of erasures, and that of the one under way."""
    op.create_table(
        "erasure",
        row_id("Number of the erasure."),
        reference("outlet_id", "outlet", "Outlet it concerns."),
        column("what", sa.Text(), "What was asked to be erased."),
        reference(
            "comment_id",
            "comment",
            "The comment asked for; NULL when it was something else.",
            nullable=True,
        ),
        reference(
            "article_id",
            "article",
            "The article asked for; NULL when it was something else.",
            nullable=True,
        ),
        column("reason", sa.Text(), "Why, as the operator put it."),
        column(
            "asked_by",
            sa.Text(),
            "Who asked, as the operator refers to it (a file number); NULL when not noted.",
            nullable=True,
        ),
        column("erased_at", INSTANT, "When the rows were blanked."),
        column("counts", JSON, "How much went, a JSON object: rows by table, captures."),
        column("software_version", sa.Text(), "Version of this software that did it."),
        column(
            "files_done_at",
            INSTANT,
            "When the last WARC record was gone; NULL while some are left.",
            nullable=True,
        ),
        column(
            "cleaned_at",
            INSTANT,
            "When the database file was rid of the bytes; NULL until then.",
            nullable=True,
        ),
        known("erasure", "what", "comment commenter article url"),
        comment="Erasures: why and when, with counts; nothing of what was erased.",
    )
    index("erasure", "article_id")
    op.create_table(
        "erasure_pass",
        reference("erasure_id", "erasure", "The erasure.", key=True),
        comment="The erasure of the transaction under way, which may blank evidence; always empty else.",
    )


def create_suppression() -> None:
    """Create the table of what must not come back."""
    op.create_table(
        "suppression",
        row_id("Number of the row."),
        column("kind", sa.Text(), "What the hash is of."),
        column("key_hash", sa.Text(), "HMAC-SHA-256 in hexadecimal."),
        column("length", WHOLE, "Characters of an address prefix; NULL of all else.", nullable=True),
        reference("erasure_id", "erasure", "The erasure it is of."),
        known("suppression", "kind", KINDS),
        sa.UniqueConstraint("kind", "key_hash"),
        comment="What must not come back, as keyed hashes; the key lies outside the database.",
    )
    index("suppression", "erasure_id")


def create_redaction() -> None:
    """Create the tables of bytes that have to go, and of the files that were written anew."""
    op.create_table(
        "redaction",
        reference("payload_id", "payload", "The bytes.", key=True),
        reference("erasure_id", "erasure", "The erasure they fall under."),
        column("asked_at", INSTANT, "When it was found that they have to go."),
        column("done_at", INSTANT, "When they were gone; NULL until then.", nullable=True),
        comment="Bytes that had to go from their WARC file, and when they were gone.",
    )
    index("redaction", "erasure_id")
    op.create_table(
        "warc_rewrite",
        row_id("Number of the row."),
        reference("warc_file_id", "warc_file", "The file."),
        column("old_path", sa.Text(), "Path below the home folder that it had."),
        column("records", WHOLE, "Records that were blanked in it."),
        column("written_at", INSTANT, "When the new file took its place."),
        column("dropped_at", INSTANT, "When the old file was gone; NULL until then.", nullable=True),
        comment="WARC files written anew without erased records, and when the old file was gone.",
    )
    index("warc_rewrite", "warc_file_id")


def create_withdrawal() -> None:
    """Create the table of what the views hide."""
    op.create_table(
        "withdrawal",
        row_id("Number of the withdrawal."),
        reference(
            "article_id", "article", "The article with its comments; NULL for a comment.", nullable=True
        ),
        reference("comment_id", "comment", "The comment; NULL for an article.", nullable=True),
        column("reason", sa.Text(), "Why, as the operator put it."),
        column("withdrawn_at", INSTANT, "Since when it is hidden."),
        column("lifted_at", INSTANT, "When it was shown again; NULL while it is hidden.", nullable=True),
        column("lift_reason", sa.Text(), "Why it is shown again; NULL while it is hidden.", nullable=True),
        sa.CheckConstraint(
            "(article_id IS NULL) <> (comment_id IS NULL)", name=op.f("ck_withdrawal_one_thing")
        ),
        comment="Articles and comments hidden from the views, and when that was lifted.",
    )
    index("withdrawal", "article_id")
    index("withdrawal", "comment_id")


def create_retention_rule() -> None:
    """Create the table of how long what is kept."""
    op.create_table(
        "retention_rule",
        row_id("Number of the rule."),
        reference("outlet_id", "outlet", "The outlet."),
        column("what", sa.Text(), "What is dropped."),
        column("days", WHOLE, "After how many days."),
        column("set_at", INSTANT, "When the rule was made or last changed."),
        known("retention_rule", "what", "names"),
        sa.UniqueConstraint("outlet_id", "what"),
        comment="How long what is kept, by outlet; nothing is dropped without a rule.",
    )


def create_capture_signal() -> None:
    """Create the table of what captures say of their use."""
    op.create_table(
        "capture_signal",
        row_id("Number of the row."),
        reference("capture_id", "capture", "The capture."),
        column("stated_in", sa.Text(), "Where it is stated."),
        column("name", sa.Text(), "Which signal: x-robots-tag, robots, tdm-reservation, tdm-policy."),
        column("value", sa.Text(), "What it says."),
        known("capture_signal", "stated_in", "header meta"),
        sa.UniqueConstraint("capture_id", "stated_in", "name"),
        comment="What captures say of archiving and of text and data mining; nothing where they do not.",
    )
