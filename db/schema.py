"""Which schema a database has, and how it comes to the one this code needs."""

from sqlalchemy import Engine


def ensure(engine: Engine) -> None:
    """Make the schema in an empty database; refuse one of another version, or a foreign one (SetupError)."""
    raise NotImplementedError


def require_head(engine: Engine) -> None:
    """Refuse a database that is not of this code's schema; the SetupError names the command that mends it."""
    raise NotImplementedError


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to ``revision``."""
    raise NotImplementedError


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to ``revision`` (``base``: to nothing)."""
    raise NotImplementedError


def current(engine: Engine) -> str | None:
    """Give the revision a database has, None for one without any."""
    raise NotImplementedError


def head() -> str:
    """Give the revision this code needs."""
    raise NotImplementedError


def check(engine: Engine) -> tuple[str, ...]:
    """Give a sentence for each difference between the database and the models; empty when they agree."""
    raise NotImplementedError
