"""The store: batches of visits and records become rows, in one transaction each."""

from collections import ChainMap, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.kept_records import Reread
from core.records import ArticleRecord, Change, FetchAttempt, Sighting, StoredArticle, Unread, Via
from db import identity, notes, outlets, visits
from db.engine import writing
from db.histories import drift, presence, readings, rereading
from db.histories.drift import Held
from db.identity import Visit
from db.lock import wait_turn
from db.mementos import Settled, settle
from db.models import FetchAttempt as FetchAttemptRow
from db.models import table
from db.outlets import OutletFacts
from db.running import runs
from db.screening import Screen, redact
from db.suppressing import Suppressions
from db.words import Decision
from db.work import Fetched, Work, url_ids

Written = FetchAttempt | ArticleRecord | Unread | Sighting | Settled

REMEMBERED = 10_000  # attempts whose items may still come; a crawl has a few dozen pages under way
DEADLOCKS = 3  # tries of a batch that another process's transaction ran into
_DEADLOCK_STATES = {"40P01", "40001"}  # PostgreSQL: deadlock_detected, serialization_failure


ATTEMPT = table(FetchAttemptRow)


@dataclass(frozen=True, slots=True)
class _Done:
    """What a batch's transaction came to, if it was kept."""

    batch: Sequence[Written]
    stored: list[StoredArticle | None]
    fetched: Mapping[str, Fetched]


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
        if run_id is None and not dry_run:
            raise ValueError("only a dry run has no row in run")
        self._engine = engine
        self._outlet = outlet
        self._run_id = run_id
        self._pseudonym_key = pseudonym_key
        self._dry_run = dry_run
        self._fetched: OrderedDict[str, Fetched] = OrderedDict()
        self._told_new: set[str] = set()
        self._done: _Done | None = None
        self._suppressions: Suppressions | None = None

    def write(self, batch: Sequence[Written]) -> list[StoredArticle | None]:
        """Store a batch in one transaction; give what became of each article record, None for the rest.

        Attempts are stored before the items that name them, wherever they stand in the batch; an item
        may name an attempt of an earlier batch. Nothing of a batch that raises is stored; the same
        batch may be written again, and is stored once even where the server kept it and died before it
        said so. OperationalError means the database is away or locked.
        """
        for attempt in range(1, DEADLOCKS + 1):
            try:
                return self._write(batch)
            except OperationalError as error:
                if attempt == DEADLOCKS or getattr(error.orig, "sqlstate", None) not in _DEADLOCK_STATES:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    @contextmanager
    def maintaining(self) -> Iterator[Work]:
        """Give a transaction of the outlet's, for work on what is stored already."""
        with self._writing() as connection:
            yield self._work(connection)

    def reread(self, batch: Sequence[tuple[int, ArticleRecord]]) -> list[Reread]:
        """Store what kept captures, by their ids, read to now, in one transaction.

        Gives what it came to for each of their articles. Texts are superseded, versions that only an
        older reader saw are retracted, and come back if it does; none is ever begun (``db/histories/``).
        """
        with self._writing() as connection:
            work = self._work(connection)
            screen = self._screen(connection)
            screened = [(capture_id, screen.record(record)) for capture_id, record in batch]
            kept = [(capture_id, record) for capture_id, record in screened if record is not None]
            ids = url_ids(work, _addresses([record for _, record in kept]))
            captures = {record.fetch_key: capture_id for capture_id, record in batch}
            redact(work, {captures[key]: erasure for key, erasure in screen.tainted.items()})
            return rereading.record(work, kept, ids)

    def hold(self, run_id: int) -> list[Held]:
        """Hold the readings of one of the outlet's runs where too many articles changed alike."""
        with self._writing() as connection:
            return drift.hold(self._work(connection), run_id)

    def decide(self, run_id: int, decision: Decision) -> int:
        """Release or discard what a run's holds keep back; give how many articles that concerns."""
        with self._writing() as connection:
            return drift.decide(self._work(connection), run_id, decision)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a transaction that may write, the outlet's only one: what another began is seen whole."""
        with writing(self._engine) as connection:
            wait_turn(connection, self._outlet.key)
            yield connection

    def _write(self, batch: Sequence[Written]) -> list[StoredArticle | None]:
        done = self._done
        if done is None or done.batch is not batch or not self._was_kept(batch):
            done = self._transact(batch)
        self._done = None
        for key, visit in done.fetched.items():
            self._fetched[key] = visit
        while len(self._fetched) > REMEMBERED:
            self._fetched.popitem(last=False)
        return done.stored

    def _transact(self, batch: Sequence[Written]) -> "_Done":
        with self._writing() as connection:
            stored, fetched = self._store(connection, batch)
            if self._dry_run:
                connection.rollback()
                stored = self._new_once(batch, stored)
            done = self._done = _Done(batch, stored, fetched)
        return done

    def _was_kept(self, batch: Sequence[Written]) -> bool:
        """Say whether a batch is stored whose commit was not answered: a server may die in between.

        Its first attempt tells; a batch without attempts does no harm when it is written again.
        """
        first = next((item for item in batch if isinstance(item, FetchAttempt)), None)
        if first is None:
            return False
        query = select(ATTEMPT.c.id).where(
            ATTEMPT.c.run_id == self._run_id, ATTEMPT.c.fetched_at == first.fetched_at
        )
        with self._engine.connect() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def _new_once(
        self, batch: Sequence[Written], stored: Sequence[StoredArticle | None]
    ) -> list[StoredArticle | None]:
        """Call an article new once only: a dry run's earlier batches are rolled back and forgotten."""
        told: list[StoredArticle | None] = []
        for item, answer in zip(batch, stored, strict=True):
            if isinstance(item, ArticleRecord) and answer is not None and answer.change is Change.NEW:
                if item.identity in self._told_new:
                    answer = replace(answer, change=Change.UNCHANGED, comments_new=0)  # noqa: PLW2901 - the same answer, put right
                self._told_new.add(item.identity)
            told.append(answer)
        return told

    def _screen(self, connection: Connection) -> Screen:
        if self._suppressions is None or not self._suppressions.is_current(connection):
            self._suppressions = Suppressions.load(connection, self._pseudonym_key)
        return Screen(self._suppressions, self._outlet.key, self._pseudonym_key)

    def _store(
        self, connection: Connection, given: Sequence[Written]
    ) -> tuple[list[StoredArticle | None], dict[str, Fetched]]:
        work = self._work(connection)
        screen = self._screen(connection)
        batch = [screen.item(item) for item in given]
        attempts = [*self._undone(batch), *(item for item in batch if isinstance(item, FetchAttempt))]
        ids = url_ids(work, _addresses([*attempts, *batch]))
        fetched = visits.record(work, attempts, ids)
        presence.see_again(work, [f for f in fetched.values() if f.attempt.via is Via.LIVE])
        presence.miss(work, list(fetched.values()))
        known = ChainMap(fetched, self._fetched)
        brought = {key: known[key].capture_id for key in screen.tainted if key in known}
        redact(work, {id_: screen.tainted[key] for key, id_ in brought.items() if id_ is not None})
        stored = _store_articles(work, batch, known, ids)
        # Archives' captures come with those of the same bytes, before anything was read from these.
        presence.see_again(work, [f for f in fetched.values() if f.attempt.via is not Via.LIVE])
        unread = [item for item in batch if isinstance(item, Unread)]
        notes.reject(work, unread, known, ids)
        presence.unread(work, unread, known, ids)
        notes.sight(work, [item for item in batch if isinstance(item, Sighting)], ids)
        settle(work, [item for item in batch if isinstance(item, Settled)])
        return stored, fetched

    def _work(self, connection: Connection) -> Work:
        outlet_id = outlets.remember(connection, self._outlet)
        started = now()
        run_id = self._run_id
        if run_id is None:
            run_id = runs.insert_run(connection, runs.beginning(outlet_id, started_at=started))
        return Work(
            connection=connection,
            run_id=run_id,
            outlet_id=outlet_id,
            outlet=self._outlet.key,
            pseudonym_key=self._pseudonym_key,
            now=started,
        )

    def _undone(self, batch: Sequence[Written | None]) -> list[FetchAttempt]:
        """Give the attempts of a dry run's earlier batches, rolled back since, that items name now."""
        if not self._dry_run:
            return []
        here = {item.key for item in batch if isinstance(item, FetchAttempt)}
        named = {item.fetch_key for item in batch if isinstance(item, ArticleRecord | Unread)}
        return [
            self._fetched[key].attempt for key in named - here if key is not None and key in self._fetched
        ]


