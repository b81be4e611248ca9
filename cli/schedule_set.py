"""`cuttings schedule set`: another timing, zone or policy for one schedule."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

from cli.schedule_options import JSON, NAME, timing, when
from cli.talk import examples, out, print_json, talk
from core.errors import SetupError

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy import Engine

    from core.settings import Settings
    from db.running.schedules import Schedule
    from scheduler.timetable import Timetable

SHOWN = 5  # slots that follow from what was set
_JITTER_SHARE = 10  # of the shortest time between two slots, where nobody says how much


@click.command(
    name="set",
    epilog=examples(
        "cuttings schedule set nhe --every 2h --jitter 60",
        "cuttings schedule set pse --cron '30 6,18 * * mon-fri' --zone Europe/London",
        "cuttings schedule set rtm --calendar '1 week at 06:30' --catch-up none",
        "cuttings schedule set nhe --kind recheck --every 6h",
        "cuttings schedule set nhe --adaptive",
        "cuttings schedule set nhe --declared",
    ),
)
@NAME
@click.option(
    "--kind", type=click.Choice(["crawl", "recheck", "backfill"]), help="Which of an outlet's schedules."
)
@when
@click.option(
    "--jitter", type=click.IntRange(0, 86_400), metavar="SECONDS", help="Most seconds a start is put off."
)
@click.option(
    "--overlap",
    type=click.Choice(["skip", "queue", "replace"]),
    help="A slot that comes while the last one runs: is skipped, waits, or replaces it.",
)
@click.option(
    "--catch-up",
    type=click.Choice(["once", "none"]),
    help="Slots that passed while no daemon ran: one crawl makes up for all, or none does.",
)
@click.option("--adaptive/--no-adaptive", default=None, help="Whether the interval follows how much is new.")
@click.option("--declared", is_flag=True, help="Back to what the outlet declares.")
@JSON
def set_schedule(  # noqa: PLR0913 - the options of the command
    name: str,
    *,
    kind: str | None,
    every: str | None,
    cron: str | None,
    calendar: str | None,
    zone: str | None,
    declared: bool,
    as_json: bool,
    **policy: Any,
) -> None:
    """Change a schedule; shows the slots that follow.

    A day of cron must fit both its day of the month and its weekday. Where clocks are changed, a
    time of day that is left out comes at the change, one that comes twice is answered once, and a
    timing of every hour runs on.
    """
    from cli.schedule_names import find, open_schedules
    from core.settings import load_settings

    said = timing(every, cron, calendar)
    chosen = {option: value for option, value in policy.items() if value is not None}
    if declared == bool(said or zone or chosen):
        raise click.UsageError("say what to change (--every, --cron, --zone, ...), or only --declared")
    if kind is not None and ":" in name:
        raise click.UsageError(f"the name '{name}' says the kind itself: leave --kind out")
    settings = load_settings()
    engine = open_schedules(settings)
    before = find(engine, name, kind or "crawl", settings=settings)
    after = _back(engine, settings, before) if declared else _changed(engine, before, said, zone, chosen)
    _show(after, as_json=as_json)


def _back(engine: "Engine", settings: "Settings", before: "Schedule") -> "Schedule":
    from cli.schedule_names import tell
    from db.running import schedules
    from scheduler.declared import declared, followed, of_outlet

    told = (one for outlet in followed(settings) if outlet.key == before.outlet for one in of_outlet(outlet))
    for one in (*told, *declared(settings)):
        if one.name == before.name:
            tell(engine, before)
            return schedules.restore(engine, one)
    raise SetupError(
        f"no outlet declares {before.name} any more; `cuttings schedule pause {before.name}` rests it"
    )


def _changed(
    engine: "Engine", before: "Schedule", said: str | None, zone: str | None, chosen: dict[str, Any]
) -> "Schedule":
    from cli.schedule_names import tell
    from db.running import schedules
    from scheduler.timetable import Timetable

    timetable = Timetable.parse(said or before.timing, zone or before.timezone, name=before.name)
    values: dict[str, Any] = {
        column: chosen[column] for column in ("overlap", "catch_up", "adaptive") if column in chosen
    }
    if said is not None:
        values["timing"] = timetable.timing
    if zone is not None:
        values["timezone"] = timetable.zone
    shortest = _shortest(timetable)
    if "jitter" in chosen:
        values["jitter_seconds"] = chosen["jitter"]
        _refuse_long_jitter(chosen["jitter"], shortest)
    elif before.jitter_seconds >= shortest.total_seconds():
        values["jitter_seconds"] = int(shortest.total_seconds()) // _JITTER_SHARE
    if values.get("adaptive", before.adaptive):
        _refuse_adapting(before, timetable)
    tell(engine, before)
    return schedules.change(engine, before.name, **values)


def _shortest(timetable: "Timetable") -> "timedelta":
    """Give the shortest time between slots of the next days."""
    from datetime import timedelta
    from itertools import islice

    from core.clock import now

    coming = islice(timetable.slots(now()), 50)
    return min((later - earlier for earlier, later in pairwise(coming)), default=timedelta(days=1))


def _refuse_long_jitter(seconds: int, shortest: "timedelta") -> None:
    from scheduler.interval import span

    if seconds >= shortest.total_seconds():
        raise SetupError(
            f"a jitter of {seconds} seconds could put a start off beyond the next slot, "
            f"{span(shortest)} later: make it shorter"
        )


def _refuse_adapting(before: "Schedule", timetable: "Timetable") -> None:
    from db.words import Kind

    if before.kind is not Kind.CRAWL:
        raise SetupError(
            f"{before.name} cannot be adaptive: only a crawl meets new articles "
            "(a recheck takes what is due, a backfill what is left)"
        )
    if timetable.interval is None:
        raise SetupError(
            f"an adaptive schedule starts from an interval, and '{timetable.timing}' is none: "
            "add --every 1h, or --no-adaptive"
        )


def _show(after: "Schedule", *, as_json: bool) -> None:
    from cli.schedule_table import as_told, state
    from cli.schedule_times import slots_table
    from core.clock import now
    from scheduler import slots

    at = now()
    if as_json:
        print_json(as_told(after, at, SHOWN))
        return
    jitter = f", put off by up to {after.jitter_seconds} s" if after.jitter_seconds else ""
    out().print(f"{after.name}: {after.timing} ({after.timezone}){jitter}", markup=False)
    if said := state(after, at):
        out().print(said, markup=False)
    if slots.due(after, at) is not None:
        talk().print("a slot is due now: a living daemon begins it at once", markup=False)
    out().print(slots_table(slots.upcoming(after, at, SHOWN), after.timezone, at))
