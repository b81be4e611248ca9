"""The archive in Datasette: its views, full text and questions, in a browser; it only reads."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from starlette.types import ASGIApp

from core.settings import Settings
from db.search_tables import INDEXES
from db.time_travel.asof_session import reading
from web.explorer_closed import Closed
from web.explorer_database import WholeFiles, archive
from web.explorer_metadata import DATABASE, metadata
from web.guard import Guard, hosts

STYLES = Path(__file__).parent / "explorer_static"
SECONDS_PER_QUERY = 10.0
SECONDS_PER_RESPONSE = 600.0  # a whole view as CSV
SETTINGS = {
    "sql_time_limit_ms": int(1000 * SECONDS_PER_QUERY),
    "facet_time_limit_ms": 1500,  # one that takes longer is left out, and the page says so
    "suggest_facets": False,  # each column of each page would be counted to find out
    "truncate_cells_html": 120,  # characters of a body; `cuttings article` shows all
    "default_page_size": 50,
    "allow_download": False,  # the file holds names and internal tables
    "max_csv_mb": 0,  # nothing is cut
    "default_cache_ttl": 0,  # the archive changes while it is looked at
}
# Datasette has scripts and styles in its pages. What outlets wrote is escaped there; should that ever
# fail, nothing of it can be sent anywhere.
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@contextmanager
def explorer(settings: Settings, path: Path, *, with_names: bool) -> Iterator[ASGIApp]:
    """Give the application that shows a SQLite archive; ``with_names`` shows names of commenters too.

    A crawl may write meanwhile: each page shows what is committed. SetupError where there is no archive
    of this code's schema.
    """
    from datasette import hookimpl
    from datasette.app import Datasette
    from datasette.plugins import pm

    with reading(settings.database()) as reader:
        views, internal = _relations(reader.connection.connection.driver_connection)
        described = metadata(reader.connection, internal, with_names=with_names)
    closed = Closed(views, internal, with_names=with_names)
    styles = [("cuttings", str(STYLES))]
    shown = Datasette(files=[], settings=SETTINGS, metadata=described, static_mounts=styles)
    shown.add_database(archive(shown, path, closed, is_mutable=_can_follow(path)), name=DATABASE)
    pm.get_plugin(
        "datasette.handle_exception"
    ).rich = None  # it would draw the stack for each question that is mistyped

    @hookimpl  # type: ignore[untyped-decorator] # Datasette ships no types
    def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
        """Guard every connection Datasette opens: only the views' own rows leave the file."""
        if datasette is shown and database == DATABASE:
            closed.prepare(conn)

    guarding = ModuleType("cuttings")  # Datasette wants plugins to have the names that modules have
    vars(guarding)["prepare_connection"] = prepare_connection
    pm.register(guarding, f"cuttings {id(shown)}")
    try:
        yield Guard(WholeFiles(shown.app()), hosts(settings), HEADERS, SECONDS_PER_RESPONSE)
    finally:
        pm.unregister(guarding)
        for database in shown.databases.values():
            database.close()
        shown.executor.shutdown(wait=False, cancel_futures=True)


def _relations(connection: Any) -> tuple[dict[str, str], frozenset[str]]:
    """Give the views, each with its SQL, and the tables that are ours and no full-text index."""
    found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('view', 'table')")
    rows = found.fetchall()
    views = {name: sql for kind, name, sql in rows if kind == "view"}
    return views, frozenset(name for kind, name, _ in rows if kind == "table" and name not in INDEXES)


def _can_follow(path: Path) -> bool:
    """Say whether the file can be read as it is written to: not where nobody can write beside it."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        connection.execute("SELECT count(*) FROM sqlite_master")
        connection.close()
    except sqlite3.OperationalError:
        return False
    return True
