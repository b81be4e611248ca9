"""Whether this machine can crawl at all: the settings are valid, the database is there and at head."""

from collections.abc import Callable, Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.errors import CuttingsError
from core.settings import load_settings
from db import schema
from db.words import Severity
from pipelines.patience import short
from scheduler.problem import Problem


def obstacles(engine: Engine, read_settings: Callable[[], object] = load_settings) -> Sequence[Problem]:
    """Give what stands in the way, empty when nothing does; blocks as long as the database does."""
    found = []
    try:
        read_settings()
    except CuttingsError as error:
        found.append(_critical("settings", str(error)))
    try:
        schema.require_head(engine)
    except CuttingsError as error:
        found.append(_critical("schema", str(error)))
    except (SQLAlchemyError, OSError) as error:
        found.append(_critical("database", f"the database is away: {short(error)}"))
    return found


def _critical(key: str, message: str) -> Problem:
    return Problem(key=key, severity=Severity.CRITICAL, message=message)
