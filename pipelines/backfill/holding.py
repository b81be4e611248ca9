"""What a backfill holds of the archive: database, run row, locks, store."""

import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING

from core import logs
from core.errors import SetupError
from core.orders import BackfillOrder
from core.settings import Settings
from db import outlets, schema
from db.engine import open_engine, writing
from db.lock import lock_of, outlet_lock
from db.mementos import Wanted
from db.running import runs
from db.store import Store
from db.suppressing import Suppressions
from db.words import Kind
from pipelines.backfill.archives import is_remote
from pipelines.captures import software_version
from pipelines.lost import end_lost_runs
from pipelines.session import order_as_json, pseudonym_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawlers.outlet import Outlet

logger = logging.getLogger(__name__)


class Holding:
    """One backfill's hold on the archive, from :meth:`open` to :meth:`close`."""

    def __init__(self, order: BackfillOrder, settings: Settings, outlet: "Outlet") -> None:
        """Open the database; SetupError where there is none this code can use."""
        self.order = order
        self.settings = settings
        self.outlet = outlet
        self.wanted = Wanted(since=order.since, until=order.until, paths=[str(path) for path in order.paths])
        self._held = ExitStack()
        settings.home.mkdir(parents=True, exist_ok=True)
        self.engine = open_engine(settings.database())
        self._held.callback(self.engine.dispose)
        schema.ensure(self.engine)
        with writing(self.engine) as connection:
            self.outlet_id = outlets.remember(connection, outlet)
        self._proofs: list[Callable[[], None]] = []

    def begin_run(self) -> int:
        """Begin the run's row, or take over the one that was begun for it; its log goes with it."""
        if self.order.run_id is not None:
            run_id = runs.attach(self.engine, self.order.run_id).id
        else:
            run_id = runs.start(
                self.engine,
                self.outlet,
                kind=Kind.BACKFILL,
                order=order_as_json(self.order),
                software_version=software_version(),
            )
        logs.bind(run=run_id, outlet=self.outlet.key)
        file = logs.run_file(self.settings.logs, self.outlet.key, run_id)
        self._held.callback(lambda: logs.bind(run=None, outlet=None))
        self._held.callback(logs.also_to(file, self.settings))
        return run_id

    def lock(self, *names: str) -> None:
        """Take locks; SetupError that says who else is at it where another process has one of them."""
        for name in names:
            try:
                held = outlet_lock(self.engine, self.settings.locks, name)
                self._proofs.append(self._held.enter_context(held))
            except SetupError as error:
                raise SetupError(_refusal(name, error)) from error

    def end_lost_runs(self, run_id: int) -> None:
        """End the outlet's backfills whose processes vanished, ``run_id`` the caller's own."""
        held = lock_of(Kind.BACKFILL, self.outlet.key)
        end_lost_runs(self.store(run_id), self.engine, self.outlet.key, but=run_id, held=held)

    def prove(self) -> None:
        """Prove that the locks are still held; SetupError where one was lost to another process."""
        for proof in self._proofs:
            proof()

    def suppressions(self) -> Suppressions:
        """Give what was erased and must not come back."""
        with self.engine.connect() as connection:
            return Suppressions.load(connection, pseudonym_key(self.settings, keep=True))

    def store(self, run_id: int) -> Store:
        """Give the store of the run."""
        key = pseudonym_key(self.settings, keep=True)
        return Store(self.engine, outlet=self.outlet, run_id=run_id, pseudonym_key=key)

    def close(self) -> None:
        """Let go of everything."""
        self._held.close()


def lock_names(order: BackfillOrder) -> tuple[str, ...]:
    """Give the locks of an order: its own, and that of an archive whose rate all processes share."""
    own = lock_of(Kind.BACKFILL, order.outlet)
    if is_remote(order.via):
        return own, f"archive-{order.via.value}"
    return (own,)


def _refusal(name: str, error: SetupError) -> str:
    """Say in a backfill's words who has a lock."""
    holder = str(error).partition(" by ")[2].partition(":")[0] or "another process"
    kind, _, what = name.partition("-")
    if kind == "archive":
        return f"{holder} asks {what} already, and all share its rate: wait for its end, or stop that run"
    return f"{what} is being backfilled already, by {holder}: wait for its end, `cuttings runs` shows it"
