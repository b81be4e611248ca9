"""What an outlet's pages share: learnt at the end of a crawl, left out from then on, never an edit."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.archive import Archive
from tests.integration.parish import BYLINE, PROMOTION, SERIES, WRITER, Parish, declare, served

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


def lesson(archive: Archive, *options: str) -> dict[str, Any]:
    done = archive.command("outlets", "chrome", "lantern", "--json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_promotion_in_every_article_is_learnt_left_out_and_no_edit(archive, parish):
    archive.crawl("lantern", parish.origin)
    before = archive.rows(TEXTS)
    assert len(before) == 12
    assert all(PROMOTION in row["body"] for row in before)
    assert {row["byline"] for row in before} == {WRITER}

    told = lesson(archive)
    assert [(block["text"], block["pages"], block["since_lesson"]) for block in told["blocks"]] == [
        (PROMOTION, 12, 1)
    ]
    assert (told["lesson"], told["pages"]) == (1, 12)

    again = archive.crawl("lantern", parish.origin)
    after = archive.rows(TEXTS)
    assert again["counts"].get("changed", 0) == 0
    assert all(PROMOTION not in row["body"] and "ENDS" in row["body"] for row in after)
    assert [row["body"] for row in after] == [row["body"].replace(f"\n\n{PROMOTION}", "") for row in before]
    for name in ("title", "byline", "published_on", "versions"):  # no version more, no field otherwise
        assert [row[name] for row in after] == [row[name] for row in before]
    assert sum(SERIES in row["body"] for row in after) == 2  # a habit of some is none of the outlet's
    assert archive.rows("SELECT * FROM article_changes") == []

    parish.texts[4] = "The hedge of lane 4 was cut down to a stump on the vestry's own order."
    archive.crawl("lantern", parish.origin)
    (edit,) = archive.rows("SELECT url, words_added, words_removed FROM article_changes")
    assert edit["url"].endswith("lane-4")
    assert lesson(archive) == told  # three crawls, one lesson: readings do not change at each


def test_captures_read_before_a_lesson_are_read_again_with_it(archive, parish):
    archive.crawl("lantern", parish.origin)
    done = archive.command("reextract", "--outlet", "lantern", "--json")
    assert done.returncode == 0, done.stderr
    assert all(PROMOTION not in row["body"] for row in archive.rows(TEXTS))
    assert archive.rows("SELECT * FROM article_changes") == []
    # Read with the lesson before the next crawl, an edit is told from the other reading at once.
    parish.texts[7] = "The hedge of lane 7 was sold to a circus, gate by gate, in one afternoon."
    report = archive.crawl("lantern", parish.origin)
    assert report["counts"]["changed"] == 1


def test_nothing_is_learnt_from_a_handful_of_pages(archive, parish):
    parish.articles = 7
    archive.crawl("lantern", parish.origin)
    assert lesson(archive, "--learn") == {
        "outlet": "lantern",
        "lesson": None,
        "learnt_at": None,
        "pages": None,
        "blocks": [],
    }
    parish.articles = 8
    archive.crawl("lantern", parish.origin)
    assert lesson(archive)["blocks"][0]["text"] == PROMOTION
    parish.articles = 11  # not as many again: the lesson holds
    archive.crawl("lantern", parish.origin)
    assert lesson(archive)["pages"] == 8
    asked = lesson(archive, "--learn")
    assert (asked["pages"], asked["lesson"]) == (11, 1)  # looked at anew, found the same
    shown = archive.command("outlets", "chrome", "lantern")
    assert "11" in shown.stdout
    assert PROMOTION[:40] in shown.stdout
    assert BYLINE not in shown.stdout

    # What is erased is not kept as a sample; what other pages show still is sampled again.
    (article,) = archive.rows("SELECT article_id FROM articles WHERE url LIKE '%lane-1'")
    done = archive.command("erase", "article", str(article["article_id"]), "--reason", "asked", "--yes")
    assert done.returncode == 0, done.stderr
    assert [block["text"] for block in lesson(archive)["blocks"]] == [""]
    again = lesson(archive, "--learn")
    assert [(block["text"], block["pages"]) for block in again["blocks"]] == [(PROMOTION, 10)]
    assert again["lesson"] == 1
