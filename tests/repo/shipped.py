"""What is shipped for running Cuttings, and the system's programs that can judge it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.tree import ROOT, files

DEPLOY = ROOT / "deploy"
SHIPPED = [path for path in files() if DEPLOY in path.parents or path.name == ".dockerignore"]


def tool(name: str) -> str:
    """Give the path of a program of the system or of the environment; skip loudly where there is none."""
    found = shutil.which(name) or shutil.which(name, path=Path(sys.executable).parent)
    if found is None:
        pytest.skip(f"{name} is not installed here: what it would check was not checked")
    return found


def passes(*command: str | Path) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert not result.stderr.strip(), result.stderr  # systemd-analyze warns there and still exits 0
