"""Create schedules, processes and problems; let a run be asked to stop."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from db import views

revision = "20261122_0900"
down_revision = "20261122_0531"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

KINDS = "crawl recheck backfill reextract import"
WIDER_KINDS = f"{KINDS} maintenance"


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column with its sentence."""
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def row_id(comment: str) -> sa.Column[Any]:
    """Give the column that numbers the rows."""
    return sa.Column("id", WHOLE, sa.Identity(), primary_key=True, comment=comment)


def outlet(comment: str) -> sa.Column[Any]:
    """Give the column that refers to an outlet, or to none."""
    return sa.Column("outlet_id", WHOLE, sa.ForeignKey("outlet.id"), nullable=True, comment=comment)


def known(table: str, name: str, words: str) -> sa.CheckConstraint:
    """Give the check that a text column holds one of the words."""
    listed = ", ".join(repr(word) for word in words.split())
    return sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}_known"))


def upgrade() -> None:
    """Make the tables and widen ``run``."""
    views.drop(op.get_bind())
    widen_run()
    create_schedule()
    create_process()
    create_problem()
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop the tables; runs of maintenance go, since the older schema has no word for them."""
    views.drop(op.get_bind())
    op.drop_table("problem")
    op.drop_table("process")
    op.drop_table("schedule")
    op.execute("DELETE FROM run WHERE kind = 'maintenance'")
    op.drop_index("ix_run_under_way", "run")
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint(op.f("ck_run_kind_known"), type_="check")
        batch.create_check_constraint(op.f("ck_run_kind_known"), known("run", "kind", KINDS).sqltext)
        batch.drop_column("stop_requested_at")
    views.create(op.get_bind(), down_revision)


def widen_run() -> None:
    """Let a run be asked to stop, and be of maintenance; index the few that are under way."""
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint(op.f("ck_run_kind_known"), type_="check")
        batch.create_check_constraint(op.f("ck_run_kind_known"), known("run", "kind", WIDER_KINDS).sqltext)
        batch.add_column(
            column(
                "stop_requested_at",
                INSTANT,
                "When a person asked it to stop; NULL when nobody did.",
                nullable=True,
            )
        )
    living = sa.text("ended_at IS NULL")
    op.create_index("ix_run_under_way", "run", ["host"], sqlite_where=living, postgresql_where=living)


def create_schedule() -> None:
    """Create the table of when work is done."""
    op.create_table(
        "schedule",
        row_id("Number of the schedule."),
        column("name", sa.Text(), "Name of the schedule: crawl:nhe, recheck:nhe, maintenance."),
        outlet("Outlet it is for; NULL for work over all outlets."),
        column("kind", sa.Text(), "What is done."),
        column("timing", sa.Text(), "When: every 1h, cron 0 6 * * mon-fri, or calendar 1 week at 06:30."),
        column("timezone", sa.Text(), "IANA zone that cron and calendar timings are read in."),
        column("jitter_seconds", WHOLE, "Most seconds by which a start is put off at random."),
        column("overlap", sa.Text(), "What becomes of a slot that comes while the last one runs."),
        column("catch_up", sa.Text(), "What becomes of slots that passed while no daemon ran."),
        column("adaptive", sa.Boolean(), "True: the interval follows how much is new."),
        column(
            "interval_seconds",
            sa.Double(),
            "Interval an adaptive schedule has come to, in seconds; NULL until it has.",
            nullable=True,
        ),
        column("declared", sa.Boolean(), "True: as the outlet declares it; False: set by a person."),
        column("paused_at", INSTANT, "When it was paused; NULL when it is not.", nullable=True),
        column("paused_until", INSTANT, "When the pause ends by itself; NULL: it does not.", nullable=True),
        column("pause_reason", sa.Text(), "Why it was paused, in the person's words.", nullable=True),
        column(
            "last_slot_at", INSTANT, "Latest slot that was answered: by a run, or by a skip.", nullable=True
        ),
        column("next_slot_at", INSTANT, "Next slot as the daemon has it; NULL before it ran.", nullable=True),
        column(
            "asked_at",
            INSTANT,
            "When a person asked for a run at once that has not begun; NULL when nobody did.",
            nullable=True,
        ),
        column("changed_at", INSTANT, "When a person last changed it, or when it was made."),
        known("schedule", "kind", WIDER_KINDS),
        known("schedule", "overlap", "skip queue replace"),
        known("schedule", "catch_up", "once none"),
        sa.UniqueConstraint("name"),
        comment="When each outlet is crawled and rechecked, and when the archive is tidied.",
    )


def create_process() -> None:
    """Create the table of daemons and workers."""
    op.create_table(
        "process",
        row_id("Number of the process."),
        column("role", sa.Text(), "What it does."),
        column("host", sa.Text(), "Machine it runs on."),
        column("pid", WHOLE, "Process id on that machine."),
        column("home", sa.Text(), "Folder of its captures and logs."),
        column("address", sa.Text(), "Where its status page answers; NULL without one.", nullable=True),
        column("software_version", sa.Text(), "Version of this software that runs."),
        column("started_at", INSTANT, "When it began."),
        column("beat_at", INSTANT, "Its last sign of life."),
        column("ended_at", INSTANT, "When it ended in good order; NULL: it lives, or died.", nullable=True),
        known("process", "role", "daemon worker"),
        comment="Daemons and workers with their last sign of life.",
    )
    op.create_index("ix_process_beat_at", "process", ["beat_at"])


def create_problem() -> None:
    """Create the table of problems, at most one open of each key."""
    op.create_table(
        "problem",
        row_id("Number of the problem."),
        column("key", sa.Text(), "What is wrong with what: no_success:nhe, disk_low."),
        outlet("Outlet it is about; NULL when it is about the whole."),
        column("severity", sa.Text(), "How much it asks of the operator."),
        column("message", sa.Text(), "A sentence that says what is wrong and what to do."),
        column("first_seen_at", INSTANT, "When it was met first."),
        column("last_seen_at", INSTANT, "When it was met last."),
        column("told_at", INSTANT, "When the alert went out; NULL when it has not.", nullable=True),
        column("over_at", INSTANT, "When it was over; NULL while it is not.", nullable=True),
        column("over_told_at", INSTANT, "When its end was told; NULL when it has not been.", nullable=True),
        known("problem", "severity", "warning critical"),
        comment="What was wrong with the archive's operation, from when until when.",
    )
    still = sa.text("over_at IS NULL")
    op.create_index(
        "uq_problem_key_open",
        "problem",
        ["key"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
