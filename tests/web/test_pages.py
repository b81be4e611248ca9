"""What the pages say, also when what they are told of is hostile, missing or away."""

import dataclasses
import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.clock import now
from db import schema
from db.engine import open_engine
from db.running import runs
from db.words import Severity
from scheduler.status import Status
from tests.integration.desk import Desk, document
from tests.web.stage import ESCAPES, MARKUP, month, problem, record
from web import pages


def test_the_status_tells_of_every_outlet(stage, site):
    stage.run("gazette", seconds=75, counts={"new": 12, "changed": 3, "gone": 1})
    stage.run("courier", verdict="failed", reason="the outlet did not answer")
    stage.run("ledger", seconds=None)
    stage.paused["ledger"] = "its layout is being mended"
    text = site.ask().text
    for said in (
        "Harbour Courier",
        "12<span",
        "1 min 15 s",
        "failed",
        "the outlet did not answer",
        "2 in a row without success",
        "under way",
        "in 38 min",
        "every 1 h 30 min",
        "paused",
        "its layout is being mended",
        "No problems",
        "press-room",
    ):
        assert said in text, said


def test_what_is_not_counted_yet_is_not_nought(stage, site):
    stage.run("gazette", seconds=None, counts=None)
    stage.run("courier", counts={"new": 0})
    text = site.ask().text
    counts = re.findall(r'<span class="counts">.*?</span></span> </span>', text)
    shown = [re.sub("<.*?>", "", found).split() for found in counts]
    assert shown == [["0", "new", "0", "changed", "0", "gone"], ["–", "new", "–", "changed", "–", "gone"]]


def test_problems_come_first_the_worst_on_top(stage, site):
    stage.problems = [
        problem("The disk is nearly full."),
        problem("No crawl succeeded: try `cuttings crawl gazette`.", Severity.CRITICAL, "gazette"),
    ]
    text = site.ask().text
    assert "<title>(2) Cuttings</title>" in text
    assert "icon-critical.svg" in text
    assert (
        text.index(">2 problems<")
        < text.index("</span> critical</span>")
        < text.index("<code>cuttings crawl gazette</code>")
        < text.index("</span> warning</span>")
        < text.index("The disk is nearly full.")
        < text.index(">Outlets<")
    )


def test_an_empty_archive_says_what_to_do(stage, site):
    stage.titles.clear()
    text = site.ask().text
    assert "cuttings schedule list" in text
    assert "No run yet." in text


def test_markup_from_outside_stays_text(stage, site):
    stage.titles = {"gazette": MARKUP}
    stage.problems = [problem(f"{MARKUP} `{MARKUP}`", Severity.CRITICAL, "gazette")]
    stage.paused = {"gazette": MARKUP}
    run = stage.run(reason=MARKUP, verdict="partial", counts={MARKUP: 3, "new": MARKUP}, host=MARKUP)
    stage.log(run, record(MARKUP, source=MARKUP, exception=MARKUP), MARKUP, record("x", level=MARKUP[:9]))
    for path in ("/", f"/runs/{run}"):
        text = site.ask(path).text
        assert str(html.escape(MARKUP)).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in text
        assert "<script" not in text
        assert "<img" not in text
        assert "{{ 7 * 7 }}" in text


def test_articles_a_run_brought_are_named(stage, site):
    desk = Desk(stage.engine)
    desk.show("https://www.example.org/a", 1, document(MARKUP, "One two three."))
    runs.finish(stage.engine, desk.run_id, runs.Verdict.OK, counts={"new": 1})
    text = site.ask(f"/runs/{desk.run_id}").text
    assert "https://www.example.org/a" in text
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_run_shows_its_facts(stage, site):
    run = stage.run(seconds=3725, peak_memory_bytes=200 * 2**20, reason="all went well")
    text = site.ask(f"/runs/{run}").text
    for said in ("1 h 2 min", "200 MiB", "all went well", "new articles", "fetched: ok", "0.1.0"):
        assert said in text, said
    assert "There is no log of this run on this machine." in text


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_shows_its_end_and_is_there_as_a_whole(stage, site, packed):
    run = stage.run()
    records = [
        record(f"line {number} of many", "warning" if number == 699 else "info") for number in range(700)
    ]
    stage.log(run, *records, "Segmentation fault", packed=packed)
    text = site.ask(f"/runs/{run}").text
    assert "the last 500 lines" in text
    assert "line 200 of many" not in text
    assert "line 201 of many" in text
    assert "Segmentation fault" in text
    answer = site.ask(f"/runs/{run}/log")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert len(lines) == 701
    assert lines[0] == "2026-03-20 12:00:01 info     line 0 of many"
    assert lines[-1].endswith("Segmentation fault")


