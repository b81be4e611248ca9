"""The demo's archive for tests that only read: crawled once for all of them, brought to either database."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, select

from db.models import Base
from tests.integration.archive import Archive

AT_ONCE = 500  # rows brought over in one statement


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """What `cuttings demo` left behind: its home, and what it printed."""

    home: Path
    said: str

    @property
    def database(self) -> Path:
        return self.home / "cuttings.db"

    def copy(self, folder: Path) -> Path:
        """Copy the archive, captures and all, for a test that changes it; give its home."""
        return Path(shutil.copytree(self.home, folder))


def begun(factory: pytest.TempPathFactory) -> Demonstration:
    """Run the demo, or take the one that another process of these tests ran."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demonstration"
    folder.mkdir(exist_ok=True)
    said = folder / "said"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            done = Archive(folder, f"sqlite:///{folder / 'none.db'}").command("demo")
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
            said.write_text(done.stdout)
    return Demonstration(home=folder / "demo", said=said.read_text())


def bring(database: Path, target: Engine) -> None:
    """Bring all rows of a SQLite archive into an empty one on PostgreSQL."""
    source = create_engine(f"sqlite:///{database}")
    with source.connect() as read, target.begin() as write:
        write.exec_driver_sql("SET session_replication_role = replica")  # rows refer to later ones
        for table in Base.metadata.sorted_tables:
            write.execute(table.delete())
            rows = read.execute(select(table)).mappings()
            while some := rows.fetchmany(AT_ONCE):
                write.execute(insert(table), [dict(row) for row in some])
    source.dispose()
