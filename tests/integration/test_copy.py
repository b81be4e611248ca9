"""The copy of a SQLite database that others write to meanwhile."""

import sqlite3

from db.copy import copy


def test_a_copy_ends_though_others_write_all_the_time(tmp_path):
    """Without a read transaction of its own the copy would begin anew at every commit."""
    database = tmp_path / "busy.db"
    writer = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, body TEXT)")
    writer.executemany("INSERT INTO t (body) VALUES (?)", [("x" * 4000,)] * 8000)
    steps: list[tuple[int, int]] = []
    written: list[int] = []

    def told(done: int, total: int) -> None:
        steps.append((done, total))
        written.append(writer.execute("INSERT INTO t (body) VALUES ('meanwhile')").lastrowid)
        assert len(steps) < 100, "it never ends"

    rows = copy(database, tmp_path / "copy.db", told)
    writer.close()
    assert len(steps) > 5
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert rows == {"t": 8000}
    assert len(written) == len(steps)
    assert not list(tmp_path.glob("copy.db-*"))
