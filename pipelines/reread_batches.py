"""Readings on their way into the archive: whole articles at a time, each group in one transaction."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from core.kept_records import KeptPage, Reread
from core.records import ArticleRecord
from db.store import Store
from pipelines.group_store import GroupStore
from pipelines.reread_report import Tally

BATCH = 200  # records in one transaction, all of one article's among them
MOST = 1000  # of one article's: beyond that its captures are stored in several transactions

logger = logging.getLogger(__name__)

Read = tuple[KeptPage, ArticleRecord]


def batches(read: Iterable[Read]) -> Iterator[list[Read]]:
    """Give groups of whole articles, as large as they need to be; one article's beyond MOST in parts."""
    batch: list[Read] = []
    for one in read:
        whole = not batch or _article(batch[-1]) != _article(one)
        if (whole and len(batch) >= BATCH) or len(batch) >= MOST:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


class BatchStore(GroupStore[Read, list[Reread]]):
    """Stores batches and counts what they come to, once it is durable."""

    what = "articles"

    def __init__(
        self, store: Store, tally: Tally, *, hold: Callable[[], None], stop: threading.Event
    ) -> None:
        super().__init__(hold=hold, stop=stop)
        self._store = store
        self._tally = tally

    def _transact(self, group: Sequence[Read]) -> list[Reread]:
        return self._store.reread([(page.capture_id, record) for page, record in group])

    def _parts(self, group: Sequence[Read]) -> list[list[Read]]:
        return [list(article) for _, article in groupby(group, key=_article)]

    def _stored(self, group: Sequence[Read], answer: list[Reread]) -> None:
        self._tally.read += len(group)
        self._tally.add(answer)

    def _refused(self, group: Sequence[Read], error: Exception) -> None:
        self._tally.errors += len(group)
        logger.error("the readings of %s could not be stored", group[0][0].url, exc_info=error)


def _article(read: Read) -> int | str:
    """Give what tells captures of different articles apart."""
    page, _ = read
    return page.url if page.article_id is None else page.article_id
