"""The daemon's metrics for Prometheus (names: OPS-FACTS.md section 6, prefix ``cuttings_``)."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.errors import CuttingsError
from db.histories import endings
from db.histories.endings import EndedRun
from db.words import Kind, Severity, Trigger, Verdict
from scheduler.status import Status

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (1, 5, 15, 60, 180, 600, 1800, 3600, 7200, 14_400)
"""Bounds of a run's length: a poll that finds nothing takes seconds, a first crawl hours."""
LAGS = (1, 5, 15, 60, 120, 300, 900, 3600)

RESULTS = ("new", "changed", "unchanged", "rejected")
COMMENT_RESULTS = ("new", "changed", "removed")
CODES = {
    "ok": "200",
    "soft_404": "200",  # the page alone says that it is not there
    "not_modified": "304",
    "redirect": "3xx",
    "forbidden": "403",
    "not_found": "404",
    "gone": "410",
    "rate_limited": "429",
    "client_error": "4xx",
    "server_error": "5xx",
    "too_large": "too_large",  # the answer was broken off
}
"""What an answer's outcome (:class:`core.records.Outcome`) says of its status."""
SKIPPED_FOR = ("overlap", "paused", "domain", "stopping", "away")
"""Why a slot was skipped: the word before the colon of the run's reason; any other is ``other``."""


class Metrics:
    """All metrics of one process, in a registry of their own."""

    def __init__(self, engine: Engine, *, software_version: str, tick: Callable[[], datetime | None]) -> None:
        """Count from now; ``tick`` gives when the scheduler last turned (aware UTC)."""
        disable_created_metrics()  # type: ignore[no-untyped-call] # else every counter has a second series
        self._engine = engine
        self._mark: endings.Mark | None = None
        self._lock = threading.Lock()
        self._standing = _Standing()
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(self._standing)
        names = ("outlet", "trigger", "verdict")
        self._runs = Counter("cuttings_runs", "Runs that ended.", names, registry=registry)
        self._took = Histogram(
            "cuttings_run_duration_seconds",
            "How long runs took, those of backfills apart.",
            ["outlet"],
            buckets=SECONDS,
            registry=registry,
        )
        self._lag = Histogram(
            "cuttings_run_start_lag_seconds",
            "How long after its slot a scheduled run began, those of backfills apart.",
            buckets=LAGS,
            registry=registry,
        )
        self._skipped = Counter(
            "cuttings_runs_skipped", "Slots that no run began for.", ["outlet", "reason"], registry=registry
        )
        self._articles = Counter(
            "cuttings_articles", "Articles that runs read.", ["outlet", "result"], registry=registry
        )
        self._comments = Counter(
            "cuttings_comments", "Comments that runs found.", ["outlet", "result"], registry=registry
        )
        self._responses = Counter(
            "cuttings_http_responses", "Answers of outlets.", ["outlet", "code"], registry=registry
        )
        self._bytes = Counter(
            "cuttings_http_response_bytes", "Bytes of those answers.", ["outlet"], registry=registry
        )
        self._memory = Gauge(
            "cuttings_run_max_rss_bytes", "Most memory the last run held.", ["outlet"], registry=registry
        )
        self._under_way = Gauge("cuttings_runs_in_progress", "Runs under way.", registry=registry)
        self._reached = Gauge(
            "cuttings_database_up", "1 when the database answered for this scrape.", registry=registry
        )
        info = Gauge("cuttings_build_info", "The version that runs.", ["version"], registry=registry)
        info.labels(software_version).set(1)
        last = Gauge(
            "cuttings_scheduler_last_tick_timestamp_seconds",
            "When the scheduler last turned.",
            registry=registry,
        )
        last.set_function(lambda: _seconds(tick()))

    def begin(self) -> None:
        """Count what ends from now on; where the database is away, from when it is first reached."""
        with self._lock:
            self._look()

    def text(self, status: Callable[[], Status]) -> bytes:
        """Look for runs that ended since the last time, and give all metrics; blocks.

        A database that is away is told by ``cuttings_database_up``; what needs it is left out then.
        """
        with self._lock:
            reached = self._look()
            self._standing.status = None
            if reached:
                try:
                    self._standing.status = status()
                except (SQLAlchemyError, CuttingsError):
                    reached = False
            if self._standing.status is not None:
                self._name_outlets(self._standing.status)
            self._reached.set(reached)
            return generate_latest(self.registry)

    def _look(self) -> bool:
        try:
            if self._mark is None:
                self._mark = endings.mark(self._engine)
            else:
                ended, self._mark = endings.ended_since(self._engine, self._mark)
                for run in ended:
                    self._count(run)
        except (SQLAlchemyError, CuttingsError):
            return False
        self._under_way.set(len(self._mark.under_way))
        return True

    def _count(self, run: EndedRun) -> None:
        outlet = run.outlet or ""
        self._runs.labels(outlet, run.trigger.value, run.verdict.value).inc()
        if run.verdict is Verdict.SKIPPED:
            self._skipped.labels(outlet, skipped_for(run.reason)).inc()
            return
        # A slice of a backfill takes what time it is given, and waits for its archive as long as others ask.
        timed = run.kind is not Kind.BACKFILL
        if timed:
            self._took.labels(outlet).observe(max(0.0, (run.ended_at - run.started_at).total_seconds()))
        if timed and run.scheduled_for is not None:
            self._lag.observe(max(0.0, (run.started_at - run.scheduled_for).total_seconds()))
        if run.peak_memory_bytes is not None:
            self._memory.labels(outlet).set(run.peak_memory_bytes)
        for result in RESULTS:
            self._articles.labels(outlet, result).inc(_number(run, result))
        for result in COMMENT_RESULTS:
            self._comments.labels(outlet, result).inc(_number(run, f"comments_{result}"))
        for outcome, code in CODES.items():
            if number := _number(run, f"fetch_{outcome}"):
                self._responses.labels(outlet, code).inc(number)
        self._bytes.labels(outlet).inc(_number(run, "response_bytes"))

    def _name_outlets(self, status: Status) -> None:
        """Begin every outlet's counters at nought: the first step of one that just appears is not seen."""
        for outlet in status.outlets:
            for verdict in Verdict:
                self._runs.labels(outlet.key, Trigger.SCHEDULE.value, verdict.value)
            for result in RESULTS:
                self._articles.labels(outlet.key, result)
            for result in COMMENT_RESULTS:
                self._comments.labels(outlet.key, result)
            self._took.labels(outlet.key)


