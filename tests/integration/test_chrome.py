"""What an outlet's pages share: learnt at the end of a crawl, left out from then on, never an edit."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cli.main import run
from core.chrome import digest
from core.clock import now
from core.settings import load_settings
from crawlers.registry import find
from db import chrome, schema
from db.chrome import SharedBlock
from db.engine import open_engine, writing
from pipelines.chrome_applying import apply_lesson
from tests.integration.archive import Archive
from tests.integration.parish import PROMOTION, SERIES, WRITER, Parish, declare, served

SLOGAN = "The Lantern shone on every doorstep of the parish since 1871."
LISTED = ("outlets", "chrome", "lantern")
TEXTS = "SELECT url, body, byline, published_on, title, versions FROM articles ORDER BY url"


@pytest.fixture
def parish() -> Iterator[Parish]:
    site = Parish()
    with served(site):
        yield site


@pytest.fixture
def archive(tmp_path, database_url) -> Archive:
    declare(tmp_path)
    return Archive(tmp_path, database_url)


@pytest.fixture
def told(archive, monkeypatch, capsys) -> Callable[..., Any]:
    """Give a function that runs a command here, and gives the JSON it printed."""
    for name, value in archive.environment().items():
        if name.startswith("CUTTINGS_"):
            monkeypatch.setenv(name, value)

    def run_here(*words: str) -> Any:
        capsys.readouterr()
        code = run([*words, "--json"])
        told = capsys.readouterr()
        assert code == 0, told.err
        return json.loads(told.out)

    return run_here


def test_a_promotion_in_every_article_is_learnt_left_out_and_no_edit(archive, parish, told):
    archive.crawl("lantern", parish.origin)
    before = archive.rows(TEXTS)
    assert len(before) == 12
    assert all(PROMOTION in row["body"] for row in before)
    assert {row["byline"] for row in before} == {WRITER}

    lesson = told(*LISTED)
    assert [(block["text"], block["pages"], block["since_lesson"]) for block in lesson["blocks"]] == [
        (PROMOTION, 12, 1)
    ]
    assert (lesson["lesson"], lesson["pages"]) == (1, 12)

    again = archive.crawl("lantern", parish.origin)
    after = archive.rows(TEXTS)
    assert again["counts"].get("changed", 0) == 0
    assert all("ENDS" in row["body"] for row in before)
    assert [row["body"] for row in after] == [row["body"].replace(f"\n\n{PROMOTION}", "") for row in before]
    for name in ("title", "byline", "published_on", "versions"):  # no version more, no field otherwise
        assert [row[name] for row in after] == [row[name] for row in before]
    assert sum(SERIES in row["body"] for row in after) == 2  # a habit of some is none of the outlet's
    assert archive.rows("SELECT * FROM article_changes") == []

    parish.texts[4] = "The hedge of lane 4 was cut down to a stump on the vestry's own order."
    archive.crawl("lantern", parish.origin)
    (edit,) = archive.rows("SELECT url, words_added, words_removed FROM article_changes")
    assert edit["url"].endswith("lane-4")
    assert told(*LISTED) == lesson  # three crawls, one lesson: readings do not change at each


@pytest.mark.usefixtures("told")  # its settings
def test_what_cannot_be_read_again_is_tried_once_and_no_crawl_begins_before_its_end(archive, parish):
    archive.crawl("lantern", parish.origin)
    reread = "SELECT verdict FROM run WHERE kind = 'reextract' ORDER BY id"
    assert not apply_lesson(find("lantern"), load_settings(), seconds=1e-9)
    assert [row["verdict"] for row in archive.rows(reread)] == ["stopped"]
    for path in (archive.home / "captures").rglob("*.gz"):
        path.rename(path.with_suffix(".elsewhere"))
    for _ in range(2):
        assert archive.crawl("lantern", parish.origin)["verdict"] == "ok"
        assert [row["verdict"] for row in archive.rows(reread)] == ["stopped", "partial"]


def test_a_lesson_lost_with_an_older_schema_is_not_mistaken_for_the_next_one(archive, parish, told):
    archive.crawl("lantern", parish.origin)
    archive.crawl("lantern", parish.origin)
    before = archive.rows(TEXTS)
    engine = open_engine(archive.database_url)
    schema.downgrade(engine, "20261122_1330")
    schema.upgrade(engine)
    engine.dispose()
    archive.crawl("lantern", parish.origin)
    again = told(*LISTED)
    assert ([block["text"] for block in again["blocks"]], again["lesson"]) == ([PROMOTION], 2)
    archive.crawl("lantern", parish.origin)
    assert archive.rows(TEXTS) == before
    assert archive.rows("SELECT * FROM article_changes") == []


def test_captures_read_before_a_lesson_are_read_again_with_it_and_edits_stay_edits(archive, parish, told):
    archive.crawl("lantern", parish.origin)
    assert any(PROMOTION in row["body"] for row in archive.rows(TEXTS))

    # Other bytes, first met with the lesson: what was read before is read again first, so that it is an edit.
    parish.tide = "The tide turns at three today."
    parish.texts[7] = "The hedge of lane 7 was sold to a circus, gate by gate, in one afternoon."
    parish.articles = 15
    report = archive.crawl("lantern", parish.origin)
    assert (report["counts"]["new"], report["counts"]["changed"]) == (3, 1)
    assert not any(PROMOTION in row["body"] for row in archive.rows(TEXTS))
    (edit,) = archive.rows("SELECT url FROM article_changes")
    assert edit["url"].endswith("lane-7")

    # Three more were not enough to look again; asked to, it finds the same: no new lesson.
    assert told(*LISTED)["pages"] == 12
    again = told(*LISTED, "--learn")
    assert (again["pages"], again["lesson"]) == (15, 1)

    # What is erased is not kept as a sample; what other pages show still is sampled again.
    (article,) = archive.rows("SELECT article_id FROM articles WHERE url LIKE '%lane-1'")
    told("erase", "article", str(article["article_id"]), "--reason", "asked", "--yes")
    assert [block["text"] for block in told(*LISTED)["blocks"]] == [""]
    again = told(*LISTED, "--learn")
    assert [(block["text"], block["pages"]) for block in again["blocks"]] == [(PROMOTION, 14)]
    assert again["lesson"] == 1

    # What a lesson of many pages taught stays so where newer pages show it no more: older ones do.
    slogan = SharedBlock(digest=digest(SLOGAN), sample=SLOGAN, pages=40)
    engine = open_engine(archive.database_url)
    with writing(engine) as connection:
        known = chrome.newest(connection, "lantern").blocks
        chrome.store(connection, "lantern", [*known, slogan], pages=60, at=now())
    engine.dispose()
    last = told(*LISTED, "--learn")
    assert {block["text"]: block["pages"] for block in last["blocks"]} == {PROMOTION: 14, SLOGAN: 0}
    assert last["lesson"] == 2
