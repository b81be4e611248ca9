"""`cuttings explore`: the demo's archive in a browser: what a person sees, and what nobody gets out."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from cli.main import run
from core.settings import Settings
from db.questions import questions
from tests.integration.archive import Archive
from tests.integration.demonstration import Demonstration
from tests.integration.forking import ROOT
from tests.web.browser import CHROMIUM, NO_BROWSER
from tests.web.site import Site, served
from web.explorer import SETTINGS, explorer

SCREENSHOTS = os.environ.get("CUTTINGS_SCREENSHOTS")  # read before the tests clear the environment
MILLISECONDS = 60_000


@pytest.fixture(scope="module")
def home(demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the home of an archive that may be written to: the demo's, copied."""
    return demonstration.copy(tmp_path_factory.mktemp("explored") / "home")


@pytest.fixture(scope="module")
def settings(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{home / 'cuttings.db'}", web_port=0)


@pytest.fixture(scope="module")
def site(home: Path, settings: Settings) -> Iterator[Site]:
    """Serve the archive."""
    with explorer(settings, home / "cuttings.db", with_names=False) as app, served(app, settings) as found:
        yield found


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Open a page in Chromium that fails the test where the browser complained."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=MILLISECONDS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(MILLISECONDS)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        yield page
        browser.close()
    assert not complaints


def rows(site: Site, question: str) -> list[dict[str, object]]:
    """Ask in SQL as a browser would; fail where the answer is none."""
    path = f"/archive.json?_shape=array&sql={urllib.parse.quote(question)}"
    found: list[dict[str, object]] = json.loads(site.ask(path).text)
    return found


def refused(site: Site, question: str) -> str:
    """Give what is said to a question that is not answered."""
    answer = site.ask(f"/archive.json?_shape=array&sql={urllib.parse.quote(question)}")
    assert answer.status == 400
    return str(answer.json()["error"])


def test_a_person_looks_for_articles(site, page, tmp_path):
    titles = [str(row["title"]) for row in rows(site, "SELECT title FROM articles")]
    outlets = {
        row["outlet"]: row["n"] for row in rows(site, "SELECT outlet, count(*) AS n FROM articles GROUP BY 1")
    }

    page.goto(f"{site.address}/archive/articles")
    for folder in filter(None, (tmp_path, SCREENSHOTS and Path(SCREENSHOTS))):
        page.screenshot(path=folder / "explore-articles.png")
    assert (tmp_path / "explore-articles.png").stat().st_size > 10_000
    for title in titles:
        expect(page.locator("td.col-title", has_text=title).first).to_be_visible()
    described = page.locator("dl.column-descriptions")
    expect(described).to_contain_text("Publication day in the outlet's own zone")
    assert described.locator("dt").count() == len(page.locator("th[data-column]").all())

    page.locator("#facet-outlet").get_by_role("link", name="townclerk").click()
    page.wait_for_url("**outlet=townclerk**")
    assert set(page.locator("td.col-outlet").all_inner_texts()) == {"townclerk"}
    assert page.locator("td.col-outlet").count() == outlets["townclerk"]


def test_the_full_text_finds_words_in_every_form(site, page):
    page.goto(f"{site.address}/archive/articles")
    page.get_by_role("searchbox").fill("clinics")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**_search=clinics**")
    texts = rows(site, "SELECT title, standfirst, body FROM articles WHERE body LIKE '%clinic%'")
    shown = page.locator("td.col-title").all_inner_texts()
    assert shown
    assert {str(row["title"]) for row in texts} >= set(shown)


def test_a_question_answers_and_says_what_it_means(site, page):
    page.goto(f"{site.address}/archive")
    question = next(one for one in questions() if one.name == "edits_by_kind_and_delay")
    page.get_by_role("link", name=question.sentence).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(question.sentence)
    expect(page.locator("body")).to_contain_text(question.caveats[:60])
    assert "headline_only" in page.locator("td.col-kind").all_inner_texts()


def test_only_views_and_full_text_are_listed(site, page):
    page.goto(f"{site.address}/archive")
    views = page.locator("h2#views + ul a").all_inner_texts()
    assert {"articles", "article_changes", "comments", "coverage", "stories"} <= set(views)
    assert "comments_named" not in views
    tables = page.locator(".db-table h3 a").all_inner_texts()
    assert not {"article", "commenter", "capture", "alembic_version"} & set(tables)


def test_every_question_and_every_view_opens(site):
    views = [row["name"] for row in rows(site, "SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert len(views) > 15
    for name in (*views, *(one.name for one in questions())):
        assert site.ask(f"/archive/{name}").status == (403 if name == "comments_named" else 200), name


def test_names_and_internal_tables_stay_inside(site, settings, home):
    assert site.ask("/archive/comments_named").status == 403
    assert site.ask("/archive/commenter").status == 403
    for question in (
        "SELECT commenter_name FROM comments_named",
        "SELECT display_name FROM commenter",
        "SELECT commenter_id FROM comment_version",
        "SELECT 1 FROM comments JOIN commenter ON pseudonym = commenter WHERE display_name = 'x'",
        "SELECT title, (SELECT max(id) FROM capture) FROM articles",
    ):
        assert "prohibited" in refused(site, question), question
    with explorer(settings, home / "cuttings.db", with_names=True) as app, served(app, settings) as open_site:
        named = rows(open_site, "SELECT commenter_name FROM comments_named WHERE commenter_name IS NOT NULL")
        assert named
        assert open_site.ask("/archive/comments_named").status == 200


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM articles",
        "WITH x AS (SELECT 1) INSERT INTO article_url SELECT 1",
        "ATTACH 'other.db' AS other",
        "PRAGMA query_only = 0",
        "PRAGMA schema_version = 1",
        "SELECT load_extension('x')",
    ],
)
def test_nothing_can_be_written(site, home, statement):
    before = sqlite3.connect(home / "cuttings.db").execute("SELECT count(*) FROM article").fetchone()
    assert refused(site, statement)
    assert sqlite3.connect(home / "cuttings.db").execute("SELECT count(*) FROM article").fetchone() == before
    assert not (home / "other.db").exists()


def test_only_this_machines_own_names_are_answered_and_only_questions(site):
    assert site.ask(Host="evil.example").status == 400
    assert site.ask("/-/messages", method="POST").status == 405
    headers = site.ask("/archive/articles").headers
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert site.ask("/archive.db").status == 403


def test_a_question_without_end_is_ended(home, settings, monkeypatch):
    monkeypatch.setitem(SETTINGS, "sql_time_limit_ms", 50)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with explorer(settings, home / "cuttings.db", with_names=False) as app, served(app, settings) as site:
        answer = site.ask(f"/archive?sql={urllib.parse.quote(endless)}")
    assert answer.status == 400
    assert "SQL query took too long" in answer.text


def test_the_command_shows_what_is_committed_meanwhile_and_ends_with_ctrl_c(home, settings):
    archive = Archive(home, settings.database())
    words = [sys.executable, "-m", "cli", "explore", "--port", "0"]
    shown = subprocess.Popen(words, cwd=ROOT, env=archive.environment(), stderr=subprocess.PIPE, text=True)
    try:
        assert shown.stderr is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/", shown.stderr.readline())[0]
        ask = f"{address}archive.json?_shape=array&sql=SELECT+DISTINCT+title+FROM+outlets"
        before = json.load(urllib.request.urlopen(ask, timeout=60))
        with sqlite3.connect(home / "cuttings.db") as writing:
            writing.execute("UPDATE outlet SET title = 'Under another name'")
        assert len(before) == 3
        assert json.load(urllib.request.urlopen(ask, timeout=60)) == [{"title": "Under another name"}]
    finally:
        shown.send_signal(signal.SIGINT)
        _, said = shown.communicate(timeout=60)
    assert shown.returncode == 0, said
    assert "Traceback" not in said


def test_what_stands_in_the_way_is_said_in_a_sentence(home, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_HOME", str(home))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["explore", "--port", str(taken.getsockname()[1])]) == 1
    assert "choose another with --port" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "datasette", None)
    assert run(["explore"]) == 1
    assert "pip install 'cuttings[explore]'" in capsys.readouterr().err
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert run(["explore"]) == 1
    said = capsys.readouterr().err
    assert "cuttings db grant-analyst" in said
    assert "psql" in said
    monkeypatch.delenv("CUTTINGS_DATABASE_URL")
    monkeypatch.delitem(sys.modules, "datasette")
    monkeypatch.setenv("CUTTINGS_HOME", str(home / "nowhere"))
    assert run(["explore"]) == 1
    assert "holds no archive yet" in capsys.readouterr().err
