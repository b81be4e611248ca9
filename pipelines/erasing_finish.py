"""What erasures left to be done is finished: WARC files written anew, then the database's files cleaned."""

from typing import Protocol

from sqlalchemy import Engine

from core.clock import now
from core.settings import Settings
from db.engine import writing
from db.erasures import records
from db.scouring import scour
from pipelines.erasing_files import Finished, finish_files


class Progress(Protocol):
    """Who is told how far the work is; :class:`cli.meter.Meter` has this shape."""

    def step(self, name: str) -> None:
        """Begin the next step."""

    def told(self, done: int, total: int) -> None:
        """Say how much of the step is done."""


class Untold:
    """Tells nobody."""

    def step(self, name: str) -> None:
        """Begin the next step."""

    def told(self, done: int, total: int) -> None:
        """Say how much of the step is done."""


def finish(engine: Engine, settings: Settings, progress: Progress) -> Finished:
    """Finish what earlier erasures, or one that was killed, left to be done; asked again it goes on.

    The outlets' locks are the caller's.
    """
    finished = Finished()
    progress.step("WARC files")
    finish_files(engine, settings.home, settings.locks, finished, progress.told)
    with engine.connect() as connection:
        needed = records.uncleaned(connection)
    progress.step("database files")
    if needed:
        why = scour(engine, needed)
        if why is None:
            with writing(engine) as connection:
                records.end_cleaning(connection, now())
        else:
            finished.left.append(
                f"the database file still holds the bytes ({why}): `cuttings erase finish` tries again"
            )
    return finished


def unfinished(engine: Engine) -> int:
    """Count the erasures that left something to be done, or of which something came again since."""
    with engine.connect() as connection:
        return records.unfinished(connection)
