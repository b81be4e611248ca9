"""Saved pages and their golden records: what a layout must make of a page, to be reviewed by a person.

A case is three files of one name: ``<case>.html`` (the bytes as served), ``<case>.meta`` (its
address and content type) and ``<case>.json`` (the record it reads to, without what is empty).
"""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.records import ScrapedArticle
from crawlers.outlet import Outlet
from crawlers.page import Page
from crawlers.reading import read


def page(path: Path) -> Page:
    """Give the saved page of a case by its ``.html``."""
    lines = path.with_suffix(".meta").read_text(encoding="utf-8").splitlines()
    meta = dict(line.split(": ", 1) for line in lines)
    return Page.from_bytes(path.read_bytes(), meta["url"], meta.get("content-type"))


def reading(path: Path, outlet: Outlet | None) -> ScrapedArticle:
    """Give what a saved page reads to with the code as it is; PageError where it is no article."""
    return read(page(path), outlet)


def record(article: ScrapedArticle) -> dict[str, Any]:
    """Give the record of an article without what is empty, its body as a list of paragraphs."""
    whole: dict[str, Any] = json.loads(json.dumps(asdict(article), default=_plain))
    whole["body"] = whole["body"].split("\n\n")
    return {field: value for field, value in whole.items() if value not in (None, [], {}, "")}


def written(found: dict[str, Any]) -> str:
    """Give a record as it is written into a file."""
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def save(path: Path, saved: Page, article: ScrapedArticle) -> None:
    """Write a case: its ``.html`` at ``path``, the page's address and type, and its record beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(saved.body)
    meta = f"url: {saved.url}\n"
    if saved.content_type:
        meta += f"content-type: {saved.content_type}\n"
    path.with_suffix(".meta").write_text(meta, encoding="utf-8")
    path.with_suffix(".json").write_text(written(record(article)), encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no plain form for {value!r}")
