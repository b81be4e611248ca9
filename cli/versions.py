"""`cuttings versions`: decide on what runs held back because too many articles changed alike."""

from typing import TYPE_CHECKING

import click

from cli.talk import examples, moment, out, print_json
from core.errors import CuttingsError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from db.histories.holds import HeldText, HoldLine

RUN = click.argument("run_id", metavar="RUN", type=click.IntRange(min=1))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(
    epilog=examples(
        "cuttings versions held",
        "cuttings versions show 12",
        "cuttings versions release 12",
        "cuttings versions discard 12",
    )
)
def versions() -> None:
    """Decide on versions that a run held back.

    When at least a fifth, and ten, of the rechecked articles of an outlet's layout change alike in
    one run, it is likelier that the site changed its pages than that it edited its articles. The
    run ends `held` and the changes are not believed. Look at some; release them if the outlet
    did edit its articles; discard them if it did not, then mend the layout and read the captures
    again (`cuttings reextract`).
    """


@versions.command(epilog=examples("cuttings versions held", "cuttings versions held --all --json"))
@click.option("--all", "decided_too", is_flag=True, help="Those that were decided on as well.")
@JSON
def held(*, decided_too: bool, as_json: bool) -> None:
    """List what waits for a decision."""
    from db.histories import holds

    engine = _archive()
    found = holds.holds(engine, undecided=not decided_too)
    if as_json:
        print_json(found)
    elif not found:
        out().print("nothing is held" if not decided_too else "nothing was ever held")
    else:
        _print_table(found)


@versions.command(epilog=examples("cuttings versions show 12", "cuttings versions show 12 --limit 50"))
@RUN
@click.option("--limit", type=click.IntRange(min=1), default=5, show_default=True, help="How many articles.")
@JSON
def show(run_id: int, limit: int, *, as_json: bool) -> None:
    """Show what a run held: some of the articles, as believed and as the run read them."""
    from db.histories import holds

    engine = _archive()
    found = holds.holds(engine, run_id=run_id)
    if not found:
        raise CuttingsError(f"run {run_id} held nothing; `cuttings versions held` lists what waits")
    texts = list(holds.held_texts(engine, run_id, limit))
    if as_json:
        print_json({"holds": found, "articles": texts})
        return
    _print_table(found)
    for text in texts:
        _print_text(text)


@versions.command(epilog=examples("cuttings versions release 12"))
@RUN
@JSON
def release(run_id: int, *, as_json: bool) -> None:
    """Believe what a run held: the outlet did edit its articles."""
    _decide(run_id, "released", as_json=as_json)


@versions.command(epilog=examples("cuttings versions discard 12"))
@RUN
@JSON
def discard(run_id: int, *, as_json: bool) -> None:
    """Never believe what a run held: the site changed its pages, not its articles."""
    _decide(run_id, "discarded", as_json=as_json)


def _archive() -> "Engine":
    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    return engine


def _decide(run_id: int, word: str, *, as_json: bool) -> None:
    from core.settings import load_settings
    from db.words import Decision
    from pipelines.holding import decide

    articles = decide(load_settings(), run_id, Decision(word))
    if as_json:
        print_json({"run_id": run_id, "decision": word, "articles": articles})
        return
    out().print(f"{word}: what run {run_id} read of {articles} articles")
    if word == "discarded":
        out().print("once the layout reads the new pages, `cuttings reextract` reads these captures again")


def _print_table(found: "list[HoldLine]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in (
        "run",
        "outlet",
        "layout",
        "held (UTC)",
        "articles",
        "what they have in common",
        "decision",
    ):
        table.add_column(heading, overflow="fold")
    for hold in found:
        table.add_row(
            str(hold.run_id),
            hold.outlet,
            hold.layout,
            moment(hold.held_at),
            f"{hold.affected} of {hold.rechecked}",
            Text(hold.sign),
            hold.decision or "open",
        )
    out().print(table)


def _print_text(text: "HeldText") -> None:
    from rich.padding import Padding
    from rich.text import Text

    from cli.article_difference import words
    from cli.article_text import plainly

    console = out()
    console.print()
    console.print(Text(f"{text.article_id}  {plainly(text.url)}", style="bold"))
    for before, after in ((text.title_believed, text.title_held), (text.body_believed, text.body_held)):
        if before != after:
            console.print(Padding(words(before, after), (0, 0, 0, 2)))
    console.print(Padding(Text(f"comments of the held reading: {text.comment_state}", "dim"), (0, 0, 0, 2)))
