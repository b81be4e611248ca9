"""``python -m benchmarks.soaking [--minutes N] [--speed X] [--kill]``: a daemon alone with the newsstand.

The schedules' clock runs faster, so that hours pass in minutes; the crawls are real, in real time.
``--kill`` ends a crawl with SIGKILL now and then. Exit 1 where a slot was missed, a process was left
over, a crawl failed that nobody killed, or the daemon's own memory grew.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.figure import Bound, Figure
from core.clock import now
from db.engine import open_engine
from db.running import runs, schedules
from db.words import Kind, Verdict
from newsstand import Newsstand, serve
from scheduler.clock import ScheduleClock
from scheduler.timetable import Timetable

EPOCH = datetime(2027, 3, 27, 12, tzinfo=UTC)  # half a day before the clocks of London go forward
WELL = frozenset({Verdict.OK, Verdict.EMPTY})
LOOK_EVERY = 1.0  # seconds between two looks at the daemon's memory
KILL_EVERY = 10.0  # seconds between two kills


class Soak:
    """One daemon in a home of its own, watched until its time is over."""

    def __init__(self, home: Path, origins: dict[str, str], *, speed: float) -> None:
        self.home = home
        self.clock = ScheduleClock(speed=speed, since=now(), epoch=EPOCH)
        self.memory: list[int] = []
        self.killed = 0
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")
        }
        self.environment |= {
            "CUTTINGS_HOME": str(home),
            "CUTTINGS_BASE_URLS": json.dumps(origins),
            "CUTTINGS_OUTLETS": json.dumps(list(origins)),
            "CUTTINGS_DOWNLOAD_DELAY": "0",
            "CUTTINGS_AUTOTHROTTLE": "false",
            "CUTTINGS_WEB_PORT": "0",
            "CUTTINGS_CONTACT": "soak@example.org",
            "CUTTINGS_LOG_FORMAT": "json",
        }

    @contextmanager
    def daemon(self) -> Iterator[psutil.Process]:
        """Run the daemon; tell it to stop at the end, and expect it to."""
        command = [sys.executable, "-m", "benchmarks.sped_up", str(self.clock.speed), EPOCH.isoformat()]
        with (self.home / "daemon.log").open("wb") as log:
            process = subprocess.Popen(command, env=self.environment, stderr=log, stdout=log)
        try:
            yield psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(120)
            if code != 0:
                print(
                    f"the daemon ended with code {code}; its log is {self.home / 'daemon.log'}",
                    file=sys.stderr,
                )

    def watch(self, daemon: psutil.Process, minutes: float, *, kill: bool) -> None:
        """Look at the daemon's memory until the time is over; kill a crawl now and then."""
        end, last_kill = time.monotonic() + minutes * 60, time.monotonic()
        while time.monotonic() < end:
            time.sleep(LOOK_EVERY)
            self.memory.append(daemon.memory_info().rss)
            if kill and time.monotonic() - last_kill > KILL_EVERY:
                children = daemon.children()
                if children:
                    random.choice(children).kill()
                    self.killed += 1
                last_kill = time.monotonic()
            if len(self.memory) % 30 == 0:
                left = end - time.monotonic()
                print(f"{left:.0f} s left, daemon holds {self.memory[-1] / 2**20:.0f} MiB", file=sys.stderr)

    def left_over(self) -> list[int]:
        """Give the processes that still live in this home."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.pid != os.getpid() and process.environ().get("CUTTINGS_HOME") == str(self.home):
                    found.append(process.pid)
            except psutil.Error:
                continue
        return found

    def missed(self, until: datetime) -> int:
        """Count the slots that nobody answered: no run of theirs, no skip."""
        engine = open_engine(f"sqlite:///{self.home / 'cuttings.db'}")
        told = runs.recent(engine, limit=1_000_000)
        answered = {(run.outlet, run.kind, run.scheduled_for) for run in told}
        missed = 0
        for schedule in schedules.listed(engine):
            if schedule.kind is Kind.MAINTENANCE:
                continue
            timetable = Timetable.parse(schedule.timing, schedule.timezone, name=schedule.name)
            since = min(
                (
                    run.scheduled_for
                    for run in told
                    if run.scheduled_for and run.outlet == schedule.outlet and run.kind is schedule.kind
                ),
                default=None,
            )
            for slot in timetable.slots(since) if since else ():
                if slot > until - timedelta(seconds=schedule.jitter_seconds) - timetable.gap(until) / 2:
                    break
                missed += (schedule.outlet, schedule.kind, slot) not in answered
        engine.dispose()
        return missed


def figures(soak: Soak, ended: datetime) -> list[Figure]:
    """Give what the soak came to."""
    engine = open_engine(f"sqlite:///{soak.home / 'cuttings.db'}")
    told = [run for run in runs.recent(engine, limit=1_000_000) if run.kind is not Kind.MAINTENANCE]
    engine.dispose()
    verdicts = Counter(run.verdict for run in told)
    failed = sum(verdicts[verdict] for verdict in (Verdict.FAILED, Verdict.LOST, None))
    quarter = max(1, len(soak.memory) // 4)
    before, after = (
        statistics.median(soak.memory[quarter : 2 * quarter]),
        statistics.median(soak.memory[-quarter:]),
    )
    shown = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    missed, orphans = soak.missed(soak.clock.shown(ended)), len(soak.left_over())
    return [
        _none(
            "crawls that failed, but for those killed",
            f"{failed} of {len(told)} ({shown})",
            max(0, failed - soak.killed),
            f"{soak.killed} killed",
        ),
        _none("slots missed", str(missed), missed, "0"),
        _none("processes left over", str(orphans), orphans, "0"),
        Figure(
            name="daemon's memory, last quarter against the second",
            ours=f"{after / 2**20:.1f} MiB",
            yardstick=f"{before / 2**20:.1f} MiB",
            ratio=after / before,
            bound=Bound.AT_MOST,
            wanted=1.05,
        ),
    ]


def _none(name: str, ours: str, count: int, yardstick: str) -> Figure:
    return Figure(name=name, ours=ours, yardstick=yardstick, ratio=count, bound=Bound.AT_MOST, wanted=0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak as long as asked; print what it came to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soaking", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long, in real minutes")
    parser.add_argument(
        "--speed", type=float, default=120.0, help="how much faster the schedules' clock runs"
    )
    parser.add_argument("--kill", action="store_true", help="end a crawl with SIGKILL now and then")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="cuttings-soak-") as home, serve(Newsstand()) as stand:
        soak = Soak(Path(home), stand.addresses(), speed=wanted.speed)
        with soak.daemon() as daemon:
            soak.watch(daemon, wanted.minutes, kill=wanted.kill)
            ended = now()
        found = figures(soak, ended)
        table = Table("figure", "ours", "yardstick", "ratio", "promised", "")
        for figure in found:
            promise, verdict = f"{figure.bound.value} {figure.wanted:g}", "kept" if figure.kept else "MISSED"
            table.add_row(figure.name, figure.ours, figure.yardstick, f"{figure.ratio:.2f}", promise, verdict)
        Console(width=150).print(table)
        kept = all(figure.kept for figure in found)
        if not kept:
            log = Path(tempfile.gettempdir()) / "cuttings-soak-daemon.log"
            log.write_bytes((soak.home / "daemon.log").read_bytes())
            print(f"the daemon's log is kept in {log}", file=sys.stderr)
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
