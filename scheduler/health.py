"""What is wrong with the archive's operation: one pure function from facts to problems."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import comb
from typing import TYPE_CHECKING

from db.running.operation import NEUTRAL, RunLine
from db.words import Kind, Role, Severity, Verdict
from scheduler.problem import Problem, critical, span, warning, when
from scheduler.surroundings import WHOLE, lives

if TYPE_CHECKING:
    from scheduler.facts import Facts, Field, OutletFacts

SETTINGS_WRONG = "settings_wrong"
"""Key of the one problem that no facts tell: the daemon read its settings again, and they are wrong."""

INTERVALS = 3
"""Intervals without a success after which an outlet is said to fail (OPS-FACTS.md section 3.1)."""
LONGEST_CRAWL = timedelta(hours=6)
"""Time that a crawl may take on top of them; a daemon's own ends after CUTTINGS_CRAWL_MINUTES."""
CATCHING_UP = timedelta(minutes=15)
"""Time a daemon has after its start before outlets are said to fail: they are crawled first."""
QUIET_TIMES = 3
"""How many times the longest quiet of the last 60 days an outlet may bring nothing new."""
QUIET_LEAST = timedelta(days=3)
"""Shorter quiet is never told: a long weekend is no breakdown."""
QUIET_UNKNOWN = timedelta(days=35)
"""Quiet that is told of an outlet whose habits are not known yet: it may publish once a month."""
ERROR_RUNS, ERROR_LEAST, ERROR_SHARE = 10, 4, 0.5
"""Runs looked at, fewest judged, and share of failures that is told (OPS-FACTS.md section 3, spidermon)."""
FELL_TO, FELL_BY = 0.5, 0.3
"""A field fell when at most half as many pages give it as before, and three in ten fewer."""
FELL_BY_CHANCE = 1e-6
"""What chance brings more often is not told (bylines on six pages in ten: else 40 alarms a year)."""
ROBOTS_SHARE = 0.5
"""Share of the addresses of the last crawl that robots.txt forbids, from which on it is told."""
OVERLAP_WITHIN = timedelta(days=1)
"""How long a gap between two polls is told."""
UNSCHEDULED = timedelta(days=7)
"""How long the runs of an outlet count that nobody schedules."""

STUCK = timedelta(days=7)
"""Time without progress after which an open backfill is said to be stuck: slices come nightly."""

FAILURES = frozenset({Verdict.FAILED, Verdict.LOST, Verdict.EMPTY})
"""Verdicts of runs that should have brought something and did not."""


def problems(facts: "Facts") -> list[Problem]:
    """Give what is wrong, the critical first; asks nobody, so the same facts give the same problems."""
    found = [problem for rule in WHOLE for problem in rule(facts)]
    found += [problem for outlet in facts.outlets for problem in _of_outlet(facts, outlet)]
    return sorted(found, key=lambda problem: (problem.severity is not Severity.CRITICAL, problem.key))


