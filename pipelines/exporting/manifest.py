"""The manifest beside an export: what was asked, of which archive, and the bytes it became."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import SetupError
from db.snapshot import Column

SUFFIX = ".manifest.json"
FORMAT = 1
RIGHTS = (
    "The texts are their outlets', the comments their writers'; this file licenses nobody to publish them. "
    "Cite it with the line in cite_as, which names the bytes."
)
OWN = "manifest_sha256"
"""The digest of the manifest itself, as it is written without this last line."""
AT_ONCE = 1 << 20  # bytes read at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """One export; instants are aware UTC.

    ``query`` is the SELECT as it was run; ``as_of`` and ``believed_at`` are None for the archive as it
    was at ``exported_at``. ``format`` says how the file is written; ``formulas`` which cells are not as
    archived (None: all are). ``period`` is the first and the last day that the rows are about, as far as
    a column says so.
    """

    file: str
    rows: int
    bytes: int
    sha256: str
    exported_at: datetime
    view: str | None
    where: str | None
    query: str
    as_of: datetime | None
    believed_at: datetime | None
    with_names: bool
    format: Mapping[str, Any]
    formulas: Mapping[str, Any] | None
    columns: tuple[Column, ...]
    outlets: tuple[str, ...]
    period: tuple[str, str] | None
    software: str
    schema: str
    database: str

    @property
    def cite_as(self) -> str:
        """Give a line to cite the file by."""
        of = ", ".join(self.outlets) or "archive"
        days = f", {self.period[0]} to {self.period[1]}" if self.period else ""
        instant = self.as_of or self.exported_at
        believed = f", as believed at {_instant(self.believed_at)}" if self.believed_at else ""
        return (
            f"{self.software}: {self.view or 'query'} ({of}{days}), as of {_instant(instant)}{believed}, "
            f"exported {self.exported_at:%Y-%m-%d}, {self.rows:,} rows, SHA-256 {self.sha256}"
        )

    def text(self) -> str:
        """Give the manifest as it stands in its file."""
        shown = {field.name: getattr(self, field.name) for field in fields(self)}
        columns = [
            {"name": column.name, "type": column.kind.value, "description": column.description}
            for column in self.columns
        ]
        told = (
            {"manifest_format": FORMAT}
            | shown
            | {"columns": columns, "cite_as": self.cite_as, "rights": RIGHTS}
        )
        plain = json.loads(json.dumps(told, default=_form))
        return _written(plain | {OWN: _digest(plain)}) + "\n"


def beside(target: Path) -> Path:
    """Give where the manifest of a file lies."""
    return target.with_name(f"{target.name}{SUFFIX}")


def drop(target: Path) -> None:
    """Remove the manifest of a file that is about to become another; one that is not ours stays."""
    path = beside(target)
    if path.exists():
        try:
            _read(path)
        except SetupError:
            return
        path.unlink()


def differences(target: Path) -> tuple[str, ...]:
    """Compare a file with its manifest; give a sentence for each difference.

    SetupError where one of them cannot be read.
    """
    told = _read(beside(target))
    digest, size = hashlib.sha256(), 0
    try:
        with target.open("rb") as stream:
            while some := stream.read(AT_ONCE):
                digest.update(some)
                size += len(some)
    except OSError as error:
        raise SetupError(f"the file {target} cannot be read: {error.strerror or error}") from None
    return tuple(_differing(told, size, digest.hexdigest()))


def _differing(told: Mapping[str, Any], size: int, sha256: str) -> Sequence[str]:
    found = []
    if OWN in told and told[OWN] != _digest({name: told[name] for name in told if name != OWN}):
        found.append("its manifest was changed")
    if size != told["bytes"]:
        found.append(f"it has {size:,} bytes, exported were {told['bytes']:,}")
    if sha256 != told["sha256"]:
        found.append(f"its SHA-256 is {sha256}, that of the export was {told['sha256']}")
    return found


def _read(path: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupError(f"the manifest {path} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise SetupError(f"the manifest {path} cannot be read: it is not JSON") from None
    ours = isinstance(told, dict) and isinstance(told.get("bytes"), int) and "sha256" in told
    if not ours or told.get("manifest_format") != FORMAT:
        raise SetupError(f"the manifest {path} cannot be read: it is not that of an export")
    return dict(told)


def _written(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2)


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(_written(told).encode(errors="backslashreplace")).hexdigest()


def _instant(value: datetime | None) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None


def _form(value: object) -> object:
    if isinstance(value, datetime):
        return _instant(value)
    raise TypeError(f"{type(value).__name__} has no place in a manifest")
