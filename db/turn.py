"""Who of several processes on one database does what only one of them may do."""

import zlib

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError


class Turn:
    """A turn that one process has until it ends; the next one that asks then has it.

    On PostgreSQL the database keeps it (an advisory lock on a connection of its own). A SQLite
    archive has one daemon, whose turn it always is.
    """

    def __init__(self, engine: Engine, what: str) -> None:
        """Take nothing yet."""
        self._engine = engine
        self._key = zlib.crc32(f"cuttings {what}".encode())
        self._connection: Connection | None = None

    def mine(self) -> bool:
        """Say whether it is this process's turn, taking it where nobody has it. Raises DBAPIError."""
        if self._engine.dialect.name != "postgresql":
            return True
        if self._connection is not None and self._answers(self._connection):
            return True
        self._connection = None
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        taken = text("SELECT pg_try_advisory_lock(:key)")
        if connection.execute(taken, {"key": self._key}).scalar_one():
            self._connection = connection
            return True
        connection.close()
        return False

    def end(self) -> None:
        """Let others have it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _answers(self, connection: Connection) -> bool:
        try:
            connection.execute(text("SELECT 1"))
        except DBAPIError:  # the server was restarted, and has forgotten whose turn it was
            connection.close()
            return False
        return True
