"""The metrics, read as Prometheus reads them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from db.engine import open_engine
from db.running import runs
from db.words import Kind, Severity, Trigger
from tests.integration.desk import Title
from tests.web.stage import problem
from web import probes

LABELS = {"outlet", "trigger", "verdict", "reason", "result", "code", "severity", "version", "le"}
NAMES = {
    "build_info",
    "scheduler_last_tick_timestamp_seconds",
    "runs",
    "run_duration_seconds",
    "runs_in_progress",
    "runs_skipped",
    "run_start_lag_seconds",
    "outlet_last_success_timestamp_seconds",
    "outlet_consecutive_failures",
    "outlet_interval_seconds",
    "articles",
    "comments",
    "http_responses",
    "http_response_bytes",
    "run_max_rss_bytes",
    "outlet_paused",
    "problems",
}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch) -> None:
    monkeypatch.setattr(probes, "HELD_FOR", 0)


def scrape(site):
    """Give every sample by its name and labels."""
    answer = site.ask("/metrics")
    assert answer.status == 200
    families = list(text_string_to_metric_families(answer.text))
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(found, name, **labels: str):
    return found.get((f"cuttings_{name}", *sorted(labels.items())))


def test_every_name_is_there_and_no_label_grows_without_bound(stage, site):
    stage.problems = [problem("x", Severity.CRITICAL)]
    stage.run(reason="https://www.example.org/a", peak_memory_bytes=123)
    stage.run(verdict="skipped", reason="overlap: run 4711 is still under way")
    answer = site.ask("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = list(text_string_to_metric_families(answer.text))
    own = [family for family in families if family.name.startswith("cuttings_")]
    assert {family.name.removeprefix("cuttings_") for family in own} == NAMES | {"database_up"}
    samples = [sample for family in own for sample in family.samples]
    assert {name for sample in samples for name in sample.labels} == LABELS
    assert "://" not in answer.text
    assert "4711" not in answer.text
    assert all(family.documentation for family in own)
    assert "process_resident_memory_bytes" in {family.name for family in families}


def test_runs_count_once_they_ended_whoever_began_them(stage, site):
    stage_run = stage.run(seconds=None, minutes=2)
    assert value(scrape(site), "runs_in_progress") == 1
    assert value(scrape(site), "runs_total", outlet="gazette", trigger="person", verdict="ok") is None
    by_hand = runs.start(stage.engine, Title(), trigger=Trigger.PERSON, software_version="0.1.0")
    assert value(scrape(site), "runs_in_progress") == 2
    counts = {
        "new": 3,
        "changed": 2,
        "unchanged": 5,
        "rejected": 1,
        "comments_new": 4,
        "fetch_ok": 9,
        "fetch_soft_404": 1,
        "fetch_not_found": 2,
        "fetch_network_error": 7,
        "response_bytes": 5000,
    }
    runs.finish(
        stage.engine, by_hand, runs.Verdict.OK, counts=counts, peak_memory_bytes=1000, reason="all went well"
    )
    runs.finish(stage.engine, stage_run, runs.Verdict.FAILED, counts={"new": "three"}, reason="no")
    for _ in range(2):
        found = scrape(site)
        assert value(found, "runs_total", outlet="gazette", trigger="person", verdict="ok") == 1
        assert value(found, "runs_total", outlet="gazette", trigger="schedule", verdict="failed") == 1
        assert value(found, "articles_total", outlet="gazette", result="new") == 3
        assert value(found, "articles_total", outlet="gazette", result="rejected") == 1
        assert value(found, "comments_total", outlet="gazette", result="new") == 4
        assert value(found, "http_responses_total", outlet="gazette", code="200") == 10
        assert value(found, "http_responses_total", outlet="gazette", code="404") == 2
        assert value(found, "http_response_bytes_total", outlet="gazette") == 5000
        assert value(found, "run_max_rss_bytes", outlet="gazette") == 1000
        assert value(found, "run_duration_seconds_count", outlet="gazette") == 2
        assert value(found, "run_duration_seconds_bucket", outlet="gazette", le="60.0") == 1
        assert value(found, "run_start_lag_seconds_count") == 1
        assert value(found, "runs_in_progress") == 0


def test_what_ended_before_is_not_counted_and_counters_begin_at_nought(stage, serve):
    stage.run(counts={"new": 1000})
    site = serve()
    stage.run(minutes=1, counts={"new": 1})
    found = scrape(site)
    assert value(found, "articles_total", outlet="gazette", result="new") == 1
    assert value(found, "articles_total", outlet="courier", result="new") == 0
    assert value(found, "runs_total", outlet="courier", trigger="schedule", verdict="failed") == 0


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("overlap: an earlier one is still under way", "overlap"),
        ("paused: by Dana", "paused"),
        ("https://www.example.org/ was odd", "other"),
        (None, "other"),
    ],
)
def test_skips_have_a_reason_of_a_closed_set(stage, site, reason, word):
    scrape(site)
    runs.skip(stage.engine, Title(), Kind.CRAWL, Trigger.SCHEDULE, None, reason)
    found = scrape(site)
    assert value(found, "runs_skipped_total", outlet="gazette", reason=word) == 1
    assert value(found, "run_duration_seconds_count", outlet="gazette") == 0, "a skip is no run"


def test_gauges_say_how_things_stand(stage, site):
    stage.run("gazette")
    stage.run("courier", verdict="failed")
    stage.problems = [problem("a"), problem("b"), problem("c", Severity.CRITICAL)]
    found = scrape(site)
    assert value(found, "build_info", version="0.1.0") == 1
    assert value(found, "problems", severity="warning") == 2
    assert value(found, "problems", severity="critical") == 1
    assert value(found, "outlet_consecutive_failures", outlet="courier") == 2
    assert value(found, "outlet_interval_seconds", outlet="courier") == 5400
    assert value(found, "outlet_last_success_timestamp_seconds", outlet="gazette") > 1.7e9
    assert value(found, "outlet_last_success_timestamp_seconds", outlet="courier") is None
    assert value(found, "scheduler_last_tick_timestamp_seconds") == stage.last_tick.timestamp()
    assert value(found, "database_up") == 1


def test_a_database_that_is_away_leaves_the_rest(serve):
    engine = open_engine("sqlite:////nowhere/at/all/cuttings.db")
    found = scrape(serve(engine=engine, source=lambda: runs.recent(engine)))
    assert value(found, "database_up") == 0
    assert value(found, "build_info", version="0.1.0") == 1
    assert value(found, "problems", severity="warning") is None
