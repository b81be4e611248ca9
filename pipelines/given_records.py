"""What an export has given so far, on disk in a file without a name: it may be more than fits the memory."""

import sqlite3


class GivenRecords:
    """Which payloads an export holds whole, in which record, and which captures it holds."""

    def __init__(self) -> None:
        """Begin with nothing; the database has no name and goes with the process."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("BEGIN")
        self._database.execute("CREATE TABLE whole (payload_id INTEGER PRIMARY KEY, url TEXT, date TEXT)")
        self._database.execute("CREATE TABLE given (capture_id INTEGER PRIMARY KEY)")

    def note_whole(self, payload_id: int, url: str, date: str) -> None:
        """Note the record (its WARC-Target-URI and WARC-Date) that holds a payload; the first one stays."""
        self._database.execute("INSERT OR IGNORE INTO whole VALUES (?, ?, ?)", (payload_id, url, date))

    def whole(self, payload_id: int) -> tuple[str, str] | None:
        """Give the target and date of the record that holds a payload, None while none does."""
        found = self._database.execute("SELECT url, date FROM whole WHERE payload_id = ?", (payload_id,))
        row: tuple[str, str] | None = found.fetchone()
        return row

    def note(self, capture_id: int) -> None:
        """Note that a record of a capture was given."""
        self._database.execute("INSERT OR IGNORE INTO given VALUES (?)", (capture_id,))

    def holds(self, capture_id: int) -> bool:
        """Say whether a record of a capture was given."""
        found = self._database.execute("SELECT 1 FROM given WHERE capture_id = ?", (capture_id,))
        return found.fetchone() is not None
