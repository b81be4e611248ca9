"""Erasing: rows blanked, WARC files written anew, the database's files scoured; gone on with when killed."""

import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from core.clock import now
from core.errors import CuttingsError
from core.settings import Settings
from core.text import fold
from db import erasures, schema
from db.engine import open_engine, writing
from db.erasures import Noted, Scope, Wish, records
from db.erasures.records import Place
from db.lock import lock_of, outlet_lock
from db.running import runs
from db.suppressing import Marks, Suppressions
from db.words import Kind
from pipelines import erasing_logs, erasing_samples
from pipelines.captures import software_version
from pipelines.erasing_files import Finished
from pipelines.erasing_finish import Progress, finish
from pipelines.session import pseudonym_key
from pipelines.showing import Showing, shows
from pipelines.warc import close_leftovers

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be erased and why; ``search``: look for it in all captures of its outlets too."""

    wish: Wish
    reason: str
    asked_by: str | None = None
    dry_run: bool = False
    search: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasing:
    """What an erasure came to, or with ``dry_run`` would; ``captures`` counts records by WARC file.

    ``log_lines`` counts the lines of the runs' logs that tell of it, ``samples`` are saved pages of outlets
    (below the home) that show it. ``left`` are sentences on what could
    not be done, or cannot be by this program.
    """

    erasure_id: int | None
    dry_run: bool
    outlets: tuple[str, ...]
    articles: tuple[int, ...]
    comments: tuple[int, ...]
    rows: Mapping[str, int]
    captures: Mapping[str, int]
    log_lines: int = 0
    samples: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def erase(settings: Settings, order: Order, progress: Progress, ask: Callable[[Erasing], bool]) -> Erasing:
    """Erase what an order names; with ``dry_run`` only say what would go.

    ``ask`` is shown what will go and says whether it shall. Raises CuttingsError where there is nothing of
    the kind, SetupError where an outlet concerned is being crawled or backfilled.
    """
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        with engine.connect() as connection:
            scope = erasures.find(connection, order.wish)
        _refuse_names(order, scope)
        with contextlib.ExitStack() as held:
            if not order.dry_run:
                _hold(engine, settings, scope, held)
                with engine.connect() as connection:  # what a crawl brought until the lock was ours
                    scope = erasures.find(connection, order.wish)
            progress.step("captures that show it")
            places = _places(engine, settings, scope, progress, search=order.search)
            planned = _planned(engine, settings, order, scope, places)
            if order.dry_run or not ask(planned):
                return planned
            progress.step("rows")
            # First: once the rows are blank, nobody knows any more what the lines would tell of.
            log_lines, logs_left = _logs(engine, settings, scope, dry_run=False)
            samples = _samples(engine, settings, scope, dry_run=False)
            erasure_id, counts = _blank(engine, settings, order, scope, places)
            finished = finish(engine, settings, progress)
        return Erasing(
            erasure_id=erasure_id,
            dry_run=False,
            outlets=planned.outlets,
            articles=planned.articles,
            comments=planned.comments,
            rows=counts,
            captures=planned.captures,
            log_lines=log_lines,
            samples=samples,
            left=(*finished.left, *logs_left, *_beyond(engine)),
        )
    finally:
        engine.dispose()


def finish_all(settings: Settings, progress: Progress) -> Finished:
    """Finish what any erasure left to be done; what a run under way still writes is left for later."""
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        if settings.captures.is_dir():
            close_leftovers(settings.captures)
        return finish(engine, settings, progress)
    finally:
        engine.dispose()


def _hold(engine: Engine, settings: Settings, scope: Scope, held: contextlib.ExitStack) -> None:
    """Keep crawls and backfills of the outlets concerned away, and close what dead ones left open."""
    for outlet in sorted(scope.outlets.values()):
        for kind in (Kind.CRAWL, Kind.BACKFILL):
            held.enter_context(outlet_lock(engine, settings.locks, lock_of(kind, outlet)))
    if settings.captures.is_dir():
        for name in close_leftovers(settings.captures):
            logger.warning("closed the captures of a crawl that died: %s", name)


def _places(
    engine: Engine, settings: Settings, scope: Scope, progress: Progress, *, search: bool
) -> list[Place]:
    """Give the records that have to go: those the rows name, and those that show it."""
    with engine.connect() as connection:
        own = records.own_places(connection, scope)
        others = records.other_places(connection, scope, own) if search else []
    showing, limit = Showing.of(scope), settings.max_body_bytes
    if not showing.other:
        others = []
    total, found = len(own) + len(others), []
    for done, place in enumerate((*own, *others)):
        progress.told(done, total)
        is_own = done < len(own)
        if place.certain or shows(settings.home, place, showing, limit, own=is_own):
            found.append(place)
    return found


def _planned(engine: Engine, settings: Settings, order: Order, scope: Scope, places: list[Place]) -> Erasing:
    """Say what would go: the rows are blanked in a transaction that is not kept."""
    with writing(engine) as connection:
        _, counts = erasures.blank(connection, scope, _payloads(places), _noted(order), _marks(settings))
        connection.rollback()
    log_lines, logs_left = _logs(engine, settings, scope, dry_run=True)
    return Erasing(
        erasure_id=None,
        dry_run=True,
        outlets=tuple(sorted(scope.outlets.values())),
        articles=tuple(sorted(scope.articles)),
        comments=tuple(sorted(scope.comments)),
        rows=counts,
        captures=dict(sorted(Counter(place.warc_file for place in places).items())),
        log_lines=log_lines,
        samples=_samples(engine, settings, scope, dry_run=True),
        left=(*logs_left, *_beyond(engine)),
    )


def _logs(engine: Engine, settings: Settings, scope: Scope, *, dry_run: bool) -> tuple[int, list[str]]:
    """Drop what the logs of the outlets' runs tell of it; give how many lines, and what is left."""
    written = {f"{run.id}.jsonl": run.id for run in runs.under_way(engine)}
    files = erasing_logs.logs_of(settings.logs, scope.outlets.values())
    closed = [file for file in files if file.name not in written]
    with engine.connect() as connection:
        addresses = erasures.addresses(connection, scope)
    telling = erasing_logs.Telling.of(addresses, scope.names, Showing.of(scope))
    left = [
        f"{file.relative_to(settings.home)} may tell of it: delete it once run {written[file.name]} has ended"
        for file in files
        if file.name in written
    ]
    return erasing_logs.clear(closed, telling, dry_run=dry_run), left


