"""How a database that is away is waited for: restarted, locked, or out of space for a while."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

T = TypeVar("T")

PATIENCE = 60.0  # seconds the database may be away before the run fails
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds between two tries

# SQLSTATE classes (PostgreSQL, appendix A): connection, rollback by the server, resources, lock,
# operator's intervention, system. Anything else is the fault of what was to be done.
_PASSING_STATES = frozenset({"08", "40", "53", "55", "57", "58"})
# SQLite's primary result codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL.
_PASSING_CODES = frozenset({5, 6, 8, 10, 13, 14, 15})

logger = logging.getLogger(__name__)


def patiently(
    work: Callable[[], T], *, patience: float = PATIENCE, hurry: threading.Event | None = None
) -> T:
    """Give what ``work`` gives, done again after passing errors; the last one is raised.

    It is raised after ``patience`` seconds, or once ``hurry`` is set. ``work`` must be such that it
    may be done again.
    """
    hurry = hurry or threading.Event()
    since, pause = time.monotonic(), _FIRST_PAUSE
    while True:
        try:
            return work()
        except (DBAPIError, OSError) as error:
            late = time.monotonic() - since + pause > patience
            if not passing(error) or late or hurry.is_set():
                raise
            logger.warning("the archive is away (%s); next try in %.1f s", short(error), pause)
        hurry.wait(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def passing(error: DBAPIError | OSError) -> bool:
    """Say whether the same may succeed later."""
    if isinstance(error, OSError):
        return True
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _PASSING_CODES
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state[:2] in _PASSING_STATES


def short(error: Exception) -> str:
    """Give the first line of what an error says, without the statement it came from."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).strip().partition("\n")[0]
