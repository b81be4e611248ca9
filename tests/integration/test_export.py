"""`cuttings export`: a view becomes a file, whole or not at all."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.records import CommentState
from tests.integration.archive import Archive
from tests.integration.desk import HOME, Desk, comment, document

ODD = 'It leaves at ten, "weather permitting".\n\nSo said “the harbour”; =1+1'


@pytest.fixture
def archive(engine: Engine, database_url: str, tmp_path: Path) -> Archive:
    """Give an archive of three articles, the first one edited after ten hours."""
    desk = Desk(engine)
    thread = {"comments": (comment(1, "Ann", "Hooray."),), "comment_state": CommentState.LISTED}
    for number in range(3):
        desk.show(f"{HOME}/{number}", number, document(f"Ferry {number}", "It leaves at nine."), **thread)
    desk.show(f"{HOME}/0", 10, document("Ferry 0", ODD), **thread)
    engine.dispose()
    return Archive(tmp_path / "home", database_url)


def test_csv_is_read_back_as_it_was(archive: Archive, tmp_path: Path):
    target = tmp_path / "articles.csv"
    done = archive.command("export", "articles", "--to", str(target))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert f"articles: 3 rows in {target}" in done.stderr
    with target.open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file, strict=True))
    assert [row["article_id"] for row in found] == ["1", "2", "3"]
    assert found[0]["body"] == ODD
    assert found[0]["first_seen_at"] == "2026-03-02 09:00:00.000000Z"
    assert found[0]["standfirst"] == ""
    assert target.read_bytes().startswith(b"article_id,outlet,")
    assert target.read_bytes().count(b"\r\n") == 4


def test_json_lines_hold_values_and_the_date_takes_them_back(archive: Archive, tmp_path: Path):
    target = tmp_path / "articles.jsonl"
    where = ("--where", "article_id < 3 -- not the third", "--as-of", "2026-03-02T12:00Z")
    assert archive.command("export", "articles", "--to", str(target), *where).returncode == 0
    found = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [row["body"] for row in found] == ["It leaves at nine."] * 2
    assert found[0]["tags"] == []
    assert found[0]["versions"] == 1
    assert found[0]["byline"] is None


def test_a_query_is_exported_too(archive: Archive, tmp_path: Path):
    target = tmp_path / "counted.csv"
    query = "SELECT outlet, count(*) AS n FROM articles GROUP BY outlet"
    assert archive.command("export", "--query", query, "--to", str(target)).returncode == 0
    assert target.read_bytes() == b"outlet,n\r\ngazette,3\r\n"


def test_a_file_that_is_there_is_replaced_only_by_a_whole_one(archive: Archive, tmp_path: Path):
    target = tmp_path / "articles.csv"
    target.write_text("before")
    # The third row is too much for a 64-bit number.
    query = "SELECT article_id, abs(-9223372036854775805 - article_id) AS n FROM articles"
    done = archive.command("export", "--query", query, "--to", str(target))
    assert done.returncode == 1
    assert target.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} <= {
        "articles.csv",
        "home",
        "cuttings.db",
        "cuttings.db-shm",
        "cuttings.db-wal",
    }


MISTAKES = (
    (("articles", "--to", "x.xls"), 2, "must end in .csv, .jsonl or .parquet"),
    (("artikles", "--to", "x.csv"), 2, "there is no view 'artikles'; there are: "),
    (("--to", "x.csv"), 2, "name one VIEW or give a --query"),
    (("--query", "SELECT 1", "--where", "1 = 1", "--to", "x.csv"), 2, "--where goes with a VIEW"),
    (("comments_named", "--to", "x.csv"), 2, "only with --with-names"),
    (("articles", "--where", "wrong = 1", "--to", "x.csv"), 1, "does not understand"),
    (("--query", "DELETE FROM article", "--to", "x.csv"), 1, "this session only reads"),
    (("articles", "--to", "nowhere/x.csv"), 1, "cannot be written: No such file or directory"),
)


def test_what_cannot_be_exported_is_said(archive: Archive, tmp_path: Path):
    for words, code, said in MISTAKES:
        in_place = [str(tmp_path / word) if word.endswith((".csv", ".xls")) else word for word in words]
        done = archive.command("export", *in_place)
        assert done.returncode == code, words
        assert said in " ".join(done.stderr.split())
    assert not list(tmp_path.glob("**/*x.*"))


def test_names_leave_when_that_is_said(archive: Archive, tmp_path: Path):
    target = tmp_path / "named.jsonl"
    done = archive.command("export", "comments_named", "--with-names", "--to", str(target))
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["commenter_name"] for line in target.read_text().splitlines()] == ["Ann"] * 3
