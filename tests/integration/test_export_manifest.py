"""An export can be cited: its manifest, what it refuses, and that it is whole or not at all."""

import csv
import hashlib
import json
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from core.records import CommentState
from db import schema
from db.personal_names import reads_names
from db.snapshot import Question, whole
from db.time_travel.asof_session import reading
from tests.integration.archive import Archive
from tests.integration.desk import HOME, Desk, comment, document
from tests.integration.exporting import Exports
from tests.integration.forking import Fork, command_line

ENDLESS = """\
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
SELECT i, 'a long text' || i AS words FROM n"""


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """Give an archive of three articles, each with a comment; one title is a formula."""
    desk = Desk(engine)
    thread = {"comments": (comment(1, "Ann", "Hooray."),), "comment_state": CommentState.LISTED}
    for number, title in enumerate(("=HYPERLINK(1)", "Ferry", "-1.5")):
        desk.show(f"{HOME}/{number}", number, document(title, "It leaves at nine."), **thread)
    return desk


@pytest.fixture
def exports(
    desk: Desk,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Exports:
    """Give the exports of that archive."""
    assert desk.run_id
    return Exports.of(database_url, tmp_path, monkeypatch, capfd)


def test_the_manifest_says_what_was_exported_of_when(exports: Exports, engine: Engine):
    where = "title <> 'x'"
    options = ("--where", where, "--as-of", "2026-03-02T10:30Z")
    target = exports.file("articles.csv", "articles", *options)
    told = exports.manifest(target)
    served = target.read_bytes()
    assert (told["file"], told["rows"], told["bytes"]) == ("articles.csv", 2, len(served))
    assert told["sha256"] == hashlib.sha256(served).hexdigest()
    assert told["query"] == f"SELECT * FROM articles WHERE ({where}\n) ORDER BY 1, 2"
    assert (told["view"], told["where"]) == ("articles", where)
    assert (told["as_of"], told["believed_at"]) == ("2026-03-02T10:30:00Z", None)
    assert (told["schema"], told["database"]) == (schema.head(), engine.dialect.name)
    title = next(column for column in told["columns"] if column["name"] == "title")
    assert title == {"name": "title", "type": "text", "description": "Headline."}
    assert (told["outlets"], told["period"]) == (["gazette"], ["2026-03-02", "2026-03-02"])
    for part in ("articles (gazette, 2026-03-02 to", "as of 2026-03-02T10:30:00Z", told["sha256"]):
        assert part in told["cite_as"]
    shown = json.dumps(told)  # nothing of the machine, nothing of how to come in
    assert not any(
        part in shown for part in (str(exports.folder.parent), "cuttings.db", "host=", "postgres:")
    )


def test_formulas_are_neutralised_unless_raw(exports: Exports):
    query = 'SELECT title, -2 AS "=n" FROM articles ORDER BY article_id'
    target = exports.file("titles.csv", "--query", query)
    rows = list(csv.reader(target.open(newline="", encoding="utf-8")))
    assert rows == [["title", "'=n"], ["'=HYPERLINK(1)", "-2"], ["Ferry", "-2"], ["-1.5", "-2"]]
    assert "1 cells begin like formulas" in exports.said
    assert exports.manifest(target)["formulas"]["cells"] == 1
    raw = exports.file("raw.csv", "--query", query, "--raw", "--bom")
    assert raw.read_bytes().startswith(b"\xef\xbb\xbftitle,=n\r\n=HYPERLINK(1),-2\r\n")
    told = exports.manifest(raw)
    assert (told["formulas"], told["format"]["byte_order_mark"]) == (None, True)
    assert exports.code("articles", "--to", str(exports.folder / "x.jsonl"), "--raw") == 2


def test_a_file_is_compared_with_its_manifest(exports: Exports):
    target = exports.file("articles.jsonl", "articles", "--json")
    printed = json.loads(exports.printed)
    assert (printed["rows"], printed["sha256"]) == (3, exports.manifest(target)["sha256"])
    assert exports.code("--verify", str(target)) == 0
    assert f"{target} is as it was exported" in exports.said
    target.write_bytes(target.read_bytes().replace(b"Ferry", b"Fairy"))
    assert exports.code("--verify", str(target), "--json") == 1
    assert "is not what was exported: its SHA-256 is" in exports.said
    assert json.loads(exports.printed)["is_as_exported"] is False
    # A file that replaces it without a manifest is not left beside the manifest of another.
    exports.file("articles.jsonl", "articles", "--no-manifest")
    assert exports.names() == {"articles.jsonl"}
    assert exports.code("--verify", str(target)) == 1
    assert "articles.jsonl.manifest.json cannot be read: No such file" in exports.said
    assert exports.code("articles", "--verify", str(target)) == 2


def test_rows_that_come_meanwhile_are_not_in_it(desk: Desk, database_url: str):
    question = Question(query="SELECT article_id FROM articles")
    with reading(database_url) as reader:
        with reader.snapshot():
            with reader.ask(question.query) as before:
                assert len(list(before.rows)) == 3
            desk.show(f"{HOME}/late", 5, document("Late", "It came late."))
            with reader.ask("SELECT count(*) FROM articles") as after:
                assert list(after.rows) == [(3,)]
        with whole(reader, question) as result:
            desk.show(f"{HOME}/later", 6, document("Later", "It came later."))
            assert (result.count, len(list(result.rows))) == (4, 4)


def test_another_number_of_rows_than_counted_is_no_export(exports: Exports, engine: Engine):
    chance = "abs(random() % 2) = 1" if engine.dialect.name == "sqlite" else "random() < 0.5"
    query = f"{ENDLESS.format(rows=20_000)} WHERE {chance}"
    assert exports.code("--query", query, "--to", str(exports.folder / "chance.csv")) == 1
    assert "nothing was exported: the query counted" in exports.said
    assert exports.names() == set()


def test_a_full_disk_is_said_and_nothing_stays(exports: Exports):
    for name in ("big.csv", "big.jsonl", "big.parquet"):
        query = ENDLESS.format(rows=40_000)
        with _disk_of(50_000):
            code = exports.code("--query", query, "--to", str(exports.folder / name))
        assert code == 1
        assert f"{name} cannot be written: File too large" in exports.said
        assert exports.names() == set()


def test_parquet_without_its_extra_names_what_to_install(exports: Exports, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert exports.code("articles", "--to", str(exports.folder / "x.parquet")) == 1
    assert "pip install 'cuttings[parquet]'" in exports.said
    assert exports.names() == set()


@contextmanager
def _disk_of(size: int) -> Iterator[None]:
    """Let files of this process become no longer than that: the error comes where a full disk's would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_interrupted_export_leaves_nothing(exports: Exports, tmp_path: Path, database_url: str):
    target = exports.folder / "big.jsonl"
    files = {"out": tmp_path / "told", "err": tmp_path / "said"}
    environment = Archive(tmp_path / "home", database_url).environment()
    for rows in (150_000, 600_000, 2_400_000):  # more where it was done before the interrupt came
        words = ["export", "--query", ENDLESS.format(rows=rows), "--to", str(target), "--no-manifest"]
        fork = Fork(command_line, words, environment=environment, **files)
        while fork.poll() is None and not any(_sizes(exports.folder)):
            time.sleep(0.005)
        fork.send_signal(signal.SIGINT)
        if code := fork.wait(60):
            break
        target.unlink()
    assert code == 130, files["err"].read_text()
    assert exports.names() == set()


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            yield path.stat().st_size


NAMING = (
    "SELECT commenter_name FROM comments_named",
    "SELECT * FROM commenter",
    "SELECT x.n FROM (SELECT c.* FROM commenter c) AS x(a, b, c, n)",
    "WITH people AS (SELECT * FROM commenter) SELECT count(*) FROM people",
    "SELECT * FROM told",
    "SELECT name_key FROM commenter",
    "SELECT raw FROM comment_version",
    "WITH comment_version AS (SELECT raw AS r FROM {main}.comment_version) SELECT r FROM comment_version",
    "SELECT comments FROM comment_list",
)
HARMLESS = (
    "SELECT commenter, body FROM comments",
    "SELECT 1 AS n, 2 AS n",
    "SELECT * FROM articles JOIN comment_versions USING (article_id)",
    "SELECT body FROM comment_search",
)


def test_names_leave_only_when_that_is_said(exports: Exports, engine: Engine, database_url: str):
    with engine.begin() as connection:  # a view of the analyst's own
        connection.execute(text("CREATE VIEW told AS SELECT * FROM commenter"))
    target = exports.folder / "named.csv"
    for query in NAMING:
        if engine.dialect.name == "sqlite" and "AS x(" in query:
            continue  # no SQLite
        asked = query.format(main="main" if engine.dialect.name == "sqlite" else "public")
        assert exports.code("--query", asked, "--to", str(target)) == 2, query
        assert "only with --with-names" in exports.said
    assert exports.names() == set()
    for as_of in ((), ("--as-of", "2026-03-02")):
        for query in (NAMING[1], NAMING[-3]):
            assert exports.code("--query", query, "--to", str(target), *as_of) == 2, query
        assert exports.code("--query", HARMLESS[0], "--to", str(target), *as_of) == 0, exports.said
    with reading(database_url) as reader:
        assert [reads_names(reader, query) for query in HARMLESS] == [False] * 4
    assert "Ann" in exports.file("named.csv", "--query", "SELECT * FROM told", "--with-names").read_text()
    assert exports.manifest(target)["with_names"] is True
