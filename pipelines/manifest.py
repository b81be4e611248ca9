"""The manifest of a backup: what belongs to it, with sizes and digests."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import SetupError

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseFile:
    """The copy of the database; ``rows`` are counted by table."""

    file: str
    size: int
    sha256: str
    rows: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaptureFile:
    """A WARC file at the time of the backup; of one still written (``open``) the whole records only.

    Captures are only ever added to, so the digest stays true of the first ``size`` bytes.
    """

    path: str
    size: int
    sha256: str
    open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A backup; ``made_at`` is aware UTC.

    ``database`` is None where the database is backed up by its own means (PostgreSQL);
    ``pseudonym_key`` says where the key is: ``file``, ``setting`` (not in the backup) or ``none``.
    ``missing`` are files the database names that were not there.
    """

    made_at: datetime
    software_version: str
    schema: str | None
    database: DatabaseFile | None
    pseudonym_key: str
    captures_included: bool
    captures: tuple[CaptureFile, ...]
    missing: tuple[str, ...]


def write(manifest: Manifest, folder: Path) -> Path:
    """Write the manifest into the backup's folder; give its path."""
    path = folder / NAME
    facts = {"format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read(folder: Path) -> Manifest:
    """Give the manifest of a backup; SetupError when the folder holds none that can be read."""
    try:
        facts = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if facts.pop("format") != FORMAT:
            raise SetupError(f"{folder / NAME} was written by a later version of cuttings: upgrade cuttings")
        return _manifest(facts)
    except FileNotFoundError as error:
        raise SetupError(f"{folder} is no backup: it has no {NAME}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(f"{folder / NAME} cannot be read: {error}") from error


def _manifest(facts: dict[str, Any]) -> Manifest:
    return Manifest(
        **{
            **facts,
            "made_at": datetime.fromisoformat(facts["made_at"]),
            "database": DatabaseFile(**facts["database"]) if facts["database"] else None,
            "captures": tuple(CaptureFile(**entry) for entry in facts["captures"]),
            "missing": tuple(facts["missing"]),
        }
    )
