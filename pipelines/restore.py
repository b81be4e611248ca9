"""Restoring a backup: everything is checked before anything is changed, and nothing is deleted."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from core import clock
from core.errors import SetupError, WeatherError
from core.settings import Settings
from db.copy import settle
from pipelines import manifest, warc_files
from pipelines.backup import PRIVATE_FILE, Progress, bring, digest
from pipelines.manifest import CaptureFile, Manifest
from pipelines.session import KEY_FILE

LOGS = ("-wal", "-shm", "-journal")  # what may stand beside a SQLite file and belongs to it


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What a restore did: files of captures brought back, files put aside, captures still missing."""

    manifest: Manifest
    captures: int
    aside: tuple[Path, ...]
    missing: tuple[str, ...]


def restore(settings: Settings, backup: Path, progress: Progress, *, force: bool = False) -> Restored:
    """Bring the archive of these settings to what a backup holds.

    Captures made since the backup stay: they are only ever added to. A database or a key that is
    there is replaced only with ``force``, and put aside under another name, never deleted. Raises
    SetupError when the backup is damaged, something is in the way, or the archive is in use;
    WeatherError when the disk is full.
    """
    made = manifest.read(backup)
    target = _target(settings, made)
    aside: list[Path] = []
    try:
        with _nobody_crawls(settings.locks):
            _check_database(backup, made, progress)
            wanted, missing = _check_captures(settings.home, backup, made, progress)
            in_the_way = _in_the_way(settings, backup, made, target)
            if in_the_way and not force:
                names = " and ".join(str(path) for path in in_the_way)
                raise SetupError(f"{names} would be replaced: --force puts it aside under another name first")
            settings.home.mkdir(parents=True, exist_ok=True)
            settled = target is not None and target.exists() and settle(target)
            progress.step("restoring")
            for name in wanted:
                _bring_capture(settings.home, backup, name)
            stamp = f"before-restore-{clock.now():%Y%m%dT%H%M%SZ}"
            if made.pseudonym_key == "file" and not _has_key(settings, backup):
                aside += _replace(backup / KEY_FILE, settings.home / KEY_FILE, stamp)
            if target is not None and made.database is not None:
                aside += [] if settled else _put_logs_aside(target, stamp)
                aside += _replace(backup / made.database.file, target, stamp)
    except OSError as error:
        raise WeatherError(f"the backup cannot be restored: {error}") from error
    return Restored(manifest=made, captures=len(wanted), aside=tuple(aside), missing=missing)


def _target(settings: Settings, made: Manifest) -> Path | None:
    """Give where the database goes; None where the backup holds none."""
    url = make_url(settings.database())
    if made.database is None:
        return None
    if url.get_backend_name() != "sqlite" or not url.database:
        raise SetupError(
            "the backup holds a SQLite database, the settings name a PostgreSQL one: "
            "unset CUTTINGS_DATABASE_URL, or restore the dump with pg_restore"
        )
    return Path(url.database)


@contextmanager
def _nobody_crawls(locks: Path) -> Iterator[None]:
    """Hold the lock of every outlet crawled so far; SetupError when a crawl holds one."""
    held: list[int] = []
    try:
        for path in sorted(locks.glob("*.lock")):
            held.append(os.open(path, os.O_RDWR))
            try:
                fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                who = path.read_text(encoding="utf-8").strip() or "another process"
                raise SetupError(
                    f"{path.stem} is being crawled, by {who}: stop it, then try again"
                ) from error
        yield
    finally:
        for descriptor in held:
            os.close(descriptor)


def _check_database(backup: Path, made: Manifest, progress: Progress) -> None:
    progress.step("checking the database")
    if made.database is not None and not _is_whole(
        backup / made.database.file, made.database.size, made.database.sha256, progress.told
    ):
        raise SetupError(f"{backup / made.database.file} is not what its manifest says: take another backup")
    if made.pseudonym_key == "file" and not (backup / KEY_FILE).is_file():
        raise SetupError(f"{backup} has lost the file {KEY_FILE}: take another backup")


