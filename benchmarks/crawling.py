"""Whole crawls of 500 pages, first and again, against a bare spider; memory of 5,000 against 500."""

import statistics
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from benchmarks import crawls, databases
from benchmarks.crawls import Crawled
from benchmarks.figure import Bound, Figure
from benchmarks.stand import newsstand
from newsstand.scale import paths

PAGES, MANY = 500, 5000
ROUNDS = 3
# A crawl of pages already held adds its attempts, its run and the capture file of the run, nothing else.
MAY_GROW = frozenset({"fetch_attempt", "run", "warc_file"})


def speed() -> list[Figure]:
    """Crawl turn about, three rounds on each database; the ratios are medians over the rounds."""
    bare: list[Crawled] = []
    first: dict[str, list[Crawled]] = {"SQLite": [], "PostgreSQL": []}
    again: dict[str, list[Crawled]] = {"SQLite": [], "PostgreSQL": []}
    with (
        newsstand(PAGES) as origin,
        databases.postgresql() as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        addresses = Path(folder) / "addresses.txt"
        addresses.write_text("\n".join(_warmed(origin)))
        for turn in range(ROUNDS):
            bare.append(crawls.bare(addresses))
            for kind, runs in first.items():
                home = Path(folder) / f"{kind}-{turn}"
                database = (
                    f"sqlite:///{home / 'cuttings.db'}" if kind == "SQLite" else server(f"crawl_{turn}")
                )
                runs.append(crawls.whole(origin, home, database))
                before = crawls.rows(database)
                again[kind].append(crawls.whole(origin, home, database, "--recheck", "--all"))
                _expect_no_growth(before, crawls.rows(database))
    return [
        *(_against(f"first crawl of {PAGES} pages, {kind}", runs, bare, 0.5) for kind, runs in first.items()),
        *(_against(f"the same pages again, {kind}", runs, bare, 0.7) for kind, runs in again.items()),
    ]


def memory() -> list[Figure]:
    """Crawl few pages and many, each into an archive of its own; compare the peaks."""
    peaks = {}
    for pages in (PAGES, MANY):
        with newsstand(pages) as origin, tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            peaks[pages] = crawls.whole(origin, home, f"sqlite:///{home / 'cuttings.db'}").peak_memory / 2**20
    return [
        Figure(
            name=f"peak memory of a crawl of {MANY} pages, against one of {PAGES}",
            ours=f"{peaks[MANY]:.0f} MiB",
            yardstick=f"{peaks[PAGES]:.0f} MiB",
            ratio=peaks[MANY] / peaks[PAGES],
            bound=Bound.AT_MOST,
            wanted=1.3,
        )
    ]


def _against(name: str, ours: Sequence[Crawled], bare: Sequence[Crawled], wanted: float) -> Figure:
    return Figure(
        name=f"{name}, against a bare spider",
        ours=f"{statistics.median(run.rate for run in ours):.0f} pages/s",
        yardstick=f"{statistics.median(run.rate for run in bare):.0f} pages/s",
        ratio=statistics.median(run.rate / yard.rate for run, yard in zip(ours, bare, strict=True)),
        bound=Bound.AT_LEAST,
        wanted=wanted,
    )


def _warmed(origin: str) -> list[str]:
    """Give the addresses, each fetched once: the server shall not render while it is measured."""
    found = [origin + path for path in paths(PAGES)]
    for url in found:
        with urllib.request.urlopen(url) as answer:
            answer.read()
    return found


def _expect_no_growth(before: dict[str, int], after: dict[str, int]) -> None:
    grown = {name: after[name] - count for name, count in before.items() if after[name] != count}
    if not grown.keys() <= MAY_GROW:
        raise SystemExit(f"a crawl of unchanged pages added rows: {grown}")
