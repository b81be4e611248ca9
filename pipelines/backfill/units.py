"""What one capture of an archive comes to, and how it is stored: whole, or not at all."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from core.errors import SetupError, WeatherError
from core.records import StoredArticle
from db.mementos import Settled
from db.store import Store, Written
from db.words import MementoState
from pipelines.backfill.report import Tally
from pipelines.patience import passing, patiently, short

BATCH = 50  # captures in one transaction
UNSTORABLE = "unstorable"  # why a capture that the database refuses counts as lacking
REFUSALS = 20  # captures refused in a row after which the run fails

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """All that is stored of one listed capture, in one transaction; ``count`` counts it once it is.

    ``memento_id`` is None for observations of several captures at once.
    """

    url: str
    memento_id: int | None
    records: tuple[Written, ...]
    count: Callable[[Tally], None]


class UnitStore:
    """Stores units and counts them once they are durable.

    ``hold`` is called before each transaction and raises SetupError where another process has taken
    the backfill over. A database that is away is waited for, unless ``stop`` is set.
    """

    def __init__(
        self, store: Store, tally: Tally, *, hold: Callable[[], None], stop: threading.Event
    ) -> None:
        self._store = store
        self._tally = tally
        self._hold = hold
        self._stop = stop
        self._refused_in_a_row = 0

    def write(self, units: Sequence[Unit]) -> None:
        """Store units; where the archive refuses them together, one by one.

        Raises WeatherError where the fault is not the captures', and what a database that stays away
        raises.
        """
        batch = [record for unit in units for record in unit.records]
        if not batch:
            return
        try:
            stored = patiently(lambda: self._transact(batch), hurry=self._stop)
        except SetupError:
            raise
        except Exception as error:
            if isinstance(error, DBAPIError | OSError) and passing(error):
                raise
            if len(units) > 1:
                for unit in units:  # the one that cannot be written shall not take others with it
                    self.write([unit])
            else:
                self._refuse(units[0], error)
        else:
            self._refused_in_a_row = 0
            for unit in units:
                unit.count(self._tally)
            self._tally.add(stored)

    def _transact(self, batch: Sequence[Written]) -> list[StoredArticle | None]:
        self._hold()
        return self._store.write(batch)

    def _refuse(self, unit: Unit, error: Exception) -> None:
        """Count and report a capture that cannot be stored; it is not asked for again."""
        self._tally.errors += 1
        self._refused_in_a_row += 1
        logger.error("a capture of %s could not be stored", unit.url, exc_info=error)
        if self._refused_in_a_row >= REFUSALS:  # the fault is not the captures'
            told = f"the archive refused {REFUSALS} captures in a row: {short(error)}"
            raise WeatherError(told) from error
        if unit.memento_id is not None:
            lacking = Settled(memento_id=unit.memento_id, state=MementoState.LACKING, detail=UNSTORABLE)
            patiently(lambda: self._transact([lacking]), hurry=self._stop)
