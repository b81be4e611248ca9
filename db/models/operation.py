"""Outlets, runs, layouts as extractors, and the dictionary."""

from datetime import datetime
from typing import Any

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, one_of
from db.types import Json, RowId
from db.words import CatchUp, Decision, Kind, Overlap, Role, Severity, Trigger, Verdict


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
    verified_at: Mapped[datetime | None] = mapped_column(
        comment="When a check of the live outlet last succeeded here; NULL when none did."
    )


class Run(Base):
    """One piece of work: a crawl, a recheck, a back-fill."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("trigger", Trigger),
        one_of("verdict", Verdict),
        Index(None, "outlet_id", "started_at"),
        Index(
            "ix_run_under_way",
            "host",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
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
    stop_requested_at: Mapped[datetime | None] = mapped_column(
        comment="When a person asked it to stop; NULL when nobody did."
    )


class Schedule(Base):
    """When one kind of work is done for one outlet; kept up by `cuttings schedule` and the daemon."""

    __tablename__ = "schedule"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("overlap", Overlap),
        one_of("catch_up", CatchUp),
        UniqueConstraint("name"),
        {"comment": "When each outlet is crawled and rechecked, and when the archive is tidied."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the schedule.")
    name: Mapped[str] = mapped_column(comment="Name of the schedule: crawl:nhe, recheck:nhe, maintenance.")
    outlet_id: Mapped[int | None] = mapped_column(
        ForeignKey("outlet.id"), comment="Outlet it is for; NULL for work over all outlets."
    )
    kind: Mapped[str] = mapped_column(comment="What is done.")
    timing: Mapped[str] = mapped_column(
        comment="When: every 1h, cron 0 6 * * mon-fri, or calendar 1 week at 06:30."
    )
    timezone: Mapped[str] = mapped_column(comment="IANA zone that cron and calendar timings are read in.")
    jitter_seconds: Mapped[int] = mapped_column(comment="Most seconds by which a start is put off at random.")
    overlap: Mapped[str] = mapped_column(comment="What becomes of a slot that comes while the last one runs.")
    catch_up: Mapped[str] = mapped_column(comment="What becomes of slots that passed while no daemon ran.")
    adaptive: Mapped[bool] = mapped_column(comment="True: the interval follows how much is new.")
    interval_seconds: Mapped[float | None] = mapped_column(
        Double(), comment="Interval an adaptive schedule has come to, in seconds; NULL until it has."
    )
    declared: Mapped[bool] = mapped_column(comment="True: as the outlet declares it; False: set by a person.")
    paused_at: Mapped[datetime | None] = mapped_column(comment="When it was paused; NULL when it is not.")
    paused_until: Mapped[datetime | None] = mapped_column(
        comment="When the pause ends by itself; NULL: it does not."
    )
    pause_reason: Mapped[str | None] = mapped_column(comment="Why it was paused, in the person's words.")
    last_slot_at: Mapped[datetime | None] = mapped_column(
        comment="Latest slot that was answered: by a run, or by a skip."
    )
    next_slot_at: Mapped[datetime | None] = mapped_column(
        comment="Next slot as the daemon has it; NULL before it ran."
    )
    asked_at: Mapped[datetime | None] = mapped_column(
        comment="When a person asked for a run at once that has not begun; NULL when nobody did."
    )
    changed_at: Mapped[datetime] = mapped_column(
        comment="When a person last changed it, or when it was made."
    )


class Process(Base):
    """A daemon or a worker, as long as it lives and for a while after."""

    __tablename__ = "process"
    __table_args__ = (
        one_of("role", Role),
        Index(None, "beat_at"),
        {"comment": "Daemons and workers with their last sign of life."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the process.")
    role: Mapped[str] = mapped_column(comment="What it does.")
    host: Mapped[str] = mapped_column(comment="Machine it runs on.")
    pid: Mapped[int] = mapped_column(comment="Process id on that machine.")
    home: Mapped[str] = mapped_column(comment="Folder of its captures and logs.")
    address: Mapped[str | None] = mapped_column(comment="Where its status page answers; NULL without one.")
    software_version: Mapped[str] = mapped_column(comment="Version of this software that runs.")
    started_at: Mapped[datetime] = mapped_column(comment="When it began.")
    beat_at: Mapped[datetime] = mapped_column(comment="Its last sign of life.")
    ended_at: Mapped[datetime | None] = mapped_column(
        comment="When it ended in good order; NULL: it lives, or died."
    )


class Problem(Base):
    """Something the operator should know, from when it was met until it was over."""

    __tablename__ = "problem"
    __table_args__ = (
        one_of("severity", Severity),
        Index(
            "uq_problem_key_open",
            "key",
            unique=True,
            sqlite_where=text("over_at IS NULL"),
            postgresql_where=text("over_at IS NULL"),
        ),
        {"comment": "What was wrong with the archive's operation, from when until when."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the problem.")
    key: Mapped[str] = mapped_column(comment="What is wrong with what: no_success:nhe, disk_low.")
    outlet_id: Mapped[int | None] = mapped_column(
        ForeignKey("outlet.id"), comment="Outlet it is about; NULL when it is about the whole."
    )
    severity: Mapped[str] = mapped_column(comment="How much it asks of the operator.")
    message: Mapped[str] = mapped_column(comment="A sentence that says what is wrong and what to do.")
    first_seen_at: Mapped[datetime] = mapped_column(comment="When it was met first.")
    last_seen_at: Mapped[datetime] = mapped_column(comment="When it was met last.")
    told_at: Mapped[datetime | None] = mapped_column(comment="When the alert went out; NULL when it has not.")
    over_at: Mapped[datetime | None] = mapped_column(comment="When it was over; NULL while it is not.")
    over_told_at: Mapped[datetime | None] = mapped_column(
        comment="When its end was told; NULL when it has not been."
    )


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
