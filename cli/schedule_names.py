"""Which schedule a person means, in an archive that has its schedules declared."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from core.errors import SetupError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from core.settings import Settings
    from db.schedules import Schedule


def open_schedules(settings: "Settings") -> "Engine":
    """Give the archive with its schedules entered: an empty database is made one first."""
    from db import schedules, schema
    from db.engine import open_engine
    from scheduler.declared import declared

    engine = open_engine(settings.database())
    schema.ensure(engine)
    schedules.declare(engine, declared(settings))
    return engine


def find(engine: "Engine", wanted: str, kind: str = "crawl") -> "Schedule":
    """Give the schedule of a name (`recheck:nhe`) or of an outlet's key; SetupError that helps on."""
    from db import schedules
    from scheduler.declared import MAINTENANCE

    listed = {schedule.name: schedule for schedule in schedules.listed(engine)}
    name = wanted if ":" in wanted or wanted == MAINTENANCE else f"{kind}:{wanted}"
    if name in listed:
        return listed[name]
    raise SetupError(_missing(wanted, name, sorted(listed)))


def find_all(engine: "Engine", wanted: Sequence[str]) -> "list[Schedule]":
    """Give the schedules of several names or keys, each once; SetupError before anything is done."""
    found = {schedule.name: schedule for schedule in (find(engine, one) for one in wanted)}
    return list(found.values())


def _missing(wanted: str, name: str, listed: list[str]) -> str:
    from crawlers.registry import outlets

    key = name.rpartition(":")[2]
    outlet = outlets().get(key)
    if outlet is not None and outlet.example and not any(one.endswith(f":{key}") for one in listed):
        return (
            f"'{key}' is an invented outlet: it is scheduled once CUTTINGS_BASE_URLS says where it is served"
        )
    keys = sorted({one.partition(":")[2] or one for one in listed})
    if wanted in {"all", "*"}:
        return f"name the schedules one by one: {', '.join(keys)}"
    close = get_close_matches(wanted, [*keys, *listed], n=1)
    hint = f" (is it '{close[0]}'?)" if close else ""
    return f"there is no schedule '{wanted}'{hint}; known are: {', '.join(keys)}, or names like {listed[-1]}"
