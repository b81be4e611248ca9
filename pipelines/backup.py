"""Backups: a folder with a copy of the database, the key of the pseudonyms and a manifest."""

import fcntl
import hashlib
import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from sqlalchemy import URL, Engine, make_url, select

from core import clock
from core.errors import SetupError, WeatherError
from core.settings import Settings
from db import schema
from db.checks import reading
from db.copy import copy
from db.models import WarcFile, table
from pipelines import manifest, warc_files
from pipelines.captures import software_version
from pipelines.manifest import CaptureFile, DatabaseFile, Manifest
from pipelines.session import KEY_FILE
from pipelines.warc import OPEN

DATABASE = "cuttings.db"
CHUNK = 1 << 20  # bytes copied at a time
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600  # names of commenters are personal data, the key a secret


class Progress(Protocol):
    """Where a backup says how far it is."""

    def step(self, name: str) -> None:
        """Begin the next step."""

    def told(self, done: int, total: int) -> None:
        """Say how much of the step is done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A finished backup: its folder and what is in it."""

    path: Path
    manifest: Manifest


def back_up(  # noqa: PLR0913 - what is asked for, each named at the call
    engine: Engine,
    settings: Settings,
    destination: Path,
    progress: Progress,
    *,
    with_database: bool = True,
    with_captures: bool = False,
) -> Backup:
    """Make a backup in a new folder below ``destination``, named by the time; crawls may go on meanwhile.

    The folder has its name only once all of it is on disk: whatever interrupts this leaves none. Captures
    are listed after the database is copied, so every one the copy names is among them; with
    ``with_captures`` they are in the backup too, as hard links where the file system has them (a file
    still written is copied as far as its records are whole).

    Raises SetupError when it cannot be made here, WeatherError when the disk is full.
    """
    if with_database and engine.dialect.name != "sqlite":
        raise SetupError(_refusal(settings))
    revision = schema.current(engine)
    if revision is None:
        schema.require_head(
            engine
        )  # says what is wrong; an older schema is not: first the backup, then the upgrade
    made_at = clock.now()
    final = destination / f"cuttings-{made_at:%Y%m%dT%H%M%SZ}"
    try:
        with _unfinished(destination, final) as folder:
            database = _database(engine, folder, progress) if with_database else None
            made = Manifest(
                made_at=made_at,
                software_version=software_version(),
                schema=revision,
                database=database,
                pseudonym_key=_key(settings, folder),
                captures_included=with_captures,
                captures=(),
                missing=(),
            )
            made = _captures(engine, settings.home, folder, made, progress)
            manifest.write(made, folder)
            _to_disk(folder)
            folder.rename(final)
    except OSError as error:
        raise WeatherError(
            f"the backup cannot be written to {destination}: {error}; nothing is left"
        ) from error
    return Backup(path=final, manifest=made)


def dump_command(settings: Settings, made_at: datetime) -> str:
    """Give the command line that backs a PostgreSQL database up; the password is not in it."""
    url = make_url(settings.database())
    url = URL.create(  # made anew: a URL's own set() keeps the password when given None
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query={key: value for key, value in url.query.items() if "pass" not in key.lower()},
    )
    name = f"cuttings-{made_at:%Y%m%dT%H%M%SZ}.dump"
    return f"pg_dump --format=custom --file={name} --dbname={shlex.quote(url.render_as_string())}"


def _refusal(settings: Settings) -> str:
    return (
        "a PostgreSQL database is backed up by its own tool: run\n"
        f"  {dump_command(settings, clock.now())}\n"
        "(it asks for the password, or takes it from PGPASSWORD or ~/.pgpass), then\n"
        "  cuttings db backup --without-database\n"
        "for the captures' manifest and the key of the pseudonyms"
    )


