"""Create stories: copies across outlets, with their evidence."""

from alembic import op

from db import views

revision = "20261122_1300"
down_revision = "20261122_1200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    views.drop(op.get_bind())
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop them."""
    views.drop(op.get_bind())
    views.create(op.get_bind(), down_revision)
