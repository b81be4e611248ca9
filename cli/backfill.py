"""`cuttings backfill`: fetch what web archives and files hold of an outlet's past; show the way."""

import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.backfill_status import status
from cli.crawl import Day
from cli.talk import examples, print_json, talk
from core.records import Via
from core.stopping import stopping

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.progress import Display
    from core.orders import BackfillOrder
    from core.settings import Settings
    from pipelines.backfill.report import BackfillReport, Standing

SOURCES = {
    "wayback": Via.WAYBACK,
    "commoncrawl": Via.COMMONCRAWL,
    "warc": Via.WARC,
    "files": Via.FILE,
}
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?", re.IGNORECASE)
_MINUTES = {"s": 1 / 60, "m": 1.0, "min": 1.0, "h": 60.0, "d": 1440.0}


class BackfillGroup(click.Group):
    """A group whose first word is an outlet or a command: `backfill nhe`, `backfill status`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what begins with no command for the backfill of an outlet."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give the command of a name; an outlet's is that which backfills it."""
        return super().get_command(ctx, cmd_name) or super().get_command(ctx, "run")


class TimeSpan(click.ParamType[float]):
    """A length of time as people write it, in minutes."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Give the minutes; wrong usage where it is no length of time."""
        if isinstance(value, float):
            return value
        found = _TIME.fullmatch(str(value).strip())
        minutes = float(found[1]) * _MINUTES[(found[2] or "m").lower()] if found else 0.0
        if minutes <= 0:
            self.fail(f"'{value}' is no length of time; write it as 90m or 2h", param, ctx)
        return minutes


@click.group(
    cls=BackfillGroup,
    epilog=examples(
        "cuttings backfill nhe --from wayback --plan",
        "cuttings backfill nhe --from wayback --until 2020-12-31 --for 2h",
        "cuttings backfill nhe --from commoncrawl --limit 500",
        "cuttings backfill nhe --from warc old-crawls/ site.wacz",
        "cuttings backfill status nhe",
    ),
)
def backfill() -> None:
    """Fetch an outlet's past from web archives and files."""


@backfill.command(
    epilog=examples(
        "cuttings backfill nhe --from wayback --plan",
        "cuttings backfill nhe --from wayback --until 2020-12-31 --for 2h",
        "cuttings backfill nhe --from warc old-crawls/ site.wacz",
        "cuttings backfill nhe --from files saved/ --addresses saved/addresses.csv",
    )
)
@click.argument("outlet", metavar="OUTLET")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source",
    type=click.Choice([*SOURCES]),
    required=True,
    help="Which archive: a web archive, WARC and WACZ files (PATH...), or a folder of saved pages (PATH).",
)
@click.option("--since", type=Day(), help="Only captures taken on or after this day (UTC).")
@click.option("--until", type=Day(), help="Only captures taken on or before this day (UTC).")
@click.option("--limit", type=click.IntRange(min=1), help="Fetch at most so many captures now.")
@click.option("--for", "minutes", type=TimeSpan(), help="End in good order after so long: 90m, 2h.")
@click.option("--addresses", type=click.Path(path_type=Path), help="With files: the list of their addresses.")
@click.option(
    "--refresh", is_flag=True, help="Read the archive's index again, also where it was read lately."
)
@click.option(
    "--plan", "plan_only", is_flag=True, help="Read the index, show what would be fetched; stop there."
)
@click.option("--minutes", "slice_minutes", type=click.FloatRange(min=0, min_open=True), hidden=True)
@click.option(
    "--run-id", type=click.IntRange(min=1), hidden=True, help="Carry out this run, begun elsewhere."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def run(context: click.Context, /, outlet: str, *, as_json: bool, plan_only: bool, **wishes: Any) -> None:
    """Fetch what an archive holds of OUTLET, choose what is new in it, and put it into one timeline.

    Each address is fetched as it was first, at every change, a month after publication (the comments
    are complete by then) and last before it died; what the index says of the rest is kept without
    fetching it. Interrupted in any way, the same command goes on where it was. The archive's own rate
    is kept: one index query in 2.5 seconds, one capture a second.
    """
    order = _order(outlet, wishes)

    from core.settings import load_settings
    from scheduler import run_logs

    settings = load_settings()
    try:
        report = _carry_out(order, settings, plan_only=plan_only)
    finally:
        run_logs.pack_own()

    from cli import backfill_report

    if as_json:
        print_json(backfill_report.summary(report, settings))
    else:
        backfill_report.show(report, settings)
    context.exit(0 if report.carried_out else 1)


backfill.add_command(status)


def _order(outlet: str, wishes: dict[str, Any]) -> "BackfillOrder":
    """Give the order; wrong usage and unknown outlets are found before anything runs."""
    from core.orders import BackfillOrder
    from crawlers import registry

    registry.find(outlet)
    via, paths = SOURCES[wishes["source"]], tuple(wishes["paths"])
    addresses = wishes["addresses"]
    if wishes["since"] and wishes["until"] and wishes["since"] > wishes["until"]:
        raise click.UsageError(f"--since {wishes['since']} is after --until {wishes['until']}")
    if addresses is not None and via is not Via.FILE:
        raise click.UsageError("--addresses goes with --from files")
    if via is Via.WARC and not paths:
        raise click.UsageError("--from warc needs the files, or folders of them: PATH...")
    if via is Via.FILE and len(paths) != 1:
        raise click.UsageError("--from files needs one folder: PATH")
    if paths and via not in {Via.WARC, Via.FILE}:
        raise click.UsageError(f"--from {wishes['source']} reads no files: leave out {paths[0]}")
    return BackfillOrder(
        outlet=outlet,
        via=via,
        paths=tuple(path.resolve() for path in (*paths, *([addresses] if addresses else []))),
        since=wishes["since"],
        until=wishes["until"],
        limit=wishes["limit"],
        minutes=wishes["minutes"] or wishes["slice_minutes"],
        refresh=wishes["refresh"],
        run_id=wishes["run_id"],
    )


def _carry_out(order: "BackfillOrder", settings: "Settings", *, plan_only: bool) -> "BackfillReport":
    """Carry it out in this process and show its progress."""
    from cli.progress import LogLines, PlainLines, RichLine
    from core import logs
    from core.settings import origin
    from pipelines.backfill.backfilling import backfill as carry_out

    console = talk()
    stop = threading.Event()
    with stopping(stop):
        if not console.is_terminal:
            logs.set_up(settings)
            display = PlainLines(console) if order.run_id is None else LogLines()
            return carry_out(order, settings, show=_shown(display), stop=stop, plan_only=plan_only)
        shown = settings
        if origin("log_level") == "default":  # the progress line says it; a person wants the troubles only
            shown = settings.model_copy(update={"log_level": "WARNING"})
        with RichLine(console) as line:
            logs.set_up(shown)  # after the line took over stderr, so that both can be read
            return carry_out(order, settings, show=_shown(line), stop=stop, plan_only=plan_only)


def _shown(display: "Display") -> "Callable[[Standing], None]":
    """Give what shows a standing on a display, no more often than the display wants."""
    from cli.backfill_report import line

    last = 0.0

    def show(standing: "Standing") -> None:
        nonlocal last
        if time.monotonic() - last >= display.interval:
            last = time.monotonic()
            display.show(line(standing))

    return show
