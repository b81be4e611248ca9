"""The archive's file as Datasette's database: only read, every question judged, files whole."""

import sqlite3
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from web.explorer_closed import Closed

_for_a_file = ContextVar("_for_a_file", default=False)


class WholeFiles:
    """ASGI middleware: a question's CSV has all rows. Datasette ends it after 1,000 and says nothing."""

    def __init__(self, app: ASGIApp) -> None:
        """Go before the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note whether a file is asked for: a page says itself that there are more rows."""
        _for_a_file.set(scope.get("path", "").endswith(".csv"))
        await self._app(scope, receive, send)


def archive(shown: Any, path: Path, closed: Closed, *, is_mutable: bool) -> Any:
    """Give the archive as a database of Datasette's ``shown``, each question held against the rules.

    ``is_mutable``: the file can be read as it is written to.
    """
    from datasette.database import Database

    class Archive(Database):  # type: ignore[misc] # Datasette ships no types
        def connect(self, write: bool = False) -> sqlite3.Connection:  # noqa: ARG002, FBT001, FBT002 - Datasette's signature
            """Open the file for reading, whatever it is wanted for and whatever signs are in its path."""
            how = "mode=ro" if self.is_mutable else "immutable=1"
            uri = f"{path.absolute().as_uri()}?{how}"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self._all_file_connections.append(connection)
            return connection

        async def execute(self, sql: str, *others: Any, **more: Any) -> Any:
            """Ask, unless the question is refused: of all that is wrong the page is told, nobody else."""
            more["log_sql_errors"] = False
            if _for_a_file.get():
                more["truncate"] = False
            try:
                closed.refuse(sql)
                return await super().execute(sql, *others, **more)
            except sqlite3.DatabaseError as error:
                # The one kind that all of Datasette's pages take for the asker's fault.
                raise sqlite3.OperationalError(str(error)) from error

    return Archive(shown, path=str(path), is_mutable=is_mutable)