@contextmanager
def _unfinished(destination: Path, final: Path) -> Iterator[Path]:
    """Give a folder under a temporary name; it goes unless it was renamed. One backup at a time."""
    destination.mkdir(parents=True, exist_ok=True)
    lock = os.open(destination, os.O_RDONLY | os.O_DIRECTORY)
    folder = destination / f".{final.name}.partial"
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(f"another backup is being written to {destination}: wait for its end") from error
        for left in destination.glob(".cuttings-*.partial"):  # of backups that were killed
            shutil.rmtree(left)
        if final.exists():
            raise SetupError(f"{final} is there already: try again in a second")
        folder.mkdir(mode=PRIVATE_FOLDER)
        yield folder
        os.fsync(lock)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _database(engine: Engine, folder: Path, progress: Progress) -> DatabaseFile:
    progress.step("database")
    target = folder / DATABASE
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    os.close(descriptor)
    rows = copy(Path(str(engine.url.database)), target, progress.told)
    size = target.stat().st_size
    with target.open("rb") as file:
        return DatabaseFile(file=DATABASE, size=size, sha256=digest(file, size), rows=rows)


def _key(settings: Settings, folder: Path) -> str:
    """Copy the key of the pseudonyms; say where it is.

    It is in the backup because a database without it is no whole archive: under a new key every
    commenter would become a second one. It gives away nothing that the copy, which holds the names,
    does not. A key given as a setting is the operator's own to keep.
    """
    if settings.pseudonym_key is not None:
        return "setting"
    path = settings.home / KEY_FILE
    if not path.exists():
        return "none"
    descriptor = os.open(folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(path.read_bytes())
    return "file"


def _captures(engine: Engine, home: Path, folder: Path, made: Manifest, progress: Progress) -> Manifest:
    """Give the manifest with all captures that are there now, and those the database misses."""
    progress.step("captures")
    with reading(engine) as connection:
        known = set(connection.execute(select(table(WarcFile).c.path)).scalars())
    names = list(warc_files.names(home))
    total = sum(warc_files.size(home, name) or 0 for name in names)
    entries: list[CaptureFile] = []
    done = 0

    def told(read: int) -> None:
        progress.told(min(done + read, total), total)

    for name in names:
        entry = _capture(home, name, folder if made.captures_included else None, told)
        if entry is not None:
            entries.append(entry)
            done += entry.size
    missing = sorted(known - {entry.path for entry in entries})
    return replace(made, captures=tuple(entries), missing=tuple(missing))


def _capture(home: Path, name: str, folder: Path | None, told: Callable[[int], None]) -> CaptureFile | None:
    """Give one file's entry, and put the file into ``folder``; None for one that has gone again."""
    try:
        file = warc_files.reading(home, name)
    except FileNotFoundError:
        return None
    with file:
        is_open = file.name.endswith(OPEN)
        size = warc_files.whole_records(file, told)[0] if is_open else os.fstat(file.fileno()).st_size
        if is_open and not size:
            return None
        if folder is None:
            sha256 = digest(file, size, told)
        else:
            sha256 = bring(file, folder / name, size, told, link=not is_open)
    return CaptureFile(path=name, size=size, sha256=sha256, open=is_open)


def digest(file: BinaryIO, size: int, told: Callable[[int], None] = lambda _read: None) -> str:
    """Give the SHA-256 of a file's first ``size`` bytes; ``told`` is called with the bytes read."""
    found = hashlib.sha256()
    for part in _parts(file, size, told):
        found.update(part)
    return found.hexdigest()


def bring(
    file: BinaryIO, target: Path, size: int, told: Callable[[int], None] = lambda _read: None, *, link: bool
) -> str:
    """Copy a file's first ``size`` bytes to ``target``, or link all of it; give the bytes' SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if link:
        try:
            os.link(file.name, target)
        except OSError:  # another file system, or one without links
            link = False
        else:
            return digest(file, size, told)
    found = hashlib.sha256()
    with target.open("xb") as copied:
        for part in _parts(file, size, told):
            found.update(part)
            copied.write(part)
        copied.flush()
        os.fsync(copied.fileno())
    return found.hexdigest()


def _parts(file: BinaryIO, size: int, told: Callable[[int], None]) -> Iterator[bytes]:
    file.seek(0)
    read = 0
    while read < size and (part := file.read(min(CHUNK, size - read))):
        read += len(part)
        yield part
        told(read)


def _to_disk(folder: Path) -> None:
    """Return when the folder and all in it is on disk."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
