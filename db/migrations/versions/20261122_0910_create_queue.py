"""Create the empty PostgreSQL schema of the queue that several machines share."""

import sqlalchemy as sa
from alembic import op

from db import views

revision = "20261122_0910"
down_revision = "20261122_0900"
branch_labels = None
depends_on = None

SCHEMA = "procrastinate"
OURS = "cuttings queue"


def upgrade() -> None:
    """Make the schema; what goes into it is the library's, at the library's version (db/queue.py).

    A database user who may not make schemas goes without: a single machine needs no queue, and the
    first worker says what is missing.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    views.drop(op.get_bind())
    missing = sa.text("SELECT to_regnamespace(:name) IS NULL").bindparams(name=SCHEMA)
    may = sa.text("SELECT has_database_privilege(current_database(), 'CREATE')")
    if op.get_bind().execute(missing).scalar_one() and op.get_bind().execute(may).scalar_one():
        op.execute(f"CREATE SCHEMA {SCHEMA}")
        op.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{OURS}'")
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop the queue with the jobs that wait in it; one that something else made stays."""
    if op.get_bind().dialect.name != "postgresql":
        return
    views.drop(op.get_bind())
    comment = sa.text("SELECT obj_description(to_regnamespace(:name), 'pg_namespace')").bindparams(
        name=SCHEMA
    )
    if str(op.get_bind().execute(comment).scalar_one()).startswith(OURS):
        op.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    views.create(op.get_bind(), down_revision)
