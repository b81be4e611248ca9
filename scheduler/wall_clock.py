"""Times of day in a zone as instants, on the days its clocks are changed too."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_CHANGE_SOON = timedelta(hours=6)  # more than any change of the clocks
_NONE = timedelta(0)

NextWall = Callable[[datetime], datetime | None]
"""Gives the first wall time (without a zone) strictly after one, None where there is no more."""


def zone_of(name: str) -> ZoneInfo:
    """Give the zone of an IANA name; ValueError that names similar ones where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, a path, a folder of zones
        raise ValueError(_no_zone(name)) from error


def after(instant: datetime, zone: ZoneInfo, next_wall: NextWall, *, every_hour: bool) -> datetime | None:
    """Give the first instant strictly after one (aware UTC) at which the zone's clock shows a wall time.

    When clocks go back an hour comes twice, when they go forward one is left out. A timing that
    goes through every hour runs on: in both of the two hours, and not in the one left out. Any other
    names wall times that are to come once each: the first of the two, and where it is left out the
    instant of the change. (Cron as Vixie wrote it does the same; APScheduler's trigger fires twice:
    OPS-FACTS.md section 1.3.)
    """
    local = instant.astimezone(zone)
    # Within the first of two equal hours, wall times before this one come again.
    again = (local.utcoffset() or _NONE) - ((instant + _CHANGE_SOON).astimezone(zone).utcoffset() or _NONE)
    wall = local.replace(tzinfo=None) - (max(again, _NONE) if every_hour else _NONE)
    best: datetime | None = None
    while (found := next_wall(wall)) is not None:
        wall = found
        if best is not None and _offset(wall, zone, fold=0)[1] >= best:
            break
        later = [each for each in _instants(wall, zone, every_hour=every_hour) if each > instant]
        best = min(later + ([best] if best else []), default=None)
    return best


def _instants(wall: datetime, zone: ZoneInfo, *, every_hour: bool) -> tuple[datetime, ...]:
    """Give when the clock shows a wall time: once, or as :func:`after` says where it is changed."""
    (before, first), (behind, second) = _offset(wall, zone, fold=0), _offset(wall, zone, fold=1)
    if before == behind:
        return (first,)
    if before > behind:  # shown twice
        return (first, second) if every_hour else (first,)
    return () if every_hour else (_change(second, first, zone),)  # not shown at all


def _offset(wall: datetime, zone: ZoneInfo, *, fold: int) -> tuple[timedelta, datetime]:
    """Give the zone's offset at a wall time, and the instant it makes of it, in UTC."""
    offset = wall.replace(tzinfo=zone, fold=fold).utcoffset() or _NONE
    return offset, (wall - offset).replace(tzinfo=UTC)


def _change(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Give the first whole second of the zone's new offset, between an instant before and one not."""
    before = early.astimezone(zone).utcoffset()
    early, late = early.replace(microsecond=0), late.replace(microsecond=0)
    while late - early > _SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def _no_zone(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = {zone.lower(): zone for zone in available_timezones()}
    close = get_close_matches(name.lower(), known, n=3)
    hint = f"; is it {' or '.join(known[one] for one in close)}?" if close else ", say Europe/London or UTC"
    return f"there is no time zone '{name}'{hint}"
