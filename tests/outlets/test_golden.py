"""Saved invented pages, one or more for each layout, and the records they must read to.

Beside ``<case>.html`` lie ``<case>.meta`` (its address and content type) and ``<case>.json`` (the
record). A missing record is written and the test fails: look at it, then commit it.
"""

import json
from pathlib import Path

import pytest

from tests.outlets.saved import CASES, OUTLETS, name, reading, record


@pytest.mark.parametrize("path", CASES, ids=name)
def test_saved_page_reads_to_its_record(path: Path):
    article = reading(path)
    assert article.layout == path.parts[-2], "another layout took the page"
    golden = path.with_suffix(".json")
    found = record(article)
    if not golden.exists():
        golden.write_text(
            json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
        pytest.fail(f"{golden.name} was missing and has been written: review it, then run again")
    assert found == json.loads(golden.read_text(encoding="utf-8"))


def test_every_layout_has_a_saved_page():
    kept = {(path.parts[-3], path.parts[-2]) for path in CASES}
    wanted = {(key, layout.name) for key, outlet in OUTLETS.items() if outlet for layout in outlet.layouts}
    assert wanted | {("any", "generic")} <= kept


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_saved_pages_say_that_they_are_invented(path: Path):
    assert b"<!-- An invented page" in path.read_bytes()
