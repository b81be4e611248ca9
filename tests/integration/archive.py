"""Helpers of the tests that crawl: the commands of a person, and plain SQL afterwards."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from sqlalchemy import create_engine, text

from tests.integration.forking import ROOT, command

__all__ = ["ROOT", "Archive"]


class Archive:
    """One archive in a folder of its own, used through the command line only."""

    def __init__(self, home: Path, database_url: str) -> None:
        """Keep where it lies; nothing is made yet."""
        self.home = home
        self.database_url = database_url

    def environment(self, **settings: str) -> dict[str, str]:
        """Give the environment of a command on this archive: no delays, since nobody is to be spared."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CUTTINGS_")}
        return outside | {
            "CUTTINGS_HOME": str(self.home),
            "CUTTINGS_DATABASE_URL": self.database_url,
            "CUTTINGS_DOWNLOAD_DELAY": "0",
            "CUTTINGS_AUTOTHROTTLE": "false",
            "CUTTINGS_CONCURRENCY_PER_HOST": "8",
            "CUTTINGS_LOG_LEVEL": "WARNING",
            **settings,
        }

    def command(self, *words: str, **settings: str) -> CompletedProcess[str]:
        """Run ``cuttings WORDS``; give how it ended."""
        return command(words, environment=self.environment(**settings))

    def crawl(self, outlet: str, origin: str, *options: str, **settings: str) -> dict[str, Any]:
        """Crawl an outlet from ``origin``; give the report, fail where the command did."""
        done = self.command("crawl", outlet, "--base-url", origin, "--json", *options, **settings)
        assert done.returncode == 0, done.stderr[-6000:]
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def rows(self, query: str, **values: object) -> list[Mapping[str, Any]]:
        """Ask the database as an analyst would."""
        engine = create_engine(self.database_url)
        try:
            with engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(query), values).mappings()]
        finally:
            engine.dispose()

    def counts(self) -> dict[str, int]:
        """Count the rows of every table."""
        kind = "SELECT DISTINCT relation FROM dictionary WHERE relation_kind = 'table'"
        names = [row["relation"] for row in self.rows(kind)]
        return {name: self.rows(f'SELECT count(*) AS n FROM "{name}"')[0]["n"] for name in names}
