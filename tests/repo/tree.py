"""The repository as its own tests see it."""

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = tuple(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def files(*suffixes: str) -> list[Path]:
    """Give the files that are or would be committed; without git, those outside hidden folders."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [
            path
            for path in ROOT.rglob("*")
            if path.is_file()
            and not any(part in {".venv", "var", "__pycache__"} for part in path.relative_to(ROOT).parts)
        ]
    return sorted(path for path in found if path.exists() and (not suffixes or path.suffix in suffixes))


def modules() -> list[Path]:
    """Give every Python file of the repository."""
    return files(".py")


def shown(path: Path) -> str:
    """Give the path as a person would write it."""
    return path.relative_to(ROOT).as_posix()
