"""One crawl per outlet at a time, held by the operating system or the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine


@contextmanager
def outlet_lock(engine: Engine, locks_dir: Path, outlet: str) -> Iterator[None]:
    """Hold the outlet's lock; SetupError that names the holder when another process has it."""
    raise NotImplementedError
    yield
