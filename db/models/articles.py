"""Articles: their identity, their texts, the spells their outlet showed them, and the readings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.records import CommentState
from db.models.base import ROOM, Base, one_of
from db.types import Json, RowId
from db.words import AddressRole, ArticleState, Edit, Ending, Reading, Retraction


class Document(Base):
    """One text, content-addressed: it never changes."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("sha256"),
        Index(None, "published_on"),
        {"comment": "Texts, content-addressed: a row never changes."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the document.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 over all fields an outlet edits, but the image.")
    fingerprint: Mapped[str] = mapped_column(
        comment="The same over folded text: equal means they differ in looks only."
    )
    title: Mapped[str] = mapped_column(comment="Headline.")
    standfirst: Mapped[str | None] = mapped_column(comment="Introductory paragraph set apart from the body.")
    byline: Mapped[str | None] = mapped_column(comment="Who wrote it, as the page words it.")
    section: Mapped[str | None] = mapped_column(comment="Section of the outlet.")
    published_at: Mapped[datetime | None] = mapped_column(
        comment="Publication instant; NULL when the page states only a day, or nothing."
    )
    published_on: Mapped[date | None] = mapped_column(comment="Publication day in the outlet's zone.")
    published_raw: Mapped[str | None] = mapped_column(comment="Publication date as the page words it.")
    published_note: Mapped[str | None] = mapped_column(comment="What was odd about that date.")
    body: Mapped[str] = mapped_column(comment="Text, its paragraphs parted by a blank line.")
    word_count: Mapped[int] = mapped_column(comment="Words of the body.")
    language: Mapped[str | None] = mapped_column(comment="Language as the page states it.")
    tags: Mapped[Any] = mapped_column(Json, comment="Tags in page order, a JSON list.")
    image_url: Mapped[str | None] = mapped_column(
        comment="Image as first seen with this text; its address changes by itself."
    )


class Article(Base):
    """One article of one outlet, whatever it says today."""

    __tablename__ = "article"
    __table_args__ = (
        one_of("state", ArticleState),
        UniqueConstraint("outlet_id", "identity"),
        Index(None, "canonical_url_id"),
        # Only of those without a schedule: each visit would move every article in it.
        Index(
            "ix_article_unplanned",
            "outlet_id",
            "last_checked_at",
            sqlite_where=text("next_check_at IS NULL"),
            postgresql_where=text("next_check_at IS NULL"),
        ),
        Index(None, "outlet_id", "next_check_at"),
        {"comment": "Articles, whatever they say today.", **ROOM},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the article.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet it stands in.")
    identity: Mapped[str] = mapped_column(comment="What certainly tells it from the outlet's others.")
    canonical_url_id: Mapped[int] = mapped_column(
        ForeignKey("url.id"), comment="Address the page calls its own, else the one it was first read at."
    )
    first_seen_at: Mapped[datetime] = mapped_column(comment="When it was first read.")
    last_seen_at: Mapped[datetime] = mapped_column(comment="When the outlet last served it.")
    last_checked_at: Mapped[datetime] = mapped_column(comment="When the outlet was last asked for it.")
    state: Mapped[str] = mapped_column(comment="Whether the outlet still serves it.")
    state_since: Mapped[datetime] = mapped_column(comment="First observation of that state.")
    last_changed_at: Mapped[datetime | None] = mapped_column(
        comment="When its text last changed; of a first version, when it was published, as far as known."
    )
    last_commented_at: Mapped[datetime | None] = mapped_column(
        comment="When its newest comment was posted, as far as known; NULL without comments."
    )
    next_check_at: Mapped[datetime | None] = mapped_column(
        comment="When to ask again (db/recheck.py); NULL: at the next opportunity."
    )


class ArticleUrl(Base):
    """An address that leads, or led, to an article."""

    __tablename__ = "article_url"
    __table_args__ = (
        one_of("role", AddressRole),
        Index(
            "uq_article_url_current",
            "url_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index(None, "article_id"),
        {"comment": "Addresses that lead, or led, to an article; outlets reuse them."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the row.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The article.")
    url_id: Mapped[int] = mapped_column(ForeignKey("url.id"), comment="The address.")
    role: Mapped[str] = mapped_column(comment="How the address leads to it.")
    valid_from: Mapped[datetime] = mapped_column(comment="When that was first seen.")
    valid_to: Mapped[datetime | None] = mapped_column(
        comment="When it led to another article instead; NULL while it leads here."
    )


class Extraction(Base):
    """What one extractor read from one capture."""

    __tablename__ = "extraction"
    __table_args__ = (
        one_of("outcome", Reading),
        one_of("comment_state", CommentState),
        Index(None, "article_id", "extracted_at"),
        Index(None, "run_id"),
        Index(None, "document_id"),
        Index(None, "hold_id"),
        {"comment": "What one extractor read from one capture."},
    )

    capture_id: Mapped[int] = mapped_column(
        ForeignKey("capture.id"), primary_key=True, autoincrement=False, comment="The bytes read."
    )
    extractor_id: Mapped[int] = mapped_column(
        ForeignKey("extractor.id"), primary_key=True, autoincrement=False, comment="What read them."
    )
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="Run that read them.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The article on the page.")
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), comment="The text on the page.")
    comment_list_id: Mapped[int | None] = mapped_column(
        ForeignKey("comment_list.id"),
        comment="The comments on the page; NULL where they were not kept (read before they were).",
    )
    hold_id: Mapped[int | None] = mapped_column(
        ForeignKey("hold.id"), comment="The hold on it; NULL when it was believed at once."
    )
    outcome: Mapped[str] = mapped_column(comment="What that came to for the article when it was read.")
    extracted_at: Mapped[datetime] = mapped_column(comment="When they were read.")
    reread_at: Mapped[datetime | None] = mapped_column(
        comment="When the same extractor last read them again; NULL when it never did."
    )
    source: Mapped[str] = mapped_column(comment="Address of the source that led to the page.")
    modified_at: Mapped[datetime | None] = mapped_column(comment="Modification instant the page states.")
    modified_on: Mapped[date | None] = mapped_column(comment="Modification day the page states.")
    modified_raw: Mapped[str | None] = mapped_column(comment="Modification date as the page words it.")
    comment_state: Mapped[str] = mapped_column(comment="What the page tells of its comments as a whole.")
    comments_claimed: Mapped[int | None] = mapped_column(comment="How many comments the page says there are.")
    read_by: Mapped[Any] = mapped_column(Json, comment="Which way each field was read, a JSON object.")
    related: Mapped[Any] = mapped_column(Json, comment="Links to other articles in the text, a JSON list.")
    warnings: Mapped[Any] = mapped_column(Json, comment="What was odd about the page, a JSON list.")


class ArticleVersion(Base):
    """One spell of the outlet showing one text."""

    __tablename__ = "article_version"
    __table_args__ = (
        one_of("ended_by", Ending),
        one_of("retract_reason", Retraction),
        Index(
            "uq_article_version_seq",
            "article_id",
            "seq",
            unique=True,
            sqlite_where=text("retracted_at IS NULL"),
            postgresql_where=text("retracted_at IS NULL"),
        ),
        Index(
            "uq_article_version_open",
            "article_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND retracted_at IS NULL"),
            postgresql_where=text("valid_to IS NULL AND retracted_at IS NULL"),
        ),
        Index(None, "article_id", "valid_from"),
        Index(None, "valid_from"),
        Index(None, "last_capture_id"),
        Index(None, "run_id"),
        Index(None, "ended_run_id"),
        {"comment": "Spells of an outlet showing one text of an article: A, B, A are three.", **ROOM},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the version.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The article.")
    seq: Mapped[int] = mapped_column(comment="Which spell of the article it is, from 1.")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="Run that found it.")
    first_capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"), comment="Bytes it began with.")
    last_capture_id: Mapped[int] = mapped_column(
        ForeignKey("capture.id"), comment="Bytes it was last read from."
    )
    valid_from: Mapped[datetime] = mapped_column(comment="When the outlet was first seen showing it.")
    valid_to: Mapped[datetime | None] = mapped_column(
        comment="When the outlet was first seen not showing it any more; NULL while it does."
    )
    ended_by: Mapped[str | None] = mapped_column(
        comment="What ended it: another text, or the article's absence; NULL while it is shown."
    )
    ended_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("run.id"), comment="Run that found it no longer shown; NULL while it is."
    )
    end_recorded_at: Mapped[datetime | None] = mapped_column(
        comment="When the archive recorded that end; NULL while it is shown."
    )
    changed_after: Mapped[datetime | None] = mapped_column(
        comment="Last time the outlet was seen before it: the change fell after this, up to valid_from."
    )
    last_seen_at: Mapped[datetime] = mapped_column(comment="When the outlet was last seen showing it.")
    recorded_at: Mapped[datetime] = mapped_column(comment="When the archive recorded it.")
    retracted_at: Mapped[datetime | None] = mapped_column(
        comment="When the archive ceased to believe it; NULL while it is believed."
    )
    retract_reason: Mapped[str | None] = mapped_column(comment="Why it did: rebuilt, artefact or drift.")


