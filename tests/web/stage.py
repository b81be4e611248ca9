"""An archive to look at: invented outlets with a month of runs, problems, logs, and hostile texts."""

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert

from core.clock import now
from core.logs import run_file
from core.settings import Settings
from db import outlets
from db.engine import writing
from db.running import runs
from db.running.problems import OpenProblem
from db.running.processes import LivingProcess
from db.words import Role, Severity
from scheduler.status import OutletStatus, Status
from tests.integration.desk import Title

MARKUP = "<script>document.title='taken'</script><img src=x onerror=alert(1)> & \"quotes\" {{ 7 * 7 }}"
ESCAPES = "\x1b[2J\x1b[31mred\u202ederutcnup\r\nforged line"
TITLES = {"gazette": "The Gazette", "courier": "Harbour Courier", "ledger": "Valley Ledger"}


@dataclass
class Stage:
    """One archive and what its daemon would say of it; tests change the fields."""

    engine: Engine
    settings: Settings
    last_tick: datetime | None = field(default_factory=now)
    titles: dict[str, str] = field(default_factory=lambda: dict(TITLES))
    problems: list[OpenProblem] = field(default_factory=list)
    paused: dict[str, str] = field(default_factory=dict)

    def run(self, key: str = "gazette", **facts: Any) -> int:
        """Enter a run; see :meth:`enter`."""
        with writing(self.engine) as connection:
            return self.enter(connection, key, **facts)

    def enter(
        self,
        connection: Connection,
        key: str,
        *,
        minutes: float = 10,
        seconds: float | None = 40,
        **facts: Any,
    ) -> int:
        """Enter a run that began so many minutes ago; ``seconds`` None: it is under way."""
        outlet_id = outlets.remember(connection, Title(key=key, title=self.titles.get(key, key)))
        at = now() - timedelta(minutes=minutes)
        row = runs.beginning(outlet_id, started_at=at, software_version="0.1.0") | {
            "trigger": "schedule",
            "scheduled_for": at,
            "ended_at": at + timedelta(seconds=seconds) if seconds is not None else None,
            "verdict": "ok" if seconds is not None else None,
            "counts": {"responses": 12, "new": 2, "changed": 1, "fetch_ok": 12, "unchanged": 8},
        }
        statement = insert(runs.RUN).values(row | facts).returning(runs.RUN.c.id)
        return int(connection.execute(statement).scalar_one())

    def log(self, run_id: int, *records: dict[str, Any] | str, packed: bool = False) -> Path:
        """Write the log of a run; a text is a line that is no JSON."""
        run = runs.get(self.engine, run_id)
        assert run is not None
        file = run_file(self.settings.logs, run.outlet, run_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(
            (record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records
        )
        if packed:
            file = file.with_name(f"{file.name}.gz")
            file.write_bytes(gzip.compress(text.encode()))
        else:
            file.write_text(text)
        return file

    def status(self) -> Status:
        """Give the status as the runs and the fields have it."""
        at = now()
        recent = runs.recent(self.engine, limit=20)
        process = LivingProcess(
            id=1,
            role=Role.DAEMON,
            host="press-room",
            pid=4711,
            home="var",
            address=None,
            software_version="0.1.0",
            started_at=at - timedelta(days=3),
            beat_at=at - timedelta(seconds=9),
        )
        return Status(
            at=at,
            version="0.1.0",
            database="sqlite:///var/cuttings.db",
            outlets=[self._outlet(key, title, at) for key, title in sorted(self.titles.items())],
            runs=recent,
            problems=self.problems,
            processes=[process],
        )

    def _outlet(self, key: str, title: str, at: datetime) -> OutletStatus:
        last = next(iter(runs.recent(self.engine, outlet=key, limit=1)), None)
        failed = last is not None and last.verdict is not None and last.verdict.value in {"failed", "lost"}
        return OutletStatus(
            key=key,
            title=title,
            last_run=last,
            last_success_at=last.started_at if last and not failed else None,
            next_slot_at=at + timedelta(minutes=38),
            interval_seconds=5400.0,
            failures=2 if failed else 0,
            articles=1842,
            paused_at=at - timedelta(hours=2) if key in self.paused else None,
            paused_until=at + timedelta(hours=5) if key in self.paused else None,
            pause_reason=self.paused.get(key),
        )


def problem(message: str, severity: Severity = Severity.WARNING, outlet: str | None = None) -> OpenProblem:
    """Give a problem that was met an hour ago."""
    at = datetime.now(UTC) - timedelta(hours=1)
    return OpenProblem(key=message[:12], outlet=outlet, severity=severity, message=message, first_seen_at=at)


def record(event: str, level: str = "info", **facts: Any) -> dict[str, Any]:
    """Give a record as a crawl logs it."""
    return {"timestamp": "2026-03-20T12:00:01.5Z", "level": level, "event": event} | facts


def month(stage: Stage) -> None:
    """Fill the archive with a month of runs, for the eye."""
    with writing(stage.engine) as connection:
        for day, part, (number, key) in product(range(29, -1, -1), range(2), enumerate(stage.titles)):
            if key == "ledger" and 8 < day < 13:
                continue
            new = (day * 7 + number * 5) % 11 * (day % 7 > 1)
            bad = (day * 3 + part + number) % 19 == 0
            verdict = "failed" if bad else "partial" if (day + part) % 17 == 3 else "ok"
            stage.enter(
                connection,
                key,
                minutes=day * 1440 + (1 - part) * 400 + 30 + number,
                seconds=20 + (day * 13 + part * 29) % 90,
                verdict=verdict,
                counts={
                    "responses": 20,
                    "new": 0 if bad else new,
                    "changed": day % 3,
                    "gone": int(day % 9 == 0),
                },
                reason=None if verdict == "ok" else "4 of 20 answers were errors of the server",
                peak_memory_bytes=180_000_000,
            )
