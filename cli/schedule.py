"""`cuttings schedule`: when the daemon crawls, rechecks and tidies, and how to change it."""

from typing import TYPE_CHECKING

import click

from cli.schedule_options import JSON, NAME, NAMES, timing, when
from cli.schedule_set import set_schedule
from cli.talk import examples, out, print_json, talk
from core.errors import CuttingsError, SetupError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from core.settings import Settings
    from db.running.schedules import Schedule
    from scheduler.task import Task

AHEAD = 5  # slots that are shown


@click.group(
    epilog=examples(
        "cuttings schedule list",
        "cuttings schedule set nhe --every 2h",
        "cuttings schedule set pse --cron '30 6 * * mon-fri'",
        "cuttings schedule pause nhe --until 2d --reason 'their server moves'",
        "cuttings schedule run-now nhe",
    )
)
def schedule() -> None:
    """See and change when outlets are crawled.

    Each outlet has a schedule for its crawl, one for the recheck of known articles, as it declares
    them, and one for the nights on which its open backfills go on; `maintenance` tidies the archive.
    A name is like `recheck:nhe`; an outlet's key alone means its crawl. A running daemon takes changes
    over within seconds. An unverified outlet has no schedules until `cuttings outlets check` finds it
    in order, or you set one.
    """


schedule.add_command(set_schedule)


@schedule.command(name="list", epilog=examples("cuttings schedule list", "cuttings schedule list --json"))
@JSON
def list_schedules(*, as_json: bool) -> None:
    """List the schedules with their next slots."""
    from cli.schedule_names import open_schedules, waiting
    from cli.schedule_table import as_told, table
    from core.clock import now
    from core.settings import load_settings
    from db.running import schedules

    settings = load_settings()
    engine = open_schedules(settings)
    listed, at = schedules.listed(engine), now()
    if as_json:
        print_json([as_told(one, at, AHEAD) for one in listed])
    else:
        out().print(table(listed, at, settings, waiting(engine, settings, listed).values()))


@schedule.command(
    epilog=examples(
        "cuttings schedule pause nhe",
        "cuttings schedule pause nhe recheck:nhe --until '2026-12-01 09:00' --reason 'their server moves'",
    )
)
@NAMES
@click.option("--reason", help="Why, for whoever wonders later.")
@click.option("--until", metavar="TIME", help="When the pause ends by itself: a day, a local time, or 2d.")
def pause(names: tuple[str, ...], reason: str | None, until: str | None) -> None:
    """Answer no slots of schedules for a while; a crawl under way goes on."""
    from cli.schedule_names import find_all, open_schedules
    from cli.schedule_times import instant, local
    from core.clock import now
    from core.settings import load_settings
    from db.running import schedules

    engine, at = open_schedules(load_settings()), now()
    found = find_all(engine, names)
    ends = {one.name: instant(until, one.timezone, at) if until else None for one in found}
    if any(end is not None and end <= at for end in ends.values()):
        raise SetupError(f"the pause would end at '{until}', which is past")
    for one in found:
        end = ends[one.name]
        schedules.pause(engine, one.name, until=end, reason=reason)
        told = f"until {local(end, one.timezone)}" if end else f"until `cuttings schedule resume {one.name}`"
        out().print(f"{one.name} is paused {told}", markup=False)


@schedule.command(epilog=examples("cuttings schedule resume nhe recheck:nhe"))
@NAMES
def resume(names: tuple[str, ...]) -> None:
    """Answer the slots of paused schedules again.

    Slots that passed meanwhile are made up for by one crawl, unless the catch-up is `none`.
    """
    from cli.schedule_names import find_all, open_schedules
    from core.clock import now
    from core.settings import load_settings
    from db.running import schedules
    from db.words import CatchUp
    from scheduler import slots

    engine, at = open_schedules(load_settings()), now()
    for before in find_all(engine, names):
        one = schedules.resume(engine, before.name)
        missed = slots.due(one, at) if one.last_slot_at is not None else None
        if before.paused_at is None:
            told = "was not paused"
        elif missed is not None and one.catch_up is CatchUp.NONE:
            schedules.claim(engine, one.name, missed, expected=one.last_slot_at)
            told = "goes on; what it missed is let go of"
        else:
            told = "goes on" if missed is None else "goes on; one crawl makes up for what it missed"
        out().print(f"{one.name} {told}: {_coming(one, at)}", markup=False)


