"""Create the dictionary and the views."""

import sqlalchemy as sa
from alembic import op

from db import views

revision = "20261122_0244"
down_revision = "20261122_0243"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the dictionary's table, then the views; making views fills the dictionary."""
    op.create_table(
        "data_dictionary",
        sa.Column("relation", sa.Text(), primary_key=True, comment="Table or view."),
        sa.Column("column_name", sa.Text(), primary_key=True, comment="Column of it."),
        sa.Column("relation_kind", sa.Text(), nullable=False, comment="table (internal) or view (stable)."),
        sa.Column("position", WHOLE, nullable=False, comment="Place of the column in it, from 1."),
        sa.Column("description", sa.Text(), nullable=False, comment="What the column holds."),
        comment="What every column of every table and view means.",
    )
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop them."""
    views.drop(op.get_bind())
    op.drop_table("data_dictionary")
