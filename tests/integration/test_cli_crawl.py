"""Crawls from the command line: summary, machine output, several outlets, dry run, interruption, the demo."""

import json
import re
import signal
import subprocess
import sys
import time

import pytest

from cli.queries import QUERIES
from newsstand import Newsstand, plan, serve
from tests.integration.archive import ROOT, Archive


@pytest.fixture
def archive(tmp_path):
    """Give an archive in SQLite; what is stored is tested on both databases elsewhere."""
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


@pytest.fixture
def stand():
    with serve(Newsstand(day=1)) as served:
        yield served


@pytest.fixture(scope="module")
def two_days(tmp_path_factory):
    """Give an archive of two days of an outlet, and the outlet's address."""
    home = tmp_path_factory.mktemp("two-days") / "home"
    archive = Archive(home, f"sqlite:///{home / 'cuttings.db'}")
    with serve(Newsstand(day=1)) as stand:
        origin = stand.address("wardround")
        archive.crawl("wardround", origin)
        stand.set_day(2)
        archive.crawl("wardround", origin, "--recheck", "--all")
    return archive, origin


def test_a_person_sees_what_a_crawl_brought_and_where_it_lies(archive, stand):
    origin = stand.address("wardround")
    done = archive.command("crawl", "wardround", "--base-url", origin)
    assert done.returncode == 0, done.stderr
    expected = plan.expected("wardround", 1)
    row = next(line for line in done.stdout.splitlines() if line.startswith("wardround"))
    verdict, _, new = row.split()[2:5]
    assert (verdict, int(new)) == ("ok", len(expected))
    assert all(article.title in done.stdout for article in expected)
    assert str(archive.home / "cuttings.db") in done.stdout
    captures = re.findall(r"^captures +(\S+)$", done.stdout, re.MULTILINE)
    assert captures
    assert all(path.startswith(str(archive.home)) for path in captures)
    assert "wardround: " in done.stderr, "progress in plain lines, since this is no terminal"
    assert "cuttings article ID --versions" in done.stderr

    run = archive.command("runs")
    assert "wardround" in run.stdout
    one = json.loads(archive.command("runs", "1", "--json").stdout)
    assert one["run"]["verdict"] == "ok"
    assert len(one["news"]["new"]) == len(expected)


def test_an_article_is_shown_by_its_id_and_by_any_of_its_addresses(two_days):
    archive, origin = two_days
    edited = next(c.key for c in plan.changes("wardround", 1, 2).changed if "body" in c.fields)
    before, after = (next(a for a in plan.expected("wardround", day) if a.key == edited) for day in (1, 2))
    by_url = json.loads(archive.command("article", origin + before.path, "--json").stdout)
    assert [version["body"] for version in by_url["versions"]] == [before.body, after.body]
    article_id = str(by_url["article"]["article_id"])
    assert json.loads(archive.command("article", article_id, "--json").stdout) == by_url
    assert after.title in archive.command("article", article_id).stdout
    versions = archive.command("article", article_id, "--versions").stdout
    assert "first seen" in versions
    difference = archive.command("article", article_id, "--diff", "1", "2").stdout
    assert re.search(r"\{\+.+?\+\}", difference, re.DOTALL)
    missing = archive.command("article", article_id, "--diff", "1", "9")
    assert missing.returncode == 1
    assert "there is no version 9 of this article; there are: 1, 2" in missing.stderr


def test_a_removed_comment_is_shown_as_removed(two_days):
    archive, origin = two_days
    key, comment = plan.changes("wardround", 1, 2).comments_removed[0]
    article = next(a for a in plan.expected("wardround", 1) if a.key == key)
    author = next(c.author for c in article.comments if c.key == comment)
    shown = archive.command("article", origin + article.path).stdout
    assert re.search(rf"{re.escape(author)}.*REMOVED", shown)


def test_several_outlets_are_crawled_side_by_side(archive):
    """Two live outlets without a contact: each child refuses for itself, and the reports say so."""
    done = archive.command("crawl", "nhe", "pse", "--json")
    assert done.returncode == 1
    reports = json.loads(done.stdout)
    assert [report["outlet"] for report in reports] == ["nhe", "pse"]
    assert all(report["verdict"] == "failed" for report in reports)
    assert done.stderr.count("CUTTINGS_CONTACT") == 2


