"""The command line as a person meets it: help, errors, exit codes, machine output."""

import json
import os
import resource
import shlex
import subprocess
import sys

import pytest

from tests.integration.forking import ROOT, command


@pytest.fixture
def cuttings(tmp_path):
    """Give a function that runs a command in an empty folder, with nothing set but what it is told."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")}

    def run(*words: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return command(words, environment=outside | settings, folder=tmp_path, stdin=stdin)

    return run


def test_help_is_quick_and_says_where_to_begin(tmp_path):
    times = []
    for _ in range(3):
        before = spent()
        done = subprocess.run(
            [sys.executable, "-m", "cli", "--help"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        times.append(spent() - before)
    assert done.returncode == 0
    assert "Begin with `cuttings demo`" in done.stdout
    assert min(times) < 0.5, "seconds of processor time; 0.15 were measured"


def spent() -> float:
    """Give the processor time of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_version_is_that_of_the_project(cuttings):
    assert cuttings("--version").stdout == "cuttings 0.1.0\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("crwal",), "Did you mean 'crawl'?"),
        (("crawl",), "name at least one outlet (nhe, pse, rtm, civilserviceworld, "),
        (("crawl", "nhe", "--since", "yesterday"), "'yesterday' is no day; write it as 2024-03-31"),
        (("crawl", "nhe", "--since", "2024-02-02", "--until", "2024-01-01"), "is after --until"),
        (("crawl", "nhe", "pse", "--url", "https://x.example/"), "--url goes with one outlet, not with 2"),
        (("crawl", "nhe", "--limit", "0"), "--limit"),
        (("crawl", "--url", "https://nowhere.example/a"), "no known outlet has the address"),
        (("article", "1", "--diff", "1"), "--diff"),
        (("article", "1", "--raw", "0"), "--raw"),
        (("article", "1", "--as-of", "last week"), "'last week' is neither a day nor an instant"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(cuttings, words, said):
    done = cuttings(*words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (("crawl", "guardian"), {}, "there is no outlet 'guardian'; known are: nhe"),
        (("crawl", "nhe"), {}, "CUTTINGS_CONTACT"),
        (("crawl", "wardround"), {}, "cuttings demo"),
        (("config",), {"CUTTINGS_RETRIES": "-1"}, "CUTTINGS_RETRIES"),
        (("config",), {"CUTTINGS_RETRIS": "1"}, "CUTTINGS_RETRIS: no such setting"),
        (("db", "current"), {"CUTTINGS_DATABASE_URL": "mysql://x/y"}, "the driver 'mysql' is not supported"),
        (("extract", "nowhere.html"), {}, "the file nowhere.html cannot be read: No such file"),
        (("article", "1"), {}, "cuttings"),
        (("runs",), {}, "cuttings"),
    ],
)
def test_what_the_operator_must_mend_is_one_message_and_exit_1(cuttings, words, settings, said):
    done = cuttings(*words, **settings)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_debug_shows_where_an_error_came_from(cuttings):
    assert "Traceback" in cuttings("--debug", "crawl", "guardian").stderr


def test_nothing_is_made_by_commands_that_only_look(cuttings, tmp_path):
    for words in (("config",), ("outlets", "list"), ("db", "current"), ("runs",), ("article", "1")):
        cuttings(*words)
    assert list(tmp_path.iterdir()) == []


def test_config_says_where_each_value_comes_from_and_masks_secrets(cuttings, tmp_path):
    (tmp_path / "cuttings.toml").write_text("retries = 7\n")
    secret = {
        "CUTTINGS_DATABASE_URL": "postgresql+psycopg://cuttings:hunter2@db.example.org/cuttings",
        "CUTTINGS_PSEUDONYM_KEY": "hunter2",
    }
    done = cuttings("config", "--json", **secret)
    shown = json.loads(done.stdout)
    assert shown["retries"] == {"value": 7, "origin": "cuttings.toml"}
    assert shown["max_pages"] == {"value": 100000, "origin": "default"}
    assert shown["database_url"]["value"] == "postgresql+psycopg://cuttings:***@db.example.org/cuttings"
    assert shown["database_url"]["origin"] == "environment"
    assert "hunter2" not in done.stdout + cuttings("config", **secret).stdout


