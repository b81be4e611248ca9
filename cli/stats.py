"""`cuttings stats`: what an analyst looks at first, in the terminal, as JSON, or drawn into a file."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.crawl import Day
from cli.moments import past
from cli.talk import examples, out, print_json, talk
from core.errors import SetupError

if TYPE_CHECKING:
    from datetime import datetime

    from db.tallies import Bounds, Tallies

DRAWINGS = (".svg", ".png")


class Drawing(click.ParamType[Path]):
    """A file whose suffix says how it is drawn."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path; wrong usage for a form there is not."""
        path = Path(value)
        if path.suffix.lower() not in DRAWINGS:
            self.fail(f"'{value}' must end in {' or '.join(DRAWINGS)}", param, ctx)
        return path


@click.command(
    epilog=examples(
        "cuttings stats",
        "cuttings stats --outlet nhe --outlet pse --since 2024-01-01 --plot sisters.svg",
        "cuttings stats --as-of 2026-03-01 --json",
    )
)
@click.option("--outlet", "outlets", multiple=True, metavar="KEY", help="Only this outlet; may be repeated.")
@click.option("--since", type=Day(), help="Only what happened on or after this day.")
@click.option("--until", type=Day(), help="Only what happened on or before this day.")
@past
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, every month and pair in it.")
@click.option("--plot", type=Drawing(), help="Draw it into this .svg or .png too (extra: plots).")
def stats(  # noqa: PLR0913 - one argument for each option
    *,
    outlets: tuple[str, ...],
    since: date | None,
    until: date | None,
    at: "datetime | None",
    believed_at: "datetime | None",
    as_json: bool,
    plot: Path | None,
) -> None:
    """Show what was published, edited, removed and copied, and how much of it is known.

    Articles count in the month of their publication, comments in that of their posting, edits and
    removals when they were seen, copies when they appeared. The delay of an edit is an upper bound: from
    publication to the first sight of the new text.
    """
    from core.settings import load_settings
    from db.tallies import Bounds, tallies
    from db.time_travel.asof_session import reading

    if since and until and since > until:
        raise click.UsageError(f"--since {since} is after --until {until}")
    if plot is not None:
        from cli.stats_plot import require

        require()
    bounds = Bounds(outlets=outlets, since=since, until=until)
    with reading(load_settings().database(), at, believed_at) as reader, reader.snapshot():
        found = tallies(reader.connection, bounds)
    _refuse_unknown(bounds, found)
    if plot is not None:
        _draw(plot, found, at)
    if as_json:
        print_json(_facts(bounds, found, at, believed_at))
    else:
        _show(found, at)


def _refuse_unknown(bounds: "Bounds", found: "Tallies") -> None:
    """Refuse an outlet that was misspelt; one of old times may have left the registry."""
    from crawlers import registry

    for outlet in bounds.outlets:
        if outlet not in found.outlets:
            registry.find(outlet)


def _draw(path: Path, found: "Tallies", at: "datetime | None") -> None:
    from cli.stats_plot import draw
    from cli.whole_files import replacing

    if not found.outlets:
        raise SetupError("there is nothing to draw: no article is known of")
    with replacing(path) as stream:
        draw(found, stream, form=path.suffix.lower().removeprefix("."), at=at)
    talk().print(f"drawn into {path}", markup=False, soft_wrap=True)


def _show(found: "Tallies", at: "datetime | None") -> None:
    from cli.stats_report import report

    console = out()
    if not found.outlets:
        console.print("nothing is known of that: `cuttings crawl OUTLET` begins an archive")
        return
    blocks = console.encoding.lower().startswith("utf")
    for line in report(found, width=console.width, height=console.height, blocks=blocks, at=at):
        console.print(line, soft_wrap=True)


def _facts(
    bounds: "Bounds", found: "Tallies", at: "datetime | None", believed_at: "datetime | None"
) -> dict[str, Any]:
    return {
        "as_of": at,
        "believed_at": believed_at,
        "outlets": bounds.outlets,
        "since": bounds.since,
        "until": bounds.until,
        "published": found.published,
        "edits": found.edits,
        "removed": found.removed,
        "copied": found.copied,
        "covered": found.covered,
    }
