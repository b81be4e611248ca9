"""The saved invented pages and what they read to now."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.records import ScrapedArticle
from crawlers.outlet import Outlet
from crawlers.outlets import nhe, pse, rtm
from crawlers.page import Page
from crawlers.reading import read

PAGES = Path(__file__).parent / "pages"
OUTLETS: dict[str, Outlet | None] = {"nhe": nhe.OUTLET, "pse": pse.OUTLET, "rtm": rtm.OUTLET, "any": None}
CASES = tuple(sorted(PAGES.glob("*/*/*.html")))


def name(path: Path) -> str:
    """Give what a saved page is called: ``outlet/layout/case``."""
    return "/".join(path.relative_to(PAGES).with_suffix("").parts)


def reading(path: Path) -> ScrapedArticle:
    """Give what a saved page reads to with the code as it is."""
    lines = path.with_suffix(".meta").read_text(encoding="utf-8").splitlines()
    meta = dict(line.split(": ", 1) for line in lines)
    page = Page.from_bytes(path.read_bytes(), meta["url"], meta.get("content-type"))
    return read(page, OUTLETS[path.parts[-3]])


def record(article: ScrapedArticle) -> dict[str, Any]:
    """Give the record of an article without what is empty."""
    whole: dict[str, Any] = json.loads(json.dumps(asdict(article), default=_plain))
    whole["body"] = whole["body"].split("\n\n")
    return {field: value for field, value in whole.items() if value not in (None, [], {}, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no plain form for {value!r}")
