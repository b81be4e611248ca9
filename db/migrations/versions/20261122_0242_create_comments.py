"""Create the tables of reader comments."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261122_0242"
down_revision = "20261122_0241"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column with its sentence."""
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def row_id(comment: str) -> sa.Column[Any]:
    """Give the column that numbers the rows."""
    return sa.Column("id", WHOLE, sa.Identity(), primary_key=True, comment=comment)


def refers(name: str, target: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column that refers to another table."""
    return sa.Column(name, WHOLE, sa.ForeignKey(target), nullable=nullable, comment=comment)


def one_of(table: str, name: str, words: str) -> sa.CheckConstraint:
    """Give the check that a text column holds one of the words."""
    listed = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}_known"))


def upgrade() -> None:
    """Create them."""
    create_commenter()
    create_comment()
    create_comment_version()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "comment_version",
        "comment",
        "commenter",
    ):
        op.drop_table(table)


def create_commenter() -> None:
    """Create commenter."""
    op.create_table(
        "commenter",
        row_id("Number of the commenter."),
        refers("outlet_id", "outlet.id", "Outlet they wrote in."),
        column("name_key", sa.Text(), "The name, folded: spellings of it meet here."),
        column("display_name", sa.Text(), "The name as first shown."),
        column("pseudonym", sa.Text(), "Stands for the name: keyed hash of outlet and name."),
        sa.UniqueConstraint("outlet_id", "name_key"),
        sa.UniqueConstraint("pseudonym"),
        comment="Names under an outlet's comments: personal data.",
    )


def create_comment() -> None:
    """Create comment."""
    op.create_table(
        "comment",
        row_id("Number of the comment."),
        refers("article_id", "article.id", "Article it stands under."),
        column("outlet_comment_id", sa.Text(), "The outlet's own id, where it gives one.", nullable=True),
        refers("parent_id", "comment.id", "Comment it answers.", nullable=True),
        column(
            "first_sight_key",
            sa.Text(),
            "Hash of author, time and text at first sight: a label, not the matching rule.",
        ),
        column("dup_no", WHOLE, "Tells double posts apart, from 0."),
        column("first_seen_at", INSTANT, "When it was first seen."),
        column("last_seen_at", INSTANT, "When it was last seen."),
        column("state", sa.Text(), "Whether the page still shows it."),
        column("state_since", INSTANT, "First observation of that state."),
        one_of("comment", "state", "visible removed unknown erased"),
        sa.UniqueConstraint("article_id", "first_sight_key", "dup_no"),
        comment="Comments, whatever they say today.",
    )
    op.create_index("ix_comment_article_id_first_seen_at", "comment", ["article_id", "first_seen_at"])


def create_comment_version() -> None:
    """Create comment_version."""
    op.create_table(
        "comment_version",
        row_id("Number of the version."),
        refers("comment_id", "comment.id", "The comment."),
        column("seq", WHOLE, "Which spell of the comment it is, from 1."),
        refers("run_id", "run.id", "Run that found it."),
        refers("extractor_id", "extractor.id", "What read it."),
        refers(
            "commenter_id", "commenter.id", "Who wrote it; NULL when the page gives no name.", nullable=True
        ),
        column("position", WHOLE, "Place on the page when last read, from 1."),
        column("posted_at", INSTANT, "Instant it was posted, where stated.", nullable=True),
        column("posted_on", sa.Date(), "Day it was posted, in the outlet's zone.", nullable=True),
        column("posted_raw", sa.Text(), "When it was posted, as the page words it.", nullable=True),
        column("posted_note", sa.Text(), "What was odd about that time.", nullable=True),
        column("body", sa.Text(), "Text, its paragraphs parted by a blank line."),
        column("raw", sa.Text(), "Header line and text before cleaning."),
        column("word_count", WHOLE, "Words of the body."),
        refers("first_capture_id", "capture.id", "Bytes it began with."),
        refers("last_capture_id", "capture.id", "Bytes it was last read from."),
        column("valid_from", INSTANT, "When the page was first seen showing it."),
        column(
            "valid_to",
            INSTANT,
            "When the page was first seen not showing it any more; NULL while it does.",
            nullable=True,
        ),
        refers(
            "ended_run_id",
            "run.id",
            "Run that found it no longer shown; NULL while it is.",
            nullable=True,
        ),
        column(
            "changed_after",
            INSTANT,
            "Last time the page was seen before it: the change fell after this, up to valid_from.",
            nullable=True,
        ),
        column("last_seen_at", INSTANT, "When the page was last seen showing it."),
        column("recorded_at", INSTANT, "When the archive recorded it."),
        column(
            "superseded_at",
            INSTANT,
            "When a better reading took its place; NULL while it is believed.",
            nullable=True,
        ),
        comment="Spells of a page showing a comment in one wording.",
    )
    op.create_index("ix_comment_version_commenter_id", "comment_version", ["commenter_id"])
    op.create_index("ix_comment_version_run_id", "comment_version", ["run_id"])
    op.create_index("ix_comment_version_ended_run_id", "comment_version", ["ended_run_id"])
    op.create_index("ix_comment_version_last_capture_id", "comment_version", ["last_capture_id"])
    op.create_index(
        "uq_comment_version_open",
        "comment_version",
        ["comment_id"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL AND superseded_at IS NULL"),
    )
    op.create_index(
        "uq_comment_version_seq",
        "comment_version",
        ["comment_id", "seq"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
