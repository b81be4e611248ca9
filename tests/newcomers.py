"""Outlets of one's own that only a test has, as modules in its home."""

from pathlib import Path

GAZETTE = """
from dataclasses import replace

from crawlers.outlets import nhe

OUTLET = replace(
    nhe.OUTLET,
    key="gazette",
    title="The Gazette",
    home="https://gazette.example/",
    hosts=("gazette.example",),
    unverified=True,
)
"""
"""The module of an unverified outlet."""


def add_outlet(home: Path, key: str = "gazette", source: str = GAZETTE) -> None:
    """Have one outlet more in the home; CUTTINGS_HOME must name it before outlets are asked for."""
    folder = home / "outlets"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key}.py").write_text(source)
