"""Logs: one form for our lines and every library's, readable on a terminal, JSON lines elsewhere."""

import contextlib
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import unquote, urlsplit

import structlog
from pydantic import SecretStr
from structlog.stdlib import ProcessorFormatter

from core.settings import Settings

# Libraries whose INFO lines tell a developer about themselves, not an operator about the crawl.
_CHATTY = frozenset(
    {"alembic", "asyncio", "charset_normalizer", "courlan", "htmldate", "scrapy", "sqlalchemy", "trafilatura"}
    | {"twisted", "apscheduler", "procrastinate", "uvicorn"}
)
# What could forge a line or repaint a terminal: C0, C1, line and paragraph separators, bidirectional
# overrides, and lone surrogates, which no stream can encode.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TRACE_MARK = "    | "  # no record starts so: the lines of a traceback cannot pass for records

_LEAST_SECRET = 4  # characters: a shorter one would black out half of every line

_files: dict[Path, Callable[[], None]] = {}
_bound: dict[str, Any] = {}  # one crawl is one process, so what is bound holds for all its threads


def set_up(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every record of this process to ``stream`` (standard error by default) in one form.

    ``log_format`` ``auto`` means text on a terminal and JSON lines otherwise. Replaces the
    handlers of the root logger; may be called again.
    """
    out = stream or sys.stderr
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not out.isatty())
    handler = _handler(logging.StreamHandler(out), settings, _json_line if as_json else _text_line)
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


def run_file(folder: Path, outlet: str | None, run_id: int) -> Path:
    """Give the place of a run's log in the folder of logs; a run over all outlets lies under ``all``."""
    return folder / (outlet or "all") / f"{run_id}.jsonl"


def also_to(path: Path, settings: Settings) -> Callable[[], None]:
    """Send every record to this file too, as JSON lines; give a function that ends that.

    Does nothing where standard error is that very file: a supervisor opened it for its crawl.
    A file that cannot be opened is told of, and costs no more.
    """
    if _is_stderr(path):
        return _nothing
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        logging.getLogger(__name__).warning("this run has no log file: %s", error)
        return _nothing
    handler = _handler(file, settings, _json_line)
    before = logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel(min(before, handler.level))

    def end() -> None:
        logging.root.removeHandler(handler)
        logging.root.setLevel(before)
        handler.close()

    _files[path] = end
    return end


def end_files() -> list[Path]:
    """End what :func:`also_to` began in this process; give the files."""
    files = list(_files)
    while _files:
        _files.popitem()[1]()
    return files


def as_text(record: Mapping[str, Any]) -> str:
    """Give a record that was read back from JSON as one line that neither forges another nor steers."""
    if {"timestamp", "level", "event"} <= record.keys():
        return _text_line(None, "", {name: str(value) for name, value in record.items()})
    return _safe(record.get("event", ""))


def _nothing() -> None:
    """Have nothing to end."""


def _is_stderr(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):  # there is no such file yet, or standard error is no file
        return os.path.samestat(path.stat(), os.fstat(sys.stderr.fileno()))
    return False


def _handler(
    handler: logging.Handler, settings: Settings, line: Callable[[Any, str, MutableMapping[str, Any]], str]
) -> logging.Handler:
    """Give the handler with the form, level and filter of all."""
    secrets = _secrets(settings)

    def masked(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        text = line(logger, method, event)
        for secret in secrets:
            text = text.replace(secret, "***")
        return text

    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_shared()],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                masked,
            ],
        )
    )
    handler.setLevel(settings.log_level)
    if settings.log_level != "DEBUG":
        handler.addFilter(_worth_showing)
    return handler


def _secrets(settings: Settings) -> tuple[str, ...]:
    """Give what no line may show, the longest first: secret settings, and the passwords within them."""
    found: set[str] = set()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if not isinstance(value, SecretStr):
            continue
        secret = value.get_secret_value()
        with contextlib.suppress(ValueError):  # no address
            password = urlsplit(secret).password or ""
            found |= {password, unquote(password)}
        if name != "database_url":  # its address without the password may be told
            found.add(secret)
    written = found | {json.dumps(secret)[1:-1] for secret in found}
    return tuple(sorted((one for one in written if len(one) >= _LEAST_SECRET), key=len, reverse=True))


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
