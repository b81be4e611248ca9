"""What is said of a run whose process did not say how it ended, or was told to end."""

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from db.words import Verdict
from scheduler import run_logs

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
