"""A run's log for a person: records as lines, with nothing in them that could steer what shows them."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler import run_logs

TAIL = 500
LONGEST = 2_000  # characters of one text on the page; the whole is in the log itself
CHUNK = 64 * 1024  # characters sent at once
LEVELS = {"debug": "quiet", "warning": "warning", "error": "critical", "critical": "critical"}
_OWN = frozenset({"timestamp", "level", "event", "logger", "exception", "run", "outlet"})
# What could repaint a terminal or turn a line around, as in core/logs.py.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One record: ``time`` to the second as it was logged, ``trace`` the lines of a traceback."""

    time: str
    level: str
    tone: str
    text: str
    facts: str
    trace: Sequence[str] = ()


def tail(file: Path, most: int = TAIL) -> Sequence[Line]:
    """Give the last records of a log; the rest passes by without being kept."""
    return list(deque((_line(record, LONGEST) for record in run_logs.lines(file)), most))


def whole(file: Path) -> Iterator[bytes]:
    """Give all of a log as text, in pieces."""
    pending: list[str] = []
    held = 0
    for record in run_logs.lines(file):
        text = _text(_line(record, None))
        pending.append(text)
        held += len(text)
        if held >= CHUNK:
            yield "".join(pending).encode()
            pending, held = [], 0
    yield "".join(pending).encode()


def _line(record: Mapping[str, Any], longest: int | None) -> Line:
    level = _safe(record.get("level", ""), 20)
    facts = (f"{name}={value}" for name, value in record.items() if name not in _OWN)
    trace = str(record.get("exception") or "").split("\n")
    return Line(
        time=_safe(str(record.get("timestamp", ""))[:19].replace("T", " "), longest),
        level=level,
        tone=LEVELS.get(level.lower(), "plain"),
        text=_safe(record.get("event", ""), longest),
        facts=_safe("  ".join(facts), longest),
        trace=tuple(_safe(part, longest) for part in trace if part),
    )


def _text(line: Line) -> str:
    facts = f"  {line.facts}" if line.facts else ""
    first = f"{line.time or '-':<19} {line.level:<8} {line.text}{facts}\n"
    return first + "".join(f"    | {part}\n" for part in line.trace)


def _safe(value: object, longest: int | None) -> str:
    text = str(value)
    if longest is not None and len(text) > longest:
        text = f"{text[:longest]} … ({len(text) - longest} more characters)"
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)
