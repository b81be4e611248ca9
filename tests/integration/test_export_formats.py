"""What goes into a file comes out again: every type, in every format, on both databases."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pyarrow import parquet
from sqlalchemy import Engine

from core.records import CommentState
from db import views
from db.result_kinds import of_view
from db.time_travel.asof_session import reading
from tests.integration.desk import HOME, Desk, comment, document
from tests.integration.exporting import Exports

HOSTILE = "He said \"no\", she\r\nsaid 🙂 “ja”; \u00a0ß\u2028 and 'so' 日本"
BIG = 9223372036854775807
WHEN = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
TYPES = {
    "sqlite": """\
SELECT 1 AS row, 9223372036854775807 AS big, -1.5 AS share, {text} AS body, '2026-03-02' AS published_on,
       '2026-03-02 09:00:00.123456Z' AS published_at, '["caf\\u00e9", 1]' AS tags, 1 AS truncated
UNION ALL SELECT 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 3, -9223372036854775808, 1e300, '', '1889-12-31', '1889-12-31 23:59:59.000000Z',
                 '{{}}', 0""",
    "postgresql": """\
SELECT 1 AS row, 9223372036854775807 AS big, -1.5::float8 AS share, {text} AS body,
       date '2026-03-02' AS published_on, timestamptz '2026-03-02 10:00:00.123456+01' AS published_at,
       '["caf\\u00e9", 1]'::jsonb AS tags, true AS truncated