def _addresses(batch: Sequence[Written | None]) -> set[str]:
    found: set[str | None] = set()
    for item in batch:
        if item is None or isinstance(item, Settled):
            continue
        found.add(item.url)
        if isinstance(item, FetchAttempt):
            found.add(item.redirect_to)
        elif isinstance(item, ArticleRecord):
            found.update((item.canonical_url, *item.aliases, *(page.url for page in item.thread)))
    return {address for address in found if address is not None}


def _store_articles(
    work: Work, batch: Sequence[Written | None], fetched: Mapping[str, Fetched], ids: Mapping[str, int]
) -> list[StoredArticle | None]:
    """Store the batch's article records, those that may be one article in turn; give results in its order."""
    places = [place for place, item in enumerate(batch) if isinstance(item, ArticleRecord)]
    visited = {place: _visit(batch[place], fetched) for place in places}
    extractors = readings.extractor_ids(
        work, {(visit.record.layout, visit.record.layout_version) for visit in visited.values()}
    )
    results: list[StoredArticle | None] = [None] * len(batch)
    by_visit = {id(visit): place for place, visit in visited.items()}
    for turn in identity.turns(visited.values()):
        stored = readings.record(work, turn, ids, extractors)
        for visit, result in zip(turn, stored, strict=True):
            results[by_visit[id(visit)]] = result
    return results


def _visit(record: Written | None, fetched: Mapping[str, Fetched]) -> Visit:
    if not isinstance(record, ArticleRecord):
        raise TypeError(f"{record!r} is no article record")
    visit = fetched.get(record.fetch_key)
    if visit is None or visit.capture_id is None:
        raise ValueError(
            f"the record of {record.url} names no attempt that brought bytes ({record.fetch_key})"
        )
    return Visit(record=record, fetched=visit, capture_id=visit.capture_id)
