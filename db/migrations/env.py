"""What Alembic runs: on the caller's connection, or on the database of the settings."""

from collections.abc import Iterable
from typing import Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from core.clock import now
from core.settings import load_settings
from db import schema
from db.engine import open_engine
from db.models import Base
from db.search_tables import is_modelled


def name_revision(
    _context: MigrationContext,
    _revision: str | Iterable[str | None] | Iterable[str],
    scripts: list[MigrationScript],
) -> None:
    """Give a new revision its minute as its name: readable in messages, and files sort by it."""
    for script in scripts:
        script.rev_id = now().strftime("%Y%m%d_%H%M")


def migrate(connection: Connection) -> None:
    """Run what Alembic was asked for; the transaction is the connection's."""
    options: dict[str, Any] = {
        "compare_type": True,
        "include_name": is_modelled,  # full text is not of the models
        "render_as_batch": True,  # SQLite alters tables only by copying them
        "process_revision_directives": name_revision,
    }
    context.configure(connection=connection, target_metadata=Base.metadata, **options)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    migrate(given)
else:
    with schema.migrating(open_engine(load_settings().database())) as opened:
        migrate(opened)
