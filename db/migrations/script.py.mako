"""${message}."""

import sqlalchemy as sa
from alembic import op

from db import views
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; the views are made anew over them."""
    views.drop(op.get_bind())
    ${upgrades if upgrades else "pass"}
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Undo it."""
    views.drop(op.get_bind())
    ${downgrades if downgrades else "pass"}
    views.create(op.get_bind(), down_revision)
