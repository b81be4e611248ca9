"""`cuttings erase`: take comments, commenters, articles and addresses out of the archive, for good."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from cli.erase_retention import retention
from cli.meter import Meter
from cli.talk import examples, moment, out, print_json
from core.errors import CuttingsError

if TYPE_CHECKING:
    from db.erasures import Wish
    from pipelines.erasing import Erasing

STEPS = 4  # captures, rows, WARC files, database files


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all erasures have."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option(
            "--no-search",
            is_flag=True,
            help="Trust the rows: do not look through the outlet's other captures.",
        ),
        click.option("--dry-run", is_flag=True, help="Only list what would go."),
        click.option("--asked-by", metavar="REF", help="Who asked, by a reference that is no name."),
        click.option("--reason", required=True, help="Why; kept with the erasure, so name nobody."),
    ):
        command = option(command)
    return command


@click.group(
    epilog=examples(
        "cuttings erase comment 4711 --reason 'request 12 of May' --dry-run",
        "cuttings erase commenter reader-abcd-efgh-ijkl --reason 'request 12 of May'",
        "cuttings erase article 17 --reason 'court order 3/26' --yes",
        "cuttings erase url https://www.example.org/people/ --reason 'request 13'",
        "cuttings erase list",
    )
)
def erase() -> None:
    """Erase for good, and keep it from coming back.

    Texts, names and hashes go from every table, from the full-text indexes, from the WARC files and
    from the database's own file. What stays is that something was there: its number, its dates, how
    long it was, and the erasure. Keyed hashes keep it out of later crawls, backfills and re-readings.
    To hide something and be able to show it again: `cuttings withdraw`.
    """


@erase.command(epilog=examples("cuttings erase comment 4711 --reason 'request 12 of May' --dry-run"))
@click.argument("comment_id", metavar="COMMENT", type=click.IntRange(min=1))
@_options
def comment(comment_id: int, **how: Any) -> None:
    """Erase one comment; the same words of the same name under the article go with it."""
    from db.erasures import Wish
    from db.words import Erased

    _carry_out(Wish(what=Erased.COMMENT, number=comment_id), **how)


@erase.command(epilog=examples("cuttings erase commenter reader-abcd-efgh-ijkl --reason 'request 12 of May'"))
@click.argument("pseudonym")
@_options
def commenter(pseudonym: str, **how: Any) -> None:
    """Erase all comments of one name in one outlet, and the name."""
    from db.erasures import Wish
    from db.words import Erased

    _carry_out(Wish(what=Erased.COMMENTER, name=pseudonym), **how)


@erase.command(epilog=examples("cuttings erase article 17 --reason 'court order 3/26'"))
@click.argument("article_name", metavar="ARTICLE")
@_options
def article(article_name: str, **how: Any) -> None:
    """Erase an article, by its number or any address: all versions, comments, addresses, captures."""
    from cli.article_lookup import find
    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine
    from db.erasures import Wish
    from db.words import Erased

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    with engine.connect() as connection:
        number = find(connection, article_name)
    engine.dispose()
    _carry_out(Wish(what=Erased.ARTICLE, number=number), **how)


@erase.command(epilog=examples("cuttings erase url https://www.example.org/people/ --reason 'request 13'"))
@click.argument("prefix")
@_options
def url(prefix: str, **how: Any) -> None:
    """Erase all addresses that begin with PREFIX, in any spelling of scheme and www."""
    from urllib.parse import urlsplit

    from db.erasures import Wish
    from db.words import Erased

    parts = urlsplit(prefix)
    if not parts.hostname or not parts.path.strip("/"):
        raise click.BadParameter("give a whole address with a path: https://www.example.org/people/")
    _carry_out(Wish(what=Erased.URL, name=prefix), **how)


@erase.command(epilog=examples("cuttings erase finish"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def finish(*, as_json: bool) -> None:
    """Finish what an erasure that was interrupted left to be done."""
    from core.settings import load_settings
    from pipelines.erasing import finish_all

    with Meter("erase", 2) as meter:
        done = finish_all(load_settings(), meter)
    if as_json:
        print_json(done)
    else:
        out().print(f"records taken out of WARC files: {done.records}")
        _say_left(done.left)
    if done.left:
        raise CuttingsError("something is left to be done")


@erase.command("list", epilog=examples("cuttings erase list --json"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(*, as_json: bool) -> None:
    """List the erasures: when, what kind, why; nothing of what was erased."""
    from rich.table import Table

    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine
    from db.erasures.register import erasures

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    found = erasures(engine)
    engine.dispose()
    if as_json:
        print_json(found)
        return
    if not found:
        out().print("nothing was ever erased")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("erasure", "when (UTC)", "outlet", "what", "reason", "asked by", "finished (UTC)"):
        table.add_column(heading, overflow="fold")
    for one in found:
        ended = moment(one.cleaned_at) if one.files_done_at else "-"
        asked = one.asked_by or "-"
        when = moment(one.erased_at)
        table.add_row(str(one.erasure_id), when, one.outlet, one.what, one.reason, asked, ended)
    out().print(table)


erase.add_command(retention)


def _carry_out(  # noqa: PLR0913 - the options of an erasure
    wish: "Wish",
    *,
    reason: str,
    asked_by: str | None,
    dry_run: bool,
    no_search: bool,
    yes: bool,
    as_json: bool,
) -> None:
    from core.settings import load_settings
    from pipelines.erasing import Order, erase

    if not (dry_run or yes or sys.stdin.isatty()):
        raise click.UsageError("nobody is there to be asked: give --yes, or --dry-run to see what would go")

    def ask(planned: "Erasing") -> bool:
        if yes:
            return True
        _show(planned)
        return click.confirm("Erase this for good?", err=True)

    order = Order(wish=wish, reason=reason, asked_by=asked_by, dry_run=dry_run, search=not no_search)
    with Meter("erase", STEPS) as meter:
        done = erase(load_settings(), order, meter, ask)
    if as_json:
        print_json(done)
    else:
        _show(done)


def _show(done: "Erasing") -> None:
    """Print what would go, or went."""
    console = out()
    if done.erasure_id is not None:
        console.print(f"erased, as erasure {done.erasure_id}")
    elif done.dry_run:
        console.print("this would go:")
    if done.articles:
        console.print(f"articles: {', '.join(map(str, done.articles))}")
    if done.comments:
        console.print(f"comments: {', '.join(map(str, done.comments))}")
    for name, count in done.rows.items():
        if count:
            console.print(f"  rows of {name}: {count}", markup=False)
    for name, count in done.captures.items():
        console.print(f"  captures in {name}: {count}", markup=False)
    if done.log_lines:
        console.print(f"  lines of the runs' logs: {done.log_lines}")
    for name in done.samples:
        console.print(f"  saved page of an outlet: {name}", markup=False)
    _say_left(done.left)


def _say_left(left: "tuple[str, ...] | list[str]") -> None:
    for sentence in left:
        out().print(f"left: {sentence}", markup=False, soft_wrap=True)
