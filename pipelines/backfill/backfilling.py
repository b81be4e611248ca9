"""One backfill from its order to its report: listed, chosen, fetched, kept, read, stored."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.errors import SetupError, WeatherError
from core.orders import BackfillOrder
from core.settings import Settings
from crawlers import registry
from crawlers.archives.archive import Archive, PauseError
from db import archive_pauses, backfills, mementos
from db.running import runs
from db.words import BackfillEnding, MementoState, Verdict
from pipelines.archive import peak_memory_bytes
from pipelines.backfill import plans
from pipelines.backfill.archives import TITLES, archive_of, is_remote, seconds_each
from pipelines.backfill.bounds import Bounds, EndError, LateError, StopError
from pipelines.backfill.fetching import Fetching
from pipelines.backfill.holding import Holding, lock_names
from pipelines.backfill.judging import judge_all
from pipelines.backfill.listing import list_all
from pipelines.backfill.meeting import meet
from pipelines.backfill.report import BackfillReport, Phase, Plan, Standing, Tally
from pipelines.chrome_learning import learn_after
from pipelines.copying import link_after
from pipelines.patience import patiently, short

LONG_WAIT = 10.0  # seconds; what an archive's own pace takes is less

logger = logging.getLogger(__name__)


def backfill(
    order: BackfillOrder,
    settings: Settings,
    *,
    show: Callable[[Standing], None] = lambda _standing: None,
    stop: threading.Event | None = None,
    plan_only: bool = False,
) -> BackfillReport:
    """Carry out a backfill, or go on with one that was interrupted in any way; give how it went.

    Once ``stop`` is set what was fetched is stored and the run ends as ``stopped``. With ``plan_only``
    the index is read and captures are chosen, but none is fetched. Raises :class:`SetupError` where
    the archive cannot be used, or must not be asked.
    """
    outlet = registry.find(order.outlet)
    bounds = Bounds(stop or threading.Event(), order.minutes)
    archive = archive_of(order, settings, bounds.sleep)
    try:
        holding = Holding(order, settings, outlet)
        try:
            one = _Backfill(holding, archive, show, bounds)
            return one.plan() if plan_only else one.carry_out()
        finally:
            holding.close()
    finally:
        archive.close()


class _Backfill:
    def __init__(
        self, holding: Holding, archive: Archive, show: Callable[[Standing], None], bounds: Bounds
    ) -> None:
        self._holding = holding
        self._order = holding.order
        self._archive = archive
        self._show = show
        self._bounds = bounds
        self._tally = Tally()
        self._began = time.monotonic()
        self._plan: Plan | None = None
        self._fetching: Fetching | None = None

    def plan(self) -> BackfillReport:
        """List and choose; give what would be fetched."""
        self._holding.lock(*lock_names(self._order))
        self._refuse_while_paused()
        try:
            self._prepare(anew=True)
        except (StopError, LateError) as error:
            self._note_wait(error)
            return self._report(None, Verdict.STOPPED, f"{error}; the same command goes on")
        except PauseError as error:
            self._note_pause(error)
            raise
        return self._report(None, Verdict.OK, "nothing was fetched: this is the plan")

    def carry_out(self) -> BackfillReport:
        """List, choose and fetch, as a run with a row and a log."""
        run_id = self._holding.begin_run()
        opened, is_through = None, False
        try:
            self._holding.lock(*lock_names(self._order))
            self._holding.end_lost_runs(run_id)
            self._refuse_while_paused()
            engine = self._holding.engine
            before = {one.id for one in backfills.opened(engine, self._order.outlet)}
            opened = backfills.open_backfill(engine, self._holding.outlet, self._order)
            self._prepare(anew=opened.id not in before)
            self._fetch(run_id)
            meet(self._holding, self._tally, run_id, self._bounds)
            verdict, reason = self._judged()
            is_through = True
        except StopError as error:
            self._note_wait(error)
            verdict, reason = Verdict.STOPPED, f"{error}; the same command goes on"
        except LateError as error:
            self._note_wait(error)
            verdict, reason = Verdict.OK, f"{error}; {self._told()}; the same command goes on"
        except SetupError as error:
            verdict, reason = Verdict.FAILED if self._tally.done else Verdict.SKIPPED, str(error)
        except (WeatherError, DBAPIError, OSError) as error:
            verdict, reason = self._weather(error)
        report = self._report(run_id, verdict, reason)
        if opened is not None and is_through and report.carried_out and not report.left:
            backfills.end(self._holding.engine, opened.id, BackfillEnding.DONE)
        self._finish(report)
        return report

    def _prepare(self, *, anew: bool) -> None:
        """Read the index and choose; ``anew`` also of what was judged for another order."""
        holding = self._holding
        list_all(
            holding,
            self._archive,
            self._tally,
            bounds=self._bounds,
            show=lambda: self._say(Phase.LISTING),
        )
        self._say(Phase.CHOOSING)
        judge_all(holding, self._bounds, anew=anew)
        self._plan = patiently(lambda: plans.plan(holding), hurry=self._bounds.stop)
        self._say(Phase.FETCHING)

    def _fetch(self, run_id: int) -> None:
        self._fetching = Fetching(
            self._holding, self._archive, self._tally, run_id, self._bounds, lambda: self._say(Phase.FETCHING)
        )
        try:
            self._fetching.carry_out()
        finally:
            self._fetching.close()
        if is_remote(self._order.via) and self._tally.fetched:
            archive_pauses.unpause(self._holding.engine, self._order.via.value)

    def _refuse_while_paused(self) -> None:
        """Raise SetupError where the archive refused us, and it is too early to ask again."""
        if not is_remote(self._order.via):
            return
        until = archive_pauses.paused_until(self._holding.engine, self._order.via.value)
        if until is not None and until > now():
            title = TITLES[self._order.via]
            raise SetupError(
                f"{title} refused us and is not asked before {until:%Y-%m-%d %H:%M} UTC:"
                " to ask earlier prolongs what it does to those who do"
            )

    def _weather(self, error: Exception) -> tuple[Verdict, str]:
        """Give the verdict where the archive or the database went away."""
        if isinstance(error, PauseError):
            self._note_pause(error)
        told = str(error) if isinstance(error, WeatherError) else f"the database is away: {short(error)}"
        verdict = Verdict.PARTIAL if self._tally.done else Verdict.FAILED
        return verdict, f"{told}; the same command goes on"

    def _note_wait(self, error: EndError) -> None:
        """Keep for the next process that the archive asked to wait, where the end came meanwhile."""
        own_pace = seconds_each(self._order.via, self._holding.settings)
        if is_remote(self._order.via) and error.waiting >= max(LONG_WAIT, own_pace):
            told = f"{TITLES[self._order.via]} wanted us to wait when the backfill ended"
            self._note_pause(PauseError(told, now() + timedelta(seconds=error.waiting)))

    def _note_pause(self, error: PauseError) -> None:
        engine, archive = self._holding.engine, self._order.via.value

        def note() -> None:
            if self._tally.fetched:  # it answered since: this refusal is a first one
                archive_pauses.unpause(engine, archive)
            archive_pauses.pause(engine, archive, error.until, str(error))

        patiently(note, hurry=self._bounds.stop)

    def _judged(self) -> tuple[Verdict, str]:
        """Give the verdict on a backfill that came to its end, or its bound, and why."""
        if self._bounds.stop.is_set():
            return Verdict.STOPPED, f"stopped on request; {self._told()}; the same command goes on"
        if errors := self._tally.errors:
            return Verdict.PARTIAL, f"{self._told()}, {errors} could not be stored (the log says why)"
        if put_off := self._tally.put_off:
            told = f"{self._told()}, {put_off} put off that the archive does not give now (the log says why)"
            return Verdict.PARTIAL, told
        return Verdict.OK, self._told()

    def _told(self) -> str:
        """Say what came."""
        told = f"{self._tally.fetched} captures fetched"
        if self._tally.same_bytes:
            told += f", {self._tally.same_bytes} more known by their digest"
        if lacking := self._tally.lacking.total():
            told += f", {lacking} cannot be had (the log says why)"
        return told

    def _finish(self, report: BackfillReport) -> None:
        run_id = report.run_id
        if run_id is None:
            return
        try:
            patiently(
                lambda: runs.finish(
                    self._holding.engine,
                    run_id,
                    report.verdict,
                    reason=report.reason,
                    counts=self._tally.counts(),
                    peak_memory_bytes=report.peak_memory_bytes,
                ),
                hurry=self._bounds.stop,
            )
        except DBAPIError:
            logger.exception("the end of the run could not be recorded")
        if report.carried_out:
            link_after(self._holding.engine, self._order.outlet, run_id)
            learn_after(self._holding.engine, self._holding.outlet, self._holding.settings)
        logger.info("the backfill ended %s: %s", report.verdict, report.reason)

    def _say(self, phase: Phase) -> None:
        total = None
        if self._plan is not None:
            most = self._order.limit
            total = self._plan.chosen if most is None else min(most, self._plan.chosen)
        self._show(
            Standing(
                outlet=self._order.outlet,
                phase=phase,
                tally=self._tally,
                total=total,
                seconds=time.monotonic() - self._began,
            )
        )

    def _report(self, run_id: int | None, verdict: Verdict, reason: str) -> BackfillReport:
        holding = self._holding
        try:
            counts = patiently(
                lambda: mementos.counts(holding.engine, holding.outlet_id, self._order.via, holding.wanted),
                hurry=self._bounds.stop,
            )
            left = counts.of(MementoState.CHOSEN)
        except DBAPIError:  # the database stays away: as far as we know
            left = max(0, self._plan.chosen - self._tally.done) if self._plan else 0
        return BackfillReport(
            outlet=self._order.outlet,
            via=self._order.via,
            run_id=run_id,
            verdict=verdict,
            reason=reason,
            plan=self._plan,
            tally=self._tally,
            left=left,
            seconds=time.monotonic() - self._began,
            peak_memory_bytes=peak_memory_bytes(),
            captures=self._fetching.files if self._fetching else (),
        )