def _samples(engine: Engine, settings: Settings, scope: Scope, *, dry_run: bool) -> tuple[str, ...]:
    """Delete the saved pages of outlets that show it; give them."""
    made = _marks(settings)
    with engine.connect() as connection:
        gone = Suppressions.of(made, erasures.marks.of(connection, scope, made), 1)
    showing = Showing.of(scope)
    telling = erasing_logs.Telling.of((), scope.names, showing)
    found = erasing_samples.telling_of(settings.samples, scope.outlets.values(), gone, telling, showing)
    if not dry_run:
        erasing_samples.drop(found)
    return tuple(str(page.relative_to(settings.home)) for page in found)


def _blank(
    engine: Engine, settings: Settings, order: Order, scope: Scope, places: list[Place]
) -> tuple[int, dict[str, int]]:
    with writing(engine) as connection:
        return erasures.blank(connection, scope, _payloads(places), _noted(order), _marks(settings))


def _payloads(places: list[Place]) -> set[int]:
    return {place.payload_id for place in places}


def _noted(order: Order) -> Noted:
    return Noted(reason=order.reason, asked_by=order.asked_by, at=now(), software_version=software_version())


def _marks(settings: Settings) -> Marks:
    return Marks(pseudonym_key(settings, keep=True))


def _refuse_names(order: Order, scope: Scope) -> None:
    """Refuse a reason that keeps what is to go: names do not belong into the record of an erasure."""
    told = f" {fold(order.reason)} {fold(order.asked_by or '')} "
    names = {fold(one.author) for one in scope.said} | scope.names
    if any(name and f" {name} " in told for name in names):
        raise CuttingsError(
            "the reason, or who asked, names the person: give a reference instead (a file number, a date)"
        )


def _beyond(engine: Engine) -> tuple[str, ...]:
    """Say what no program of ours reaches."""
    left = [
        "exports made before: nobody knows where they went",
        "backups, with what is linked there of WARC files: delete them, or erase again after restoring one",
    ]
    if engine.dialect.name == "postgresql":
        left.append("PostgreSQL's write-ahead log until it is recycled, its archive, and replicas")
    return tuple(left)
