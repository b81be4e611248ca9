"""Reader comments: who, what, and the spells each was shown in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import ROOM, Base, one_of
from db.types import Json, RowId
from db.words import CommentEnding, CommentPresence


class Commenter(Base):
    """One name under one outlet's comments: a name, not certainly a person."""

    __tablename__ = "commenter"
    __table_args__ = (
        UniqueConstraint("outlet_id", "name_key"),
        UniqueConstraint("pseudonym"),
        {"comment": "Names under an outlet's comments: personal data."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the commenter.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet they wrote in.")
    name_key: Mapped[str] = mapped_column(comment="The name, folded: spellings of it meet here.")
    display_name: Mapped[str] = mapped_column(comment="The name as first shown.")
    pseudonym: Mapped[str] = mapped_column(comment="Stands for the name: keyed hash of outlet and name.")


class CommentList(Base):
    """What pages showed as their comments, content-addressed: what comment versions are worked out from."""

    __tablename__ = "comment_list"
    __table_args__ = (
        UniqueConstraint("sha256"),
        {"comment": "What pages showed as their comments, each list once: personal data."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the list.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 over the list.")
    comments: Mapped[Any] = mapped_column(Json, comment="The comments in page order, a JSON list.")


class Comment(Base):
    """One comment, whatever it says today."""

    __tablename__ = "comment"
    __table_args__ = (
        one_of("state", CommentPresence),
        UniqueConstraint("article_id", "first_sight_key", "dup_no"),
        Index(None, "article_id", "first_seen_at"),
        {"comment": "Comments, whatever they say today.", **ROOM},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the comment.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="Article it stands under.")
    outlet_comment_id: Mapped[str | None] = mapped_column(comment="The outlet's own id, where it gives one.")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), comment="Comment it answers.")
    first_sight_key: Mapped[str] = mapped_column(
        comment="Hash of author, time and text at first sight: a label, not the matching rule."
    )
    dup_no: Mapped[int] = mapped_column(comment="Tells double posts apart, from 0.")
    first_seen_at: Mapped[datetime] = mapped_column(comment="When it was first seen.")
    last_seen_at: Mapped[datetime] = mapped_column(comment="When it was last seen.")
    state: Mapped[str] = mapped_column(comment="Whether the page still shows it.")
    state_since: Mapped[datetime] = mapped_column(comment="First observation of that state.")


class CommentVersion(Base):
    """One spell of the page showing a comment in one wording."""

    __tablename__ = "comment_version"
    __table_args__ = (
        Index(
            "uq_comment_version_seq",
            "comment_id",
            "seq",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(
            "uq_comment_version_open",
            "comment_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("valid_to IS NULL AND superseded_at IS NULL"),
        ),
        one_of("ended_by", CommentEnding),
        Index(None, "comment_id", "valid_from"),
        Index(None, "last_capture_id"),
        Index(None, "run_id"),
        Index(None, "ended_run_id"),
        Index(None, "commenter_id"),
        {"comment": "Spells of a page showing a comment in one wording.", **ROOM},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the version.")
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), comment="The comment.")
    seq: Mapped[int] = mapped_column(comment="Which spell of the comment it is, from 1.")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="Run that found it.")
    extractor_id: Mapped[int] = mapped_column(ForeignKey("extractor.id"), comment="What read it.")
    commenter_id: Mapped[int | None] = mapped_column(
        ForeignKey("commenter.id"), comment="Who wrote it; NULL when the page gives no name."
    )
    position: Mapped[int] = mapped_column(comment="Place on the page when last read, from 1.")
    posted_at: Mapped[datetime | None] = mapped_column(comment="Instant it was posted, where stated.")
    posted_on: Mapped[date | None] = mapped_column(comment="Day it was posted, in the outlet's zone.")
    posted_raw: Mapped[str | None] = mapped_column(comment="When it was posted, as the page words it.")
    posted_note: Mapped[str | None] = mapped_column(comment="What was odd about that time.")
    body: Mapped[str] = mapped_column(comment="Text, its paragraphs parted by a blank line.")
    raw: Mapped[str] = mapped_column(comment="Header line and text before cleaning.")
    word_count: Mapped[int] = mapped_column(comment="Words of the body.")
    first_capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"), comment="Bytes it began with.")
    last_capture_id: Mapped[int] = mapped_column(
        ForeignKey("capture.id"), comment="Bytes it was last read from."
    )
    valid_from: Mapped[datetime] = mapped_column(comment="When the page was first seen showing it.")
    valid_to: Mapped[datetime | None] = mapped_column(
        comment="When the page was first seen not showing it any more; NULL while it does."
    )
    ended_by: Mapped[str | None] = mapped_column(
        comment="What ended it: another wording, or its removal; NULL while it is shown."
    )
    ended_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("run.id"), comment="Run that found it no longer shown; NULL while it is."
    )
    end_recorded_at: Mapped[datetime | None] = mapped_column(
        comment="When the archive recorded that end; NULL while it is shown."
    )
    changed_after: Mapped[datetime | None] = mapped_column(
        comment="Last time the page was seen before it: the change fell after this, up to valid_from."
    )
    last_seen_at: Mapped[datetime] = mapped_column(comment="When the page was last seen showing it.")
    recorded_at: Mapped[datetime] = mapped_column(comment="When the archive recorded it.")
    superseded_at: Mapped[datetime | None] = mapped_column(
        comment="When a better reading took its place; NULL while it is believed."
    )
