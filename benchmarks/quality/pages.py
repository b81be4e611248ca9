"""The pages with ground truth that lie beside the repository, never in it."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import SetupError

BESIDE = Path(__file__).parents[3] / "shared" / "eval"
SETS = ("traf", "wcxb_dev_art", "readability_js", "newspaper4k", "cgold", "cneg")
SEGMENTED = frozenset({"traf"})
"""Sets whose truth of the body is what belongs to it and what does not, piece by piece."""


@dataclass(frozen=True, kw_only=True)
class EvalPage:
    """One page of a set: where its markup lies, its address, and what people say is on it."""

    data_set: str
    name: str
    url: str
    path: Path
    truth: dict[str, Any]

    @property
    def known_by(self) -> tuple[Path, str]:
        """What is read once however many sets hold it."""
        return self.path, self.url

    def html(self) -> str:
        """Give the page's markup, as it was decoded once."""
        return gzip.decompress(self.path.read_bytes()).decode()


def pages(sets: Sequence[str] = SETS, *, every: int = 1, root: Path = BESIDE) -> Iterator[EvalPage]:
    """Give every n-th page of each set; SetupError where the sets are not there."""
    if not root.is_dir():
        raise SetupError(
            f"there are no pages to read: {root} is missing. The data sets lie beside the repository, "
            "in ../shared/eval; see its README.md"
        )
    for name in sets:
        index = root / "data" / "index" / f"{name}.jsonl"
        if not index.is_file():
            raise SetupError(f"there is no set {name!r} in {root}")
        with index.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % every == 0:
                    row = json.loads(line)
                    yield EvalPage(
                        data_set=name,
                        name=row["id"],
                        url=row["url"] or "",
                        path=root / row["html"],
                        truth=row["truth"],
                    )
