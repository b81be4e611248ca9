"""``python -m benchmarks [PART]...``: print a table; exit 1 where a promise is missed.

``python -m benchmarks quality --help``: how well pages are read, side by side with other readers.
"""

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable

from rich.console import Console

from benchmarks import (
    backfilling,
    copies,
    crawling,
    exporting,
    histories,
    reading,
    rechecking,
    rereading,
    storing,
)
from benchmarks.arguments import parser
from benchmarks.figure import Figure, table
from benchmarks.quality import command as quality

PARTS: dict[str, Callable[[], list[Figure]]] = {
    "reading": reading.figures,
    "crawl": crawling.speed,
    "memory": crawling.memory,
    "recheck": rechecking.figures,
    "store": storing.figures,
    "history": histories.figures,
    "reread": rereading.figures,
    "backfill": backfilling.figures,
    "copies": copies.figures,
    "export": exporting.figures,
}


def main(names: list[str]) -> int:
    """Measure the named parts, all of them by default."""
    if names[:1] == ["quality"]:
        return quality.main(names[1:])
    wishes = parser("benchmarks", __doc__)
    told = f"what to measure, else all: {', '.join(PARTS)}"
    wishes.add_argument("parts", metavar="PART", type=_part, nargs="*", help=told)
    wanted = wishes.parse_args(names).parts or PARTS
    found = [figure for name, part in PARTS.items() if name in wanted for figure in _said(name, part)]
    Console(width=150).print(table(found))
    return int(not all(figure.kept for figure in found))


def _part(given: str) -> str:
    if given not in PARTS:
        raise ArgumentTypeError(f"no such part: {given}; there are {', '.join(PARTS)}")
    return given


def _said(name: str, part: Callable[[], list[Figure]]) -> list[Figure]:
    print(f"measuring {name} …", file=sys.stderr, flush=True)
    return part()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
