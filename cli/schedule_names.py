"""Which schedule a person means, in an archive that has its schedules declared."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cli.talk import talk
from core.errors import SetupError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from core.settings import Settings
    from db.running.schedules import Schedule


def open_schedules(settings: "Settings") -> "Engine":
    """Give the archive with its schedules entered: an empty database is made one first."""
    from db import schema
    from db.engine import open_engine
    from scheduler.declared import enter

    engine = open_engine(settings.database())
    schema.ensure(engine)
    enter(engine, settings)
    return engine


def find(
    engine: "Engine", wanted: str, kind: str = "crawl", *, settings: "Settings | None" = None
) -> "Schedule":
    """Give the schedule of a name (`recheck:nhe`) or of an outlet's key; SetupError that helps on.

    With ``settings`` also that of an unverified outlet which nobody has scheduled yet, as it would be:
    :func:`tell` enters it.
    """
    from db.running import schedules
    from scheduler.declared import MAINTENANCE

    rows = schedules.listed(engine)
    listed = {schedule.name: schedule for schedule in rows}
    name = wanted if ":" in wanted or wanted == MAINTENANCE else f"{kind}:{wanted}"
    if name in listed:
        return listed[name]
    if settings is not None and (planned := waiting(engine, settings, rows).get(name)):
        return planned
    raise SetupError(_missing(wanted, name, sorted(listed)))


def waiting(engine: "Engine", settings: "Settings", listed: "Sequence[Schedule]") -> "dict[str, Schedule]":
    """Give the schedules, by name, that unverified outlets would have and nobody has asked for."""
    from db.running import schedules
    from scheduler.declared import checked_in, of_outlet, unscheduled

    outlets = unscheduled(settings, checked_in(engine), listed).values()
    return {one.name: schedules.planned(one) for outlet in outlets for one in of_outlet(outlet)}


def tell(engine: "Engine", one: "Schedule") -> None:
    """Enter the schedules of an unverified outlet, because a person wants one of them; others are there."""
    from crawlers.registry import find as outlet_of
    from db.running import schedules
    from scheduler.declared import of_outlet

    if one.outlet is not None and schedules.get(engine, one.name) is None:
        schedules.declare(engine, of_outlet(outlet_of(one.outlet)))
        talk().print(
            f"{one.outlet} is unverified: from now on it is crawled, because you say so "
            f"(`cuttings outlets check {one.outlet}` reads a few of its pages and tells what is wrong)",
            style="yellow",
            markup=False,
        )


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
    if outlet is not None and outlet.unverified:
        from scheduler.declared import why_unscheduled

        return f"'{key}' is {why_unscheduled(outlet)}"
    keys = sorted({one.partition(":")[2] or one for one in listed})
    if wanted in {"all", "*"}:
        return f"name the schedules one by one: {', '.join(keys)}"
    close = get_close_matches(wanted, [*keys, *listed], n=1)
    hint = f" (is it '{close[0]}'?)" if close else ""
    return f"there is no schedule '{wanted}'{hint}; known are: {', '.join(keys)}, or names like {listed[-1]}"