def test_outlets_are_listed_and_shown(cuttings):
    listed = json.loads(cuttings("outlets", "list", "--json").stdout)
    verified = [outlet["key"] for outlet in listed if not (outlet["example"] or outlet["unverified"])]
    assert verified == ["nhe", "pse", "rtm"]
    shown = cuttings("outlets", "list").stdout
    assert "National Health Executive" in shown
    assert shown.count("unverified") == sum(outlet["unverified"] for outlet in listed) > 0
    shown = cuttings("outlets", "show", "pse").stdout
    assert "publicsectorexecutive.com" in shown
    assert "Europe/London" in shown


def test_the_database_is_made_checked_and_named(cuttings, tmp_path):
    before = cuttings("db", "current", "--json")
    assert json.loads(before.stdout)["current"] is None
    assert cuttings("db", "check").returncode == 1
    upgraded = cuttings("db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert (tmp_path / "var" / "cuttings.db").exists()
    assert cuttings("db", "check").returncode == 0
    shown = json.loads(cuttings("db", "current", "--json").stdout)
    assert shown["current"] == shown["head"]
    assert "up to date" in cuttings("db", "upgrade").stdout
    assert "no run yet" in cuttings("runs").stdout


PAGE = """<!doctype html><html lang="en"><head>
<!-- Invented for this test: any likeness to a real page is chance. -->
<title>Ferry to run on Sundays | The Quay</title>
<link rel="canonical" href="https://www.nationalhealthexecutive.com/articles/ferry-run-sundays">
<meta property="og:title" content="Ferry to run on Sundays">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry to run on Sundays",
"datePublished": "2024-03-04T09:30:00+00:00"}</script></head>
<body><main><article><h1>Ferry to run on Sundays</h1>
<p>The Larkrigg ferry will run on Sundays from April, the harbour board said on Monday.</p>
<p>The board expects eighty passengers a day and has ordered a second kettle for the waiting room.</p>
<p>A trial last summer carried more bicycles than people, which nobody had planned for.</p>
</article></main></body></html>"""


def test_the_help_of_article_shows_how_it_is_asked(cuttings):
    said = cuttings("article", "--help").stdout
    for words in ("URL|ID", "--edits", "--diff A B", "--captures", "--as-of", "cuttings article 12 --raw 34"):
        assert words in said


def test_extract_gives_the_promised_object(cuttings, tmp_path):
    (tmp_path / "saved.html").write_text(PAGE)
    found = json.loads(cuttings("extract", "saved.html", "--json").stdout)
    assert found["url"] == found["canonical_url"]
    assert found["url"] == "https://www.nationalhealthexecutive.com/articles/ferry-run-sundays"
    assert found["outlet"] == "nhe", "found by the address the page states for itself"
    assert found["title"] == "Ferry to run on Sundays"
    assert found["published_at"] == "2024-03-04T09:30:00+00:00"
    assert found["body"].split("\n\n")[1].startswith("The board expects eighty passengers")
    assert (found["comment_state"], found["comments"]) == ("unknown", [])
    promised = "url canonical_url outlet layout title standfirst byline section published_at published_raw"
    promised += " modified_at tags image_url body comment_state comments warnings read_by related"
    assert set(promised.split()) <= found.keys()
    assert list(tmp_path.iterdir()) == [tmp_path / "saved.html"], "nothing is stored"


def test_extract_reads_stdin_and_believes_the_address_it_is_told(cuttings):
    url = "https://www.publicsectorexecutive.com/articles/ferry-run-sundays"
    found = json.loads(cuttings("extract", "-", "--url", url, "--json", stdin=PAGE).stdout)
    assert (found["url"], found["outlet"]) == (url, "pse")


def test_extract_shows_a_person_the_page(cuttings):
    shown = cuttings("extract", "-", stdin=PAGE).stdout
    assert "Ferry to run on Sundays" in shown
    assert "second kettle" in shown


@pytest.mark.parametrize("page", ["", "<html></html>", "\x00\x01\x02", "<div>" * 20000])
def test_extract_gives_an_error_object_for_a_page_it_cannot_read(cuttings, tmp_path, page):
    (tmp_path / "broken.html").write_text(page)
    done = cuttings("extract", "broken.html", "--json")
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["page"] == "broken.html"
    assert error["reason"] in {
        "empty_page",
        "not_html",
        "no_title",
        "no_body",
        "not_an_article",
        "unreadable",
    }
    assert error["message"]
    assert "Traceback" not in done.stderr


def test_output_may_be_cut_off_by_its_reader(tmp_path):
    """As `cuttings outlets list | head -1` does."""
    command = f"{shlex.quote(sys.executable)} -m cli outlets list | head -1"
    done = subprocess.run(
        command,
        shell=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
