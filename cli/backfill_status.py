"""`cuttings backfill status`: how far backfills are, what they wait for, when they go on."""

from typing import TYPE_CHECKING

import click

from cli.talk import examples, moment, out, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from scheduler.standings import Standing

_MEBIBYTE = 1024 * 1024


@click.command(
    epilog=examples(
        "cuttings backfill status", "cuttings backfill status nhe", "cuttings backfill status --json"
    )
)
@click.argument("outlet", metavar="[OUTLET]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(outlet: str | None, *, as_json: bool) -> None:
    """Show how far the backfills are: of one OUTLET, or all; days and times are UTC.

    Of each way that captures come, the open backfill or the one that ended last: how far the archive's
    index is read, what became of the captures it lists, how long the rest takes at the archive's rate,
    and when the daemon carries it on.
    """
    from core.clock import now
    from core.settings import load_settings
    from crawlers import registry
    from db import schema
    from db.engine import open_engine
    from scheduler.standings import standings

    settings = load_settings()
    if outlet is not None:
        registry.find(outlet)
    engine = open_engine(settings.database())
    schema.ensure(engine)
    found = standings(engine, settings, now(), outlet)
    if as_json:
        print_json(found)
    elif found:
        for one in found:
            out().print(_sheet(one))
    else:
        what = f"of {outlet} " if outlet else ""
        out().print(
            f"no backfill {what}was asked for yet: `cuttings backfill OUTLET --from wayback` begins one"
        )


def _sheet(one: "Standing") -> "RenderableType":
    """Give one backfill as a heading with its facts below."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    ending = f"{one.ended_by.value} {moment(one.ended_at)}" if one.ended_by else "open"
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    for name, said in _facts(one):
        facts.add_row(f"  {name}", Text(said))
    heading = Text(f"{one.outlet} from {one.via.value}: {ending}", "bold" if one.ended_by is None else "")
    return Group(heading, facts, Text())


def _facts(one: "Standing") -> "Sequence[tuple[str, str]]":
    told = [("days wanted", _days(one)), ("asked for", moment(one.started_at))]
    if one.paths:
        told.append(("files", ", ".join(one.paths)))
    refused = f", {one.refused} unreadable" if one.refused else ""
    told.append(("index", f"{one.answered} of {one.questions} questions answered, {one.rows} rows{refused}"))
    counted = [f"{number} {state.replace('_', ' ')}" for state, number in one.mementos.items() if number]
    told.append(("captures", ", ".join(counted) or "none listed yet"))
    if one.ended_by is None:
        rate = f", {_hours(one.hours_left)} at the archive's rate" if one.hours_left else ""
        told.append(
            ("left", f"{one.mementos['chosen']} captures, {one.chosen_bytes / _MEBIBYTE:.1f} MiB{rate}")
        )
    if one.paused_until is not None:
        told.append(("archive", f"not asked before {moment(one.paused_until)}: {one.pause_reason}"))
    if one.last_run is not None:
        verdict = one.last_run.verdict.value if one.last_run.verdict else "under way"
        reason = f": {one.last_run.reason}" if one.last_run.reason else ""
        told.append(("last run", f"{one.last_run.id}, {moment(one.last_run.started_at)}, {verdict}{reason}"))
    if one.ended_by is None:
        told.append(("next slice", moment(one.next_slice) if one.next_slice else f"none: {one.waits}"))
    return told


def _days(one: "Standing") -> str:
    if one.since is None and one.until is None:
        return "all"
    return f"{one.since or 'the first'} to {one.until or 'the last'}"


def _hours(hours: float) -> str:
    return f"{hours:.1f} h" if hours >= 1 else f"{hours * 60:.0f} min"
