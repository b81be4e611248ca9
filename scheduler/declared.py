"""The schedules that outlets declare: where every archive starts from."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import Engine

from core.orders import CrawlOrder
from core.settings import Settings
from crawlers.outlet import Outlet
from crawlers.reach import reach_of
from crawlers.registry import find, outlets
from db.outlets import checks
from db.running import schedules
from db.running.schedules import Declared, Schedule
from db.words import CatchUp, Kind
from scheduler.timetable import every

MAINTENANCE = "maintenance"
RECHECK_EVERY = timedelta(hours=1)  # a recheck takes what is due by then, and often that is nothing
NIGHT = "cron 10 1 * * *"  # of the outlet's zone: when it publishes least, and before the maintenance
TIDY = "cron 40 3 * * *"  # UTC: when outlets of the British Isles publish least

_JITTER_SHARE = 0.1  # of the interval
_MOST_JITTER = timedelta(minutes=5)
_NIGHTS_JITTER = timedelta(minutes=20)  # so that the outlets do not begin in the same second


def declared(settings: Settings, checked: Collection[str] = ()) -> list[Declared]:
    """Give the schedules that an archive has by itself: those of outlets, and that of the maintenance.

    ``checked`` are the keys of the outlets whose check succeeded (:func:`db.outlets.checks`); an
    unverified outlet that is not among them has none, until a person schedules it.
    """
    trusted = (outlet for outlet in followed(settings) if not _is_doubtful(outlet, settings, checked))
    found = [one for outlet in trusted for one in of_outlet(outlet)]
    tidying = Declared(
        name=MAINTENANCE, outlet=None, kind=Kind.MAINTENANCE, timing=TIDY, timezone="UTC", jitter_seconds=0
    )
    return [*found, tidying]


def enter(engine: Engine, settings: Settings) -> frozenset[str]:
    """Enter the schedules that are missing in the archive; give the outlets it knows to be checked.

    Those of an unverified outlet that a person has scheduled are kept up as the others are.
    """
    checked = checked_in(engine)
    told = {schedule.outlet for schedule in schedules.listed(engine) if schedule.outlet is not None}
    schedules.declare(engine, declared(settings, checked | told))
    return checked


def checked_in(engine: Engine) -> frozenset[str]:
    """Give the keys of the outlets that the archive knows to be checked."""
    with engine.connect() as connection:
        return frozenset(checks(connection))


def unscheduled(
    settings: Settings, checked: Collection[str], listed: Iterable[Schedule]
) -> dict[str, Outlet]:
    """Give the unverified outlets, by key, that nobody has scheduled; ``listed`` are all schedules."""
    scheduled = {schedule.outlet for schedule in listed}
    return {
        outlet.key: outlet
        for outlet in followed(settings)
        if outlet.key not in scheduled and _is_doubtful(outlet, settings, checked)
    }


def why_unscheduled(outlet: Outlet) -> str:
    """Say why an unverified outlet is not crawled, and what to do about it."""
    return (
        f"unverified, so not crawled: `cuttings outlets check {outlet.key}`, or say "
        f"`cuttings schedule set {outlet.key} --declared`"
    )


def _is_doubtful(outlet: Outlet, settings: Settings, checked: Collection[str]) -> bool:
    """Say whether nobody has seen the outlet crawled here, nor named it in the settings."""
    named = outlet.key in settings.outlets or outlet.key in settings.base_urls
    return outlet.unverified and not named and outlet.key not in checked


def followed(settings: Settings) -> list[Outlet]:
    """Give the outlets that are crawled here: those the settings name, else every one of them that exists.

    An invented outlet exists where ``base_urls`` says where it is served. SetupError for a name that
    no outlet has.
    """
    if settings.outlets:
        return [find(key) for key in settings.outlets]
    return [each for each in outlets().values() if not each.example or each.key in settings.base_urls]


def check(settings: Settings) -> None:
    """Raise SetupError where an outlet is followed that no crawl could ask: nobody named, or no contact."""
    for outlet in followed(settings):
        order = CrawlOrder(outlet=outlet.key, base_url=settings.base_urls.get(outlet.key))
        reach_of(outlet, order, settings.contact)


def of_outlet(outlet: Outlet) -> tuple[Declared, ...]:
    """Give an outlet's own schedules: its crawl, the recheck of what is due, the nights of its backfills.

    A night on which no backfill is open passes without a run. One that was missed is not made up for: a
    backfill goes on where it was.
    """
    night = Declared(
        name=name_of(Kind.BACKFILL, outlet.key),
        outlet=outlet,
        kind=Kind.BACKFILL,
        timing=NIGHT,
        timezone=outlet.timezone,
        jitter_seconds=int(_NIGHTS_JITTER.total_seconds()),
        catch_up=CatchUp.NONE,
    )
    return (
        _declared(outlet, Kind.CRAWL, outlet.every),
        _declared(outlet, Kind.RECHECK, RECHECK_EVERY),
        night,
    )


def is_orphan(schedule: Schedule, settings: Settings) -> bool:
    """Say whether a schedule is of an outlet that is crawled here no longer: it is kept, not answered."""
    return schedule.outlet is not None and schedule.outlet not in {each.key for each in followed(settings)}


def name_of(kind: Kind, outlet: str) -> str:
    """Give the name of an outlet's schedule."""
    return f"{kind.value}:{outlet}"


def _declared(outlet: Outlet, kind: Kind, interval: timedelta) -> Declared:
    return Declared(
        name=name_of(kind, outlet.key),
        outlet=outlet,
        kind=kind,
        timing=every(interval),
        timezone=outlet.timezone,
        jitter_seconds=int(min(interval * _JITTER_SHARE, _MOST_JITTER).total_seconds()),
    )
