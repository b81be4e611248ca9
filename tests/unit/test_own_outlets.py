"""Outlets of one's own: modules in the home's folder ``outlets``."""

import pickle
from pathlib import Path

import pytest

from core.errors import SetupError
from crawlers import golden, reading, registry
from crawlers.page import Page

MODULE = '''"""A title of one's own."""

from dataclasses import dataclass

from crawlers.addresses import current_form
from crawlers.families.current import CurrentLayout
from crawlers.outlet import Outlet


@dataclass(frozen=True, kw_only=True)
class OwnLayout(CurrentLayout):
    """Its pages."""

    name: str = "own"


OUTLET = Outlet(
    key="{key}",
    title="The Gazette",
    home="https://www.gazette.example/",
    hosts=("gazette.example",),
    publisher="",
    forms=(current_form(),),
    layouts=(OwnLayout(names=("The Gazette",), addresses=(current_form().pattern,)),),
    unverified=True,
)
'''
PAGE = (
    b"<html><head><title>A ferry is late | The Gazette</title></head><body><article><h1>A ferry is late</h1>"
    + b"<p>Nobody on the quay could say why the ferry was late, and nobody had been told of it before.</p>"
    * 4
    + b"</article></body></html>"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of one's own outlets in a new home."""
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    made = tmp_path / "outlets"
    made.mkdir()
    return made


def add(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_module_in_the_home_is_an_outlet(folder):
    add(folder, "gazette", MODULE.format(key="gazette"))
    outlet = registry.find("gazette")
    assert registry.outlet_for("https://gazette.example/articles/x") is outlet
    assert "nhe" in registry.outlets()
    assert list(registry.outlets()).index("gazette") > list(registry.outlets()).index("nhe")


def test_another_home_has_other_outlets(folder, tmp_path, monkeypatch):
    add(folder, "gazette", MODULE.format(key="gazette"))
    assert registry.find("gazette")
    other = tmp_path / "other"
    (other / "outlets").mkdir(parents=True)
    add(other / "outlets", "gazette", MODULE.format(key="gazette").replace("The Gazette", "Another Gazette"))
    monkeypatch.setenv("CUTTINGS_HOME", str(other))
    assert registry.find("gazette").title == "Another Gazette"
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path / "empty"))
    assert "gazette" not in registry.outlets()


def test_its_own_layout_crosses_to_the_process_that_reads(folder):
    add(folder, "gazette", MODULE.format(key="gazette"))
    sent = pickle.loads(pickle.dumps(registry.find("gazette")))
    page = Page.from_bytes(PAGE, "https://www.gazette.example/articles/ferry", "text/html")
    assert reading.read(page, sent).layout == "own"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("OUTLET = 1 +", "SyntaxError"),
        ("from crawlers.nowhere import thing", "ModuleNotFoundError"),
        ("OUTLET = 'gazette'", "names str as OUTLET"),
        (MODULE.format(key="nhe"), "two modules declare the outlet 'nhe'"),
    ],
)
def test_a_module_that_is_none_is_told_with_its_place(folder, text, told):
    add(folder, "mine", text)
    with pytest.raises(SetupError, match=told) as error:
        registry.outlets()
    assert str(folder) in str(error.value)


def test_crawls_of_other_outlets_go_on_beside_a_broken_module(folder):
    add(folder, "mine", "OUTLET = 1 +")
    add(folder, "gazette", MODULE.format(key="gazette"))
    assert registry.find("gazette").title == "The Gazette"
    assert registry.find("nhe")
    with pytest.raises(SetupError, match="SyntaxError"):
        registry.find("mine")


def test_a_module_that_everybody_may_write_is_not_run(folder):
    path = add(folder, "gazette", "raise SystemExit('run')")
    path.chmod(0o666)
    with pytest.raises(SetupError, match="chmod o-w"):
        registry.outlets()


@pytest.mark.parametrize("open_to_all", ["__pycache__", "gazette", "gazette/__init__.py"])
def test_nor_one_whose_folder_or_compiled_form_everybody_may_write(folder, open_to_all):
    (folder / "gazette").mkdir()
    (folder / "__pycache__").mkdir()
    add(folder / "gazette", "__init__", "raise ValueError('run')")
    (folder / open_to_all).chmod(0o777)
    with pytest.raises(SetupError, match="chmod o-w") as error:
        registry.outlets()
    assert str(folder / open_to_all) in str(error.value)


def test_an_outlet_may_be_a_folder(folder):
    (folder / "gazette").mkdir()
    add(folder / "gazette", "__init__", MODULE.format(key="gazette"))
    assert registry.find("gazette").title == "The Gazette"


def test_a_saved_page_reads_to_its_golden_record(folder, tmp_path):
    add(folder, "gazette", MODULE.format(key="gazette"))
    outlet = registry.find("gazette")
    page = Page.from_bytes(PAGE, "https://www.gazette.example/articles/ferry", "text/html")
    path = tmp_path / "samples" / "gazette" / "own" / "ferry.html"
    golden.save(path, page, reading.read(page, outlet))
    again = golden.record(golden.reading(path, outlet))
    assert golden.written(again) == path.with_suffix(".json").read_text(encoding="utf-8")
    assert again["title"] == "A ferry is late"
    assert "byline" not in again
