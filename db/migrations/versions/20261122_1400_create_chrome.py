"""Create what the pages of an outlet share; note checks of outlets; let pages be rejected as walled."""

import sqlalchemy as sa
from alembic import op

from db import views

revision = "20261122_1400"
down_revision = "20261122_1330"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
REASONS = (
    "empty_page not_html no_title no_body not_an_article soft_404 out_of_dates unreadable bad_feed "
    "bad_sitemap too_large"
)


def upgrade() -> None:
    """Make them."""
    views.drop(op.get_bind())
    op.create_table(
        "chrome_lesson",
        sa.Column("id", WHOLE, sa.Identity(), primary_key=True, comment="Number of the lesson."),
        sa.Column(
            "outlet_id", WHOLE, sa.ForeignKey("outlet.id"), nullable=False, comment="Outlet it concerns."
        ),
        sa.Column(
            "revision",
            WHOLE,
            nullable=False,
            comment="Counts the outlet's lessons from 1; part of the generic layout's version.",
        ),
        sa.Column("pages", WHOLE, nullable=False, comment="Pages that were looked at."),
        sa.Column("learnt_at", INSTANT, nullable=False, comment="When."),
        sa.UniqueConstraint("outlet_id", "revision"),
        comment="Looks at many pages of an outlet for the text blocks they share.",
    )
    op.create_table(
        "chrome_block",
        sa.Column(
            "lesson_id",
            WHOLE,
            sa.ForeignKey("chrome_lesson.id"),
            primary_key=True,
            autoincrement=False,
            comment="The lesson.",
        ),
        sa.Column(
            "digest",
            sa.Text(),
            primary_key=True,
            comment="SHA-256 (hex, first 32 digits) of the block's folded text.",
        ),
        sa.Column("sample", sa.Text(), nullable=False, comment="The block's text, cut at 200 characters."),
        sa.Column("pages", WHOLE, nullable=False, comment="Pages of the lesson that show it."),
        comment="Text blocks found on many pages of an outlet: chrome, never article.",
    )
    op.add_column(
        "outlet",
        sa.Column(
            "verified_at",
            INSTANT,
            nullable=True,
            comment="When a check of the live outlet last succeeded here; NULL when none did.",
        ),
    )
    _reasons(REASONS.replace("soft_404", "soft_404 walled"))
    _merge_indexes(16)
    if op.get_bind().dialect.name == "postgresql":  # sentences that named modules by where they lay
        op.execute("COMMENT ON TABLE shingle IS 'Runs of five words of documents, hashed and sampled.'")
        op.execute("COMMENT ON COLUMN article_change.kind IS 'What kind of change it is.'")
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop them; pages rejected as walled are pages without an article again."""
    views.drop(op.get_bind())
    op.execute("UPDATE rejection SET reason = 'no_body' WHERE reason = 'walled'")
    _reasons(REASONS)
    _merge_indexes(4)
    with op.batch_alter_table("outlet") as batch:
        batch.drop_column("verified_at")
    op.drop_table("chrome_block")
    op.drop_table("chrome_lesson")
    views.create(op.get_bind(), down_revision)


def _reasons(words: str) -> None:
    """Let a rejection have these reasons and no others."""
    listed = ", ".join(repr(word) for word in words.split())
    name = op.f("ck_rejection_reason_known")
    with op.batch_alter_table("rejection") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"reason IN ({listed})")


def _merge_indexes(segments: int) -> None:
    """Have SQLite merge its full-text indexes once so many segments of a level are there.

    With 16 (the most FTS5 takes) in the stead of 4 an archive of 300,000 articles stores new ones three
    times as fast, and searches are as quick: `python -m benchmarks.large`.
    """
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        wanted = (segments,)
        connection.exec_driver_sql(
            "INSERT INTO article_search(article_search, rank) VALUES ('automerge', ?)", wanted
        )
        connection.exec_driver_sql(
            "INSERT INTO comment_search(comment_search, rank) VALUES ('automerge', ?)", wanted
        )
