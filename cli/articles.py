"""`cuttings articles`: articles that met at two addresses, merged and split."""

from typing import TYPE_CHECKING

import click

from cli.article_text import day, plainly
from cli.talk import examples, out, print_json, talk

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.matched.proposals import Half, Proposal

_MARKS = {"same": "the same", "alike": "alike", "other": "different", "lacking": "one states none"}


@click.group()
def articles() -> None:
    """Decide which articles at two addresses are one."""


@articles.command(
    epilog=examples("cuttings articles proposals", "cuttings articles proposals --outlet nhe --json")
)
@click.option("--outlet", metavar="KEY", help="Only of this outlet.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def proposals(*, outlet: str | None, as_json: bool) -> None:
    """List pairs of articles that may be one and wait for a decision, with the evidence.

    An article that moved to another address keeps its title, its date and its text: pairs that agree in
    title, date and at least 90 % of the text are merged when they are found. All others that look
    alike, and those of which several agree, are listed here: `merge` or `split` decides.
    """
    from core.settings import load_settings
    from crawlers import registry
    from db import schema
    from db.engine import open_engine
    from db.matched.proposals import proposals as waiting

    if outlet is not None:
        registry.find(outlet)
    engine = open_engine(load_settings().database())
    try:
        schema.require_head(engine)
        with engine.connect() as connection:
            found = waiting(connection, outlet)
    finally:
        engine.dispose()
    if as_json:
        print_json(found)
    elif not found:
        talk().print("no pair of articles waits for a decision")
    else:
        for proposal in found:
            out().print(_sheet(proposal))


@articles.command(epilog=examples("cuttings articles merge 12 345"))
@click.argument("article", metavar="ID", type=click.IntRange(min=1))
@click.argument("other", metavar="OTHER", type=click.IntRange(min=1))
def merge(article: int, other: int) -> None:
    """Make two articles of one outlet one: all captures of both become its history.

    The lower number stays; the other leads to it from now on, and so does all that comes in for it.
    Nothing is lost: `split` takes them apart again. The outlet must not be crawled meanwhile.
    """
    from core.settings import load_settings
    from pipelines import pairing

    done = pairing.merge(load_settings(), article, other)
    talk().print(
        f"article {done.other_id} is merged into article {done.article_id}: `cuttings article "
        f"{done.article_id}` shows it; `cuttings articles split {done.article_id} {done.other_id}` "
        "takes them apart again",
        soft_wrap=True,
    )


@articles.command(epilog=examples("cuttings articles split 12 345"))
@click.argument("article", metavar="ID", type=click.IntRange(min=1))
@click.argument("other", metavar="OTHER", type=click.IntRange(min=1))
def split(article: int, other: int) -> None:
    """Make two merged articles two again, or say of two proposed ones that they are two.

    What came in at the addresses of the merged one goes back to it, whenever it came. No rule merges
    these two again. The outlet must not be crawled meanwhile.
    """
    from core.settings import load_settings
    from pipelines import pairing

    done = pairing.split(load_settings(), article, other)
    talk().print(
        f"articles {done.article_id} and {done.other_id} are two, and no rule will merge them", soft_wrap=True
    )


def _sheet(proposal: "Proposal") -> "RenderableType":
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    one, other = proposal.first, proposal.second
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", f"article {one.article_id}", f"article {other.article_id}", "evidence"):
        table.add_column(heading, overflow="fold", style="bold" if not heading else "")
    dates = [half.published_on.isoformat() if half.published_on else "not stated" for half in (one, other)]
    counts = [
        f"{half.words} words, {only} only here"
        for half, only in ((one, proposal.only_first), (other, proposal.only_second))
    ]
    redirected = "one led to the other" if proposal.redirected else ""
    shown = (
        ("title", plainly(one.title), plainly(other.title), _MARKS[proposal.title]),
        ("published", *dates, _MARKS[proposal.date]),
        ("text", *counts, f"{proposal.share:.1%} in common, {proposal.common} words"),
        ("address", plainly(one.url), plainly(other.url), redirected),
        ("seen", _seen(one), _seen(other), ""),
    )
    for cells in shown:
        table.add_row(*(Text(cell) for cell in cells))
    numbers = f"{one.article_id} {other.article_id}"
    title = Text(f"{proposal.outlet}: not merged by rule, for {proposal.reason}", "bold")
    hint = Text(f"`cuttings articles merge {numbers}` or `cuttings articles split {numbers}`\n", "dim")
    return Group(title, table, hint)


def _seen(half: "Half") -> str:
    return f"{day(half.first_seen_at)} to {day(half.last_seen_at)}"
