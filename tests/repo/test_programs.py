"""The step that brings a browser and R, and what is said where they are lacking."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.tree import ROOT


@pytest.fixture
def machine(tmp_path):
    """Give a function that runs the step on a machine with these commands only, each a line of shell."""

    def run(**commands: str) -> subprocess.CompletedProcess[str]:
        for name in ("sh", "mktemp", "rm", "tail", "cp", "chmod"):
            (tmp_path / name).symlink_to(str(shutil.which(name)))
        for name, line in commands.items():
            file = tmp_path / name.replace("_", "-")
            file.write_text(f"#!/bin/sh\n{line}\n")
            file.chmod(0o755)
        return subprocess.run(
            [ROOT / ".ci" / "programs"],
            env={"PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_nothing_is_done_where_they_are(machine):
    done = machine(chromium="exit 0", Rscript="exit 0", apt_get="echo called >&2")
    assert (done.returncode, done.stderr) == (0, "")


def test_without_root_it_says_so(machine):
    done = machine(id="echo 1000", apt_get="echo called >&2")
    assert done.returncode == 0
    assert "only root" in done.stderr
    assert "chromium fonts-dejavu-core r-base-core" in done.stderr
    assert "called" not in done.stderr


def test_root_installs_what_is_lacking(machine, tmp_path):
    asked = tmp_path / "asked"
    done = machine(Rscript="exit 0", id="echo 0", apt_get=f'echo "$@" >>{asked}; cp "$0" {tmp_path}/chromium')
    assert done.returncode == 0
    assert "skipped" not in done.stderr
    assert asked.read_text().splitlines()[1:] == [
        "install --yes --no-install-recommends chromium fonts-dejavu-core"
    ]


def test_an_r_that_cannot_read_the_archive_is_lacking(machine):
    done = machine(chromium="exit 0", Rscript="exit 1", id="echo 1000")
    assert "r-cran-rsqlite" in done.stderr
    assert "chromium" not in done.stderr


def test_an_installation_that_fails_gives_its_reason_and_goes_on(machine):
    done = machine(id="echo 0", apt_get="echo 'E: no such host'; exit 100")
    assert done.returncode == 0
    assert "E: no such host" in done.stderr
    assert "are skipped" in done.stderr


def test_no_browser_is_said_loudly_at_the_end():
    """Also where tests run side by side: the tests of the pages are collected elsewhere then."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "1", "tests/web/test_browser.py"]
    path = {"PATH": str(Path(sys.executable).parent)}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | path
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "NO BROWSER OR NO R WAS FOUND: 7 tests" in done.stdout
