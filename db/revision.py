"""Whether a database has today's schema, found out without Alembic: a look costs next to nothing."""

from functools import cache
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_LENGTH = len("20261122_0900")


@cache
def newest() -> str:
    """Give the revision this code needs: a migration's file is named after it."""
    return max(path.name[:_LENGTH] for path in _VERSIONS.glob("2*.py"))


def is_newest(engine: Engine) -> bool:
    """Say whether the database has today's schema.

    Where it has not, or cannot be asked, :func:`db.schema.require_head` says why.
    """
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and not Path(path).exists():
        return False  # to connect would make an empty file
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except DBAPIError:
        return False
    return found == [newest()]