def _is_whole(path: Path, size: int, sha256: str, told: Callable[[int, int], None] | None = None) -> bool:
    """Say whether a file begins with these bytes."""
    try:
        with path.open("rb") as file:
            return digest(file, size, lambda read: told(read, size) if told else None) == sha256
    except FileNotFoundError:
        return False


def _check_captures(
    home: Path, backup: Path, made: Manifest, progress: Progress
) -> tuple[list[CaptureFile], tuple[str, ...]]:
    """Give the files to bring back, and those that are neither in the home nor in the backup."""
    progress.step("checking the captures")
    wanted, missing, broken = [], [], []
    total = sum(entry.size for entry in made.captures)
    done = 0
    for entry in made.captures:
        if _holds(home, entry):
            pass
        elif warc_files.size(home, entry.path) is not None:
            broken.append(str(home / entry.path))
        elif not made.captures_included:
            missing.append(entry.path)
        elif _is_whole(backup / entry.path, entry.size, entry.sha256):
            wanted.append(entry)
        else:
            broken.append(str(backup / entry.path))
        done += entry.size
        progress.told(done, total)
    if broken:
        raise SetupError(
            f"{len(broken)} files of captures are not what the manifest says, the first is {broken[0]}: "
            "move those in the home away (the backup's take their place), or take another backup"
        )
    return wanted, tuple(missing)


def _holds(home: Path, entry: CaptureFile) -> bool:
    try:
        with warc_files.reading(home, entry.path) as file:
            return digest(file, entry.size) == entry.sha256
    except FileNotFoundError:
        return False


def _in_the_way(settings: Settings, backup: Path, made: Manifest, target: Path | None) -> list[Path]:
    """Give what is there already and is not what the backup holds."""
    found = [target] if target is not None and target.exists() else []
    key = settings.home / KEY_FILE
    replaced = made.pseudonym_key == "file" and key.exists() and not _has_key(settings, backup)
    return [*found, key] if replaced else found


def _has_key(settings: Settings, backup: Path) -> bool:
    """Say whether the home has the backup's key already, or needs none: a setting goes before the file."""
    key = settings.home / KEY_FILE
    if settings.pseudonym_key is not None:
        return True
    return key.exists() and key.read_bytes().strip() == (backup / KEY_FILE).read_bytes().strip()


def _bring_capture(home: Path, backup: Path, entry: CaptureFile) -> None:
    """Copy one file of captures into the home: whole under its name, or not at all."""
    target = home / entry.path
    draft = target.with_name(f".{target.name}.restoring")
    draft.unlink(missing_ok=True)
    with (backup / entry.path).open("rb") as file:
        bring(file, draft, entry.size, link=False)
    _rename(draft, target)


def _put_logs_aside(target: Path, stamp: str) -> list[Path]:
    """Rename what a database that could not be settled left beside it: the new one must not find it.

    A write-ahead log beside a new file would be taken for its own.
    """
    left = [ending for ending in LOGS if target.with_name(target.name + ending).exists()]
    return [
        _rename(target.with_name(target.name + ending), target.with_name(f"{target.name}.{stamp}{ending}"))
        for ending in left
    ]


def _replace(source: Path, target: Path, stamp: str) -> list[Path]:
    """Copy a file into its place, in one step; give the name of what was there, if anything was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.restoring")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
    with source.open("rb") as file, draft.open("r+b") as copied:
        while part := file.read(1 << 20):
            copied.write(part)
        copied.flush()
        os.fsync(copied.fileno())
    aside = []
    if target.exists():
        aside.append(target.with_name(f"{target.name}.{stamp}"))
        os.link(target, aside[0])  # there is no instant without a database
    _rename(draft, target)
    return aside


def _rename(old: Path, new: Path) -> Path:
    old.replace(new)
    folder = os.open(new.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return new