UNION ALL SELECT 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 3, -9223372036854775808, 1e300::float8, '', '1889-12-31', '1889-12-31 23:59:59Z',
                 '{{}}', false""",
}
KINDS = ["integer", "integer", "number", "text", "day", "instant", "json", "boolean"]


@pytest.fixture
def exports(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Exports:
    """Give the exports of an empty archive."""
    return Exports.of(database_url, tmp_path, monkeypatch, capfd)


@pytest.fixture
def query(engine: Engine) -> str:
    """Give three rows of every type: common values, nothing at all, the ends of what there is."""
    quoted = HOSTILE.replace("'", "''")
    return TYPES[engine.dialect.name].format(text=f"'{quoted}'")


def test_csv_gives_every_type_back(exports: Exports, query: str):
    target = exports.file("all.csv", "--query", query)
    with target.open(newline="", encoding="utf-8") as file:
        header, first, nothing, last = csv.reader(file, strict=True)
    assert header[:3] == ["row", "big", "share"]
    when = "2026-03-02 09:00:00.123456Z"
    assert first == ["1", str(BIG), "-1.5", HOSTILE, "2026-03-02", when, '["café", 1]', "true"]
    assert nothing == ["2", *[""] * 7]
    assert float(last.pop(2)) == 1e300
    assert last == ["3", str(-BIG - 1), "", "1889-12-31", "1889-12-31 23:59:59.000000Z", "{}", "false"]
    assert [column["type"] for column in exports.manifest(target)["columns"]] == KINDS


def test_json_lines_give_every_type_back(exports: Exports, query: str):
    target = exports.file("all.jsonl", "--query", query)
    first, nothing, last = (json.loads(line) for line in target.read_text("utf-8").split("\n")[:-1])
    assert list(first.values()) == [
        *(1, BIG, -1.5, HOSTILE, "2026-03-02", "2026-03-02 09:00:00.123456Z", ["café", 1], True),
    ]
    assert (type(first["truncated"]), last["truncated"]) == (bool, False)
    assert set(nothing.values()) == {2, None}
    assert (last["big"], last["share"], last["body"], last["tags"]) == (-BIG - 1, 1e300, "", {})


def test_parquet_gives_every_type_back(exports: Exports, query: str):
    target = exports.file("all.parquet", "--query", query)
    table = parquet.read_table(target)
    assert [str(field.type) for field in table.schema] == [
        *("int64", "int64", "double", "string", "date32[day]", "timestamp[us, tz=UTC]", "string", "bool"),
    ]
    first, nothing, last = table.to_pylist()
    assert list(first.values()) == [1, BIG, -1.5, HOSTILE, date(2026, 3, 2), WHEN, '["café", 1]', True]
    assert set(nothing.values()) == {2, None}
    assert (last["published_on"], last["big"]) == (date(1889, 12, 31), -BIG - 1)
    assert last["published_at"] == datetime(1889, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert parquet.ParquetFile(target).metadata.row_group(0).column(3).compression == "ZSTD"


def test_parquet_says_what_its_columns_mean(exports: Exports):
    target = exports.file(
        "articles.parquet", "articles", "--where", "outlet = 'nhe'", "--as-of", "2026-03-01"
    )
    schema = parquet.read_schema(target)
    assert schema.field("title").metadata == {b"kind": b"text", b"description": b"Headline."}
    assert str(schema.field("comments").type) == "int64"  # also where there is no row to tell
    told = json.loads(schema.metadata[b"cuttings"])
    assert (told["view"], told["where"], told["as_of"][:10]) == ("articles", "outlet = 'nhe'", "2026-03-01")


def test_rows_of_an_archive_are_alike_in_all_formats(exports: Exports, engine: Engine):
    desk = Desk(engine)
    thread = {"comments": (comment(1, "Ann", "Hooray."),), "comment_state": CommentState.LISTED}
    for number in range(3):
        desk.show(f"{HOME}/{number}", number, document(f"Ferry {number}", HOSTILE, tags=("a", "é")), **thread)
    rows = parquet.read_table(exports.file("a.parquet", "articles")).to_pylist()
    lines = exports.file("a.jsonl", "articles").read_text("utf-8").split("\n")[:-1]
    with exports.file("a.csv", "articles").open(newline="", encoding="utf-8") as file:
        cells = list(csv.DictReader(file, strict=True))
    assert [row["body"] for row in rows] == [HOSTILE] * 3 == [cell["body"] for cell in cells]
    assert [json.loads(line)["tags"] for line in lines] == [["a", "é"]] * 3
    assert [row["tags"] for row in rows] == [cell["tags"] for cell in cells] == ['["a", "é"]'] * 3
    assert rows[0]["first_seen_at"] == datetime.fromisoformat(cells[0]["first_seen_at"])
    assert (rows[0]["published_on"], rows[0]["published_at"]) == (date(2026, 3, 2), None)
    assert [json.loads(line)["comments"] for line in lines] == [row["comments"] for row in rows] == [1] * 3


def test_columns_of_one_name_and_mixed_values_stay(exports: Exports, engine: Engine):
    mixed = "1 AS n UNION ALL SELECT 1, 2, 'two'" if engine.dialect.name == "sqlite" else "'1' AS n"
    target = exports.file("two.jsonl", "--query", f"SELECT 1 AS n, 2 AS n, {mixed} -- so;")
    assert json.loads(target.read_text().split("\n")[0]) == {"n": 1, "n_2": 2, "n_3": "1"}
    assert exports.file("none.parquet", "--query", "SELECT NULL AS empty WHERE 1 = 0;").stat().st_size


def test_what_only_looks_like_a_day_or_like_json_is_text(exports: Exports, engine: Engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL holds no such values")
    query = (
        "SELECT '2026-02-30' AS day, '2026-02-28 24:10:00.000000Z' AS moment, '2026-02-28' AS sound, "
        """'["\\ud800", "\\u00e9", 1e999]' AS tags UNION ALL SELECT NULL, NULL, NULL, NULL"""
    )
    row = parquet.read_table(exports.file("odd.parquet", "--query", query)).to_pylist()[0]
    said = '["\\ud800", "\\u00e9", 1e999]'
    assert row == {
        "day": "2026-02-30",
        "moment": "2026-02-28 24:10:00.000000Z",
        "sound": date(2026, 2, 28),
        "tags": said,
    }
    line = exports.file("odd.jsonl", "--query", query).read_text("utf-8").split("\n")[0]
    assert "Infinity" not in line  # which is no JSON
    assert json.loads(line)["tags"] == ["\ud800", "é", "1e999"]


def test_the_keys_of_json_have_one_order_on_both_databases(exports: Exports, engine: Engine):
    kind = "::jsonb" if engine.dialect.name == "postgresql" else ""
    query = f"""SELECT '{{"b": 1, "long": [0.5, {{"z": 1, "y": "é"}}], "a": 2, "a": 3}}'{kind} AS counts"""
    ordered = '{"a": 3, "b": 1, "long": [0.5, {"y": "é", "z": 1}]}'
    assert parquet.read_table(exports.file("k.parquet", "--query", query))["counts"].to_pylist() == [ordered]
    line = exports.file("k.jsonl", "--query", query).read_text("utf-8")
    assert line == f'{{"counts": {ordered}}}\n'


def test_both_databases_know_the_same_of_every_view(migrated_sqlite: Path, migrated_postgresql: str, request):
    """A column that is worked out: say in db/result_kinds.py (EXPRESSIONS) what it holds."""
    make = request.getfixturevalue("new_postgresql")
    known = []
    for url in (f"sqlite:///{migrated_sqlite}", make(migrated_postgresql)):
        with reading(url) as reader:
            found = {}
            for view in views.names():
                with reader.ask(f"SELECT * FROM {view} LIMIT 0") as answer:
                    columns, types = answer.columns, answer.types
                found[view] = dict(zip(columns, of_view(reader, view, types), strict=True))
        known.append(found)
    for view in views.names():
        assert known[0][view] == known[1][view], view