@schedule.command(name="run-now", epilog=examples("cuttings schedule run-now nhe"))
@NAME
def run_now(name: str) -> None:
    """Have the daemon begin a run at once, whatever the schedule says and even if it is paused."""
    from cli.schedule_names import find, open_schedules, tell
    from core.settings import load_settings
    from db.running import schedules

    settings = load_settings()
    engine = open_schedules(settings)
    found = find(engine, name, settings=settings)
    task = _wanted(engine, settings, found)
    queued = settings.executor == "procrastinate" and task is not None
    who = _living(engine, with_workers=queued)
    if who is None:
        raise CuttingsError(f"no daemon lives that could begin {found.name}: {_by_hand(found)}")
    tell(engine, found)
    if queued and task is not None:
        from scheduler import queue

        queue.ask(engine, settings, task, found)
    else:
        schedules.ask(engine, found.name)
    out().print(f"{found.name} is asked for: {who} begins it within seconds (`cuttings runs`)", markup=False)


@schedule.command(
    epilog=examples(
        "cuttings schedule preview nhe",
        "cuttings schedule preview --cron '30 1 * * *' --zone Europe/London --from 2026-10-24",
    )
)
@click.argument("name", metavar="[NAME|OUTLET]", required=False)
@when
@click.option(
    "--count", type=click.IntRange(1, 1000), default=AHEAD, show_default=True, help="How many slots."
)
@click.option("--from", "since", metavar="TIME", help="Begin there instead of now: a day, or a local time.")
@JSON
def preview(  # noqa: PLR0913 - the options of the command
    name: str | None,
    *,
    every: str | None,
    cron: str | None,
    calendar: str | None,
    zone: str | None,
    count: int,
    since: str | None,
    as_json: bool,
) -> None:
    """Show the next slots of a schedule, or of a timing before it is set.

    An interval begins elsewhere in the hour for each schedule; a preview without a name begins it at
    the full hour.
    """
    from itertools import islice

    from cli.schedule_times import instant, slots_table
    from core.clock import now
    from scheduler.timetable import Timetable

    said, at = timing(every, cron, calendar), now()
    if (name is None) == (said is None):
        raise click.UsageError("give either the name of a schedule, or one of --every, --cron and --calendar")
    if said is not None:
        timetable = Timetable.parse(said, zone or "Europe/London")
        begin = instant(since, timetable.zone) if since else at
        place, found = timetable.zone, list(islice(timetable.slots(begin), count))
    else:
        if zone is not None:
            raise click.UsageError("the schedule has its own zone; --zone goes with a timing")
        place, found = _of_schedule(str(name), since, at, count)
    if as_json:
        print_json({"zone": place, "slots": found})
    elif found:
        out().print(slots_table(found, place, at))
    else:
        talk().print("no slot comes: the schedule is paused, or its time is over")


def _of_schedule(name: str, since: str | None, at: "datetime", count: int) -> "tuple[str, list[datetime]]":
    from cli.schedule_names import find, open_schedules
    from cli.schedule_times import instant
    from core.settings import load_settings
    from scheduler import slots

    settings = load_settings()
    found = find(open_schedules(settings), name, settings=settings)
    begin = instant(since, found.timezone) if since else at
    return found.timezone, slots.upcoming(found, begin, count)


def _coming(one: "Schedule", at: "datetime") -> str:
    from cli.schedule_times import local, relative
    from scheduler import slots

    slot = slots.next_slot(one, at)
    return f"next {local(slot, one.timezone)} ({relative(slot, at)})" if slot else "no slot comes"


def _wanted(engine: "Engine", settings: "Settings", found: "Schedule") -> "Task | None":
    """Give the task of a run at once, None for the maintenance; refuses a slice with nothing to carry on."""
    from db.words import Trigger
    from scheduler import nights
    from scheduler.task import task_of

    if found.outlet is None:
        return None
    task = nights.begun(engine, settings, task_of(found, Trigger.PERSON, None))
    if task is None:
        raise CuttingsError(
            f"no backfill of {found.outlet} can go on now (`cuttings backfill status {found.outlet}`); "
            f"`cuttings backfill {found.outlet} --from wayback` begins one"
        )
    return task


def _living(engine: "Engine", *, with_workers: bool) -> str | None:
    """Give who would hear of a wish, None where nobody would."""
    from core.clock import now
    from db.running.processes import ALIVE_WITHIN, living
    from db.words import Role

    at = now()
    for process in living(engine, at=at):
        hears = process.role is Role.DAEMON or with_workers
        if hears and at - process.beat_at <= ALIVE_WITHIN:
            return f"the {process.role.value} on {process.host} (process {process.pid})"
    return None


def _by_hand(found: "Schedule") -> str:
    from db.words import Kind

    if found.outlet is None:
        return "start `cuttings daemon`"
    if found.kind is Kind.BACKFILL:
        return f"`cuttings backfill {found.outlet} --from ...` goes on at once, `cuttings daemon` at night"
    recheck = " --recheck" if found.kind is Kind.RECHECK else ""
    return (
        f"`cuttings crawl {found.outlet}{recheck}` does it at once, `cuttings daemon` keeps to the schedule"
    )
