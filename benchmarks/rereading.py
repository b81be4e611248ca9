"""Re-reading kept captures with a process for each core against one process, on the same captures."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, text

from benchmarks import crawls
from benchmarks.figure import Bound, Figure
from benchmarks.stand import newsstand

PAGES = 1500
ROUNDS = 3
READING = 0.6  # of the speed that as many cores could give: each process takes a second to begin
WHOLE = (
    0.95  # of one process's speed at least: the rows are written beside the reading, on a core of their own
)


def figures() -> list[Figure]:
    """Crawl once, then read copies of that archive again, turn about; ratios are the rounds' medians."""
    cores = len(os.sched_getaffinity(0))
    alone: dict[int, list[float]] = {1: [], cores: []}
    whole: dict[int, list[float]] = {1: [], cores: []}
    with tempfile.TemporaryDirectory() as folder:
        crawled = Path(folder) / "crawled"
        with newsstand(PAGES) as origin:
            crawls.whole(origin, crawled, None)
        _outdate(crawled)
        for turn in range(ROUNDS):
            for jobs, found in alone.items():
                found.append(_speed(crawled, jobs, "--dry-run"))
                home = Path(folder) / f"home-{turn}-{jobs}"
                shutil.copytree(crawled, home)
                whole[jobs].append(_speed(home, jobs))
    return [
        _figure(
            f"kept captures read by {cores} processes, a {cores}th part, against one", alone, cores, READING
        ),
        _figure(f"kept captures read by {cores} processes and stored, against one", whole, 1, WHOLE),
    ]


def _figure(name: str, speeds: dict[int, list[float]], parts: int, wanted: float) -> Figure:
    one, many = speeds[1], speeds[max(speeds)]
    return Figure(
        name=name,
        ours=f"{statistics.median(many):.0f} pages/s",
        yardstick=f"{statistics.median(one):.0f} pages/s",
        ratio=statistics.median(ours / alone / parts for ours, alone in zip(many, one, strict=True)),
        bound=Bound.AT_LEAST,
        wanted=wanted,
    )


def _outdate(home: Path) -> None:
    """Have the captures been read by layouts of a version that is not today's."""
    engine = create_engine(f"sqlite:///{home / 'cuttings.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE extractor SET version = 0"))
    engine.dispose()


def _speed(home: Path, jobs: int, *options: str) -> float:
    """Give captures a second, from the beginning of the processes to the last one's rows."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")} | {
        "CUTTINGS_HOME": str(home),
        "CUTTINGS_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "cli", "reextract", "--json", "--jobs", str(jobs), *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-4000:]}")
    (outlet,) = json.loads(done.stdout)["outlets"]
    return float(outlet["pages_per_second"])
