"""What must go, stay away, or be hidden: erasures, suppressions, withdrawals, retention, signals."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, one_of
from db.types import Json, RowId
from db.words import Erased, Retained, Signalled, Suppressed


class Erasure(Base):
    """One request that was carried out: what kind of thing went, why, when, and how much."""

    __tablename__ = "erasure"
    __table_args__ = (
        one_of("what", Erased),
        Index(None, "article_id"),
        {"comment": "Erasures: why and when, with counts; nothing of what was erased."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the erasure.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet it concerns.")
    what: Mapped[str] = mapped_column(comment="What was asked to be erased.")
    comment_id: Mapped[int | None] = mapped_column(
        ForeignKey("comment.id"), comment="The comment asked for; NULL when it was something else."
    )
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("article.id"), comment="The article asked for; NULL when it was something else."
    )
    reason: Mapped[str] = mapped_column(comment="Why, as the operator put it.")
    asked_by: Mapped[str | None] = mapped_column(
        comment="Who asked, as the operator refers to it (a file number); NULL when not noted."
    )
    erased_at: Mapped[datetime] = mapped_column(comment="When the rows were blanked.")
    counts: Mapped[Any] = mapped_column(
        Json, comment="How much went, a JSON object: rows by table, captures."
    )
    software_version: Mapped[str] = mapped_column(comment="Version of this software that did it.")
    files_done_at: Mapped[datetime | None] = mapped_column(
        comment="When the last WARC record was gone; NULL while some are left."
    )
    cleaned_at: Mapped[datetime | None] = mapped_column(
        comment="When the database file was rid of the bytes; NULL until then."
    )


class ErasurePass(Base):
    """The erasure under way in this transaction: only with it the guards let evidence be blanked."""

    __tablename__ = "erasure_pass"
    __table_args__ = (
        {"comment": "The erasure of the transaction under way, which may blank evidence; always empty else."},
    )

    erasure_id: Mapped[int] = mapped_column(
        ForeignKey("erasure.id"), primary_key=True, autoincrement=False, comment="The erasure."
    )


class Suppression(Base):
    """Something that must not come back: known by a keyed hash alone."""

    __tablename__ = "suppression"
    __table_args__ = (
        one_of("kind", Suppressed),
        UniqueConstraint("kind", "key_hash"),
        Index(None, "erasure_id"),
        {"comment": "What must not come back, as keyed hashes; the key lies outside the database."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the row.")
    kind: Mapped[str] = mapped_column(comment="What the hash is of.")
    key_hash: Mapped[str] = mapped_column(comment="HMAC-SHA-256 in hexadecimal.")
    length: Mapped[int | None] = mapped_column(comment="Characters of an address prefix; NULL of all else.")
    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasure.id"), comment="The erasure it is of.")


class Redaction(Base):
    """Bytes that have to go from their WARC file, or have gone."""

    __tablename__ = "redaction"
    __table_args__ = (
        Index(None, "erasure_id"),
        {"comment": "Bytes that had to go from their WARC file, and when they were gone."},
    )

    payload_id: Mapped[int] = mapped_column(
        ForeignKey("payload.id"), primary_key=True, autoincrement=False, comment="The bytes."
    )
    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasure.id"), comment="The erasure they fall under.")
    asked_at: Mapped[datetime] = mapped_column(comment="When it was found that they have to go.")
    done_at: Mapped[datetime | None] = mapped_column(comment="When they were gone; NULL until then.")


class WarcRewrite(Base):
    """A WARC file that was written anew without some of its records, under another name."""

    __tablename__ = "warc_rewrite"
    __table_args__ = (
        Index(None, "warc_file_id"),
        {"comment": "WARC files written anew without erased records, and when the old file was gone."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the row.")
    warc_file_id: Mapped[int] = mapped_column(ForeignKey("warc_file.id"), comment="The file.")
    old_path: Mapped[str] = mapped_column(comment="Path below the home folder that it had.")
    records: Mapped[int] = mapped_column(comment="Records that were blanked in it.")
    written_at: Mapped[datetime] = mapped_column(comment="When the new file took its place.")
    dropped_at: Mapped[datetime | None] = mapped_column(
        comment="When the old file was gone; NULL until then."
    )


class Withdrawal(Base):
    """An article or a comment that the views do not show, until that is lifted."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint("(article_id IS NULL) <> (comment_id IS NULL)", name="one_thing"),
        Index(None, "article_id"),
        Index(None, "comment_id"),
        {"comment": "Articles and comments hidden from the views, and when that was lifted."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the withdrawal.")
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("article.id"), comment="The article with its comments; NULL for a comment."
    )
    comment_id: Mapped[int | None] = mapped_column(
        ForeignKey("comment.id"), comment="The comment; NULL for an article."
    )
    reason: Mapped[str] = mapped_column(comment="Why, as the operator put it.")
    withdrawn_at: Mapped[datetime] = mapped_column(comment="Since when it is hidden.")
    lifted_at: Mapped[datetime | None] = mapped_column(
        comment="When it was shown again; NULL while it is hidden."
    )
    lift_reason: Mapped[str | None] = mapped_column(comment="Why it is shown again; NULL while it is hidden.")


class RetentionRule(Base):
    """How long something of an outlet is kept."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        one_of("what", Retained),
        UniqueConstraint("outlet_id", "what"),
        {"comment": "How long what is kept, by outlet; nothing is dropped without a rule."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the rule.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="The outlet.")
    what: Mapped[str] = mapped_column(comment="What is dropped.")
    days: Mapped[int] = mapped_column(comment="After how many days.")
    set_at: Mapped[datetime] = mapped_column(comment="When the rule was made or last changed.")


class CaptureSignal(Base):
    """What a page says of its use by archives and for text and data mining."""

    __tablename__ = "capture_signal"
    __table_args__ = (
        one_of("stated_in", Signalled),
        UniqueConstraint("capture_id", "stated_in", "name"),
        {"comment": "What captures say of archiving and of text and data mining; nothing where they do not."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the row.")
    capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"), comment="The capture.")
    stated_in: Mapped[str] = mapped_column(comment="Where it is stated.")
    name: Mapped[str] = mapped_column(
        comment="Which signal: x-robots-tag, robots, tdm-reservation, tdm-policy."
    )
    value: Mapped[str] = mapped_column(comment="What it says.")
