"""What is said of a run whose process did not say how it ended, or was told to end."""

import json
import os
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine

from core.clock import now
from db.running import runs
from db.running.runs import Run
from db.words import Verdict
from pipelines import lost
from pipelines.captures import software_version
from pipelines.session import order_as_json
from scheduler import run_logs
from scheduler.crawling import Crawl

KEPT = "what it had stored is kept"
_TAIL = 16_384  # bytes at the end of a log among which the last sentence is looked for
_ASKED = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """How a run ended, in its process's place."""

    verdict: Verdict
    reason: str
    own: bool = False  # as the process itself says
    counts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    peak_memory_bytes: int | None = None


def end_of(code: int, output: bytes, log: Path, *, told: bool) -> End:
    """Give the end of a run from its process's exit code, output and log; its own report is believed.

    ``told``: the supervisor has brought it to its end.
    """
    if (reported := _reported(output)) is not None:
        return reported
    sentence = _last_sentence(log)
    said = f": {sentence}" if sentence else f" and did not say how the crawl went; {KEPT}"
    if code >= 0:
        return End(verdict=Verdict.FAILED, reason=f"its process ended with code {code}{said}")
    try:
        name = signal.Signals(-code).name
    except ValueError:  # a real-time signal
        name = f"signal {-code}"
    if -code in _ASKED:
        return End(verdict=Verdict.STOPPED, reason=f"its process was told to end ({name}){said}")
    if told:
        reason = f"it did not end when it was told to, and was killed; {KEPT}"
        return End(verdict=Verdict.STOPPED, reason=reason)
    hint = ": the machine ran out of memory, or a person did" if -code == signal.SIGKILL else ""
    reason = f"its process was killed by {name} ({signal.strsignal(-code) or 'unknown'}){hint}; {KEPT}"
    return End(verdict=Verdict.FAILED, reason=reason)


def ended(engine: Engine, crawl: Crawl, end: End) -> Run:
    """End a run in the database where its process did not, and put its verdict right; give the run.

    ``end`` is what is said where the process did not say it. May be done again.
    """
    run = runs.get(engine, crawl.run_id)
    if run is None:
        return unrecorded(crawl, end)
    if run.verdict is Verdict.LOST:  # a sweep was faster, and could not know what is known here
        judged = _judged(crawl, end)
        runs.amend(
            engine,
            run.id,
            judged.verdict,
            reason=judged.reason,
            counts=judged.counts,
            peak_memory_bytes=judged.peak_memory_bytes or crawl.peak or None,
        )
    elif run.ended_at is not None and run.verdict is not None:
        own = End(verdict=run.verdict, reason=run.reason or "", own=True)
        if (judged := _judged(crawl, own)) is not own:
            runs.amend(engine, run.id, judged.verdict, reason=judged.reason)
    else:
        judged = _judged(crawl, end)
        lost.end(
            engine,
            crawl.settings,
            crawl.task.outlet,
            run.id,
            judged.verdict,
            reason=judged.reason,
            counts=judged.counts,
            peak_memory_bytes=judged.peak_memory_bytes or crawl.peak or None,
        )
    return runs.get(engine, run.id) or run


def unrecorded(crawl: Crawl, end: End) -> Run:
    """Give the run as it would stand in the database, were that there."""
    judged = _judged(crawl, end)
    return Run(
        id=crawl.run_id,
        outlet=crawl.task.outlet,
        kind=crawl.task.kind,
        trigger=crawl.task.trigger,
        scheduled_for=crawl.task.slot,
        started_at=crawl.started_at,
        ended_at=now(),
        host=socket.gethostname(),
        pid=crawl.child.pid if crawl.child is not None else os.getpid(),
        verdict=judged.verdict,
        reason=judged.reason,
        counts=judged.counts,
        peak_memory_bytes=judged.peak_memory_bytes or crawl.peak or None,
        software_version=software_version(),
        order=order_as_json(crawl.task.order(crawl.settings)),
    )


def _judged(crawl: Crawl, end: End) -> End:
    """Give how a run ended: what its process says stands, but for a stop, which it cannot explain."""
    if crawl.verdict is None or (end.own and end.verdict is not Verdict.STOPPED):
        return end
    return replace(end, verdict=crawl.verdict, reason=f"{crawl.why} ({end.reason})")


def _reported(output: bytes) -> End | None:
    """Give what the process printed last, where it is a report: it could not write it into the database."""
    try:
        report = json.loads(output)
        return End(
            own=True,
            verdict=Verdict(report["verdict"]),
            reason=str(report["reason"]),
            counts=report.get("counts", {}),
            peak_memory_bytes=report.get("peak_memory_bytes"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _last_sentence(log: Path) -> str:
    """Give what the command line said last, as it does where a command fails; empty where it did not."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            tail = file.read()
    except OSError:
        return ""
    said = ""
    for line in tail.splitlines():
        event = (run_logs.parse(line) or {}).get("event", "")
        if isinstance(event, str) and event.startswith("cuttings: "):
            said = event.removeprefix("cuttings: ")
    return said[:500]
