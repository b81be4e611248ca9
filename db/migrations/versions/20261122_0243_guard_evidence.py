"""Guard the evidence: rows of capture, document and payload are never changed nor deleted."""

from alembic import op

revision = "20261122_0243"
down_revision = "20261122_0242"
branch_labels = None
depends_on = None

GUARDED = ("capture", "document", "payload")


def upgrade() -> None:
    """Let the database itself refuse to change evidence."""
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    """Drop the guards."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in GUARDED:
        for action in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{action}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION cuttings_refuse()")


def _guard_sqlite() -> None:
    for table in GUARDED:
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION cuttings_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in GUARDED:
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action} BEFORE {action} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION cuttings_refuse()"
            )
