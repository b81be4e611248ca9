"""What archives list and give: backfills, their questions, the captures listed, articles that met."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.records import Via
from db.models.base import Base, one_of
from db.types import Json, RowId
from db.words import BackfillEnding, Choice, MatchDecision, MementoState


class Backfill(Base):
    """A wish to fetch what one kind of archive holds of an outlet, open until all of it is done."""

    __tablename__ = "backfill"
    __table_args__ = (
        one_of("via", Via),
        one_of("ended_by", BackfillEnding),
        Index(
            "uq_backfill_open",
            "outlet_id",
            "via",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"comment": "Backfills: what was asked of which kind of archive, open until it is done."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the backfill.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet it is for.")
    via: Mapped[str] = mapped_column(comment="Which kind of archive is asked.")
    paths: Mapped[Any] = mapped_column(Json, comment="Files or folders asked, a JSON list; else empty.")
    since: Mapped[date | None] = mapped_column(
        comment="First day of capture that is wanted, UTC; NULL: all before."
    )
    until: Mapped[date | None] = mapped_column(
        comment="Last day of capture that is wanted, UTC; NULL: all after."
    )
    started_at: Mapped[datetime] = mapped_column(comment="When it was asked for.")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it ended; NULL while it is open.")
    ended_by: Mapped[str | None] = mapped_column(comment="What ended it; NULL while it is open.")


class IndexQuery(Base):
    """One question to an archive's index, and how far it is answered."""

    __tablename__ = "index_query"
    __table_args__ = (
        one_of("via", Via),
        UniqueConstraint("outlet_id", "via", "archive", "scope"),
        {"comment": "Questions to archives' indexes, and how far each is answered."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the question.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet it is for.")
    via: Mapped[str] = mapped_column(comment="Which kind of archive is asked.")
    archive: Mapped[str] = mapped_column(comment="Which archive: wayback, a crawl's name, a file's path.")
    scope: Mapped[str] = mapped_column(comment="What is asked for, with the days wanted.")
    cursor: Mapped[str | None] = mapped_column(
        comment="Where to go on; NULL before the first page and at the end."
    )
    listed: Mapped[int] = mapped_column(comment="Rows listed so far, without repeated ones.")
    refused: Mapped[int] = mapped_column(comment="Rows so far that no reader can make sense of.")
    started_at: Mapped[datetime] = mapped_column(comment="When it was asked first.")
    advanced_at: Mapped[datetime] = mapped_column(comment="When a page of the answer was last stored.")
    done_at: Mapped[datetime | None] = mapped_column(
        comment="When the answer was whole; NULL while it is not."
    )


class Memento(Base):
    """A capture that an archive lists: an observation, fetched or not."""

    __tablename__ = "memento"
    __table_args__ = (
        one_of("via", Via),
        one_of("state", MementoState),
        one_of("choice", Choice),
        UniqueConstraint("outlet_id", "via", "url", "archived_at", "digest"),
        Index(None, "outlet_id", "via", "address_key", "archived_at"),
        Index(None, "outlet_id", "via", "state", "rank", "id"),
        {"comment": "Captures that archives list: each is an observation of its page, fetched or not."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the listed capture.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet of the page.")
    via: Mapped[str] = mapped_column(comment="Which kind of archive lists it.")
    archive: Mapped[str] = mapped_column(comment="Which archive: wayback, a crawl's name, a file's path.")
    url: Mapped[str] = mapped_column(comment="Address as the archive spells it.")
    address_key: Mapped[str] = mapped_column(
        comment="Key under which spellings of one address meet for certain (scheme, www, default port)."
    )
    archived_at: Mapped[datetime] = mapped_column(comment="When the archive took it.")
    place: Mapped[str] = mapped_column(
        comment="Where it lies in the archive, as the archive's client reads it."
    )
    digest: Mapped[str] = mapped_column(
        comment="SHA-1 in base 32 as the index states it; empty if it does not."
    )
    status: Mapped[int | None] = mapped_column(comment="HTTP status the index states; NULL if it does not.")
    content_type: Mapped[str | None] = mapped_column(
        comment="Kind of content the index states; NULL if none."
    )
    length: Mapped[int | None] = mapped_column(
        comment="Bytes of the archive's record, compressed; NULL if unknown."
    )
    state: Mapped[str] = mapped_column(comment="What became of it.")
    choice: Mapped[str | None] = mapped_column(comment="Why it is worth fetching; NULL when it is not.")
    rank: Mapped[int] = mapped_column(comment="Order in which chosen ones are fetched, lowest first.")
    sha256: Mapped[str | None] = mapped_column(
        comment="SHA-256 of the bytes it showed, its own or those of its like; NULL while unknown."
    )
    detail: Mapped[str | None] = mapped_column(comment="Why it cannot be had; NULL when nothing is wrong.")
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("run.id"), comment="Run that fetched or observed it; NULL while none did."
    )


class ArchivePause(Base):
    """An archive that must not be asked for a while."""

    __tablename__ = "archive_pause"
    __table_args__ = (
        UniqueConstraint("archive"),
        {"comment": "Archives that refused us, and until when nobody asks them."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the row.")
    archive: Mapped[str] = mapped_column(comment="The archive: wayback or commoncrawl.")
    until: Mapped[datetime] = mapped_column(comment="When it may be asked again.")
    refusals: Mapped[int] = mapped_column(comment="How many times in a row it refused us.")
    reason: Mapped[str] = mapped_column(comment="What it said, in a sentence.")


class ArticleMatch(Base):
    """Two articles of an outlet that look like one, and what was decided."""

    __tablename__ = "article_match"
    __table_args__ = (
        one_of("decision", MatchDecision),
        UniqueConstraint("article_id", "other_id"),
        Index(None, "other_id"),
        Index(None, "outlet_id", "decision"),
        {"comment": "Pairs of articles that look like one article at two addresses, with the evidence."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the pair.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet of both.")
    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id"), comment="The article that stays, or would stay, the lower number."
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("article.id"), comment="The article that was, or would be, merged into it."
    )
    share: Mapped[float] = mapped_column(Double, comment="Share of the text they have in common, 0 to 1.")
    evidence: Mapped[Any] = mapped_column(Json, comment="What speaks for it, a JSON object.")
    found_at: Mapped[datetime] = mapped_column(comment="When the pair was found.")
    decision: Mapped[str | None] = mapped_column(comment="What was decided; NULL while nobody did.")
    decided_at: Mapped[datetime | None] = mapped_column(
        comment="When that was decided; NULL while it is not."
    )
    by_person: Mapped[bool] = mapped_column(comment="True where a person decided, False where the rules did.")
    url_ids: Mapped[Any] = mapped_column(
        Json, comment="Addresses that the merged article brought, a JSON list of numbers of url."
    )
