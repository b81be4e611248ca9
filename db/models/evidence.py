"""Evidence, append-only: addresses, attempts, bytes, and where the bytes lie."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.records import Outcome, Reason, Via
from db.models.base import Base, one_of
from db.types import RowId


class Url(Base):
    """An address, exactly as it was asked or announced."""

    __tablename__ = "url"
    __table_args__ = (
        UniqueConstraint("url"),
        Index(None, "address_key"),
        Index(None, "url_key"),
        {"comment": "Addresses, exactly as asked or announced."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the address.")
    url: Mapped[str] = mapped_column(comment="The address.")
    address_key: Mapped[str] = mapped_column(
        comment="Key under which spellings of one address meet for certain (scheme, www, default port)."
    )
    url_key: Mapped[str] = mapped_column(
        comment="The same without tracking parameters: only a hint that two addresses are one page."
    )
    first_seen_at: Mapped[datetime] = mapped_column(comment="When the archive first met it.")


class WarcFile(Base):
    """A file of raw captures."""

    __tablename__ = "warc_file"
    __table_args__ = (UniqueConstraint("path"), {"comment": "Files of raw captures."})

    id: Mapped[RowId] = mapped_column(comment="Number of the file.")
    path: Mapped[str] = mapped_column(comment="Path below the home folder.")


class Payload(Base):
    """Bytes as served, once for all captures that brought them."""

    __tablename__ = "payload"
    __table_args__ = (
        UniqueConstraint("sha256"),
        Index(None, "sha1_base32"),
        {"comment": "Bytes as served, once for all captures that brought them."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the payload.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 in hexadecimal, content encoding included.")
    sha1_base32: Mapped[str] = mapped_column(comment="SHA-1 in base 32: the digest web archives use.")
    size: Mapped[int] = mapped_column(comment="Length in bytes.")
    content_type: Mapped[str | None] = mapped_column(comment="Content-Type header; NULL when there was none.")
    warc_file_id: Mapped[int] = mapped_column(ForeignKey("warc_file.id"), comment="File of the full record.")
    warc_offset: Mapped[int] = mapped_column(comment="Where the record begins in that file, in bytes.")
    warc_length: Mapped[int] = mapped_column(comment="Length of the record in that file, in bytes.")
    truncated: Mapped[bool] = mapped_column(comment="True when the body was cut at the size limit.")


class Capture(Base):
    """Bytes that differ from those the address gave before."""

    __tablename__ = "capture"
    __table_args__ = (
        one_of("outcome", Outcome),
        Index(None, "url_id", "outcome", "captured_at"),
        Index(None, "payload_id"),
        Index(None, "run_id"),
        {"comment": "Bytes that differ from those the address gave before, and when they came."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the capture.")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="Run that brought it.")
    url_id: Mapped[int] = mapped_column(ForeignKey("url.id"), comment="Address asked.")
    captured_at: Mapped[datetime] = mapped_column(comment="When the outlet served these bytes.")
    payload_id: Mapped[int] = mapped_column(ForeignKey("payload.id"), comment="The bytes.")
    outcome: Mapped[str] = mapped_column(comment="How the attempt ended that brought it.")
    status: Mapped[int | None] = mapped_column(comment="HTTP status; NULL where none was given.")


class FetchAttempt(Base):
    """One attempt to fetch an address, whatever came of it."""

    __tablename__ = "fetch_attempt"
    __table_args__ = (
        one_of("via", Via),
        one_of("outcome", Outcome),
        Index(None, "url_id", "fetched_at"),
        Index(None, "run_id"),
        Index(None, "capture_id", "fetched_at"),
        Index(
            "ix_fetch_attempt_redirected",
            "redirect_to_url_id",
            sqlite_where=text("redirect_to_url_id IS NOT NULL"),
            postgresql_where=text("redirect_to_url_id IS NOT NULL"),
        ),
        {"comment": "Attempts to fetch an address, whatever came of them."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the attempt.")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="Run that made it.")
    url_id: Mapped[int] = mapped_column(ForeignKey("url.id"), comment="Address asked.")
    fetched_at: Mapped[datetime] = mapped_column(comment="When it was asked.")
    via: Mapped[str] = mapped_column(comment="Where it was asked: the live outlet or a web archive.")
    outcome: Mapped[str] = mapped_column(comment="How it ended.")
    status: Mapped[int | None] = mapped_column(comment="HTTP status; NULL when there was no answer.")
    error: Mapped[str | None] = mapped_column(comment="What failed, in words.")
    redirect_to_url_id: Mapped[int | None] = mapped_column(
        ForeignKey("url.id"), comment="Where it redirected to."
    )
    etag: Mapped[str | None] = mapped_column(comment="ETag header.")
    last_modified: Mapped[str | None] = mapped_column(comment="Last-Modified header.")
    elapsed_ms: Mapped[int | None] = mapped_column(comment="How long it took, in milliseconds.")
    capture_id: Mapped[int | None] = mapped_column(
        ForeignKey("capture.id"),
        comment="Capture whose bytes were seen, an older one for a 304 or identical bytes; NULL: no bytes.",
    )
    warc_file_id: Mapped[int | None] = mapped_column(
        ForeignKey("warc_file.id"), comment="File of this attempt's own record; NULL when none was written."
    )
    warc_offset: Mapped[int | None] = mapped_column(comment="Where that record begins, in bytes.")


class Rejection(Base):
    """A page that gave no article, and why."""

    __tablename__ = "rejection"
    __table_args__ = (
        one_of("reason", Reason),
        UniqueConstraint("url_id", "capture_id", "reason"),
        # NULLs are distinct to a unique constraint: pages without a capture need their own.
        Index(
            "uq_rejection_without_capture",
            "url_id",
            "reason",
            unique=True,
            sqlite_where=text("capture_id IS NULL"),
            postgresql_where=text("capture_id IS NULL"),
        ),
        Index(None, "run_id"),
        {"comment": "Pages that gave no article, and why; once for the same bytes and reason."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the rejection.")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="Run that first met it.")
    url_id: Mapped[int] = mapped_column(ForeignKey("url.id"), comment="Address of the page.")
    capture_id: Mapped[int | None] = mapped_column(
        ForeignKey("capture.id"), comment="The page as kept; NULL when no bytes came."
    )
    rejected_at: Mapped[datetime] = mapped_column(comment="When the page was first rejected so.")
    reason: Mapped[str] = mapped_column(comment="Why, as a word.")
    detail: Mapped[str] = mapped_column(comment="Why, for a person.")


class Sighting(Base):
    """An entry a source announced, reachable or not."""

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("outlet_id", "source", "entry_key"),
        Index(None, "url_id"),
        {"comment": "Entries that feeds, sitemaps and listings announced, reachable or not."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the sighting.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet that announced it.")
    source: Mapped[str] = mapped_column(comment="Address of the feed, sitemap or listing.")
    entry_key: Mapped[str] = mapped_column(
        comment="SHA-256 over address, title and date as announced: guids repeat."
    )
    url_id: Mapped[int | None] = mapped_column(
        ForeignKey("url.id"), comment="Address announced; NULL when it cannot be followed."
    )
    title: Mapped[str | None] = mapped_column(comment="Title announced.")
    summary: Mapped[str | None] = mapped_column(comment="Summary announced.")
    guid: Mapped[str | None] = mapped_column(comment="The source's own mark of the entry; not unique.")
    published_at: Mapped[datetime | None] = mapped_column(comment="Publication instant announced.")
    published_on: Mapped[date | None] = mapped_column(comment="Publication day announced.")
    published_raw: Mapped[str | None] = mapped_column(comment="Publication date as the source words it.")
    first_seen_at: Mapped[datetime] = mapped_column(comment="When it was first announced to us.")
    last_seen_at: Mapped[datetime] = mapped_column(comment="When it was last announced to us.")
