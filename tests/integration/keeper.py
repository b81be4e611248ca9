"""A daemon in a process of its own, as a service manager would run it, for the tests that watch one."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
from sqlalchemy import create_engine, text

from tests.integration.forking import ROOT, command

if TYPE_CHECKING:
    from subprocess import CompletedProcess

T = TypeVar("T")

PATIENCE = 120.0  # seconds that anything may take on a busy machine


def eventually(look: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
    """Give the first true thing that ``look`` gives; fail with ``what`` was waited for."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return found


class Keeper:
    """One home with its database, and the daemons that keep it, one after the other."""

    def __init__(self, home: Path, database_url: str, origins: Mapping[str, str], **settings: str) -> None:
        """Keep what a daemon is to be told; nothing runs yet."""
        self.home = home
        self.log = home.parent / f"{home.name}-daemon.log"
        self._database_url = database_url
        self._settings = {
            "CUTTINGS_HOME": str(home),
            "CUTTINGS_DATABASE_URL": database_url,
            "CUTTINGS_BASE_URLS": json.dumps(dict(origins)),
            "CUTTINGS_OUTLETS": json.dumps(list(origins)),
            "CUTTINGS_DOWNLOAD_DELAY": "0",
            "CUTTINGS_AUTOTHROTTLE": "false",
            "CUTTINGS_CONCURRENCY_PER_HOST": "8",
            "CUTTINGS_WEB_PORT": "0",
            "CUTTINGS_STOP_GRACE": "30",
            "CUTTINGS_LOG_FORMAT": "json",
            **settings,
        }

    def environment(self) -> dict[str, str]:
        """Give the environment of the daemon and of commands beside it."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")}
        return outside | {"PYTHONPATH": str(ROOT), **self._settings}

    @contextmanager
    def daemon(self) -> Iterator[psutil.Popen]:
        """Run a daemon, ready for work; it is killed at the end where it still lives."""
        before = self._ready()
        with self.log.open("ab") as log:
            process = psutil.Popen(
                [sys.executable, "-m", "cli", "daemon"],
                env=self.environment(),
                cwd=self.home.parent,
                stderr=log,
                stdout=log,
            )
        try:
            eventually(lambda: self._ready() > before or process.poll() is not None, "the daemon to be ready")
            assert process.poll() is None, self.log.read_text()
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()

    def end(self, process: psutil.Popen, number: int = signal.SIGTERM) -> int:
        """Tell the daemon to stop; give its exit code."""
        process.send_signal(number)
        return int(process.wait(PATIENCE))

    def command(self, *words: str) -> "CompletedProcess[str]":
        """Run ``cuttings WORDS`` beside the daemon; give how it ended."""
        return command(words, environment=self.environment(), folder=self.home.parent)

    def rows(self, query: str, **values: object) -> Sequence[Mapping[str, Any]]:
        """Ask the database; nothing where it has no tables yet."""
        engine = create_engine(self._database_url)
        try:
            with engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(query), values).mappings()]
        finally:
            engine.dispose()

    def runs(self, outlet: str | None = None) -> Sequence[Mapping[str, Any]]:
        """Give the runs of an outlet, or all that are for one, oldest first."""
        query = "SELECT * FROM runs WHERE outlet IS NOT NULL ORDER BY run_id"
        return [row for row in self.rows(query) if outlet in (None, row["outlet"])]

    def ask(self, path: str) -> tuple[int, str]:
        """Ask the status page of the latest daemon for a path; give status and text."""
        ready = [event for event in self.events() if event.startswith("ready:")]
        address = ready[-1].rpartition(" ")[2]
        try:
            with urlopen(f"{address}{path}", timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def events(self) -> list[str]:
        """Give what the daemon said, line by line."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line)["event"] for line in lines if line.startswith("{")]

    def children(self, process: psutil.Popen) -> list[psutil.Process]:
        """Give the crawls under way."""
        return [child for child in process.children() if child.status() != psutil.STATUS_ZOMBIE]

    def left_over(self) -> list[int]:
        """Give the processes of this home that live."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("CUTTINGS_HOME") == str(self.home):
                    found.append(process.pid)
            except psutil.Error:
                continue
        return found

    def _ready(self) -> int:
        return sum(event.startswith("ready:") for event in self.events()) if self.log.exists() else 0
