"""`cuttings sql`: the archive answers in SQL, at any date, and nobody can write through it."""

import csv
import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from sqlalchemy import Engine

from cli.moments import Instant
from core.records import CommentState
from tests.integration.archive import ROOT, Archive
from tests.integration.desk import HOME, Desk, comment, document

LONG = "It leaves at ten, “weather permitting”,\nsaid the harbour, " + "and again " * 60
COUNT = "SELECT count(*) AS n FROM articles"


@pytest.fixture
def archive(engine: Engine, database_url: str, tmp_path: Path) -> Archive:
    """Give an archive of one article, edited on the second of March at seven in the evening."""
    desk = Desk(engine)
    ann = (comment(1, "Ann", "Hooray."),)
    listed = {"comments": ann, "comment_state": CommentState.LISTED}
    desk.show(f"{HOME}/a", 0, document("Ferry at nine", "It leaves at nine.", tags=("sea", "é")), **listed)
    desk.show(f"{HOME}/a", 10, document("Ferry at ten", LONG, tags=("sea", "é")), **listed)
    engine.dispose()
    return Archive(tmp_path, database_url)


def rows(printed: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(printed, newline="")))


def test_a_pipe_gets_csv_and_nothing_is_cut(archive: Archive):
    done = archive.command("sql", "SELECT title, body, NULL AS absent FROM articles")
    assert done.returncode == 0, done.stderr
    assert rows(done.stdout) == [["title", "body", "absent"], ["Ferry at ten", LONG, ""]]


def test_json_is_an_array_of_objects_alike_on_both_databases(archive: Archive):
    query = "SELECT title, tags, published_on, valid_from, valid_to, 1 AS title FROM article_versions"
    done = archive.command("sql", f"{query} ORDER BY version", "--json")
    first, second = json.loads(done.stdout)
    assert first == {
        "title": "Ferry at nine",
        "tags": ["sea", "é"],
        "published_on": "2026-03-02",
        "valid_from": "2026-03-02 09:00:00.000000Z",
        "valid_to": "2026-03-02 19:00:00.000000Z",
        "title_2": 1,
    }
    assert second["valid_to"] is None
    assert archive.command("sql", f"{query} WHERE 1 = 0", "--json").stdout == "[]\n"


def test_a_date_takes_the_query_back(archive: Archive):
    for options, title in (
        ((), "Ferry at ten"),
        (("--as-of", "2026-03-02"), "Ferry at ten"),  # the end of that day
        (("--as-of", "2026-03-02T18:59:59Z"), "Ferry at nine"),
        (("--as-of", "2026-03-02T20:00+02:00"), "Ferry at nine"),
        (("--as-of", "2026-03-01"), None),
        (("--believed-at", "2026-03-02"), None),  # the archive was filled later than that
        (("--as-of", "2026-03-02T12:00Z", "--believed-at", "2999-01-01"), "Ferry at nine"),
    ):
        done = archive.command("sql", *options, "SELECT title FROM articles")
        assert done.returncode == 0, done.stderr
        assert rows(done.stdout)[1:] == ([[title]] if title else []), options


@pytest.mark.parametrize("wrong", ["yesterday", "2026-03-02T12:00", "2026-02-30", "0001-01-01T00:00+05:00"])
def test_what_is_no_instant_is_wrong_usage(wrong: str):
    with pytest.raises(click.BadParameter, match=r"write it as 2026-03-01 \(the end of that day, UTC\)"):
        Instant().convert(wrong, None, None)


WRITES = (
    "DELETE FROM article",
    "  -- quite harmless\n/* really */ UPDATE article SET state = 'gone'",
    "WITH x AS (SELECT 1) DELETE FROM article",
    "WITH x AS (DELETE FROM article RETURNING 1) SELECT * FROM x",
    "DROP VIEW articles",
    "CREATE TABLE mine AS SELECT 1",
    "PRAGMA user_version = 7",
    "ATTACH '{folder}/other.db' AS other",
    "VACUUM INTO '{folder}/copy.db'",
    "COPY article TO '{folder}/copy.csv'",
    "EXPLAIN ANALYZE DELETE FROM article",
)


