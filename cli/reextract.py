"""`cuttings reextract`: read kept captures again with today's layouts, show the way and what it came to."""

import threading
import time
from typing import TYPE_CHECKING, Any

import click

from cli.crawl import Day
from cli.talk import examples, print_json, talk
from core.stopping import stopping

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cli.progress import Display
    from core.settings import Settings
    from crawlers.outlet import Outlet
    from pipelines.reread_report import Rereading, Standing, Wishes


@click.command(
    epilog=examples(
        "cuttings reextract --dry-run --limit 500",
        "cuttings reextract --outlet nhe --layout legacy",
        "cuttings reextract --since 2024-03-01 --jobs 4",
    )
)
@click.option("--outlet", "outlets", multiple=True, metavar="KEY", help="Only this outlet; repeatable.")
@click.option("--layout", metavar="NAME", help="Only captures that were last read by this layout.")
@click.option("--since", type=Day(), help="Only captures made on or after this day (UTC).")
@click.option("--until", type=Day(), help="Only captures made on or before this day (UTC).")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many captures.")
@click.option("--dry-run", is_flag=True, help="Store nothing; show what would read otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--jobs", type=click.IntRange(min=1, max=256), help="Reading processes; one for each core by default."
)
@click.pass_context
def reextract(context: click.Context, /, outlets: tuple[str, ...], *, as_json: bool, **wishes: Any) -> None:
    """Read kept captures again with today's layouts.

    Captures whose last reading is by an older layout, and pages that nobody could read when they came,
    are read from the WARC files; nothing is fetched. The texts of versions are superseded, no version
    is made, and one that only the older reader saw is retracted. Interrupted in any way, the same
    command goes on where it was. An outlet cannot be crawled while its captures are read.
    """
    if wishes["since"] and wishes["until"] and wishes["since"] > wishes["until"]:
        raise click.UsageError(f"--since {wishes['since']} is after --until {wishes['until']}")
    chosen = _outlets(outlets)

    from core.settings import load_settings
    from pipelines.readers import cores
    from pipelines.reread_report import Wishes
    from scheduler import run_logs

    settings = load_settings()
    wanted = Wishes(**wishes | {"jobs": wishes["jobs"] or cores()})
    began = time.monotonic()
    stop = threading.Event()
    try:
        done = _reread(chosen, wanted, settings, stop)
    finally:
        run_logs.pack_own()

    from cli import reextract_report

    summary = reextract_report.summary(done, wanted, time.monotonic() - began)
    if as_json:
        print_json(summary)
    else:
        reextract_report.show(summary, done, settings)
    context.exit(0 if all(one.carried_out for one in done) and not stop.is_set() else 1)


def _outlets(keys: "Sequence[str]") -> "list[Outlet]":
    from crawlers import registry

    return [registry.find(key) for key in dict.fromkeys(keys)] or list(registry.outlets().values())


def _reread(
    outlets: "Sequence[Outlet]", wishes: "Wishes", settings: "Settings", stop: threading.Event
) -> "tuple[Rereading, ...]":
    """Carry it out in this process and show its progress."""
    from cli.progress import PlainLines, RichLine
    from core import logs
    from core.settings import origin
    from pipelines.rereading import reread

    console = talk()
    with stopping(stop):
        if not console.is_terminal:
            logs.set_up(settings)
            return reread(outlets, wishes, settings, show=_shown(PlainLines(console)), stop=stop)
        shown = settings
        if origin("log_level") == "default":  # the progress line says it; a person wants the troubles only
            shown = settings.model_copy(update={"log_level": "WARNING"})
        with RichLine(console) as line:
            logs.set_up(shown)  # after the line took over stderr, so that both can be read
            return reread(outlets, wishes, settings, show=_shown(line), stop=stop)


def _shown(display: "Display") -> "Callable[[Standing], None]":
    """Give what shows a standing on a display, no more often than the display wants."""
    from cli.reextract_report import line

    last = time.monotonic()

    def show(standing: "Standing") -> None:
        nonlocal last
        if time.monotonic() - last >= display.interval:
            last = time.monotonic()
            display.show(line(standing))

    return show
