"""Readings on their way into the archive: whole articles at a time, each group in one transaction."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from sqlalchemy.exc import DBAPIError

from core.errors import SetupError, WeatherError
from core.records import ArticleRecord, KeptPage, Reread
from db.store import Store
from pipelines.patience import passing, patiently, short
from pipelines.reread_report import Tally

BATCH = 200  # records in one transaction, all of one article's among them
MOST = 1000  # of one article's: beyond that its captures are stored in several transactions
REFUSALS = 20  # articles refused in a row after which the run fails

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


class BatchStore:
    """Stores batches and counts what they come to, once it is durable.

    ``hold`` is called before each transaction and raises SetupError where another process has taken
    the outlet over. A database that is away is waited for, unless ``stop`` is set.
    """

    def __init__(
        self, store: Store, tally: Tally, *, hold: Callable[[], None], stop: threading.Event
    ) -> None:
        self._store = store
        self._tally = tally
        self._hold = hold
        self._stop = stop
        self._refused_in_a_row = 0

    def write(self, batch: Sequence[Read]) -> None:
        """Store a batch; where the archive refuses it, article by article.

        Raises WeatherError where the fault is not the readings', and what a database that stays away
        raises.
        """
        try:
            stored = patiently(lambda: self._transact(batch), hurry=self._stop)
        except SetupError:
            raise
        except Exception as error:
            if isinstance(error, DBAPIError | OSError) and passing(error):
                raise
            articles = [list(group) for _, group in groupby(batch, key=_article)]
            if len(articles) == 1:
                self._refuse(batch, error)
            else:
                for article in articles:  # the one that cannot be written shall not take others with it
                    self.write(article)
        else:
            self._refused_in_a_row = 0
            self._tally.read += len(batch)
            self._tally.add(stored)

    def _transact(self, batch: Sequence[Read]) -> list[Reread]:
        self._hold()
        return self._store.reread([(page.capture_id, record) for page, record in batch])

    def _refuse(self, batch: Sequence[Read], error: Exception) -> None:
        self._tally.errors += len(batch)
        self._refused_in_a_row += 1
        logger.error("the readings of %s could not be stored", batch[0][0].url, exc_info=error)
        if self._refused_in_a_row >= REFUSALS:  # the fault is not the readings'
            told = f"the archive refused {REFUSALS} articles in a row: {short(error)}"
            raise WeatherError(told) from error


def _article(read: Read) -> int | str:
    """Give what tells captures of different articles apart."""
    page, _ = read
    return page.url if page.article_id is None else page.article_id
