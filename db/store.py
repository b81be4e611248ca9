"""The store: batches of visits and records become rows, in one transaction each."""

from collections.abc import Sequence

from sqlalchemy import Engine

from core.records import ArticleRecord, FetchAttempt, Sighting, StoredArticle, Unread
from db.outlets import OutletFacts

Written = FetchAttempt | ArticleRecord | Unread | Sighting


class Store:
    """Writes for one run of one outlet.

    ``run_id`` may be None only with ``dry_run``, which rolls every batch back; attempts of a dry run
    carry a ``page`` as others do (its position is not read). Not thread-safe: one writer owns it.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        outlet: OutletFacts,
        run_id: int | None,
        pseudonym_key: bytes,
        dry_run: bool = False,
    ) -> None:
        raise NotImplementedError

    def write(self, batch: Sequence[Written]) -> list[StoredArticle | None]:
        """Store a batch in one transaction; give what became of each article record, None for the rest."""
        raise NotImplementedError
