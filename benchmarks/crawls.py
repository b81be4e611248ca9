"""Whole crawls as child processes: the bare spider's and ours, on either database."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text

from benchmarks.bare import CONCURRENCY


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """What one crawl took: pages fetched, seconds from the first request on, peak memory in bytes."""

    pages: int
    seconds: float
    peak_memory: int

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


def bare(addresses: Path) -> Crawled:
    """Fetch the addresses in the file and throw them away."""
    return Crawled(**_json([sys.executable, "-m", "benchmarks.bare", str(addresses)], os.environ))


def whole(origin: str, home: Path, database: str | None, *options: str) -> Crawled:
    """Crawl wardround into an archive, from the opening of the archive to the verdict."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")} | {
        "CUTTINGS_HOME": str(home),
        "CUTTINGS_DOWNLOAD_DELAY": "0",
        "CUTTINGS_AUTOTHROTTLE": "false",
        "CUTTINGS_CONCURRENCY_PER_HOST": str(CONCURRENCY),
        "CUTTINGS_LOG_LEVEL": "ERROR",
    }
    if database is not None:
        environment["CUTTINGS_DATABASE_URL"] = database
    command = [sys.executable, "-m", "cli", "crawl", "wardround", "--base-url", origin, "--json", *options]
    report = _json(command, environment)
    return Crawled(
        pages=report["counts"]["responses"],
        seconds=_seconds(report["run_id"], environment),
        peak_memory=report["peak_memory_bytes"],
    )


def rows(database: str) -> dict[str, int]:
    """Count the rows of every table."""
    engine = create_engine(database)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        found = {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in tables}
    engine.dispose()
    return found


def _seconds(run_id: int, environment: Mapping[str, str]) -> float:
    """Give how long a run took by its row, which is written last."""
    run = _json([sys.executable, "-m", "cli", "runs", str(run_id), "--json"], environment)["run"]
    began, ended = (datetime.fromisoformat(run[name]) for name in ("started_at", "ended_at"))
    return (ended - began).total_seconds()


def _json(command: list[str], environment: Mapping[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-4000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told