def _of_outlet(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    for rule in KEPT if outlet.paused else (*FOLLOWED, *KEPT):
        yield from rule(facts, outlet)


def _no_success(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    if outlet.interval is None or outlet.waiting_since is None or _catching_up(facts, outlet):
        return
    since = max(filter(None, (outlet.last_success_at, outlet.waiting_since)))
    crawls = [run for run in outlet.runs if run.kind is Kind.CRAWL]
    ended = [run for run in crawls if run.ended_at is not None]
    lengths = (min((run.ended_at or facts.at) - run.started_at, LONGEST_CRAWL) for run in crawls)
    longest = max(lengths, default=timedelta())
    if facts.at - since <= INTERVALS * outlet.interval + longest:
        return
    telling = [run for run in ended if run.verdict not in NEUTRAL] or ended
    last = f"the last one ended {telling[0].verdict}: {telling[0].reason}" if ended else "none has ended yet"
    never = "no crawl has ever succeeded" if outlet.last_success_at is None else "no crawl has succeeded"
    yield critical(
        f"no_success:{outlet.key}",
        f"{outlet.key}: {never} since {when(since)} ({span(facts.at - since)}; one is due every "
        f"{span(outlet.interval)}); {last}; look with `cuttings runs --outlet {outlet.key}`",
        outlet.key,
    )


def _catching_up(facts: "Facts", outlet: "OutletFacts") -> bool:
    """Say whether nobody could crawl for a while, and a daemon just begins: a failure stays one."""
    begun = [one.started_at for one in facts.processes if one.role is Role.DAEMON and lives(facts, one)]
    crawls = (run.verdict for run in _judged(facts, outlet) if run.kind is Kind.CRAWL)
    failing = next(crawls, None) in FAILURES - {Verdict.LOST}
    return bool(begun) and facts.at - min(begun) < CATCHING_UP and not failing


def _nothing_new(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    del facts
    if outlet.interval is None or outlet.last_success_at is None or outlet.last_new_at is None:
        return
    since = max(filter(None, (outlet.last_new_at, outlet.waiting_since)))  # a pause is no quiet
    quiet = outlet.last_success_at - since  # while it was crawled, and answered
    usual = outlet.longest_quiet
    if quiet > (max(QUIET_LEAST, QUIET_TIMES * usual) if usual is not None else QUIET_UNKNOWN):
        habit = f"its longest quiet of the 60 days before was {span(usual)}" if usual else "it is new here"
        yield warning(
            f"nothing_new:{outlet.key}",
            f"{outlet.key}: crawls succeed, but none has brought a new article since "
            f"{when(since)} ({span(quiet)}; {habit}): its listings may have moved; try "
            f"`cuttings crawl {outlet.key} --dry-run` and compare with the site",
            outlet.key,
        )


def _errors(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    judged = _judged(facts, outlet)[:ERROR_RUNS]
    failed = [run for run in judged if run.verdict in FAILURES]
    if len(judged) >= ERROR_LEAST and len(failed) >= ERROR_SHARE * len(judged):
        last = failed[0]
        yield warning(
            f"errors:{outlet.key}",
            f"{outlet.key}: {len(failed)} of its last {len(judged)} runs failed, the first of them at "
            f"{when(failed[-1].started_at)}; the latest, run {last.id}, ended {last.verdict}: {last.reason}; "
            f"look with `cuttings runs {last.id}`",
            outlet.key,
        )


def _judged(facts: "Facts", outlet: "OutletFacts") -> list[RunLine]:
    """Give the last runs that say something of the outlet, newest first."""
    told = [run for run in outlet.runs if run.verdict is not None and run.verdict not in NEUTRAL]
    if outlet.interval is None:
        return [run for run in told if facts.at - run.started_at < UNSCHEDULED]
    return told


FIELDS = {
    "byline": "a byline",
    "date": "a publication date",
    "body": "a text",
    "comments": "a comment section that is recognised",
    "layout": "a layout of the outlet's own that knows it",
}


def _coverage(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    del facts
    for field in {field.name: field for field in outlet.coverage if _fell(field)}.values():
        yield warning(
            f"coverage_{field.name}:{outlet.key}",
            f"{outlet.key}: only {field.now:.0%} of the last {field.pages_now} new pages have "
            f"{FIELDS[field.name]}, {field.before:.0%} of the {field.pages_before} before had "
            f"(since {when(field.since)}): its pages may look different now; compare one with "
            f"`cuttings extract URL`, mend the layout, then `cuttings reextract --outlet {outlet.key}`",
            outlet.key,
        )


def _fell(field: "Field") -> bool:
    """Say whether a field fell, and further than it does by chance (the binomial's lower tail)."""
    if field.now > FELL_TO * field.before or field.before - field.now < FELL_BY:
        return False
    pages, had = field.pages_now, round(field.now * field.pages_now)
    usual = (field.before * field.pages_before + 1) / (field.pages_before + 2)  # never quite all
    tail = sum(comb(pages, n) * usual**n * (1 - usual) ** (pages - n) for n in range(had + 1))
    return tail < FELL_BY_CHANCE


def _robots(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    judged = _judged(facts, outlet)
    if not judged:
        return
    last = judged[0]
    denied, answered = last.counts.get("fetch_robots_denied", 0), last.counts.get("responses", 0)
    if denied and denied >= ROBOTS_SHARE * (denied + answered):
        yield critical(
            f"robots:{outlet.key}",
            f"{outlet.key}: robots.txt kept run {last.id} ({when(last.started_at)}) from {denied} of "
            f"{denied + answered} addresses ({last.reason}): read its robots.txt; ask the outlet, or stop "
            f"asking with `cuttings schedule pause {outlet.key} --reason robots.txt`",
            outlet.key,
        )


def _held(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    if not outlet.held:
        return
    first = min(outlet.held, key=lambda hold: hold.held_at)
    articles = sum(hold.affected for hold in outlet.held)
    runs = sorted({hold.run_id for hold in outlet.held})
    yield warning(
        f"held:{outlet.key}",
        f"{outlet.key}: what {len(runs)} {'run' if len(runs) == 1 else 'runs'} read of {articles} articles "
        f"is held since {when(first.held_at)} ({span(facts.at - first.held_at)}), because so many changed "
        f"alike ({first.sign}); look with `cuttings versions show {runs[0]}`, then `cuttings versions "
        f"release {runs[0]}` or `discard {runs[0]}`",
        outlet.key,
    )


def _overlap_lost(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    recent = (run for run in outlet.runs if facts.at - run.started_at < OVERLAP_WITHIN)
    lost = [run for run in recent if run.counts.get("overlap_lost")]
    if lost:
        yield warning(
            f"overlap_lost:{outlet.key}",
            f"{outlet.key}: run {lost[0].id} ({when(lost[0].started_at)}) met nothing that was known in a "
            f"source, in {len(lost)} of the crawls of a day: articles between it and the crawl before may "
            f"be missed; crawl more often (`cuttings schedule set crawl:{outlet.key} ...`) and look for "
            f"them with `cuttings crawl {outlet.key} --since DATE`",
            outlet.key,
        )


def _timing(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    del facts
    if outlet.timing_fault is not None:
        yield critical(f"timing:{outlet.key}", f"{outlet.key}: {outlet.timing_fault}", outlet.key)


def _captures(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    del facts
    if outlet.capture_fault is not None:
        yield critical(
            f"captures:{outlet.key}",
            f"{outlet.key}: {outlet.capture_fault}; see how far it goes with `cuttings db verify`, and take "
            "the files back from a backup",
            outlet.key,
        )
    if outlet.left_open:
        yield warning(
            f"captures_open:{outlet.key}",
            f"{outlet.key}: {len(outlet.left_open)} files of captures (the first is {outlet.left_open[0]}) "
            "were left open by crawls that died, for more than a day: the next crawl on this machine closes "
            f"them; begin one with `cuttings crawl {outlet.key}`",
            outlet.key,
        )


def _backfill(facts: "Facts", outlet: "OutletFacts") -> Iterator[Problem]:
    """Tell of an open backfill none of whose slices came to anything for a week."""
    asked, nights = outlet.backfill_since, outlet.nights_since
    since = facts.at - STUCK
    if asked is None or nights is None or max(asked, nights) > since:
        return
    tried = [one for one in outlet.slices if one.started_at > since]
    ended = [one for one in tried if one.verdict is not None]
    if any(one.verdict not in FAILURES | {Verdict.SKIPPED} for one in ended):
        return
    if ended:
        last = ended[0]
        told = (
            f"{len(ended)} of its runs failed or were skipped; the latest, run {last.id}, ended "
            f"{last.verdict}: {last.reason}"
        )
    elif not tried and _watched(facts, since):
        told = "no slice of it could begin"
    else:
        return
    yield warning(
        f"backfill_stuck:{outlet.key}",
        f"{outlet.key}: its backfill, asked for at {when(asked)}, has not gone on for {span(STUCK)}: {told}; "
        f"look with `cuttings backfill status {outlet.key}`",
        outlet.key,
    )


def _watched(facts: "Facts", since: datetime) -> bool:
    """Say whether a daemon lives that has run since then."""
    daemons = [one for one in facts.processes if one.role is Role.DAEMON and lives(facts, one)]
    return any(one.started_at <= since for one in daemons)


FOLLOWED: tuple[Callable[["Facts", "OutletFacts"], Iterator[Problem]], ...] = (
    _no_success,
    _nothing_new,
    _errors,
    _coverage,
    _robots,
    _overlap_lost,
)
"""Rules of outlets that are not paused."""
KEPT: tuple[Callable[["Facts", "OutletFacts"], Iterator[Problem]], ...] = (
    _timing,
    _held,
    _captures,
    _backfill,
)
