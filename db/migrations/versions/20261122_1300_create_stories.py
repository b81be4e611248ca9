"""Create stories: copies across outlets, with their evidence."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from db import views

revision = "20261122_1300"
down_revision = "20261122_1200"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
APPEARANCES = "published_at published_on first_seen"
RELATIONS = "identical near excerpt superset"
CURRENT = sa.text("superseded_at IS NULL")


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column with its sentence."""
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def row_id(comment: str) -> sa.Column[Any]:
    """Give the column that numbers the rows."""
    return sa.Column("id", WHOLE, sa.Identity(), primary_key=True, comment=comment)


def reference(name: str, table: str, comment: str, *, key: bool = False) -> sa.Column[Any]:
    """Give a column that refers to a row of another table; ``key``: it is of the primary key."""
    refers = sa.ForeignKey(f"{table}.id")
    autoincrement: Any = False if key else "auto"
    return sa.Column(
        name,
        WHOLE,
        refers,
        nullable=False,
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


def index_current(table: str, *names: str) -> None:
    """Create the index by which only one row with these values is believed."""
    op.create_index(
        f"uq_{table}_current",
        table,
        list(names),
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


def upgrade() -> None:
    """Make the tables."""
    views.drop(op.get_bind())
    create_shingle()
    create_story_text()
    create_similar_pair()
    create_story()
    create_story_member()
    create_pair_decision()
    create_story_progress()
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop the tables; `cuttings stories link --all` finds the stories again, but not what people decided."""
    views.drop(op.get_bind())
    for table in ("story_progress", "pair_decision", "story_member", "story", "similar_pair"):
        op.drop_table(table)
    for table in ("story_text", "frequent_shingle", "shingle"):
        op.drop_table(table)
    views.create(op.get_bind(), down_revision)


def create_shingle() -> None:
    """Create the tables of shingles: those kept by document, and those too frequent for that."""
    meaning = "BLAKE2b of the folded words, 8 bytes, signed."
    op.create_table(
        "shingle",
        sa.Column("hash", WHOLE, primary_key=True, autoincrement=False, nullable=False, comment=meaning),
        reference("document_id", "document", "Text it stands in.", key=True),
        comment="Runs of five words of documents, hashed and sampled (db/shingles.py).",
        sqlite_with_rowid=False,
    )
    index("shingle", "document_id")
    op.create_table(
        "frequent_shingle",
        sa.Column("hash", WHOLE, primary_key=True, autoincrement=False, nullable=False, comment=meaning),
        column("found_at", INSTANT, "When it was found to be frequent."),
        comment="Shingles that too many texts share: no longer kept by document.",
    )


def create_story_text() -> None:
    """Create the table of the texts whose shingles are kept."""
    op.create_table(
        "story_text",
        reference("article_id", "article", "The article.", key=True),
        reference("document_id", "document", "The text.", key=True),
        reference("outlet_id", "outlet", "Outlet of the article."),
        column("appeared_at", INSTANT, "By when the article had appeared."),
        column("appeared_by", sa.Text(), "How that is known."),
        column(
            "compared_at",
            INSTANT,
            "When it was looked for in other outlets; NULL while it was not.",
            nullable=True,
        ),
        known("story_text", "appeared_by", APPEARANCES),
        comment="Texts of articles whose shingles are kept: the first and the newest of each.",
    )
    index("story_text", "document_id")


def create_similar_pair() -> None:
    """Create the table of pairs of articles that were compared."""
    op.create_table(
        "similar_pair",
        row_id("Number of the pair."),
        reference("article_id", "article", "The lower numbered article."),
        reference("other_id", "article", "The higher numbered article."),
        reference("document_id", "document", "Text of article_id compared."),
        reference(
            "other_document_id",
            "document",
            "Text of other_id compared: of all their texts these share most.",
        ),
        column("words", WHOLE, "Words of article_id's text, house text left out."),
        column("other_words", WHOLE, "Words of other_id's text, house text left out."),
        column("shared_words", WHOLE, "Words of article_id's text that stand in the other."),
        column("other_shared_words", WHOLE, "Words of other_id's text that stand in the first."),
        column(
            "jaccard", sa.Double(), "Runs of five words in both texts, as a share of those in either, 0 to 1."
        ),
        column(
            "relation",
            sa.Text(),
            "How other_id's text stands to article_id's; NULL where they share too little.",
            nullable=True,
        ),
        column(
            "barred_by",
            sa.Text(),
            "Why the two are no copies all the same; NULL where they are.",
            nullable=True,
        ),
        column("computed_at", INSTANT, "When they were last compared."),
        known("similar_pair", "relation", RELATIONS),
        known("similar_pair", "barred_by", "series unlike"),
        sa.UniqueConstraint("article_id", "other_id"),
        comment="Pairs of articles whose texts were compared word by word: the evidence of stories.",
    )
    index("similar_pair", "other_id")


def create_story() -> None:
    """Create the table of stories."""
    op.create_table(
        "story",
        row_id("Number of the story."),
        column("made_at", INSTANT, "When the archive found it."),
        column(
            "dissolved_at", INSTANT, "When it lost its last member; NULL while it has some.", nullable=True
        ),
        comment="Stories that several outlets print; a number is never used twice.",
    )


def create_story_member() -> None:
    """Create the table of the articles of stories, each in one at most."""
    op.create_table(
        "story_member",
        row_id("Number of the row."),
        reference("story_id", "story", "The story."),
        reference("article_id", "article", "The article."),
        reference("first_id", "article", "The story's first article; of that one's own row, itself."),
        column(
            "relation",
            sa.Text(),
            "How its text stands to the first's; NULL for the first, and where a person joined others.",
            nullable=True,
        ),
        column(
            "share_kept",
            sa.Double(),
            "Share of the first's words that stand in it, 0 to 1, house text left out; 1 for the first.",
            nullable=True,
        ),
        column(
            "shared_words", WHOLE, "Words of the first that stand in it; NULL for the first.", nullable=True
        ),
        column(
            "hours_after", sa.Double(), "Hours between the first's appearance and its own; 0 for the first."
        ),
        column("decided_by", sa.Text(), "Who put it there."),
        column("appeared_at", INSTANT, "By when it had appeared."),
        column("appeared_by", sa.Text(), "How that is known."),
        column("recorded_at", INSTANT, "Since when that is believed."),
        column("superseded_at", INSTANT, "When it ceased to be believed; NULL while it is.", nullable=True),
        known("story_member", "relation", RELATIONS),
        known("story_member", "decided_by", "rule person"),
        known("story_member", "appeared_by", APPEARANCES),
        comment="Articles of stories, by what ties it to the first; what was believed before stays.",
    )
    index_current("story_member", "article_id")
    index("story_member", "story_id")
    index("story_member", "first_id")


def create_pair_decision() -> None:
    """Create the table of what people said of pairs."""
    op.create_table(
        "pair_decision",
        row_id("Number of the decision."),
        reference("article_id", "article", "The lower numbered article."),
        reference("other_id", "article", "The higher numbered article."),
        column("decision", sa.Text(), "Whether the two are one story."),
        column("decided_at", INSTANT, "When that was said."),
        column("superseded_at", INSTANT, "When the contrary was said; NULL while it holds.", nullable=True),
        known("pair_decision", "decision", "join split"),
        comment="What people said of pairs of articles; it goes before any rule, and stays written.",
    )
    index_current("pair_decision", "article_id", "other_id")
    index("pair_decision", "other_id")


def create_story_progress() -> None:
    """Create the table of how far each outlet was looked at."""
    op.create_table(
        "story_progress",
        reference("outlet_id", "outlet", "The outlet.", key=True),
        column("article_text_id", WHOLE, "Number of the last row of article_text that was looked at."),
        column("linked_at", INSTANT, "When that was."),
        comment="How far the texts of each outlet were looked for in the others.",
    )
