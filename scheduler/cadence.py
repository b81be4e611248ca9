"""How often an adaptive schedule crawls: rules R1 to R8 of OPS-FACTS.md section 5.

R1: only crawls of sources adapt; articles are asked again by the recheck, on a schedule of its own
(:mod:`db.recheck`). R5, spread and jitter, is in :mod:`scheduler.slots`; R6, the budget of a
registrable domain, is the executor's. R7 has no case here: sources are always asked without
conditions, so no 304 can hide what is new on them. R8: the events that are kept are the runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db.running import runs, schedules
from db.running.runs import Run
from db.running.schedules import Schedule
from db.words import Kind, Verdict
from scheduler import slots
from scheduler.interval import span

SHORTEST = timedelta(minutes=10)  # R2; an outlet that declares less is never asked more often than that
LONGEST = timedelta(hours=24)  # R2, and of the back-off R4
DORMANT = timedelta(days=7)  # R4: asked weekly rather than given up
DORMANT_AFTER = 30.0  # R4, as rss-fetcher's 30 failures
MUCH_NEW, LITTLE_NEW = 2 / 3, 1 / 3  # R2: shares of what the sources announce
FASTER, SLOWER, MUCH_SLOWER = 0.5, 1.25, 1.5  # R2
LATE = timedelta(minutes=15)  # after its slot, the jitter included: what piled up meanwhile is no measure
LOOKED_AT = 200  # runs; rechecks among them

_MISSED = 2.5  # intervals since the poll before: it may have been twice as long until then
_SUCCESSES = frozenset({Verdict.OK, Verdict.PARTIAL, Verdict.HELD})
_FAILURES = frozenset({Verdict.FAILED, Verdict.EMPTY})
_HARD = ("errors", "fetch_forbidden", "fetch_robots_denied", "fetch_blocked_address")
_NONE = timedelta(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """What one crawl says of how often to crawl; ``at`` is when it began.

    ``new`` and ``known`` are the articles that the freshest sources announced, by whether the
    archive knew their addresses. ``failure`` is 0 for a success, else its weight (R4): 1 where our
    own code or a refusal was in the way, a half for weather (whether a name was missing for a while
    only, R4's quarter, is not told apart). ``asked_for`` is the longest wait the outlet asks for:
    its feeds' ttl or update period, Retry-After, Crawl-delay (R3).
    """

    at: datetime
    on_time: bool
    failure: float
    new: int = 0
    known: int = 0
    overlap_lost: bool = False
    asked_for: timedelta = _NONE

    @property
    def share(self) -> float:
        """The share of new ones in what was announced; nothing announced counts as nothing new."""
        return self.new / (self.new + self.known) if self.new + self.known else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The interval from now on and, in a sentence, why.

    ``overlap_lost``: a source told of nothing that was known, so articles may have come and gone
    between two crawls without being seen.
    """

    interval: timedelta
    reason: str
    overlap_lost: bool


def next_interval(history: Sequence[Poll], declared: timedelta, current: timedelta | None = None) -> Decision:
    """Give the interval after the last of some polls, oldest first; ``current`` has led to that one.

    Failures in a row back off linearly from the declared interval once their weights come to 1 (R4);
    the first success after them takes back what they added. Otherwise two successes in a row that
    came on time are asked for, then the interval is halved where two thirds of what was announced
    are new or the overlap is lost, and grows by a quarter where a third at most is new, by a half
    where nothing is (R2). Never below what the outlet asks for (R3).
    """
    if not history:
        raise ValueError("there is no poll to decide from")
    current = current or declared
    last = history[-1]
    wanted, reason = (
        _backed_off(history, declared, current) if last.failure else _adapted(history, declared, current)
    )
    asked_for = min(last.asked_for, LONGEST)
    if wanted < asked_for:
        wanted, reason = asked_for, f"{reason}; the outlet asks for {span(asked_for)} at least"
    interval = timedelta(seconds=round(wanted.total_seconds()))
    return Decision(
        interval=interval, reason=_told(reason, current, interval), overlap_lost=last.overlap_lost
    )


def poll_of(run: Run) -> Poll:
    """Give what a crawl that ended counted (pipelines/tally.py)."""
    counts = run.counts
    seen = ("unchanged", "changed", "cosmetic")
    waits = ("retry_after_seconds", "feed_ttl_seconds", "crawl_delay_seconds")
    announced = counts.get("announced_new", 0) + counts.get("announced_known", 0)
    slot = run.scheduled_for
    return Poll(
        at=run.started_at,
        on_time=slot is not None and run.started_at - slot <= LATE,
        failure=0.0 if run.verdict in _SUCCESSES else _weight(run),
        new=counts.get("announced_new" if announced else "new", 0),
        known=counts.get("announced_known", 0) if announced else sum(counts.get(name, 0) for name in seen),
        overlap_lost=bool(counts.get("overlap_lost")),
        asked_for=timedelta(seconds=max(counts.get(name, 0) for name in waits)),
    )


def adjusted(engine: Engine, schedule: Schedule, run: Run) -> Decision | None:
    """Decide after a crawl of an adaptive schedule, and note the interval; None where it says nothing.

    Runs that were stopped, skipped or lost say nothing of the outlet.
    """
    if not schedule.adaptive or schedule.kind is not Kind.CRAWL or not _tells(run):
        return None
    recent = runs.recent(engine, outlet=schedule.outlet, limit=LOOKED_AT)
    history = [poll_of(each) for each in reversed(recent) if each.id <= run.id and _tells(each)]
    if not history:
        return None
    timetable = slots.timetable(schedule)
    declared = timetable.interval or timetable.gap(run.started_at)
    decision = next_interval(history, declared, slots.adapted(schedule))
    seconds = decision.interval.total_seconds()
    if seconds != (schedule.interval_seconds or declared.total_seconds()):
        schedules.adapt(engine, schedule.name, seconds)
    return decision


def _tells(run: Run) -> bool:
    return run.kind is Kind.CRAWL and run.verdict in _SUCCESSES | _FAILURES and not run.order.get("urls")


def _weight(run: Run) -> float:
    return 1.0 if any(run.counts.get(name) for name in _HARD) else 0.5


def _adapted(history: Sequence[Poll], declared: timedelta, current: timedelta) -> tuple[timedelta, str]:
    """Give the interval after a success, and why (R2)."""
    last = history[-1]
    if len(history) > 1 and history[-2].failure and current > declared:
        return declared, "it answers again"
    if not _two_on_time(history, current):
        return current, "two crawls in a row that succeed on time decide"
    told = f"{last.new} of {last.new + last.known} announced articles were new"
    if last.overlap_lost:
        return _within(current * FASTER, declared), "nothing that a source told of was known"
    if last.share >= MUCH_NEW:
        return _within(current * FASTER, declared), told
    if last.share <= LITTLE_NEW:
        return _within(current * (SLOWER if last.new else MUCH_SLOWER), declared), told
    return _within(current, declared), told


def _two_on_time(history: Sequence[Poll], current: timedelta) -> bool:
    """Whether the last two polls succeeded, at their slots, and the last has not missed one before it."""
    if len(history) < 2:  # noqa: PLR2004 - two
        return False
    before, last = history[-2:]
    good = all(poll.on_time and not poll.failure for poll in (before, last))
    return good and last.at - before.at <= current * _MISSED + LATE


def _within(interval: timedelta, declared: timedelta) -> timedelta:
    return max(min(interval, max(LONGEST, declared)), min(SHORTEST, declared))


def _backed_off(history: Sequence[Poll], declared: timedelta, current: timedelta) -> tuple[timedelta, str]:
    """Give the interval after a failure, and why (R4)."""
    failures, times = 0.0, 0
    for poll in reversed(history):
        if not poll.failure:
            break
        failures, times = failures + poll.failure, times + 1
    told = "1 failure" if times == 1 else f"{times} failures in a row"
    if failures >= DORMANT_AFTER:
        return max(DORMANT, declared), f"{told}: it seems gone, and is asked weekly in case it comes back"
    if failures < 1:
        return current, f"{told}, too little to go by"
    return max(current, min(declared * failures, max(LONGEST, declared))), told


def _told(reason: str, current: timedelta, interval: timedelta) -> str:
    if interval == current:
        return f"{reason}: still every {span(interval)}"
    return f"{reason}: every {span(interval)} instead of {span(current)}"
