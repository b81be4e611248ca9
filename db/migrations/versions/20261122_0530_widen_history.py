"""Widen the history: holds, comment lists, retracted versions, changes on the system-time axis."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db import views

revision = "20261122_0530"
down_revision = "20261122_0244"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

REASONS = (
    "empty_page not_html no_title no_body not_an_article "
    "out_of_dates unreadable bad_feed bad_sitemap too_large"
)
WIDER_REASONS = REASONS.replace("not_an_article", "not_an_article soft_404")
KINDS = "typo minor major rewrite headline_only details_only reverted reappeared"
BELIEVED = sa.text("superseded_at IS NULL")
NOT_RETRACTED = sa.text("retracted_at IS NULL")
OPEN = sa.text("valid_to IS NULL AND retracted_at IS NULL")
WAS_OPEN = sa.text("valid_to IS NULL")


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column with its sentence."""
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def row_id(comment: str) -> sa.Column[Any]:
    """Give the column that numbers the rows."""
    return sa.Column("id", WHOLE, sa.Identity(), primary_key=True, comment=comment)


def refers(name: str, target: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Give a column that refers to another table."""
    return sa.Column(name, WHOLE, sa.ForeignKey(target), nullable=nullable, comment=comment)


def one_of(name: str, words: str) -> str:
    """Give the condition that a text column holds one of the words."""
    return f"{name} IN ({', '.join(repr(word) for word in words.split())})"


def unique_where(name: str, table: str, columns: list[str], where: Any) -> None:
    """Create an index that is unique among some rows."""
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    """Alter the tables; the views come back with the next revision."""
    views.drop(op.get_bind())
    create_comment_list()
    create_hold()
    widen_extraction()
    widen_article()
    widen_article_version()
    widen_comment_version()
    renew_article_change()
    swap_check("rejection", "reason", WIDER_REASONS)
    leave_room("SET (fillfactor = 80)")


def downgrade() -> None:
    """Take it all back; versions that are no longer believed go, and so do changes of looks."""
    leave_room("RESET (fillfactor)")
    renew_rejection_without_soft_404()
    narrow_article_change()
    op.drop_index("ix_comment_version_comment_id_valid_from", "comment_version")
    with op.batch_alter_table("comment_version") as batch:
        batch.drop_constraint(op.f("ck_comment_version_ended_by_known"), type_="check")
        batch.drop_column("ended_by")
        batch.drop_column("end_recorded_at")
    narrow_article_version()
    op.drop_index("ix_article_outlet_id_next_check_at", "article")
    op.drop_index("ix_article_unplanned", "article")
    op.create_index("ix_article_outlet_id_last_checked_at", "article", ["outlet_id", "last_checked_at"])
    with op.batch_alter_table("article") as batch:
        batch.drop_column("last_changed_at")
        batch.drop_column("last_commented_at")
        batch.alter_column(
            "next_check_at",
            existing_type=INSTANT,
            comment="When to ask again; NULL until a schedule says so.",
        )
    op.create_index("ix_article_next_check_at", "article", ["next_check_at"])
    for name in ("ix_extraction_document_id", "ix_extraction_hold_id"):
        op.drop_index(name, "extraction")
    with op.batch_alter_table("extraction") as batch:
        for name in ("comment_list", "hold"):
            batch.drop_constraint(f"fk_extraction_{name}_id_{name}", type_="foreignkey")
            batch.drop_column(f"{name}_id")
        batch.drop_column("reread_at")
        batch.alter_column("outcome", existing_type=sa.Text(), comment="What that came to for the article.")
    op.drop_table("hold")
    op.drop_table("comment_list")
    views.create(op.get_bind(), down_revision)


def leave_room(how: str) -> None:
    """Say how full PostgreSQL fills the pages of rows that each visit touches."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("article", "article_version", "comment", "comment_version"):
            op.execute(f"ALTER TABLE {table} {how}")


def create_comment_list() -> None:
    """Create comment_list."""
    op.create_table(
        "comment_list",
        row_id("Number of the list."),
        column("sha256", sa.Text(), "SHA-256 over the list."),
        column("comments", JSON, "The comments in page order, a JSON list."),
        sa.UniqueConstraint("sha256"),
        comment="What pages showed as their comments, each list once: personal data.",
    )


def create_hold() -> None:
    """Create hold."""
    op.create_table(
        "hold",
        row_id("Number of the hold."),
        refers("run_id", "run.id", "Run that met the changes."),
        refers("outlet_id", "outlet.id", "Outlet they are of."),
        column("layout", sa.Text(), "Layout that read them."),
        column("rechecked", WHOLE, "Known articles the run read with that layout."),
        column("affected", WHOLE, "How many of them are held."),
        column("sign", sa.Text(), "What so many of them had in common, in words."),
        column("held_at", INSTANT, "When they were held."),
        column("decision", sa.Text(), "What was decided; NULL while open.", nullable=True),
        column("decided_at", INSTANT, "When that was decided; NULL while open.", nullable=True),
        sa.CheckConstraint(one_of("decision", "released discarded"), name=op.f("ck_hold_decision_known")),
        sa.UniqueConstraint("run_id", "layout"),
        comment="Readings held back because too many articles changed alike in one run.",
    )
    op.create_index("ix_hold_outlet_id_layout", "hold", ["outlet_id", "layout"])


def widen_extraction() -> None:
    """Let a reading name its comments, and the hold on it."""
    told = {
        "comment_list": "The comments on the page; NULL where they were not kept (read before they were).",
        "hold": "The hold on it; NULL when it was believed at once.",
    }
    with op.batch_alter_table("extraction") as batch:
        for name, comment in told.items():
            batch.add_column(column(f"{name}_id", WHOLE, comment, nullable=True))
            batch.create_foreign_key(f"fk_extraction_{name}_id_{name}", name, [f"{name}_id"], ["id"])
        again = "When the same extractor last read them again; NULL when it never did."
        batch.add_column(column("reread_at", INSTANT, again, nullable=True))
        batch.alter_column(
            "outcome",
            existing_type=sa.Text(),
            comment="What that came to for the article when it was read.",
        )
    op.create_index("ix_extraction_document_id", "extraction", ["document_id"])
    op.create_index("ix_extraction_hold_id", "extraction", ["hold_id"])


def widen_article() -> None:
    """Let an article say when it last changed; find those due outlet by outlet."""
    op.drop_index("ix_article_next_check_at", "article")
    with op.batch_alter_table("article") as batch:
        batch.add_column(
            column(
                "last_changed_at",
                INSTANT,
                "When its text last changed; of a first version, when it was published, as far as known.",
                nullable=True,
            )
        )
        told = "When its newest comment was posted, as far as known; NULL without comments."
        batch.add_column(column("last_commented_at", INSTANT, told, nullable=True))
        batch.alter_column(
            "next_check_at",
            existing_type=INSTANT,
            comment="When to ask again (db/recheck.py); NULL: at the next opportunity.",
        )
    op.create_index("ix_article_outlet_id_next_check_at", "article", ["outlet_id", "next_check_at"])
    op.drop_index("ix_article_outlet_id_last_checked_at", "article")
    where = sa.text("next_check_at IS NULL")
    op.create_index(
        "ix_article_unplanned",
        "article",
        ["outlet_id", "last_checked_at"],
        sqlite_where=where,
        postgresql_where=where,
    )


def widen_article_version() -> None:
    """Let a version say what ended it, and that it is no longer believed."""
    op.drop_index("uq_article_version_open", "article_version")
    with op.batch_alter_table("article_version") as batch:
        batch.drop_constraint("uq_article_version_article_id_seq", type_="unique")
        told = "What ended it: another text, or the article's absence; NULL while it is shown."
        batch.add_column(column("ended_by", sa.Text(), told, nullable=True))
        told = "When the archive recorded that end; NULL while it is shown."
        batch.add_column(column("end_recorded_at", INSTANT, told, nullable=True))
        told = "When the archive ceased to believe it; NULL while it is believed."
        batch.add_column(column("retracted_at", INSTANT, told, nullable=True))
        told = "Why it did: rebuilt, artefact or drift."
        batch.add_column(column("retract_reason", sa.Text(), told, nullable=True))
        batch.create_check_constraint(
            op.f("ck_article_version_ended_by_known"), one_of("ended_by", "changed missing gone redirected")
        )
        batch.create_check_constraint(
            op.f("ck_article_version_retract_reason_known"),
            one_of("retract_reason", "rebuilt artefact drift"),
        )
    unique_where("uq_article_version_seq", "article_version", ["article_id", "seq"], NOT_RETRACTED)
    unique_where("uq_article_version_open", "article_version", ["article_id"], OPEN)
    op.create_index(
        "ix_article_version_article_id_valid_from", "article_version", ["article_id", "valid_from"]
    )
    op.create_index("ix_article_text_version_id", "article_text", ["version_id"])


def narrow_article_version() -> None:
    """Undo :func:`widen_article_version`."""
    op.drop_index("ix_article_text_version_id", "article_text")
    op.execute(
        "DELETE FROM article_text WHERE version_id IN "
        "(SELECT id FROM article_version WHERE retracted_at IS NOT NULL)"
    )
    op.execute("DELETE FROM article_version WHERE retracted_at IS NOT NULL")
    for name in (
        "uq_article_version_seq",
        "uq_article_version_open",
        "ix_article_version_article_id_valid_from",
    ):
        op.drop_index(name, "article_version")
    with op.batch_alter_table("article_version") as batch:
        for name in ("ended_by", "retract_reason"):
            batch.drop_constraint(op.f(f"ck_article_version_{name}_known"), type_="check")
        for name in ("ended_by", "end_recorded_at", "retracted_at", "retract_reason"):
            batch.drop_column(name)
        batch.create_unique_constraint("uq_article_version_article_id_seq", ["article_id", "seq"])
    unique_where("uq_article_version_open", "article_version", ["article_id"], WAS_OPEN)


def widen_comment_version() -> None:
    """Let a version of a comment say what ended it."""
    with op.batch_alter_table("comment_version") as batch:
        told = "What ended it: another wording, or its removal; NULL while it is shown."
        batch.add_column(column("ended_by", sa.Text(), told, nullable=True))
        told = "When the archive recorded that end; NULL while it is shown."
        batch.add_column(column("end_recorded_at", INSTANT, told, nullable=True))
        batch.create_check_constraint(
            op.f("ck_comment_version_ended_by_known"), one_of("ended_by", "edited removed")
        )
    op.create_index(
        "ix_comment_version_comment_id_valid_from", "comment_version", ["comment_id", "valid_from"]
    )


def flags() -> list[sa.Column[Any]]:
    """Give the columns of a change that stay as they were."""
    names = ("title", "standfirst", "byline", "section", "date", "tags", "body")
    told = ("headline", "standfirst", "byline", "section", "publication date", "tags", "body")
    return [
        *(
            column(f"{name}_changed", sa.Boolean(), f"Whether the {words} changed.")
            for name, words in zip(names, told, strict=True)
        ),
        column("words_added", WHOLE, "Words of headline, standfirst and body that came."),
        column("words_removed", WHOLE, "Words of headline, standfirst and body that went."),
        column("similarity", sa.Float(), "Share of words kept, from 0 to 1."),
    ]


def renew_article_change() -> None:
    """Give changes numbers of their own, their texts and windows, and a time they were believed."""
    op.execute("CREATE TABLE article_change_kept AS SELECT * FROM article_change")
    op.drop_table("article_change")
    op.create_table(
        "article_change",
        row_id("Number of the change."),
        refers("article_id", "article.id", "The article."),
        refers("version_id", "article_version.id", "The later version."),
        refers(
            "previous_version_id",
            "article_version.id",
            "The earlier version; the same as the later one for a change of looks.",
        ),
        refers("before_document_id", "document.id", "The text before."),
        refers("after_document_id", "document.id", "The text after."),
        column("changed_after", INSTANT, "Last time the article was seen before it."),
        column("changed_by", INSTANT, "First time the text after it was seen."),
        column("kind", sa.Text(), "What kind of change it is (db/changes.py)."),
        *flags(),
        column(
            "correction_note",
            sa.Text(),
            "The correction the page states since; NULL when it states none.",
            nullable=True,
        ),
        column("recorded_at", INSTANT, "When the archive recorded it."),
        column(
            "superseded_at",
            INSTANT,
            "When another reading took its place; NULL while it is believed.",
            nullable=True,
        ),
        sa.CheckConstraint(
            # In the order of the vocabulary: the check of a migrated database equals the models'.
            one_of(
                "kind",
                f"cosmetic correction_note {KINDS}",
            ),
            name=op.f("ck_article_change_kind_known"),
        ),
        comment="Changes of articles: those that began a version, and those of looks within one.",
    )
    named = ", ".join(column.name for column in flags())
    op.execute(
        "INSERT INTO article_change (article_id, version_id, previous_version_id, before_document_id, "  # noqa: S608 - our own columns
        f"after_document_id, changed_after, changed_by, kind, {named}, recorded_at) "
        "SELECT v.article_id, c.version_id, c.previous_version_id, b.document_id, t.document_id, "
        f"coalesce(v.changed_after, v.valid_from), v.valid_from, c.kind, {named}, v.recorded_at "
        "FROM article_change_kept c JOIN article_version v ON v.id = c.version_id "
        "JOIN article_text t ON t.version_id = c.version_id AND t.superseded_at IS NULL "
        "JOIN article_text b ON b.version_id = c.previous_version_id AND b.superseded_at IS NULL "
        "ORDER BY c.version_id"
    )
    op.drop_table("article_change_kept")
    unique_where("uq_article_change_current", "article_change", ["article_id", "changed_by"], BELIEVED)
    op.create_index("ix_article_change_version_id", "article_change", ["version_id"])
    op.create_index("ix_article_change_changed_by", "article_change", ["changed_by"])


def narrow_article_change() -> None:
    """Undo :func:`renew_article_change`."""
    op.execute(
        "CREATE TABLE article_change_kept AS SELECT * FROM article_change WHERE superseded_at IS NULL "
        "AND version_id <> previous_version_id AND version_id IN "
        "(SELECT id FROM article_version WHERE retracted_at IS NULL)"
    )
    op.drop_table("article_change")
    op.create_table(
        "article_change",
        sa.Column(
            "version_id",
            WHOLE,
            sa.ForeignKey("article_version.id"),
            primary_key=True,
            autoincrement=False,
            comment="The later version.",
        ),
        refers("previous_version_id", "article_version.id", "The earlier version."),
        column("kind", sa.Text(), "What kind of change it is (db/changes.py)."),
        *flags(),
        sa.CheckConstraint(one_of("kind", KINDS), name=op.f("ck_article_change_kind_known")),
        comment="How a version differs from the one before it.",
    )
    named = ", ".join(column.name for column in flags())
    op.execute(
        f"INSERT INTO article_change (version_id, previous_version_id, kind, {named}) "  # noqa: S608 - the same
        "SELECT version_id, previous_version_id, "
        f"CASE kind WHEN 'correction_note' THEN 'minor' ELSE kind END, {named} FROM article_change_kept"
    )
    op.drop_table("article_change_kept")


def swap_check(table: str, name: str, words: str) -> None:
    """Let a text column hold other words than before."""
    constraint = f"ck_{table}_{name}_known"
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(constraint), type_="check")
        batch.create_check_constraint(op.f(constraint), one_of(name, words))


def renew_rejection_without_soft_404() -> None:
    """Undo the widening of rejection.reason."""
    op.execute("UPDATE rejection SET reason = 'not_an_article' WHERE reason = 'soft_404'")
    swap_check("rejection", "reason", REASONS)
