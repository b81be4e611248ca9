"""The options that say when: `--every`, `--cron`, `--calendar`, one of them at a time."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

NAME = click.argument("name", metavar="NAME|OUTLET")
NAMES = click.argument("names", metavar="NAME|OUTLET...", nargs=-1, required=True)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def when(command: Command) -> Command:
    """Give a command the options of a timing, and its zone."""
    options = (
        click.option("--every", metavar="LENGTH", help="An interval: 90m, 2h, 1d12h."),
        click.option(
            "--cron",
            metavar="FIELDS",
            help="Minute, hour, day of the month, month and weekday by name: '30 6 * * mon-fri'.",
        ),
        click.option(
            "--calendar",
            metavar="STEP",
            help="Steps of the calendar: '1 week at 06:30', '1 month at 06:30 from 2026-01-15'.",
        ),
        click.option("--zone", metavar="ZONE", help="Time zone of cron and calendar, like Europe/London."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def timing(every: str | None, cron: str | None, calendar: str | None) -> str | None:
    """Give the timing the options say, None where they say none; wrong usage where they say two."""
    given = {"every": every, "cron": cron, "calendar": calendar}
    said = [f"{form} {text}" for form, text in given.items() if text is not None]
    if len(said) > 1:
        raise click.UsageError("--every, --cron and --calendar are three ways to say when: give one of them")
    return said[0] if said else None
