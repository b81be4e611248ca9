"""Saved invented pages, one or more for each layout, and the records they must read to.

Beside ``<case>.html`` lie ``<case>.meta`` (its address and content type) and ``<case>.json`` (the
record). A missing record is written and the test fails: look at it, then commit it.
"""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from core.records import ScrapedArticle
from crawlers.outlets import nhe, pse, rtm
from crawlers.page import Page
from crawlers.reading import read

PAGES = Path(__file__).parent / "pages"
OUTLETS = {"nhe": nhe.OUTLET, "pse": pse.OUTLET, "rtm": rtm.OUTLET, "any": None}
CASES = sorted(PAGES.glob("*/*/*.html"))


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no plain form for {value!r}")


def record(article: ScrapedArticle) -> dict[str, Any]:
    """Give the record of an article without what is empty."""
    whole = json.loads(json.dumps(asdict(article), default=_plain))
    whole["body"] = whole["body"].split("\n\n")
    return {name: value for name, value in whole.items() if value not in (None, [], {}, "")}


@pytest.mark.parametrize(
    "path", CASES, ids=lambda path: "/".join(path.relative_to(PAGES).with_suffix("").parts)
)
def test_saved_page_reads_to_its_record(path: Path):
    meta = dict(
        line.split(": ", 1) for line in path.with_suffix(".meta").read_text(encoding="utf-8").splitlines()
    )
    page = Page.from_bytes(path.read_bytes(), meta["url"], meta.get("content-type"))
    outlet = OUTLETS[path.parts[-3]]
    article = read(page, outlet)
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
