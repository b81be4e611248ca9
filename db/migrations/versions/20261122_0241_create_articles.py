"""Create the tables of articles, their texts and the readings."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0241"
down_revision = "20261122_0240"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


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
    create_extractor()
    create_document()
    create_article()
    create_article_url()
    create_extraction()
    create_article_version()
    create_article_text()
    create_article_change()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "article_change",
        "article_text",
        "article_version",
        "extraction",
        "article_url",
        "article",
        "document",
        "extractor",
    ):
        op.drop_table(table)


def create_extractor() -> None:
    """Create extractor."""
    op.create_table(
        "extractor",
        row_id("Number of the extractor."),
        column("layout", sa.Text(), "Name of the layout."),
        column("version", WHOLE, "Version of the layout's code."),
        column("first_used_at", INSTANT, "When it first read a page for this archive."),
        sa.UniqueConstraint("layout", "version"),
        comment="Layouts at their versions: what can have read a page.",
    )


def create_document() -> None:
    """Create document."""
    op.create_table(
        "document",
        row_id("Number of the document."),
        column("sha256", sa.Text(), "SHA-256 over all fields an outlet edits, but the image."),
        column("fingerprint", sa.Text(), "The same over folded text: equal means they differ in looks only."),
        column("title", sa.Text(), "Headline."),
        column("standfirst", sa.Text(), "Introductory paragraph set apart from the body.", nullable=True),
        column("byline", sa.Text(), "Who wrote it, as the page words it.", nullable=True),
        column("section", sa.Text(), "Section of the outlet.", nullable=True),
        column(
            "published_at",
            INSTANT,
            "Publication instant; NULL when the page states only a day, or nothing.",
            nullable=True,
        ),
        column("published_on", sa.Date(), "Publication day in the outlet's zone.", nullable=True),
        column("published_raw", sa.Text(), "Publication date as the page words it.", nullable=True),
        column("published_note", sa.Text(), "What was odd about that date.", nullable=True),
        column("body", sa.Text(), "Text, its paragraphs parted by a blank line."),
        column("word_count", WHOLE, "Words of the body."),
        column("language", sa.Text(), "Language as the page states it.", nullable=True),
        column("tags", JSON, "Tags in page order, a JSON list."),
        column(
            "image_url",
            sa.Text(),
            "Image as first seen with this text; its address changes by itself.",
            nullable=True,
        ),
        sa.UniqueConstraint("sha256"),
        comment="Texts, content-addressed: a row never changes.",
    )
    op.create_index("ix_document_published_on", "document", ["published_on"])


def create_article() -> None:
    """Create article."""
    op.create_table(
        "article",
        row_id("Number of the article."),
        refers("outlet_id", "outlet.id", "Outlet it stands in."),
        column("identity", sa.Text(), "What certainly tells it from the outlet's others."),
        refers(
            "canonical_url_id", "url.id", "Address the page calls its own, else the one it was first read at."
        ),
        column("first_seen_at", INSTANT, "When it was first read."),
        column("last_seen_at", INSTANT, "When the outlet last served it."),
        column("last_checked_at", INSTANT, "When the outlet was last asked for it."),
        column("state", sa.Text(), "Whether the outlet still serves it."),
        column("state_since", INSTANT, "First observation of that state."),
        column("next_check_at", INSTANT, "When to ask again; NULL until a schedule says so.", nullable=True),
        one_of("article", "state", "live missing gone redirected merged erased unknown"),
        sa.UniqueConstraint("outlet_id", "identity"),
        comment="Articles, whatever they say today.",
    )
    op.create_index("ix_article_canonical_url_id", "article", ["canonical_url_id"])
    op.create_index("ix_article_next_check_at", "article", ["next_check_at"])
    op.create_index("ix_article_outlet_id_last_checked_at", "article", ["outlet_id", "last_checked_at"])


def create_article_url() -> None:
    """Create article_url."""
    op.create_table(
        "article_url",
        row_id("Number of the row."),
        refers("article_id", "article.id", "The article."),
        refers("url_id", "url.id", "The address."),
        column("role", sa.Text(), "How the address leads to it."),
        column("valid_from", INSTANT, "When that was first seen."),
        column(
            "valid_to",
            INSTANT,
            "When it led to another article instead; NULL while it leads here.",
            nullable=True,
        ),
        one_of("article_url", "role", "canonical alias redirect_from feed_link"),
        comment="Addresses that lead, or led, to an article; outlets reuse them.",
    )
    op.create_index("ix_article_url_article_id", "article_url", ["article_id"])
    op.create_index(
        "uq_article_url_current",
        "article_url",
        ["url_id"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )


def create_extraction() -> None:
    """Create extraction."""
    op.create_table(
        "extraction",
        sa.Column(
            "capture_id",
            WHOLE,
            sa.ForeignKey("capture.id"),
            primary_key=True,
            autoincrement=False,
            comment="The bytes read.",
        ),
        sa.Column(
            "extractor_id",
            WHOLE,
            sa.ForeignKey("extractor.id"),
            primary_key=True,
            autoincrement=False,
            comment="What read them.",
        ),
        refers("run_id", "run.id", "Run that read them."),
        refers("article_id", "article.id", "The article on the page."),
        refers("document_id", "document.id", "The text on the page."),
        column("outcome", sa.Text(), "What that came to for the article."),
        column("extracted_at", INSTANT, "When they were read."),
        column("source", sa.Text(), "Address of the source that led to the page."),
        column("modified_at", INSTANT, "Modification instant the page states.", nullable=True),
        column("modified_on", sa.Date(), "Modification day the page states.", nullable=True),
        column("modified_raw", sa.Text(), "Modification date as the page words it.", nullable=True),
        column("comment_state", sa.Text(), "What the page tells of its comments as a whole."),
        column("comments_claimed", WHOLE, "How many comments the page says there are.", nullable=True),
        column("read_by", JSON, "Which way each field was read, a JSON object."),
        column("related", JSON, "Links to other articles in the text, a JSON list."),
        column("warnings", JSON, "What was odd about the page, a JSON list."),
        one_of("extraction", "comment_state", "none listed partial closed unsupported unknown"),
        one_of("extraction", "outcome", "new changed cosmetic unchanged reappeared fuller reread late"),
        comment="What one extractor read from one capture.",
    )
    op.create_index("ix_extraction_article_id_extracted_at", "extraction", ["article_id", "extracted_at"])
    op.create_index("ix_extraction_run_id", "extraction", ["run_id"])


def create_article_version() -> None:
    """Create article_version."""
    op.create_table(
        "article_version",
        row_id("Number of the version."),
        refers("article_id", "article.id", "The article."),
        column("seq", WHOLE, "Which spell of the article it is, from 1."),
        refers("run_id", "run.id", "Run that found it."),
        refers("first_capture_id", "capture.id", "Bytes it began with."),
        refers("last_capture_id", "capture.id", "Bytes it was last read from."),
        column("valid_from", INSTANT, "When the outlet was first seen showing it."),
        column(
            "valid_to",
            INSTANT,
            "When the outlet was first seen not showing it any more; NULL while it does.",
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
            "Last time the outlet was seen before it: the change fell after this, up to valid_from.",
            nullable=True,
        ),
        column("last_seen_at", INSTANT, "When the outlet was last seen showing it."),
        column("recorded_at", INSTANT, "When the archive recorded it."),
        sa.UniqueConstraint("article_id", "seq"),
        comment="Spells of an outlet showing one text of an article: A, B, A are three.",
    )
    op.create_index("ix_article_version_run_id", "article_version", ["run_id"])
    op.create_index("ix_article_version_ended_run_id", "article_version", ["ended_run_id"])
    op.create_index("ix_article_version_last_capture_id", "article_version", ["last_capture_id"])
    op.create_index("ix_article_version_valid_from", "article_version", ["valid_from"])
    op.create_index(
        "uq_article_version_open",
        "article_version",
        ["article_id"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )


def create_article_text() -> None:
    """Create article_text."""
    op.create_table(
        "article_text",
        row_id("Number of the row."),
        refers("version_id", "article_version.id", "The version."),
        refers("extractor_id", "extractor.id", "What read it."),
        refers("document_id", "document.id", "The text."),
        column("recorded_at", INSTANT, "Since when it is believed."),
        column(
            "superseded_at",
            INSTANT,
            "When a better reading took its place; NULL while it is believed.",
            nullable=True,
        ),
        comment="Which reading of a version is believed, and which were before.",
    )
    op.create_index("ix_article_text_document_id", "article_text", ["document_id"])
    op.create_index(
        "uq_article_text_current",
        "article_text",
        ["version_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def create_article_change() -> None:
    """Create article_change."""
    op.create_table(
        "article_change",
        sa.Column(
            "version_id",
            WHOLE,
            sa.ForeignKey("article_version.id"),
            primary_key=True,
            autoincrement=False,
            comment="The later version.",
        ),
        refers("previous_version_id", "article_version.id", "The earlier version."),
        column("kind", sa.Text(), "What kind of change it is (db/changes.py)."),
        column("title_changed", sa.Boolean(), "Whether the headline changed."),
        column("standfirst_changed", sa.Boolean(), "Whether the standfirst changed."),
        column("byline_changed", sa.Boolean(), "Whether the byline changed."),
        column("section_changed", sa.Boolean(), "Whether the section changed."),
        column("date_changed", sa.Boolean(), "Whether the publication date changed."),
        column("tags_changed", sa.Boolean(), "Whether the tags changed."),
        column("body_changed", sa.Boolean(), "Whether the body changed."),
        column("words_added", WHOLE, "Words of headline, standfirst and body that came."),
        column("words_removed", WHOLE, "Words of headline, standfirst and body that went."),
        column("similarity", sa.Float(), "Share of words kept, from 0 to 1."),
        one_of(
            "article_change",
            "kind",
            "typo minor major rewrite headline_only details_only reverted reappeared",
        ),
        comment="How a version differs from the one before it.",
    )