class ArticleText(Base):
    """Which reading of a version is believed."""

    __tablename__ = "article_text"
    __table_args__ = (
        Index(
            "uq_article_text_current",
            "version_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "version_id"),
        Index(None, "document_id"),
        {"comment": "Which reading of a version is believed, and which were before."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the row.")
    version_id: Mapped[int] = mapped_column(ForeignKey("article_version.id"), comment="The version.")
    extractor_id: Mapped[int] = mapped_column(ForeignKey("extractor.id"), comment="What read it.")
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), comment="The text.")
    recorded_at: Mapped[datetime] = mapped_column(comment="Since when it is believed.")
    superseded_at: Mapped[datetime | None] = mapped_column(
        comment="When a better reading took its place; NULL while it is believed."
    )


class ArticleChange(Base):
    """A change of an article's text: the one that began a version, or one of looks within it."""

    __tablename__ = "article_change"
    __table_args__ = (
        one_of("kind", Edit),
        Index(
            "uq_article_change_current",
            "article_id",
            "changed_by",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "version_id"),
        Index(None, "changed_by"),
        {"comment": "Changes of articles: those that began a version, and those of looks within one."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the change.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The article.")
    version_id: Mapped[int] = mapped_column(ForeignKey("article_version.id"), comment="The later version.")
    previous_version_id: Mapped[int] = mapped_column(
        ForeignKey("article_version.id"),
        comment="The earlier version; the same as the later one for a change of looks.",
    )
    before_document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), comment="The text before.")
    after_document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), comment="The text after.")
    changed_after: Mapped[datetime] = mapped_column(comment="Last time the article was seen before it.")
    changed_by: Mapped[datetime] = mapped_column(comment="First time the text after it was seen.")
    kind: Mapped[str] = mapped_column(comment="What kind of change it is.")
    title_changed: Mapped[bool] = mapped_column(comment="Whether the headline changed.")
    standfirst_changed: Mapped[bool] = mapped_column(comment="Whether the standfirst changed.")
    byline_changed: Mapped[bool] = mapped_column(comment="Whether the byline changed.")
    section_changed: Mapped[bool] = mapped_column(comment="Whether the section changed.")
    date_changed: Mapped[bool] = mapped_column(comment="Whether the publication date changed.")
    tags_changed: Mapped[bool] = mapped_column(comment="Whether the tags changed.")
    body_changed: Mapped[bool] = mapped_column(comment="Whether the body changed.")
    words_added: Mapped[int] = mapped_column(comment="Words of headline, standfirst and body that came.")
    words_removed: Mapped[int] = mapped_column(comment="Words of headline, standfirst and body that went.")
    similarity: Mapped[float] = mapped_column(Float, comment="Share of words kept, from 0 to 1.")
    correction_note: Mapped[str | None] = mapped_column(
        comment="The correction the page states since; NULL when it states none."
    )
    recorded_at: Mapped[datetime] = mapped_column(comment="When the archive recorded it.")
    superseded_at: Mapped[datetime | None] = mapped_column(
        comment="When another reading took its place; NULL while it is believed."
    )
