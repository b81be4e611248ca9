"""Schedules as a table, and as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cli.schedule_times import local, relative
from core.settings import Settings
from crawlers.registry import find
from db.running.schedules import Schedule
from db.words import Kind
from scheduler import slots
from scheduler.declared import is_orphan, why_unscheduled
from scheduler.interval import span

if TYPE_CHECKING:
    from rich.console import RenderableType


def table(
    listed: Sequence[Schedule], now: datetime, settings: Settings, waiting: Iterable[Schedule] = ()
) -> "RenderableType":
    """Give the schedules with their next and last slots, and what is special about each.

    ``waiting`` are those that unverified outlets would have: their crawls are shown, with the reason.
    """
    from rich.table import Table
    from rich.text import Text

    told = Table(box=None, pad_edge=False)
    for heading in ("name", "timing", "zone", "next slot", "last slot", "state"):
        told.add_column(heading, overflow="fold")
    for one in listed:
        last = relative(one.last_slot_at, now) if one.last_slot_at else "never"
        orphan = is_orphan(one, settings)
        coming = "-" if orphan else _next(one, now)
        special = "its outlet is not crawled here" if orphan else state(one, now)
        cells = (one.name, one.timing, one.timezone, coming, last, special)
        told.add_row(*map(Text, cells))
    for one in waiting:
        if one.kind is Kind.CRAWL and one.outlet is not None:
            why = why_unscheduled(find(one.outlet))
            told.add_row(*map(Text, (one.name, one.timing, one.timezone, "-", "-", why)))
    return told


def as_told(one: Schedule, now: datetime, count: int) -> Mapping[str, Any]:
    """Give a schedule for machines: its row, whether it is paused, the slot that is due, the next ones."""
    return asdict(one) | {
        "paused": slots.is_paused(one, now),
        "due": slots.due(one, now),
        "upcoming": slots.upcoming(one, now, count),
    }


def state(one: Schedule, now: datetime) -> str:
    """Say what is special about a schedule, in a few words."""
    said = []
    if slots.is_paused(one, now):
        until = f" until {local(one.paused_until, one.timezone)}" if one.paused_until else ""
        said.append(f"paused{until}" + (f" ({one.pause_reason})" if one.pause_reason else ""))
    if one.asked_at is not None:
        said.append("asked for")
    if one.adaptive:
        interval = slots.adapted(one)
        said.append(f"adaptive, now every {span(interval)}" if interval else "adaptive")
    if not one.declared:
        said.append("set by a person")
    return "; ".join(said)


def _next(one: Schedule, now: datetime) -> str:
    if slots.due(one, now) is not None:
        return "due now"
    coming = slots.next_slot(one, now)
    return f"{local(coming, one.timezone)} ({relative(coming, now)})" if coming else "-"
