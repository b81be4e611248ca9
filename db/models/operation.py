"""Outlets, runs, layouts as extractors, and the dictionary."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, one_of
from db.types import Json, RowId
from db.words import Decision, Kind, Trigger, Verdict


class Outlet(Base):
    """A title that is followed."""

    __tablename__ = "outlet"
    __table_args__ = (UniqueConstraint("key"), {"comment": "Titles that are followed."})

    id: Mapped[RowId] = mapped_column(comment="Number of the outlet.")
    key: Mapped[str] = mapped_column(comment="Short name, as typed on the command line.")
    title: Mapped[str] = mapped_column(comment="Name as readers know it.")
    home: Mapped[str] = mapped_column(comment="Address of the home page.")
    publisher: Mapped[str] = mapped_column(comment="Who publishes it.")
    timezone: Mapped[str] = mapped_column(comment="IANA zone of the outlet's local times and days.")
    example: Mapped[bool] = mapped_column(comment="True for an invented outlet of the demo.")


class Run(Base):
    """One piece of work: a crawl, a recheck, a back-fill."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("trigger", Trigger),
        one_of("verdict", Verdict),
        Index(None, "outlet_id", "started_at"),
        {"comment": "Pieces of work: each crawl, recheck and back-fill with its end."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the run.")
    outlet_id: Mapped[int | None] = mapped_column(
        ForeignKey("outlet.id"), comment="Outlet crawled; NULL for work over all outlets."
    )
    kind: Mapped[str] = mapped_column(comment="What was done.")
    trigger: Mapped[str] = mapped_column(comment="Who started it.")
    scheduled_for: Mapped[datetime | None] = mapped_column(
        comment="When the schedule wanted it; NULL when nobody scheduled it."
    )
    started_at: Mapped[datetime] = mapped_column(comment="When it began.")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it ended; NULL while under way.")
    host: Mapped[str] = mapped_column(comment="Machine it ran on.")
    pid: Mapped[int] = mapped_column(comment="Process it ran in.")
    verdict: Mapped[str | None] = mapped_column(comment="How it ended; NULL while under way.")
    reason: Mapped[str | None] = mapped_column(comment="A sentence on the verdict.")
    counts: Mapped[Any | None] = mapped_column(Json, comment="What was counted, as JSON.")
    peak_memory_bytes: Mapped[int | None] = mapped_column(comment="Most memory its process held, in bytes.")
    software_version: Mapped[str] = mapped_column(comment="Version of this software that ran.")
    order_json: Mapped[Any | None] = mapped_column(Json, comment="What was asked for, as JSON.")


class Extractor(Base):
    """A layout at one version.

    Global, not per outlet: a layout is one class that several titles share, its version is raised with
    its code, so a row per outlet would only repeat itself (crawlers/layout.py).
    """

    __tablename__ = "extractor"
    __table_args__ = (
        UniqueConstraint("layout", "version"),
        {"comment": "Layouts at their versions: what can have read a page."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the extractor.")
    layout: Mapped[str] = mapped_column(comment="Name of the layout.")
    version: Mapped[int] = mapped_column(comment="Version of the layout's code.")
    first_used_at: Mapped[datetime] = mapped_column(comment="When it first read a page for this archive.")


class Hold(Base):
    """Readings of one run that are not believed until a person decides: too many changed alike."""

    __tablename__ = "hold"
    __table_args__ = (
        one_of("decision", Decision),
        UniqueConstraint("run_id", "layout"),
        Index(None, "outlet_id", "layout"),
        {"comment": "Readings held back because too many articles changed alike in one run."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the hold.")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="Run that met the changes.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet they are of.")
    layout: Mapped[str] = mapped_column(comment="Layout that read them.")
    rechecked: Mapped[int] = mapped_column(comment="Known articles the run read with that layout.")
    affected: Mapped[int] = mapped_column(comment="How many of them are held.")
    sign: Mapped[str] = mapped_column(comment="What so many of them had in common, in words.")
    held_at: Mapped[datetime] = mapped_column(comment="When they were held.")
    decision: Mapped[str | None] = mapped_column(comment="What was decided; NULL while open.")
    decided_at: Mapped[datetime | None] = mapped_column(comment="When that was decided; NULL while open.")


class DataDictionary(Base):
    """What every column of every table and view means."""

    __tablename__ = "data_dictionary"
    __table_args__ = ({"comment": "What every column of every table and view means."},)

    relation: Mapped[str] = mapped_column(primary_key=True, comment="Table or view.")
    column_name: Mapped[str] = mapped_column(primary_key=True, comment="Column of it.")
    relation_kind: Mapped[str] = mapped_column(comment="table (internal) or view (stable).")
    position: Mapped[int] = mapped_column(comment="Place of the column in it, from 1.")
    description: Mapped[str] = mapped_column(comment="What the column holds.")
