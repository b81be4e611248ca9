"""`cuttings explore`: what no question in the browser gets out, however it is put."""

import csv
import io
import json
import sqlite3
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from tests.integration.archive import Archive
from tests.integration.demonstration import Demonstration
from tests.web.site import Site, served
from web.explorer import explorer

WORD = "hundredth"  # which one article alone has


@pytest.fixture(scope="module")
def home(demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the home of the demo's archive, one article withdrawn."""
    home = demonstration.copy(tmp_path_factory.mktemp("closed") / "a home")
    archive = Archive(home, f"sqlite:///{home / 'cuttings.db'}")
    with sqlite3.connect(home / "cuttings.db") as reading:
        (article,) = reading.execute(
            "SELECT article_id FROM articles WHERE title LIKE ?", (f"%{WORD}%",)
        ).fetchone()
    done = archive.command("withdraw", "article", str(article), "--reason", "a complaint")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Site]:
    """Serve the archive."""
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'cuttings.db'}", web_port=0)
    with explorer(settings, home / "cuttings.db", with_names=False) as app, served(app, settings) as found:
        yield found


def asked(site: Site, question: str) -> tuple[int, str]:
    answer = site.ask(f"/archive.json?_shape=array&sql={urllib.parse.quote(question)}")
    return answer.status, answer.text


@pytest.mark.parametrize(
    "question",
    [
        "WITH x AS (SELECT id, pseudonym FROM commenter) SELECT * FROM x",
        "WITH x AS MATERIALIZED (SELECT url FROM url) SELECT * FROM x",
        "WITH articles AS (SELECT id, pseudonym FROM commenter) SELECT * FROM articles",
        'WITH "Coverage" (a) /* so */ AS -- it is\n NOT MATERIALIZED (SELECT id FROM commenter) SELECT 1',
        "WITH 'months_held' AS (SELECT id, pseudonym FROM commenter) SELECT * FROM months_held",
        "WITH [removals] AS (SELECT id, pseudonym FROM commenter) SELECT * FROM removals",
        "WITH `stories` AS (SELECT id, pseudonym FROM commenter) SELECT * FROM stories",
        "SELECT title FROM document",
        "SELECT title FROM 'document'",
        "SELECT body FROM [comment_version]",
        "SELECT block FROM article_search_data",
        "SELECT title FROM main.article_search",
        f"SELECT count(*) FROM main.article_search('{WORD}')",
    ],
)
def test_no_way_round_the_views(site, question):
    status, said = asked(site, question)
    assert status == 400, said
    assert "prohibited" in said or "is taken" in said


def test_what_is_withdrawn_is_in_no_full_text(site):
    found = f"SELECT title, body FROM article_search WHERE article_search MATCH '{WORD}'"
    assert asked(site, found) == (200, "[]")
    assert asked(site, f"SELECT title FROM article_search WHERE title LIKE '%{WORD}%'") == (200, "[]")
    pages = ["/archive/article_search", f"/archive/article_search?_search={WORD}"]
    for page in [*pages, f"/archive/articles?_search={WORD}", "/archive/article_search.csv?_stream=1"]:
        answer = site.ask(page)
        assert answer.status == 200
        assert f"for {WORD}" not in answer.text


def test_the_full_text_answers_with_its_own_functions(site):
    status, said = asked(
        site,
        "SELECT a.title, snippet(article_search, -1, '<', '>', '…', 8) AS found FROM article_search "
        "JOIN articles a ON a.document_id = article_search.rowid "
        "WHERE article_search MATCH 'train' ORDER BY bm25(article_search, 8.0, 3.0, 1.0)",
    )
    assert status == 200, said
    rows = json.loads(said)
    assert rows
    assert all("<" in row["found"] for row in rows)


def test_expressions_with_names_of_their_own_are_welcome(site):
    status, said = asked(
        site,
        "WITH known(outlet, number) AS (SELECT outlet, count(*) FROM articles GROUP BY 1) "
        "SELECT CAST(sum(number) AS integer) AS articles FROM known -- WITH articles AS (",
    )
    assert status == 200, said


def test_a_wrong_search_is_the_askers_fault_and_leaves_the_terminal_alone(site, capfd):
    for page in (
        "/archive/articles?_searchmode=raw&_search=%22",
        "/archive/articles?_where=1+IN+(SELECT+id+FROM+commenter)",
        "/archive/articles?_where=document_id+IN+(SELECT+id+FROM+document)",
    ):
        assert site.ask(page).status == 400, page
    for words in ('"', "*", "a NEAR b", "AND", "(", "a:b", "-x", "日本", "^a", "'"):
        assert site.ask(f"/archive/articles?_search={urllib.parse.quote(words)}").status in {200, 400}, words
    assert not "".join(capfd.readouterr()).strip()


def test_the_file_of_a_question_has_all_its_rows(site):
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n"
    asked_for = urllib.parse.quote(many)
    assert site.ask(f"/archive.csv?sql={asked_for}").text.split()[-1] == "2500"
    assert "more than 1,000 rows" in site.ask(f"/archive?sql={asked_for}").text
    views = site.ask("/archive/dictionary.csv?_stream=on").text
    assert (
        len(list(csv.reader(io.StringIO(views, newline=""))))
        == 1 + json.loads(asked(site, "SELECT count(*) AS n FROM dictionary")[1])[0]["n"]
    )
