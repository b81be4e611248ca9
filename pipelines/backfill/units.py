"""What one capture of an archive comes to, and how it is stored: whole, or not at all."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.records import StoredArticle
from db.mementos import Settled
from db.store import Store, Written
from db.words import MementoState
from pipelines.backfill.report import Tally
from pipelines.group_store import GroupStore
from pipelines.patience import patiently

BATCH = 50  # captures in one transaction
UNSTORABLE = "unstorable"  # why a capture that the database refuses counts as lacking

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """All that is stored of one listed capture, in one transaction; ``count`` counts it once it is."""

    url: str
    memento_id: int
    records: tuple[Written, ...]
    count: Callable[[Tally], None]


class UnitStore(GroupStore[Unit, list[StoredArticle | None]]):
    """Stores units and counts them once they are durable; one that is refused is not asked for again."""

    what = "captures"

    def __init__(
        self, store: Store, tally: Tally, *, hold: Callable[[], None], stop: threading.Event
    ) -> None:
        super().__init__(hold=hold, stop=stop)
        self._store = store
        self._tally = tally

    def _transact(self, group: Sequence[Unit]) -> list[StoredArticle | None]:
        return self._store.write([record for unit in group for record in unit.records])

    def _parts(self, group: Sequence[Unit]) -> list[list[Unit]]:
        return [[unit] for unit in group]

    def _stored(self, group: Sequence[Unit], answer: list[StoredArticle | None]) -> None:
        for unit in group:
            unit.count(self._tally)
        self._tally.add(answer)

    def _refused(self, group: Sequence[Unit], error: Exception) -> None:
        self._tally.errors += len(group)
        logger.error("a capture of %s could not be stored", group[0].url, exc_info=error)

    def _pass_over(self, group: Sequence[Unit]) -> None:
        settled = [
            Settled(memento_id=unit.memento_id, state=MementoState.LACKING, detail=UNSTORABLE)
            for unit in group
        ]

        def store() -> None:
            self._hold()
            self._store.write(settled)

        patiently(store, hurry=self._stop)
