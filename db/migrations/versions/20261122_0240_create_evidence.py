"""Create the tables of outlets, runs and evidence."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_0240"
down_revision = None
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
OUTCOMES = """
    ok not_modified redirect not_found gone soft_404 forbidden robots_denied rate_limited client_error
    server_error network_error too_large blocked_address
"""
REASONS = """
    empty_page not_html no_title no_body not_an_article out_of_dates unreadable bad_feed bad_sitemap too_large
"""
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
    create_outlet()
    create_run()
    create_url()
    create_warc_file()
    create_payload()
    create_capture()
    create_fetch_attempt()
    create_rejection()
    create_sighting()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "sighting",
        "rejection",
        "fetch_attempt",
        "capture",
        "payload",
        "warc_file",
        "url",
        "run",
        "outlet",
    ):
        op.drop_table(table)


def create_outlet() -> None:
    """Create outlet."""
    op.create_table(
        "outlet",
        row_id("Number of the outlet."),
        column("key", sa.Text(), "Short name, as typed on the command line."),
        column("title", sa.Text(), "Name as readers know it."),
        column("home", sa.Text(), "Address of the home page."),
        column("publisher", sa.Text(), "Who publishes it."),
        column("timezone", sa.Text(), "IANA zone of the outlet's local times and days."),
        column("example", sa.Boolean(), "True for an invented outlet of the demo."),
        sa.UniqueConstraint("key"),
        comment="Titles that are followed.",
    )


def create_run() -> None:
    """Create run."""
    op.create_table(
        "run",
        row_id("Number of the run."),
        refers("outlet_id", "outlet.id", "Outlet crawled; NULL for work over all outlets.", nullable=True),
        column("kind", sa.Text(), "What was done."),
        column("trigger", sa.Text(), "Who started it."),
        column(
            "scheduled_for",
            INSTANT,
            "When the schedule wanted it; NULL when nobody scheduled it.",
            nullable=True,
        ),
        column("started_at", INSTANT, "When it began."),
        column("ended_at", INSTANT, "When it ended; NULL while under way.", nullable=True),
        column("host", sa.Text(), "Machine it ran on."),
        column("pid", WHOLE, "Process it ran in."),
        column("verdict", sa.Text(), "How it ended; NULL while under way.", nullable=True),
        column("reason", sa.Text(), "A sentence on the verdict.", nullable=True),
        column("counts", JSON, "What was counted, as JSON.", nullable=True),
        column("peak_memory_bytes", WHOLE, "Most memory its process held, in bytes.", nullable=True),
        column("software_version", sa.Text(), "Version of this software that ran."),
        column("order_json", JSON, "What was asked for, as JSON.", nullable=True),
        one_of("run", "kind", "crawl recheck backfill reextract import"),
        one_of("run", "trigger", "person schedule worker demo"),
        one_of("run", "verdict", "ok partial empty held failed stopped skipped lost"),
        comment="Pieces of work: each crawl, recheck and back-fill with its end.",
    )
    op.create_index("ix_run_outlet_id_started_at", "run", ["outlet_id", "started_at"])


def create_url() -> None:
    """Create url."""
    op.create_table(
        "url",
        row_id("Number of the address."),
        column("url", sa.Text(), "The address."),
        column(
            "address_key",
            sa.Text(),
            "Key under which spellings of one address meet for certain (scheme, www, default port).",
        ),
        column(
            "url_key",
            sa.Text(),
            "The same without tracking parameters: only a hint that two addresses are one page.",
        ),
        column("first_seen_at", INSTANT, "When the archive first met it."),
        sa.UniqueConstraint("url"),
        comment="Addresses, exactly as asked or announced.",
    )
    op.create_index("ix_url_address_key", "url", ["address_key"])
    op.create_index("ix_url_url_key", "url", ["url_key"])


def create_warc_file() -> None:
    """Create warc_file."""
    op.create_table(
        "warc_file",
        row_id("Number of the file."),
        column("path", sa.Text(), "Path below the home folder."),
        sa.UniqueConstraint("path"),
        comment="Files of raw captures.",
    )


def create_payload() -> None:
    """Create payload."""
    op.create_table(
        "payload",
        row_id("Number of the payload."),
        column("sha256", sa.Text(), "SHA-256 in hexadecimal, content encoding included."),
        column("sha1_base32", sa.Text(), "SHA-1 in base 32: the digest web archives use."),
        column("size", WHOLE, "Length in bytes."),
        column("content_type", sa.Text(), "Content-Type header; NULL when there was none.", nullable=True),
        refers("warc_file_id", "warc_file.id", "File of the full record."),
        column("warc_offset", WHOLE, "Where the record begins in that file, in bytes."),
        column("warc_length", WHOLE, "Length of the record in that file, in bytes."),
        column("truncated", sa.Boolean(), "True when the body was cut at the size limit."),
        sa.UniqueConstraint("sha256"),
        comment="Bytes as served, once for all captures that brought them.",
    )
    op.create_index("ix_payload_sha1_base32", "payload", ["sha1_base32"])


def create_capture() -> None:
    """Create capture."""
    op.create_table(
        "capture",
        row_id("Number of the capture."),
        refers("run_id", "run.id", "Run that brought it."),
        refers("url_id", "url.id", "Address asked."),
        column("captured_at", INSTANT, "When the outlet served these bytes."),
        refers("payload_id", "payload.id", "The bytes."),
        column("outcome", sa.Text(), "How the attempt ended that brought it."),
        column("status", WHOLE, "HTTP status; NULL where none was given.", nullable=True),
        one_of("capture", "outcome", OUTCOMES),
        comment="Bytes that differ from those the address gave before, and when they came.",
    )
    op.create_index("ix_capture_payload_id", "capture", ["payload_id"])
    op.create_index("ix_capture_run_id", "capture", ["run_id"])
    op.create_index("ix_capture_url_id_outcome_captured_at", "capture", ["url_id", "outcome", "captured_at"])


def create_fetch_attempt() -> None:
    """Create fetch_attempt."""
    op.create_table(
        "fetch_attempt",
        row_id("Number of the attempt."),
        refers("run_id", "run.id", "Run that made it."),
        refers("url_id", "url.id", "Address asked."),
        column("fetched_at", INSTANT, "When it was asked."),
        column("via", sa.Text(), "Where it was asked: the live outlet or a web archive."),
        column("outcome", sa.Text(), "How it ended."),
        column("status", WHOLE, "HTTP status; NULL when there was no answer.", nullable=True),
        column("error", sa.Text(), "What failed, in words.", nullable=True),
        refers("redirect_to_url_id", "url.id", "Where it redirected to.", nullable=True),
        column("etag", sa.Text(), "ETag header.", nullable=True),
        column("last_modified", sa.Text(), "Last-Modified header.", nullable=True),
        column("elapsed_ms", WHOLE, "How long it took, in milliseconds.", nullable=True),
        refers(
            "capture_id",
            "capture.id",
            "Capture whose bytes were seen, an older one for a 304 or identical bytes; NULL: no bytes.",
            nullable=True,
        ),
        refers(
            "warc_file_id",
            "warc_file.id",
            "File of this attempt's own record; NULL when none was written.",
            nullable=True,
        ),
        column("warc_offset", WHOLE, "Where that record begins, in bytes.", nullable=True),
        one_of("fetch_attempt", "outcome", OUTCOMES),
        one_of("fetch_attempt", "via", "live wayback commoncrawl warc file"),
        comment="Attempts to fetch an address, whatever came of them.",
    )
    op.create_index("ix_fetch_attempt_capture_id_fetched_at", "fetch_attempt", ["capture_id", "fetched_at"])
    op.create_index("ix_fetch_attempt_run_id", "fetch_attempt", ["run_id"])
    op.create_index("ix_fetch_attempt_url_id_fetched_at", "fetch_attempt", ["url_id", "fetched_at"])


def create_rejection() -> None:
    """Create rejection."""
    op.create_table(
        "rejection",
        row_id("Number of the rejection."),
        refers("run_id", "run.id", "Run that first met it."),
        refers("url_id", "url.id", "Address of the page."),
        refers("capture_id", "capture.id", "The page as kept; NULL when no bytes came.", nullable=True),
        column("rejected_at", INSTANT, "When the page was first rejected so."),
        column("reason", sa.Text(), "Why, as a word."),
        column("detail", sa.Text(), "Why, for a person."),
        one_of("rejection", "reason", REASONS),
        sa.UniqueConstraint("url_id", "capture_id", "reason"),
        comment="Pages that gave no article, and why; once for the same bytes and reason.",
    )
    op.create_index("ix_rejection_run_id", "rejection", ["run_id"])
    op.create_index(
        "uq_rejection_without_capture",
        "rejection",
        ["url_id", "reason"],
        unique=True,
        sqlite_where=sa.text("capture_id IS NULL"),
        postgresql_where=sa.text("capture_id IS NULL"),
    )


def create_sighting() -> None:
    """Create sighting."""
    op.create_table(
        "sighting",
        row_id("Number of the sighting."),
        refers("outlet_id", "outlet.id", "Outlet that announced it."),
        column("source", sa.Text(), "Address of the feed, sitemap or listing."),
        column("entry_key", sa.Text(), "SHA-256 over address, title and date as announced: guids repeat."),
        refers("url_id", "url.id", "Address announced; NULL when it cannot be followed.", nullable=True),
        column("title", sa.Text(), "Title announced.", nullable=True),
        column("summary", sa.Text(), "Summary announced.", nullable=True),
        column("guid", sa.Text(), "The source's own mark of the entry; not unique.", nullable=True),
        column("published_at", INSTANT, "Publication instant announced.", nullable=True),
        column("published_on", sa.Date(), "Publication day announced.", nullable=True),
        column("published_raw", sa.Text(), "Publication date as the source words it.", nullable=True),
        column("first_seen_at", INSTANT, "When it was first announced to us."),
        column("last_seen_at", INSTANT, "When it was last announced to us."),
        sa.UniqueConstraint("outlet_id", "source", "entry_key"),
        comment="Entries that feeds, sitemaps and listings announced, reachable or not.",
    )
    op.create_index("ix_sighting_url_id", "sighting", ["url_id"])