class _Standing(Collector):
    """How things stand at a scrape: nothing is given where that is not known."""

    status: Status | None = None

    def describe(self) -> list[Metric]:
        """Give no names before the first scrape."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give the gauges that come from the status."""
        if self.status is None:
            return
        success = _gauge("outlet_last_success_timestamp_seconds", "When a run last succeeded.")
        failures = _gauge("outlet_consecutive_failures", "Runs since then that did not succeed.")
        interval = _gauge("outlet_interval_seconds", "Seconds between two crawls as scheduled.")
        paused = _gauge("outlet_paused", "1 while its crawls are paused.")
        for outlet in self.status.outlets:
            failures.add_metric([outlet.key], outlet.failures)
            paused.add_metric([outlet.key], outlet.paused_at is not None)
            if outlet.last_success_at is not None:
                success.add_metric([outlet.key], outlet.last_success_at.timestamp())
            if outlet.interval_seconds is not None:
                interval.add_metric([outlet.key], outlet.interval_seconds)
        problems = GaugeMetricFamily("cuttings_problems", "Problems that are not over.", labels=["severity"])
        for severity in Severity:
            open_now = sum(problem.severity is severity for problem in self.status.problems)
            problems.add_metric([severity.value], open_now)
        yield from (success, failures, interval, paused, problems)


def skipped_for(reason: str | None) -> str:
    """Give the word of the closed set for why a slot was skipped."""
    word = (reason or "").partition(":")[0]
    return word if word in SKIPPED_FOR else "other"


def _gauge(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"cuttings_{name}", text, labels=["outlet"])


def _number(run: EndedRun, name: str) -> float:
    """Give a count of a run; a child may have written anything there, and counters only go up."""
    value = run.counts.get(name, 0)
    return float(value) if isinstance(value, int | float) and value > 0 else 0.0


def _seconds(instant: datetime | None) -> float:
    return instant.timestamp() if instant else 0.0