def test_a_log_steers_no_terminal_and_forges_no_line(stage, site):
    run = stage.run()
    stage.log(run, record(ESCAPES, key=ESCAPES, exception=ESCAPES), ESCAPES.replace("\n", "\x0b"))
    page, whole = site.ask(f"/runs/{run}").text, site.ask(f"/runs/{run}/log").text
    for text in (page, whole):
        assert "\\x1b[2J" in text
        assert not {"\x1b", "\u202e", "\r", "\x0b"} & set(text)
    assert not [line for line in whole.splitlines() if line.startswith("forged")]


def test_a_log_of_very_long_lines_is_shown_shortened(stage, site):
    run = stage.run()
    stage.log(run, *(record("x" * 100_000) for _ in range(5)))
    assert len(site.ask(f"/runs/{run}").text) < 50_000
    assert len(site.ask(f"/runs/{run}/log").text) > 500_000


@pytest.mark.parametrize(
    "path", ["/runs/7", "/runs/7/log", "/runs/99999999999999999999", "/runs/-1", "/x", "/runs/"]
)
def test_what_is_not_there_is_a_sentence(site, path):
    answer = site.ask(path)
    assert answer.status == 404
    assert "<h1>Not found</h1>" in answer.text


def test_a_run_without_a_log_says_so(stage, site):
    answer = site.ask(f"/runs/{stage.run()}/log")
    assert answer.status == 404
    assert "There is no log of run 1" in answer.text


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/cuttings.db", "postgresql+psycopg://me:sesame@127.0.0.1:1/cuttings"]
)
def test_a_database_that_is_away_is_said(serve, url):
    engine = open_engine(url)
    site = serve(engine=engine, source=lambda: runs.recent(engine))
    for path in ("/", "/runs/1", "/runs/1/log"):
        answer = site.ask(path)
        assert answer.status == 503
        assert "The database does not answer" in answer.text
        assert "Traceback" not in answer.text
        assert "sesame" not in answer.text
        assert 'http-equiv="refresh"' in answer.text
    assert site.ask("/healthz").status == 200


def test_the_real_status_is_shown(stage, serve):
    run = stage.run("courier", verdict="failed", reason="the outlet did not answer")
    answer = serve(source=None).ask()
    assert answer.status == 200
    assert "Harbour Courier" in answer.text
    assert f'href="/runs/{run}"' in answer.text


def test_an_archive_that_cannot_be_read_is_a_problem_on_the_page(stage, serve):
    schema.downgrade(stage.engine, "-1")
    away = open_engine("sqlite:////nowhere/at/all/cuttings.db")
    for engine, said in ((stage.engine, "<code>cuttings db upgrade</code>"), (away, "cuttings db upgrade")):
        answer = serve(source=None, engine=engine).ask()
        assert answer.status == 503
        assert "1 problem<" in answer.text
        assert said in answer.text
        assert "No run yet" not in answer.text, "that is not known"


def test_many_readers_cost_one_query(stage, serve, monkeypatch):
    monkeypatch.setattr(pages, "HELD_FOR", 3600)
    asked = []
    site = serve(source=lambda: asked.append(1) or stage.status())
    with ThreadPoolExecutor(10) as readers:
        answers = list(readers.map(lambda _: site.ask().status, range(40)))
    assert answers == [200] * 40
    assert len(asked) == 1


def test_what_is_shown_is_of_now(stage, serve, monkeypatch):
    monkeypatch.setattr(pages, "HELD_FOR", 0)
    site = serve()
    assert "No run yet." in site.ask().text
    run = stage.run(seconds=None)
    assert f'href="/runs/{run}"' in site.ask().text
    assert "under way" in site.ask(f"/runs/{run}").text
    runs.finish(stage.engine, run, runs.Verdict.LOST, reason="its process vanished")
    assert "its process vanished" in site.ask(f"/runs/{run}").text


def test_the_page_asks_again_unless_told_not_to(site):
    assert '<meta http-equiv="refresh" content="30">' in site.ask("/").text
    assert 'http-equiv="refresh"' not in site.ask("/?refresh=off").text


def test_plots_say_what_they_show(stage, site):
    month(stage)
    text = site.ask().text
    assert text.count('<svg class="plot" role="img"') == 6
    assert "New articles a day, 30 days: " in text
    assert "no run on 4 of them." in text
    assert "Last 30 runs: " in text
    assert "no run</title>" in text


def test_a_pause_that_is_over_is_none(stage, serve):
    stage.paused["gazette"] = "for a while"

    def later() -> Status:
        return dataclasses.replace(stage.status(), at=now() + timedelta(hours=6))

    assert "for a while" not in serve(source=later).ask().text
