"""Whether this machine can crawl at all: the settings are valid, the database is there and at head."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.errors import CuttingsError
from core.settings import load_settings
from db import schema
from db.words import Severity
from pipelines.patience import short


class Complaint(Protocol):
    """What stands in the way; :class:`scheduler.health.Problem` and ``db.problems.OpenProblem`` fit."""

    @property
    def key(self) -> str: ...  # noqa: D102 - the names are theirs
    @property
    def outlet(self) -> str | None: ...  # noqa: D102 - the same
    @property
    def severity(self) -> Severity: ...  # noqa: D102 - the same
    @property
    def message(self) -> str: ...  # noqa: D102 - the same


@dataclass(frozen=True, kw_only=True, slots=True)
class Obstacle:
    """One thing that stands in the way of every crawl."""

    key: str
    message: str
    outlet: str | None = None
    severity: Severity = Severity.CRITICAL


def obstacles(engine: Engine, read_settings: Callable[[], object] = load_settings) -> Sequence[Obstacle]:
    """Give what stands in the way, empty when nothing does; blocks as long as the database does."""
    found = []
    try:
        read_settings()
    except CuttingsError as error:
        found.append(Obstacle(key="settings", message=str(error)))
    try:
        schema.require_head(engine)
    except CuttingsError as error:
        found.append(Obstacle(key="schema", message=str(error)))
    except (SQLAlchemyError, OSError) as error:
        found.append(Obstacle(key="database", message=f"the database is away: {short(error)}"))
    return found
