"""``python -m benchmarks quality``: read the data sets beside the repository with all readers at hand."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console

from benchmarks.arguments import positive
from benchmarks.figure import table
from benchmarks.quality import peers, report
from benchmarks.quality.aims import aims
from benchmarks.quality.pages import SETS, EvalPage, pages
from benchmarks.quality.peers import READERS, NotInstalledError, Peer
from benchmarks.quality.process import NoReaderError, Reader
from benchmarks.quality.run import Result, run
from core.errors import SetupError

_WIDTH = 170
_PROGRESS = 50  # pages between two lines of progress


def main(arguments: Sequence[str]) -> int:
    """Print the tables; 0, 1 where an aim is missed, 2 where there is nothing to read."""
    asked = _asked(arguments)
    try:
        found = list(pages(asked.sets, every=asked.every))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    chosen = [peer for peer in READERS if not asked.readers or peer.name in asked.readers]
    absent = _install(chosen) if asked.peers else {}
    with _begun(chosen, absent) as readers:
        results = run(readers, found, lambda number: _tell(number, found))
    results = {peer.name: results.get(peer.name) or Result(absent=absent[peer.name]) for peer in chosen}
    if asked.readings:
        report.write_readings(results, asked.readings)
    figures = aims(results)
    if asked.json:
        told = {figure.name: figure.kept for figure in figures}
        print(json.dumps({**report.as_json(results, asked.every), "aims": told}, indent=1))
    else:
        console = Console(width=_WIDTH)
        for found_table in report.tables(results):
            console.print(found_table)
        if figures:
            console.print(table(figures))
    return int(not all(figure.kept for figure in figures))


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    names = [peer.name for peer in READERS]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks quality",
        description="Read the data sets of ../shared/eval with our generic reading and its peers, and print "
        "how well and how fast each reads. Speed is pages per second of processor time.",
    )
    parser.add_argument("--every", type=positive, default=1, metavar="N", help="every Nth page of each set")
    parser.add_argument("--sets", type=_listed(SETS), default=SETS, help=f"of {','.join(SETS)}")
    parser.add_argument("--readers", type=_listed(names), default=(), help=f"of {','.join(names)}")
    parser.add_argument(
        "--peers", action="store_true", help="first install the peers, each in .venv/peers/NAME"
    )
    parser.add_argument("--readings", type=Path, metavar="DIR", help="write what each reader read in here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args(arguments)


def _listed(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    def listed(given: str) -> tuple[str, ...]:
        names = tuple(given.split(","))
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(known)}")
        return names

    return listed


def _install(chosen: Sequence[Peer]) -> dict[str, str]:
    """Install what is not there yet; give why not, by name."""
    absent = {}
    for peer in chosen:
        if not peer.is_ready:
            print(f"installing {peer.name} into {peer.python.parents[1]} …", file=sys.stderr, flush=True)
            try:
                peers.install(peer)
            except NotInstalledError as error:
                absent[peer.name] = f"cannot be installed: {error}"
    return absent


@contextmanager
def _begun(chosen: Sequence[Peer], absent: dict[str, str]) -> Iterator[dict[str, Reader]]:
    """Begin the readers that can be; why others cannot goes into ``absent``, by name."""
    with ExitStack() as stack:
        readers = {}
        for peer in chosen:
            if not peer.is_ready:
                absent.setdefault(peer.name, "not installed: --peers does it")
                continue
            try:
                readers[peer.name] = stack.enter_context(Reader(peer.python, peer.program))
            except NoReaderError as error:
                absent[peer.name] = str(error)
        yield readers


def _tell(number: int, found: Sequence[EvalPage]) -> None:
    if number % _PROGRESS == 0 or number == len(found):
        print(f"{number} of {len(found)} pages", file=sys.stderr, flush=True)
