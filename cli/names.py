"""The guard of our generic import names: another package called ``db`` must not pass for ours."""

import importlib.metadata
import importlib.util
import re
import tomllib
from pathlib import Path

from core.errors import SetupError

OURS = ("cli", "core", "crawlers", "db", "newsstand", "pipelines", "scheduler", "web")
ROOT = Path(__file__).resolve().parents[1]
_OWNED = re.compile(rf"^(?:{'|'.join(OURS)})/", re.MULTILINE)


def check_names() -> None:
    """Raise :class:`SetupError` where one of our names leads to files that are not ours.

    ``db``, ``pipelines``, ``scheduler`` and ``common`` exist as packages on the public index; one of
    them in this environment would win silently over ours, or be overwritten by ours.
    """
    for name in OURS:
        if (found := _home(name)) != ROOT:
            msg = (
                f"the name '{name}' leads to {found}, not to {ROOT}: another package or folder shadows "
                "this one; run cuttings in an environment of its own (make clean, then make run)"
            )
            raise SetupError(msg)
    for distribution in importlib.metadata.distributions():
        if not _OWNED.search(distribution.read_text("RECORD") or ""):
            continue
        owner = distribution.metadata["Name"]
        if owner != "cuttings":
            msg = (
                f"the package '{owner}' in this environment has the same import name as a part of "
                f"cuttings; remove it (pip uninstall {owner}) and install cuttings again"
            )
            raise SetupError(msg)


def release() -> str:
    """Give the version of this program; in a checkout that is not installed, that of pyproject.toml."""
    try:
        return importlib.metadata.version("cuttings")
    except importlib.metadata.PackageNotFoundError:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def _home(name: str) -> Path | None:
    """Give the folder in which the package ``name`` is found now, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).resolve().parents[1]
