"""What a client of any archive offers, and how it says that something cannot be had."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from core.errors import CuttingsError, WeatherError
from core.mementos import Archived, Listing, Memento, Query
from core.records import Via
from crawlers.outlet import Outlet


class Lack(StrEnum):
    """Why a listed memento cannot be had, for good."""

    MISSING = "missing"  # listed, but not held
    ELSEWHEN = "elsewhen"  # only a capture of another time is
    EXCLUDED = "excluded"  # the archive does not show it
    DAMAGED = "damaged"  # its record cannot be read, or holds other bytes than the index says
    TOO_LARGE = "too_large"


class LackingError(CuttingsError):
    """A memento that cannot be had: it is counted under ``lack``, and not asked for again."""

    def __init__(self, lack: Lack, detail: str) -> None:
        """Keep the word and a detail for a person."""
        super().__init__(detail)
        self.lack = lack
        self.detail = detail


class PauseError(WeatherError):
    """The archive must not be asked before ``until`` (aware UTC): the run ends, a later one goes on."""

    def __init__(self, message: str, until: datetime) -> None:
        """Keep the sentence and the instant."""
        super().__init__(message)
        self.until = until


class Archive(Protocol):
    """A client of one archive; it keeps the archive's rate by itself, and retries what passes.

    Whatever it raises beside :class:`LackingError` and :class:`PauseError` is a
    :class:`core.errors.WeatherError` (away: try again another time) or a
    :class:`core.errors.SetupError` (a file that is not there).
    """

    via: Via

    def queries(self, outlet: Outlet, since: date | None, until: date | None) -> Iterator[Query]:
        """Give the questions that together list all the archive holds of an outlet between two days."""

    def listed(self, query: Query, cursor: str | None = None) -> Iterator[Listing]:
        """Give the pages of the answer to a question, from a cursor of an earlier page on."""

    def fetch(self, memento: Memento) -> Archived:
        """Give what the archive holds of a memento."""

    def close(self) -> None:
        """Let go of connections and files."""
