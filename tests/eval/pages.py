"""Real pages kept beside the repository, not in it: read here and never committed."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

EVAL = Path(__file__).parents[2].parent / "shared" / "eval"
SETS = ("traf", "wcxb_dev_art", "readability_js", "newspaper4k", "cgold", "cneg")


class EvalPage(NamedTuple):
    """One page: its id, its address and its bytes (UTF-8)."""

    name: str
    url: str
    body: bytes


def pages(*, every: int = 1) -> Iterator[EvalPage]:
    """Give every n-th page of all sets, each page once."""
    seen: set[str] = set()
    for name in SETS:
        with (EVAL / "data" / "index" / f"{name}.jsonl").open(encoding="utf-8") as rows:
            for number, row in enumerate(rows):
                if number % every:
                    continue
                entry = json.loads(row)
                if entry["html"] not in seen:
                    seen.add(entry["html"])
                    body = gzip.decompress((EVAL / entry["html"]).read_bytes())
                    yield EvalPage(f"{name}/{entry['id']}", entry["url"] or "", body)
