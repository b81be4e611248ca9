"""Helpers of the tests of several machines: a database that can be stopped, workers and schedulers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from crawlers import registry
from db import schema
from db.engine import open_engine
from db.running import queue, schedules
from db.running.schedules import Declared
from db.words import Kind
from newsstand import Newsstand
from tests.integration.archive import ROOT
from tests.integration.postgresql import own_postgresql, stop_at_once

OUTLETS = ("wardround", "townclerk", "pointsman")
LATEST = 60.0  # seconds after which what is waited for will not come to pass any more


class Database:
    """A PostgreSQL server of its own, with one archive and its queue."""

    def __init__(self, server: Any) -> None:
        self._server = server
        maintenance = self._server.get_uri(driver="psycopg")
        engine = create_engine(maintenance, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE archive"))
        self.url = make_url(maintenance).set(database="archive").render_as_string(hide_password=False)
        made = open_engine(self.url)
        schema.upgrade(made)
        queue.require(made)
        outlets = [registry.find(key) for key in OUTLETS]
        schedules.declare(
            made,
            [
                Declared(
                    name=f"crawl:{one.key}", outlet=one, kind=Kind.CRAWL, timing="every 1h", timezone="UTC"
                )
                for one in outlets
            ],
        )
        made.dispose()
        self._engine = create_engine(self.url, poolclass=NullPool)

    def rows(self, query: str, **values: object) -> list[Mapping[str, Any]]:
        """Ask as an analyst would."""
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def crash(self) -> None:
        """End the server without a word to anybody."""
        stop_at_once(self._server)

    def start(self) -> None:
        """Start it again, at the same address."""
        self._server.ensure_postgres_running()


class Cluster:
    """Workers and schedulers as processes, each worker with a home of its own as on its own machine."""

    def __init__(self, folder: Path, database: Database, stand: Newsstand) -> None:
        self.database = database
        self._folder = folder
        self._stand = stand
        self._processes: list[subprocess.Popen[bytes]] = []
        self._schedulers: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    def environment(self, home: Path) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")}
        return outside | {
            "CUTTINGS_HOME": str(home),
            "CUTTINGS_DATABASE_URL": self.database.url,
            "CUTTINGS_BASE_URLS": json.dumps(self._stand.addresses()),
            "CUTTINGS_DOWNLOAD_DELAY": "0.1",
            "CUTTINGS_AUTOTHROTTLE": "false",
            "CUTTINGS_STOP_AFTER_UNCHANGED": "1000",  # each crawl asks for everything again
            "CUTTINGS_PSEUDONYM_KEY": "the same on all machines",
        }

    def add_workers(self, count: int) -> None:
        for _ in range(count):
            home = self._folder / f"machine{len(self._processes)}"
            self.workers.append(self._begin("quick_worker", home))

    def add_schedulers(self, count: int) -> None:
        for _ in range(count):
            home = self._folder / f"machine{len(self._processes)}"
            self._schedulers.append(self._begin("quick_scheduler", home))

    def submit(self, slot: datetime, *outlets: str) -> None:
        """Tell all schedulers of a slot at once."""
        for outlet in outlets:
            for scheduler in self._schedulers:
                assert scheduler.stdin is not None
                scheduler.stdin.write(f"{outlet} {slot.isoformat()}\n".encode())
                scheduler.stdin.flush()

    def runs(self, slot: datetime, outlet: str | None = None) -> list[Mapping[str, Any]]:
        """Give the runs of a slot, oldest first."""
        query = (
            "SELECT r.*, o.key AS outlet FROM run r JOIN outlet o ON o.id = r.outlet_id "
            "WHERE scheduled_for = :slot AND (CAST(:outlet AS text) IS NULL OR o.key = :outlet) ORDER BY r.id"
        )
        return self.database.rows(query, slot=slot, outlet=outlet)

    def done(self, slot: datetime, *outlets: str) -> bool:
        """Say whether each outlet was crawled well for a slot, and nothing is left to be done."""
        good = {run["outlet"] for run in self.runs(slot) if run["verdict"] == "ok"}
        left = self.database.rows("SELECT 1 FROM procrastinate.procrastinate_jobs")
        return good >= set(outlets) and not left

    def served(self, outlet: str) -> int:
        return len(self._stand.requests(outlet))

    def caught(self, slot: datetime, outlet: str, served: int = 6) -> tuple["subprocess.Popen[bytes]", int]:
        """Wait until a crawl is in the midst of its pages; give its worker and its own process id."""
        before = self.served(outlet)
        wait_until(lambda: self.served(outlet) >= before + served, self.told)
        (run,) = (run for run in self.runs(slot, outlet) if run["ended_at"] is None)
        pid = int(run["pid"])
        parent = psutil.Process(pid).ppid()
        return next(worker for worker in self.workers if worker.pid == parent), pid

    def told(self) -> str:
        """Give what all processes said, for a test that fails."""
        logs = sorted(self._folder.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text()[-6000:]}" for log in logs)

    def end(self) -> None:
        """End what is left."""
        for process in self._processes:
            if process.stdin is not None:
                with suppress(BrokenPipeError):  # it ended before it had read all
                    process.stdin.close()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGCONT)
                process.terminate()
        for process in self._processes:
            try:
                process.wait(LATEST)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _begin(self, script: str, home: Path) -> "subprocess.Popen[bytes]":
        home.mkdir()
        with home.with_suffix(".log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"tests.cluster.{script}"],
                cwd=ROOT,
                env=self.environment(home),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


@contextmanager
def database() -> Iterator[Database]:
    """Give a database server of its own for the length of a ``with`` block."""
    with own_postgresql() as server:
        yield Database(server)


def wait_until(true: Callable[[], object], told: Callable[[], str], seconds: float = LATEST) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"it did not come to pass in time\n{told()}"
        time.sleep(0.2)
