"""Logs: one form for our lines and every library's, readable on a terminal, JSON lines elsewhere."""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter

from core.settings import Settings

# Libraries whose INFO lines tell a developer about themselves, not an operator about the crawl.
_CHATTY = frozenset(
    {"alembic", "asyncio", "charset_normalizer", "courlan", "htmldate", "scrapy", "sqlalchemy", "trafilatura"}
    | {"twisted", "apscheduler"}
)
# What could forge a line or repaint a terminal: C0, C1, line and paragraph separators, bidirectional
# overrides, and lone surrogates, which no stream can encode.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TRACE_MARK = "    | "  # no record starts so: the lines of a traceback cannot pass for records

_bound: dict[str, Any] = {}  # one crawl is one process, so what is bound holds for all its threads


def set_up(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every record of this process to ``stream`` (standard error by default) in one form.

    ``log_format`` ``auto`` means text on a terminal and JSON lines otherwise. Replaces the
    handlers of the root logger; may be called again.
    """
    out = stream or sys.stderr
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not out.isatty())
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_shared()],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _json_line if as_json else _text_line,
            ],
        )
    )
    handler.setLevel(settings.log_level)
    if settings.log_level != "DEBUG":
        handler.addFilter(_worth_showing)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(settings.log_level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_shared(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def bind(**facts: str | int | None) -> None:
    """Put these facts (``run``, ``outlet``) into every record of this process; None takes one out."""
    for name, value in facts.items():
        if value is None:
            _bound.pop(name, None)
        else:
            _bound[name] = value


def _shared() -> list[Any]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_bound,
    ]


def _add_bound(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("spider", None)  # Scrapy adds the spider object to its records; the outlet says the same
    for name, value in _bound.items():
        event.setdefault(name, value)
    return event


def _worth_showing(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in _CHATTY


def _json_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    first = {"timestamp": event.pop("timestamp"), "level": event.pop("level"), "event": event.pop("event")}
    return json.dumps(first | dict(event), default=str)  # escapes all that is not ASCII


def _text_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    timestamp, level, text = event.pop("timestamp"), event.pop("level"), event.pop("event")
    event.pop("logger", None)
    trace = event.pop("exception", None)
    facts = "".join(f"  {_safe(name)}={_safe(value)}" for name, value in event.items())
    line = f"{timestamp[:19]}Z {level:<8} {_safe(text)}{facts}"
    if trace:
        line += "".join(f"\n{_TRACE_MARK}{_safe(part)}" for part in str(trace).split("\n"))
    return line


def _safe(value: Any) -> str:
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), str(value))
