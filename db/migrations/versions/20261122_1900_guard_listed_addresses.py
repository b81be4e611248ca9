"""Guard withdrawn articles in what web archives list, under every spelling of their addresses."""

from alembic import op

from db import views

revision = "20261122_1900"
down_revision = "20261122_1400"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the views anew: `mementos` asks for all spellings."""
    views.drop(op.get_bind())
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Make them as they were: `mementos` asks for the listed spelling."""
    views.drop(op.get_bind())
    views.create(op.get_bind(), down_revision)
