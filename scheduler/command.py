"""How a run's process is begun: its command line and its environment."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.engine import make_url

from core.orders import BackfillOrder, CrawlOrder
from core.records import Via
from core.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]

# What a crawl has no business knowing: it sends no alerts and serves no page.
_NOT_ITS_OWN = ("alert_", "smtp_", "web_")


FROM = {Via.WAYBACK: "wayback", Via.COMMONCRAWL: "commoncrawl", Via.WARC: "warc", Via.FILE: "files"}
"""How `cuttings backfill --from` names the ways that pages come."""


def command(order: CrawlOrder | BackfillOrder) -> list[str]:
    """Give the command line that carries out an order: the same for a person and for a child."""
    words = _crawl(order) if isinstance(order, CrawlOrder) else _backfill(order)
    return [sys.executable, "-P", "-m", "cli", *words]


def _crawl(order: CrawlOrder) -> list[str]:
    words = ["crawl", order.outlet, "--json"]
    words += [word for url in order.urls for word in ("--url", url)]
    words += _values(
        {
            "--since": order.since,
            "--until": order.until,
            "--limit": order.limit,
            "--base-url": order.base_url,
            "--minutes": order.minutes,
            "--run-id": order.run_id,
        }
    )
    flags = {"--recheck": order.recheck, "--all": order.everything, "--dry-run": order.dry_run}
    return words + [name for name, given in flags.items() if given]


def _backfill(order: BackfillOrder) -> list[str]:
    words = ["backfill", order.outlet, "--from", FROM[order.via]]
    if order.via is Via.FILE:  # a folder, and where there is one the list of its pages' addresses
        words += [*map(str, order.paths[:1]), *_values({"--addresses": next(iter(order.paths[1:]), None)})]
    else:
        words += map(str, order.paths)
    words += ["--json"]
    words += _values(
        {
            "--since": order.since,
            "--until": order.until,
            "--limit": order.limit,
            "--minutes": order.minutes,
            "--run-id": order.run_id,
        }
    )
    return [*words, "--refresh"] if order.refresh else words


def _values(options: Mapping[str, object]) -> list[str]:
    return [word for name, value in options.items() if value is not None for word in (name, str(value))]


def python_path(before: str | None) -> str:
    """Give a PYTHONPATH under which a child finds this very checkout; ``before`` is the one there was."""
    return os.pathsep.join([str(ROOT), *filter(None, [before])])


def environment(settings: Settings, outside: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of a crawl with exactly these settings, whatever ``outside`` and its files say.

    Paths are made absolute, so that the working directory does not matter; logs are JSON lines.
    """
    values = {name: value for name, value in outside.items() if not name.upper().startswith(PREFIX)}
    for name in Settings.model_fields:
        if not name.startswith(_NOT_ITS_OWN) and (value := _written(getattr(settings, name))):
            values[PREFIX + name.upper()] = value
    return values | {
        PREFIX + "HOME": str(settings.home.resolve()),
        PREFIX + "DATABASE_URL": _database(settings.database()),
        PREFIX + "LOG_FORMAT": "json",
        "PYTHONPATH": python_path(outside.get("PYTHONPATH")),
        "PYTHONFAULTHANDLER": "1",  # a crash, also of the reading process, leaves its trace in the log
    }


def _written(value: object) -> str:
    """Give a setting as its variable holds it; empty for one that is not set."""
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool | dict | list):
        return json.dumps(value)
    return str(value)


def _database(address: str) -> str:
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        url = url.set(database=str(Path(url.database).resolve()))
    return url.render_as_string(hide_password=False)
