"""Create backfills, what archives list, and pairs of articles that look like one."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db import views

revision = "20261122_1200"
down_revision = "20261122_0910"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
VIAS = "live wayback commoncrawl warc file"


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column with its sentence."""
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def row_id(comment: str) -> sa.Column[Any]:
    """Give the column that numbers the rows."""
    return sa.Column("id", WHOLE, sa.Identity(), primary_key=True, comment=comment)


def reference(name: str, table: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column that refers to a row of another table."""
    return sa.Column(name, WHOLE, sa.ForeignKey(f"{table}.id"), nullable=nullable, comment=comment)


def known(table: str, name: str, words: str) -> sa.CheckConstraint:
    """Give the check that a text column holds one of the words."""
    listed = ", ".join(repr(word) for word in words.split())
    return sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}_known"))


def upgrade() -> None:
    """Make the tables."""
    views.drop(op.get_bind())
    create_backfill()
    create_index_query()
    create_memento()
    create_archive_pause()
    create_article_match()
    index_redirects()
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop the tables; what was merged stays merged."""
    views.drop(op.get_bind())
    op.drop_index("ix_fetch_attempt_redirected", "fetch_attempt")
    for table in ("article_match", "archive_pause", "memento", "index_query", "backfill"):
        op.drop_table(table)
    views.create(op.get_bind(), down_revision)


def create_backfill() -> None:
    """Create the table of backfills, at most one open of each outlet and kind of archive."""
    op.create_table(
        "backfill",
        row_id("Number of the backfill."),
        reference("outlet_id", "outlet", "Outlet it is for."),
        column("via", sa.Text(), "Which kind of archive is asked."),
        column("paths", JSON, "Files or folders asked, a JSON list; else empty."),
        column(
            "since", sa.Date(), "First day of capture that is wanted, UTC; NULL: all before.", nullable=True
        ),
        column(
            "until", sa.Date(), "Last day of capture that is wanted, UTC; NULL: all after.", nullable=True
        ),
        column("started_at", INSTANT, "When it was asked for."),
        column("ended_at", INSTANT, "When it ended; NULL while it is open.", nullable=True),
        column("ended_by", sa.Text(), "What ended it; NULL while it is open.", nullable=True),
        known("backfill", "via", VIAS),
        known("backfill", "ended_by", "done dropped"),
        comment="Backfills: what was asked of which kind of archive, open until it is done.",
    )
    still = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_backfill_open",
        "backfill",
        ["outlet_id", "via"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )


def create_index_query() -> None:
    """Create the table of questions to indexes."""
    op.create_table(
        "index_query",
        row_id("Number of the question."),
        reference("outlet_id", "outlet", "Outlet it is for."),
        column("via", sa.Text(), "Which kind of archive is asked."),
        column("archive", sa.Text(), "Which archive: wayback, a crawl's name, a file's path."),
        column("scope", sa.Text(), "What is asked for, with the days wanted."),
        column(
            "cursor", sa.Text(), "Where to go on; NULL before the first page and at the end.", nullable=True
        ),
        column("listed", WHOLE, "Rows listed so far, without repeated ones."),
        column("refused", WHOLE, "Rows so far that no reader can make sense of."),
        column("started_at", INSTANT, "When it was asked first."),
        column("advanced_at", INSTANT, "When a page of the answer was last stored."),
        column("done_at", INSTANT, "When the answer was whole; NULL while it is not.", nullable=True),
        known("index_query", "via", VIAS),
        sa.UniqueConstraint("outlet_id", "via", "archive", "scope"),
        comment="Questions to archives' indexes, and how far each is answered.",
    )


def create_memento() -> None:
    """Create the table of captures that archives list."""
    op.create_table(
        "memento",
        row_id("Number of the listed capture."),
        reference("outlet_id", "outlet", "Outlet of the page."),
        column("via", sa.Text(), "Which kind of archive lists it."),
        column("archive", sa.Text(), "Which archive: wayback, a crawl's name, a file's path."),
        column("url", sa.Text(), "Address as the archive spells it."),
        column(
            "address_key",
            sa.Text(),
            "Key under which spellings of one address meet for certain (scheme, www, default port).",
        ),
        column("archived_at", INSTANT, "When the archive took it."),
        column("place", sa.Text(), "Where it lies in the archive, as the archive's client reads it."),
        column("digest", sa.Text(), "SHA-1 in base 32 as the index states it; empty if it does not."),
        column("status", WHOLE, "HTTP status the index states; NULL if it does not.", nullable=True),
        column("content_type", sa.Text(), "Kind of content the index states; NULL if none.", nullable=True),
        column("length", WHOLE, "Bytes of the archive's record, compressed; NULL if unknown.", nullable=True),
        column("state", sa.Text(), "What became of it."),
        column("choice", sa.Text(), "Why it is worth fetching; NULL when it is not.", nullable=True),
        column("rank", WHOLE, "Order in which chosen ones are fetched, lowest first."),
        column(
            "sha256",
            sa.Text(),
            "SHA-256 of the bytes it showed, its own or those of its like; NULL while unknown.",
            nullable=True,
        ),
        column("detail", sa.Text(), "Why it cannot be had; NULL when nothing is wrong.", nullable=True),
        reference("run_id", "run", "Run that fetched or observed it; NULL while none did.", nullable=True),
        known("memento", "via", VIAS),
        known("memento", "state", "listed passed_over spared chosen fetched observed lacking"),
        known("memento", "choice", "first last settled changed redirect"),
        sa.UniqueConstraint("outlet_id", "via", "url", "archived_at", "digest"),
        comment="Captures that archives list: each is an observation of its page, fetched or not.",
    )
    op.create_index(
        op.f("ix_memento_outlet_id_via_address_key_archived_at"),
        "memento",
        ["outlet_id", "via", "address_key", "archived_at"],
    )
    op.create_index(
        op.f("ix_memento_outlet_id_via_state_rank_id"), "memento", ["outlet_id", "via", "state", "rank", "id"]
    )


def create_archive_pause() -> None:
    """Create the table of archives that refused us."""
    op.create_table(
        "archive_pause",
        row_id("Number of the row."),
        column("archive", sa.Text(), "The archive: wayback or commoncrawl."),
        column("until", INSTANT, "When it may be asked again."),
        column("refusals", WHOLE, "How many times in a row it refused us."),
        column("reason", sa.Text(), "What it said, in a sentence."),
        sa.UniqueConstraint("archive"),
        comment="Archives that refused us, and until when nobody asks them.",
    )


def create_article_match() -> None:
    """Create the table of pairs of articles."""
    op.create_table(
        "article_match",
        row_id("Number of the pair."),
        reference("outlet_id", "outlet", "Outlet of both."),
        reference("article_id", "article", "The article that stays, or would stay, the lower number."),
        reference("other_id", "article", "The article that was, or would be, merged into it."),
        column("share", sa.Double(), "Share of the text they have in common, 0 to 1."),
        column("evidence", JSON, "What speaks for it, a JSON object."),
        column("found_at", INSTANT, "When the pair was found."),
        column("decision", sa.Text(), "What was decided; NULL while nobody did.", nullable=True),
        column("decided_at", INSTANT, "When that was decided; NULL while it is not.", nullable=True),
        column("by_person", sa.Boolean(), "True where a person decided, False where the rules did."),
        column("url_ids", JSON, "Addresses that the merged article brought, a JSON list of numbers of url."),
        known("article_match", "decision", "merged apart"),
        sa.UniqueConstraint("article_id", "other_id"),
        comment="Pairs of articles that look like one article at two addresses, with the evidence.",
    )
    op.create_index(op.f("ix_article_match_other_id"), "article_match", ["other_id"])
    op.create_index(op.f("ix_article_match_outlet_id_decision"), "article_match", ["outlet_id", "decision"])


def index_redirects() -> None:
    """Index what redirects to an address: few attempts do."""
    led = sa.text("redirect_to_url_id IS NOT NULL")
    op.create_index(
        "ix_fetch_attempt_redirected",
        "fetch_attempt",
        ["redirect_to_url_id"],
        sqlite_where=led,
        postgresql_where=led,
    )