def test_a_write_is_refused_and_nothing_is_written(archive: Archive, tmp_path: Path):
    before, files = archive.counts(), set(tmp_path.iterdir())
    for write in WRITES:
        done = archive.command("sql", write.format(folder=tmp_path))
        assert done.returncode == 1, write
        assert len(done.stderr.splitlines()) == 1, done.stderr
        if not write.startswith(("EXPLAIN", "WITH")):  # of these some are no SQL to one of the databases
            assert "this session only reads" in done.stderr, write
    done = archive.command("sql", "SELECT 1 AS n; COMMIT; DELETE FROM article")
    assert (done.returncode, done.stdout) == (1, "n\n1\n\n")
    assert archive.counts() == before
    assert {file.name for file in tmp_path.iterdir()} <= {file.name for file in files} | {
        "cuttings.db-shm",
        "cuttings.db-wal",
    }


def test_wrong_sql_is_one_sentence_and_exit_1(archive: Archive):
    for wrong in ("SELECT wrong FROM articles", "SELECT FROM WHERE", "SELECT 'open"):
        done = archive.command("sql", wrong)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(
            "cuttings: the database does not understand or cannot answer the query: "
        )
        assert len(done.stderr.splitlines()) == 1


def test_statements_come_from_a_file_or_a_pipe(archive: Archive, tmp_path: Path):
    several = f"-- how many;\n{COUNT};\nSELECT 'a;b' AS x,\n 2 AS y; SELECT 'last' AS z -- no semicolon\n"
    expected = "n\n1\n\nx,y\na;b,2\n\nz\nlast\n"  # read as text: CRLF has become LF
    (tmp_path / "questions.sql").write_text(several)
    assert archive.command("sql", "--file", str(tmp_path / "questions.sql")).stdout == expected
    piped = subprocess.run(
        [sys.executable, "-m", "cli", "sql"],
        env=archive.environment(),
        cwd=ROOT,
        input=several,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert piped.stdout == expected
    assert archive.command("sql", "--file", str(tmp_path / "none.sql")).returncode == 1


def test_a_missing_database_is_not_made(tmp_path: Path):
    archive = Archive(tmp_path, f"sqlite:///{tmp_path / 'none' / 'cuttings.db'}")
    done = archive.command("sql", COUNT)
    assert done.returncode == 1
    assert "cuttings db upgrade" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_on_a_read_only_disk_can_be_asked(archive: Archive, tmp_path: Path):
    if not archive.database_url.startswith("sqlite"):
        pytest.skip("a file of SQLite's")
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    try:
        assert rows(archive.command("sql", COUNT).stdout) == [["n"], ["1"]]
    finally:
        tmp_path.chmod(0o700)


def converse(archive: Archive, *lines: str) -> str:
    """Give what a person sees who types these lines on a terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        environment = archive.environment(COLUMNS="120", TERM="dumb")
        os.execve(sys.executable, [sys.executable, "-m", "cli", "sql"], environment)
    seen, deadline = "", time.monotonic() + 60
    for line in (*lines, ".quit"):
        seen += read_until(terminal, "cuttings> ", deadline)
        os.write(terminal, f"{line}\n".encode())
    seen += read_until(terminal, None, deadline)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return seen


def read_until(terminal: int, prompt: str | None, deadline: float) -> str:
    seen = b""
    while (prompt is None or not seen.endswith(prompt.encode())) and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:  # the other side has ended
                break
    return seen.decode()


def test_a_person_converses_and_errors_do_not_end_it(archive: Archive):
    lines = (
        ".views",
        ".columns removals",
        ".colums",
        "SELECT wrong;",
        "DELETE FROM article;",
        "SELECT title, body FROM articles;",
    )
    seen = converse(archive, *lines)
    assert "article_changes" in seen
    assert "missing, gone or redirected for an article" in seen
    assert "there is no command .colums" in seen
    assert "does not understand" in seen
    assert "this session only reads" in seen
    assert "Ferry at ten" in seen
    assert "1 row; --csv and --json give everything" in seen
