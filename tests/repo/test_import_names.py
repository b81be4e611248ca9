"""Our generic names (core, db, pipelines) mean our files, and no other package owns them."""

import importlib.metadata
import importlib.util
import sys
from pathlib import Path

import pytest

from cli.names import OURS, check_names
from core.errors import SetupError
from tests.repo.tree import PACKAGES, ROOT


def test_the_list_is_that_of_the_wheel():
    assert set(OURS) == set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_name_means_this_checkout(name):
    spec = importlib.util.find_spec(name)
    assert Path(spec.origin) == ROOT / name / "__init__.py"


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_package_owns_a_name(name):
    owners = importlib.metadata.packages_distributions().get(name, [])
    assert set(owners) <= {"cuttings"}


def test_the_check_at_the_start_passes_here():
    check_names()


def test_a_foreign_package_of_the_same_name_is_refused(tmp_path, monkeypatch):
    """As after installing another `db` into the same folder: one has overwritten the other's files."""
    dist_info = tmp_path / "foreign_db-0.1.dist-info"
    dist_info.mkdir()
    (dist_info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign-db\nVersion: 0.1\n")
    (dist_info / "RECORD").write_text("db/__init__.py,,\nforeign_db-0.1.dist-info/METADATA,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SetupError, match="foreign-db"):
        check_names()


def test_a_folder_that_shadows_a_name_is_refused(tmp_path, monkeypatch):
    (tmp_path / "newsstand").mkdir()
    (tmp_path / "newsstand" / "__init__.py").write_text("")
    monkeypatch.delitem(sys.modules, "newsstand", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SetupError, match="newsstand"):
        check_names()
