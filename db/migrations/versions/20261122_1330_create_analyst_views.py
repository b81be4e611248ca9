"""Create the analysts' views."""

from alembic import op

from db import analysts, views

revision = "20261122_1330"
down_revision = "20261122_1320"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    views.drop(op.get_bind())
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop them, and the analysts' schemas."""
    views.drop(op.get_bind())
    analysts.drop_schemas(op.get_bind())
    views.create(op.get_bind(), down_revision)
