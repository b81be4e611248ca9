"""Imports go downwards only, and the check that says so can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.tree import PACKAGES, ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_downwards():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("core/planted.py", "import db.store"),
        ("db/planted.py", "import crawlers.outlet"),
        ("crawlers/planted.py", "import db.store"),
        ("pipelines/planted.py", "import scheduler"),
        ("scheduler/planted.py", "import newsstand"),
        ("pipelines/planted.py", "def later():\n    import cli.main\n"),
    ],
)
def test_a_planted_violation_is_caught(tmp_path, module, line):
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / module).write_text(line + "\n")
    result = lint(tmp_path)
    assert result.returncode == 1, result.stdout
    assert module.removesuffix(".py").replace("/", ".") in result.stdout