def test_a_dry_run_shows_what_would_be_and_makes_nothing(archive, stand):
    done = archive.command("crawl", "townclerk", "--base-url", stand.address("townclerk"), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert all(article.title in done.stdout for article in plan.expected("townclerk", 1))
    assert "nothing was stored" in done.stderr
    assert not archive.home.exists()


def test_one_page_alone(archive, stand):
    article = plan.expected("pointsman", 1)[0]
    origin = stand.address("pointsman")
    report = archive.crawl("pointsman", origin, "--url", origin + article.path)
    assert (report["new"], report["counts"]["responses"]) == (1, report["counts"]["responses"])
    assert [row["title"] for row in archive.rows("SELECT title FROM articles")] == [article.title]


def test_extract_of_a_live_page_reads_what_a_crawl_would_and_stores_nothing(archive, stand):
    article = next(a for a in plan.expected("pointsman", 1) if a.comments)
    origin = stand.address("pointsman")
    done = archive.command(
        "extract", origin + article.path, "--base-url", origin, "--outlet", "pointsman", "--json"
    )
    found = json.loads(done.stdout)
    assert (found["title"], found["body"]) == (article.title, article.body)
    assert [comment["author"] for comment in found["comments"]] == [c.author for c in article.comments]
    assert not archive.home.exists()


@pytest.mark.parametrize(
    ("path", "settings", "said"),
    [
        ("/no-such-page", {}, "answers 404"),
        ("/articles/x", {"CUTTINGS_CONTACT": "me@example.org"}, "leads inwards"),
        ("/articles/x", {}, "CUTTINGS_CONTACT"),
    ],
)
def test_extract_of_a_page_that_cannot_be_had_gives_an_error_object(archive, stand, path, settings, said):
    origin = stand.address("wardround")
    with_base = ("--base-url", origin, "--outlet", "wardround") if path == "/no-such-page" else ()
    done = archive.command("extract", origin + path, *with_base, "--json", **settings)
    assert done.returncode == 1
    assert said in json.loads(done.stdout)["error"]["message"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_crawl_keeps_what_it_has_and_says_so(archive, number):
    with serve(Newsstand(scale=400)) as stand:
        origin = stand.address("wardround")
        crawl = subprocess.Popen(
            [sys.executable, "-m", "cli", "crawl", "wardround", "--base-url", origin, "--json"],
            cwd=ROOT,
            env=archive.environment(CUTTINGS_DOWNLOAD_DELAY="0.2", CUTTINGS_CONCURRENCY_PER_HOST="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while len(stand.requests("wardround")) < 15 and time.monotonic() < deadline:
            time.sleep(0.1)
        crawl.send_signal(number)
        output, _ = crawl.communicate(timeout=60)
    assert crawl.returncode == 1
    report = json.loads(output)
    assert report["verdict"] == "stopped"
    assert archive.rows("SELECT verdict FROM runs") == [{"verdict": "stopped"}]
    assert report["new"] == archive.rows("SELECT count(*) AS n FROM articles")[0]["n"]


@pytest.mark.parametrize("query", [query for _, query in QUERIES])
def test_the_readmes_queries_run_on_both_databases(engine, query):
    assert f"```sql\n{query}\n```" in (ROOT / "README.md").read_text()
    with engine.connect() as connection:
        assert connection.exec_driver_sql(query.replace("%", "%%")).all() == []


def test_the_demo_tells_exactly_what_was_planned_and_leaves_other_files_alone(archive, demonstration):
    assert "exactly as planned: 6 new, 7 changed, 2 gone, 2 not found" in demonstration.said
    assert "REMOVED" in demonstration.said
    assert "reverted" not in demonstration.said, "no edit of day 2 goes back to an earlier text"
    assert re.search(r"\[-.+?-\]", demonstration.said, re.DOTALL), "a word diff"
    assert all(question in demonstration.said for question, _ in QUERIES)
    assert (demonstration.home / "cuttings.db").exists()
    assert not list(demonstration.home.parent.glob("*.db")), "the operator's own archive is not touched"

    home = demonstration.copy(archive.home / "demo")
    (home / "made-by-cuttings-demo").unlink()
    refused = archive.command("demo")
    assert refused.returncode == 1
    assert "holds files that no demo made" in refused.stderr
    assert (home / "cuttings.db").exists()
