"""The locks: everything pinned by hash, no addresses, nothing declared that is missing or unused."""

import ast
import importlib.metadata
import re
import sys
from functools import cache

import pytest

from tests.repo.tree import PACKAGES, PROJECT, ROOT, modules, shown

PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ;.*?)? \\$", re.MULTILINE)
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-replay.lock")
# Declared though no module imports them, each for a reason.
USED_OTHERWISE = {
    "lxml-html-clean": "trafilatura imports it",
    "pandas": "docs/notebook.ipynb imports it",
    "psycopg": "named in the database's address",
    "tzdata": "zoneinfo reads it where the system has no zone files",
    "ruff": "make check",
    "mypy": "make check",
    "import-linter": "make check",
    "lxml-stubs": "types for mypy",
    "pytest-timeout": "the timeout in [tool.pytest.ini_options]",
    "pytest-xdist": "the workers of `make test`",
    "editables": "hatchling needs it for an editable install",
    "hatchling": "the build backend",
}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {canonical(re.match(r"[A-Za-z0-9._-]+", line).group()) for line in requirements}


def pins(lock: str) -> dict[str, str]:
    return {canonical(name): version for name, version in PIN.findall((ROOT / lock).read_text())}


EXTRAS = [line for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]
DEPENDENCIES = declared(PROJECT["project"]["dependencies"] + EXTRAS)
GROUPS = {name: declared(lines) for name, lines in PROJECT["dependency-groups"].items()}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_names_versions_and_hashes_only(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    blocks = re.split(r"\n(?=[A-Za-z])", text.strip())
    assert len(blocks) == len(pins(lock))
    assert all("--hash=sha256:" in block for block in blocks)


def test_every_declared_package_is_locked():
    assert pins("requirements.lock").keys() >= DEPENDENCIES | GROUPS["build"]
    assert pins("requirements-dev.lock").keys() >= DEPENDENCIES | GROUPS["build"] | GROUPS["dev"]
    assert pins("requirements-replay.lock").keys() >= GROUPS["replay"]


def test_the_dev_lock_holds_the_run_lock():
    dev = pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")


@cache
def imported() -> dict[str, str]:
    """Give each top-level name imported anywhere, with a file that imports it."""
    found: dict[str, str] = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            for name in names:
                found.setdefault(name.split(".")[0], shown(path))
    return found


@cache
def owners() -> dict[str, set[str]]:
    return {
        name: {canonical(owner) for owner in distributions}
        for name, distributions in importlib.metadata.packages_distributions().items()
    }


@pytest.mark.parametrize("package", sorted(DEPENDENCIES | GROUPS["dev"] | GROUPS["build"]))
def test_every_dependency_is_used(package):
    names = {name for name, by in owners().items() if package in by}
    used = names & imported().keys()
    assert used or package in USED_OTHERWISE, "take it out of pyproject.toml"


def test_every_import_of_the_product_is_declared():
    ours = {*PACKAGES, *sys.stdlib_module_names}
    undeclared = {
        name: where
        for name, where in imported().items()
        if where.split("/")[0] in PACKAGES
        and name not in ours
        and not owners().get(name, set()) & DEPENDENCIES
    }
    assert not undeclared
