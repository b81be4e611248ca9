"""Helpers of the tests of exports: the command in this process, on the database of the test."""

import json
from pathlib import Path
from typing import Any, Self

import pytest

from cli.main import run


class Exports:
    """Exports of one archive into one folder."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """Keep where files go; ``said`` is what the last command said."""
        self.folder = folder
        self.said = ""
        self.printed = ""
        self._capfd = capfd

    @classmethod
    def of(
        cls, database_url: str, folder: Path, patch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> Self:
        """Let the commands meet a database, with their home and what they export below a folder."""
        patch.setenv("CUTTINGS_HOME", str(folder / "home"))
        patch.setenv("CUTTINGS_DATABASE_URL", database_url)
        target = folder / "out"
        target.mkdir()
        return cls(target, capfd)

    def code(self, *words: str) -> int:
        """Run ``cuttings export WORDS``; give its exit code."""
        self._capfd.readouterr()
        ended = run(["export", *words])
        self.printed, told = self._capfd.readouterr()
        self.said = " ".join(told.split())
        return ended

    def file(self, name: str, *words: str) -> Path:
        """Export into a file of this name; give it, fail where the command did."""
        target = self.folder / name
        ended = self.code(*words, "--to", str(target))
        assert ended == 0, self.said
        return target

    def manifest(self, target: Path) -> dict[str, Any]:
        """Give what the manifest beside a file says."""
        told: dict[str, Any] = json.loads(target.with_name(f"{target.name}.manifest.json").read_text("utf-8"))
        return told

    def names(self) -> set[str]:
        """Give the names of all files in the folder."""
        return {path.name for path in self.folder.iterdir()}
