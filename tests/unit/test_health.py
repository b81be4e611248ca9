"""Each rule of health: what it tells, and what it keeps quiet about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.backfill_lines import SliceLine
from db.histories.holds import HoldLine
from db.running.operation import RunLine
from db.running.processes import LivingProcess
from db.words import Kind, Role, Severity, Verdict
from scheduler.facts import Facts, Field, OutletFacts, Trouble
from scheduler.health import problems
from scheduler.problem import span

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GIB = 2**30


def run(ago: timedelta, verdict: Verdict | None = Verdict.OK, **facts: Any) -> RunLine:
    """Give a crawl that began so long ago and took a minute."""
    began = NOON - ago
    ended = began + timedelta(minutes=1) if verdict else None
    given = {"id": 7, "kind": Kind.CRAWL, "reason": "as told", "host": "here", "counts": {}} | facts
    return RunLine(verdict=verdict, started_at=began, ended_at=ended, **given)


def outlet(**facts: Any) -> OutletFacts:
    """Give an outlet that is crawled every hour and does well."""
    well = {
        "key": "gazette",
        "interval": HOUR,
        "waiting_since": NOON - 90 * DAY,
        "last_success_at": NOON - HOUR,
        "last_new_at": NOON - 2 * HOUR,
        "longest_quiet": DAY,
        "runs": [run(HOUR)],
    }
    return OutletFacts(**(well | facts))


def process(role: Role = Role.DAEMON, beat: timedelta = timedelta(seconds=5), **facts: Any) -> LivingProcess:
    given = {"id": 1, "host": "here", "pid": 11, "home": "/home", "address": None, "software_version": "1"}
    begun = {"started_at": NOON - DAY, "beat_at": NOON - beat}
    return LivingProcess(role=role, **(given | begun | facts))


def whole(*outlets: OutletFacts, **facts: Any) -> Facts:
    well = {"at": NOON, "host": "here", "home": "/home", "processes": [process()], "schedules": 2}
    return Facts(outlets=outlets, **(well | facts))


def keys(facts: Facts) -> list[str]:
    return [problem.key for problem in problems(facts)]


def only(facts: Facts):
    (found,) = problems(facts)
    return found


def test_nothing_is_wrong_with_what_does_well():
    assert problems(whole(outlet(), outlet(key="herald"))) == []


def test_no_success_for_three_intervals_is_critical():
    late = NOON - 3 * HOUR - timedelta(minutes=2)
    found = only(whole(outlet(last_success_at=late, runs=[run(HOUR, Verdict.FAILED, reason="no route")])))
    assert (found.key, found.outlet, found.severity) == ("no_success:gazette", "gazette", Severity.CRITICAL)
    for part in ("since 2026-03-02 08:58 UTC", "3 h 2 min", "every 1 h", "failed: no route", "cuttings runs"):
        assert part in found.message
    in_time = NOON - 3 * HOUR
    assert keys(whole(outlet(last_success_at=in_time, runs=[run(HOUR, Verdict.FAILED)]))) == []


def test_the_run_that_is_named_says_what_is_wrong():
    failing = [run(HOUR, Verdict.SKIPPED, reason="overlap"), run(2 * HOUR, Verdict.FAILED, reason="no route")]
    found = only(whole(outlet(last_success_at=NOON - DAY, runs=failing)))
    assert "the last one ended failed: no route" in found.message
    skipped = only(whole(outlet(last_success_at=NOON - DAY, runs=failing[:1])))
    assert "the last one ended skipped: overlap" in skipped.message


def test_long_crawls_have_the_time_they_take():
    long = replace(run(2 * HOUR), started_at=NOON - 4 * HOUR, ended_at=NOON - 2 * HOUR)
    assert keys(whole(outlet(last_success_at=NOON - 4 * HOUR, runs=[long]))) == []


def test_a_first_crawl_under_way_has_its_time_but_not_for_ever():
    new = outlet(interval=HOUR / 2, last_success_at=None, last_new_at=None, waiting_since=NOON - 2 * HOUR)
    assert keys(whole(replace(new, runs=[run(2 * HOUR, None)]))) == []
    hung = replace(new, waiting_since=NOON - 9 * HOUR, runs=[run(9 * HOUR, None)])
    assert keys(whole(hung)) == ["no_success:gazette"]


def test_an_outlet_that_never_succeeded_counts_from_its_schedule():
    new = outlet(last_success_at=None, last_new_at=None, runs=[], waiting_since=NOON - HOUR)
    assert keys(whole(new)) == []
    found = only(whole(replace(new, waiting_since=NOON - DAY)))
    assert "no crawl has ever succeeded" in found.message
    assert "none has ended yet" in found.message


def test_a_pause_that_is_in_force_silences_and_one_that_is_over_does_not():
    broken = outlet(last_success_at=NOON - 9 * DAY, runs=[run(HOUR, Verdict.FAILED)] * 8)
    assert keys(whole(replace(broken, paused=True))) == []
    assert keys(whole(broken)) == ["no_success:gazette", "errors:gazette"]
    assert keys(whole(replace(broken, runs=[], waiting_since=NOON - HOUR))) == []  # resumed an hour ago


def test_a_daemon_that_has_just_begun_catches_up_first():
    late = outlet(last_success_at=NOON - 2 * DAY)
    begun = process(started_at=NOON - timedelta(minutes=5))
    assert keys(whole(late, processes=[begun])) == []
    assert keys(whole(late)) == ["no_success:gazette"]


@pytest.mark.parametrize(("verdict", "told"), [("failed", True), ("empty", True), ("lost", False)])
def test_a_restart_does_not_end_a_failure_for_a_while(verdict, told):
    late = outlet(
        last_success_at=NOON - 2 * DAY, runs=[run(HOUR, Verdict.SKIPPED), run(HOUR, Verdict(verdict))]
    )
    begun = process(started_at=NOON - timedelta(minutes=5))
    assert keys(whole(late, processes=[begun])) == (["no_success:gazette"] if told else [])


def test_quiet_is_measured_by_the_outlets_own_habits():
    assert keys(whole(outlet(last_new_at=NOON - 3 * DAY))) == []  # 3 days less the hour since the last crawl
    assert keys(whole(outlet(last_new_at=NOON - 4 * DAY))) == ["nothing_new:gazette"]
    assert keys(whole(outlet(last_new_at=NOON - 4 * DAY, longest_quiet=2 * DAY))) == []
    found = only(whole(outlet(last_new_at=NOON - 7 * DAY, longest_quiet=2 * DAY)))
    assert found.severity is Severity.WARNING
    assert "its longest quiet of the 60 days before was 2 days" in found.message
    monthly = outlet(last_new_at=NOON - 31 * DAY, longest_quiet=None)  # met once, a month ago
    assert keys(whole(monthly)) == []
    assert keys(whole(replace(monthly, last_new_at=NOON - 36 * DAY))) == ["nothing_new:gazette"]


def test_quiet_counts_only_while_crawls_succeed():
    away = outlet(last_new_at=NOON - 9 * DAY, last_success_at=NOON - 8 * DAY)
    assert keys(whole(away)) == ["no_success:gazette"]


def test_a_pause_is_no_quiet():
    resumed = outlet(last_new_at=NOON - 15 * DAY, waiting_since=NOON - 2 * HOUR)
    assert keys(whole(resumed)) == []
    assert keys(whole(replace(resumed, waiting_since=NOON - 5 * DAY))) == ["nothing_new:gazette"]


def test_half_of_the_last_runs_failing_is_told():
    failing = [run(n * HOUR, Verdict.OK if n % 2 else Verdict.LOST, id=100 - n) for n in range(1, 12)]
    found = only(whole(outlet(runs=failing)))
    assert found.key == "errors:gazette"
    assert "5 of its last 10 runs failed" in found.message
    assert "run 98, ended lost" in found.message
    few = [run(HOUR, Verdict.FAILED), run(2 * HOUR, Verdict.FAILED), run(3 * HOUR)]
    assert keys(whole(outlet(runs=few))) == []
    mended = [run(n * HOUR, Verdict.OK if n < 7 else Verdict.FAILED) for n in range(1, 12)]
    assert keys(whole(outlet(runs=mended))) == []


@pytest.mark.parametrize("verdict", [Verdict.SKIPPED, Verdict.STOPPED])
def test_runs_that_say_nothing_of_the_outlet_are_not_counted(verdict):
    runs = [run(HOUR), *[run(2 * HOUR, verdict)] * 9, run(3 * HOUR, None)]
    assert keys(whole(outlet(runs=runs))) == []


def test_runs_of_an_outlet_nobody_schedules_count_for_a_week():
    by_hand = outlet(interval=None, waiting_since=None, runs=[run(2 * DAY, Verdict.FAILED)] * 5)
    assert keys(whole(by_hand)) == ["errors:gazette"]
    assert keys(whole(replace(by_hand, runs=[run(8 * DAY, Verdict.FAILED)] * 5))) == []


@pytest.mark.parametrize(
    ("before", "now", "pages", "told"),
    [
        (0.9, 0.1, 12, True),
        (0.9, 0.5, 12, False),
        (0.9, 0.45, 40, True),
        (
            0.9,
            0.45,
            12,
            False,
        ),  # 5 of 12 where 11 are usual: once in 2,000 times by chance, and windows are many
        (0.6, 0.0, 10, False),  # a week's ten pages of agencies
        (0.6, 0.0, 30, True),
        (0.3, 0.1, 40, False),
        (0.0, 0.0, 12, False),
        (1.0, 0.5, 10, True),
    ],
)
def test_a_field_that_fell_is_told(before, now, pages, told):
    began = NOON - 2 * HOUR
    field = Field(name="byline", now=now, before=before, pages_now=pages, pages_before=80, since=began)
    found = problems(whole(outlet(coverage=[field])))
    assert [problem.key for problem in found] == (["coverage_byline:gazette"] if told else [])
    if told:
        assert (
            f"only {now:.0%} of the last {pages} new pages have a byline, {before:.0%} of the 80"
            in found[0].message
        )


def test_a_field_that_fell_in_both_windows_is_one_problem():
    few = Field(name="date", now=0.0, before=1.0, pages_now=10, pages_before=80, since=NOON - HOUR)
    assert keys(whole(outlet(coverage=[few, replace(few, pages_now=30)]))) == ["coverage_date:gazette"]


def test_robots_that_refuse_are_told_with_figures():
    denied = run(HOUR, Verdict.FAILED, counts={"fetch_robots_denied": 6, "responses": 1}, reason="forbidden")
    found = only(whole(outlet(runs=[denied])))
    assert (found.key, found.severity) == ("robots:gazette", Severity.CRITICAL)
    assert "6 of 7 addresses (forbidden)" in found.message
    a_few = run(HOUR, counts={"fetch_robots_denied": 2, "responses": 40})
    assert keys(whole(outlet(runs=[a_few]))) == []
    over = [run(HOUR, counts={"responses": 9}), denied]
    assert keys(whole(outlet(runs=over))) == []


def test_held_readings_wait_for_a_decision_also_while_paused():
    hold = HoldLine(
        run_id=12, outlet="gazette", layout="plain", rechecked=40, affected=15, sign="byline lost",
        held_at=NOON - 2 * DAY, decision=None, decided_at=None,
    )  # fmt: skip
    found = only(whole(outlet(held=[hold], paused=True)))
    assert found.key == "held:gazette"
    for part in ("15 articles", "since 2026-02-28 12:00 UTC (2 days)", "byline lost", "versions release 12"):
        assert part in found.message


def test_a_gap_between_polls_is_told_for_a_day():
    lost = run(2 * HOUR, counts={"overlap_lost": 1})
    assert keys(whole(outlet(runs=[run(HOUR), lost]))) == ["overlap_lost:gazette"]
    assert keys(whole(outlet(runs=[run(HOUR), replace(lost, started_at=NOON - 25 * HOUR)]))) == []


def test_captures_that_cannot_be_read_are_critical():
    found = only(whole(outlet(capture_fault="the file captures/a.warc.gz is not there")))
    assert (found.key, found.severity) == ("captures:gazette", Severity.CRITICAL)
    assert "cuttings db verify" in found.message
    assert keys(whole(outlet(left_open=["gazette-1.warc.gz.open"]))) == ["captures_open:gazette"]


def test_a_timing_that_cannot_be_read_is_told():
    assert keys(whole(outlet(interval=None, timing_fault="no such zone"))) == ["timing:gazette"]


def test_a_silent_daemon_is_critical_until_another_takes_its_place():
    silent = process(beat=timedelta(seconds=121), host="old")
    found = only(whole(processes=[silent]))
    assert (found.key, found.severity) == ("daemon_silent:old", Severity.CRITICAL)
    assert "process 11" in found.message
    assert keys(whole(processes=[process(beat=timedelta(seconds=119))])) == []
    successor = process(host="new", started_at=NOON - timedelta(seconds=60))
    assert keys(whole(processes=[silent, successor])) == []
    elsewhere = process(host="new", home="/other", started_at=NOON - timedelta(seconds=60))
    assert keys(whole(processes=[silent, elsewhere])) == ["daemon_silent:old"]


def test_no_daemon_is_a_warning_where_there_are_schedules():
    found = only(whole(processes=[], schedules=3))
    assert (found.key, found.severity) == ("no_daemon", Severity.WARNING)
    assert "3 schedules" in found.message
    assert keys(whole(processes=[], schedules=0)) == []


def test_a_queue_without_workers_is_critical():
    worker = process(Role.WORKER, pid=12)
    assert keys(whole(executor="procrastinate", processes=[process(), worker])) == []
    assert keys(whole(executor="procrastinate")) == ["no_worker"]
    silent = process(Role.WORKER, timedelta(minutes=3), pid=12)
    assert keys(whole(processes=[process(), silent])) == ["worker_silent:here:12"]


def test_little_disk_is_a_warning_and_very_little_critical():
    low = whole(free_bytes=GIB, disk_low_bytes=2 * GIB)
    assert "only 1.0 GiB are free in /home (warned below 2.0 GiB" in only(low).message
    assert keys(replace(low, free_bytes=2 * GIB)) == []
    assert keys(replace(low, free_bytes=GIB // 4)) == ["disk_full", "disk_low"]
    assert keys(replace(low, free_bytes=None)) == []


def test_a_database_in_trouble_is_critical():
    trouble = Trouble(key="database_away", message="the database cannot be asked")
    found = only(whole(trouble=trouble, processes=[], schedules=0))
    assert (found.key, found.severity) == ("database_away", Severity.CRITICAL)


@pytest.mark.parametrize("ahead", [timedelta(seconds=45), timedelta(seconds=-45)])
def test_clocks_that_differ_are_told(ahead):
    found = only(whole(clock_ahead=ahead))
    assert found.key == "clock_skew"
    assert ("45 s ahead of" if ahead > timedelta() else "45 s behind") in found.message
    assert keys(whole(clock_ahead=ahead / 2)) == []


def test_what_began_in_the_future_is_told():
    assert keys(whole(newest={"run": NOON + HOUR})) == ["clock_future_run"]
    assert keys(whole(newest={"run": NOON - HOUR, "capture": NOON + timedelta(seconds=20)})) == []


def test_alerts_that_reach_nobody_are_told():
    assert "2 alerts have" in only(whole(untold=2, untold_since=NOON - HOUR)).message
    assert keys(whole(untold=1, untold_since=NOON - timedelta(minutes=10))) == []


def test_the_critical_come_first():
    found = problems(whole(outlet(last_success_at=NOON - DAY), free_bytes=GIB, disk_low_bytes=2 * GIB))
    assert [problem.severity for problem in found] == [Severity.CRITICAL, Severity.WARNING]


def test_spans_are_said_in_two_units():
    told = [span(timedelta(seconds=seconds)) for seconds in (0, 40, 300, 7200, 90_061, 172_800)]
    assert told == ["0 s", "40 s", "5 min", "2 h", "1 day 1 h", "2 days"]


def night(ago: timedelta, verdict: Verdict | None, reason: str = "as told") -> SliceLine:
    began = NOON - ago
    ended = began + HOUR if verdict else None
    return SliceLine(id=9, started_at=began, ended_at=ended, verdict=verdict, reason=reason)


def backfilled(*slices: SliceLine, asked: timedelta = 20 * DAY, nights: timedelta = 20 * DAY) -> OutletFacts:
    return outlet(backfill_since=NOON - asked, nights_since=NOON - nights, slices=slices)


def test_a_backfill_that_does_not_go_on_for_a_week_is_a_warning():
    stuck = [night(DAY, Verdict.FAILED, "no route"), night(2 * DAY, Verdict.SKIPPED)]
    found = only(whole(backfilled(*stuck)))
    assert (found.key, found.outlet) == ("backfill_stuck:gazette", "gazette")
    assert found.severity is Severity.WARNING
    for part in ("asked for at 2026-02-10", "7 days", "2 of its runs", "failed: no route", "backfill status"):
        assert part in found.message
    assert keys(whole(backfilled(night(HOUR, None), *stuck))) == ["backfill_stuck:gazette"]
    for better in (Verdict.OK, Verdict.PARTIAL, Verdict.STOPPED):
        assert keys(whole(backfilled(*stuck, night(6 * DAY, better)))) == [], better
    assert keys(whole(backfilled(*stuck, night(8 * DAY, Verdict.OK)))) == ["backfill_stuck:gazette"]


def test_a_backfill_has_a_week_from_when_it_could_go_on():
    failed = night(DAY, Verdict.FAILED)
    assert keys(whole(backfilled(failed, asked=6 * DAY))) == []
    assert keys(whole(backfilled(failed, nights=6 * DAY))) == [], "its nights were changed, or resumed"
    assert keys(whole(outlet(backfill_since=NOON - 20 * DAY, slices=[failed]))) == [], "its nights are paused"
    assert keys(whole(outlet(nights_since=NOON - 20 * DAY))) == [], "none is open"


def test_a_backfill_that_no_slice_could_begin_of_is_told_once_a_daemon_had_a_week_for_it():
    assert keys(whole(backfilled())) == [], "the daemon began yesterday"
    old = process(started_at=NOON - 8 * DAY)
    assert "no slice of it could begin" in only(whole(backfilled(), processes=[old])).message
    assert keys(whole(backfilled(night(HOUR, None)), processes=[old])) == [], "its first slice is under way"
    assert "no_daemon" in keys(whole(backfilled(), processes=[])), "nobody could begin one"
