"""Slots as people read them, and instants as people type them, in a schedule's own zone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.errors import SetupError

if TYPE_CHECKING:
    from rich.console import RenderableType

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def local(instant: datetime, zone: str) -> str:
    """Give an instant as the zone's clock shows it: `Mon 2026-11-23 06:00 GMT`."""
    shown = instant.astimezone(ZoneInfo(zone))
    return shown.strftime("%a %Y-%m-%d %H:%M:%S %Z" if shown.second else "%a %Y-%m-%d %H:%M %Z")


def relative(instant: datetime, now: datetime) -> str:
    """Give how far away an instant is, as exactly as matters: `in 5m`, `2d ago`, `now`."""
    from scheduler.interval import span

    away = abs(instant - now)
    step = (
        _DAY if away >= 9 * _DAY else _HOUR if away >= 2 * _DAY else _MINUTE if away >= 2 * _MINUTE else None
    )
    rounded = round(away / step) * step if step else timedelta(seconds=round(away.total_seconds()))
    if not rounded:
        return "now"
    return f"in {span(rounded)}" if instant > now else f"{span(rounded)} ago"


def slots_table(slots: Sequence[datetime], zone: str, now: datetime) -> "RenderableType":
    """Give slots as a table: the zone's own time, UTC, how far away."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in (f"slot ({zone})", "UTC", "from now"):
        table.add_column(heading, no_wrap=True)
    for slot in slots:
        shown = slot.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(local(slot, zone), shown, relative(slot, now))
    return table


def instant(text: str, zone: str, now: datetime | None = None) -> datetime:
    """Read an instant: local time of the zone, a day (its start), a time with its offset.

    With ``now``, a length (`2d`) too: so long from then. SetupError with a sentence otherwise, and for
    years that schedules are not counted in.
    """
    from scheduler.cron import HORIZON

    try:
        placed = _read(text.strip(), zone, now)
    except (ValueError, OverflowError) as error:
        lengths = " or 2d" if now is not None else ""
        raise SetupError(
            f"'{text}' is no time: write it as 2026-12-01, '2026-12-01 09:00' (in {zone}){lengths}"
        ) from error
    if not _BEGIN <= placed < HORIZON:
        raise SetupError(f"'{text}' is not within {_BEGIN.year} and {HORIZON.year - 1}")
    return placed


def _read(wording: str, zone: str, now: datetime | None) -> datetime:
    from scheduler.interval import read_span

    if now is not None and wording[-1:].isalpha() and wording[-1:] not in "Zz":
        return now + read_span(wording)
    stated = datetime.fromisoformat(wording)
    placed = stated if stated.tzinfo else stated.replace(tzinfo=ZoneInfo(zone))
    return placed.astimezone(UTC)
