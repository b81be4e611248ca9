"""`cuttings erase retention`: how long the names under an outlet's comments are kept."""

import re
from typing import TYPE_CHECKING

import click

from cli.talk import examples, moment, out, print_json

if TYPE_CHECKING:
    from sqlalchemy import Engine

DAYS = {"d": 1, "w": 7, "y": 365}
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
TABLES = ("commenter", "comment", "comment_list", "comment_version")


class Span(click.ParamType[int]):
    """A span of days, weeks or years: 90d, 26w, 2y."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Give the days; fail with a usage error that shows how to write it."""
        found = re.fullmatch(r"([1-9][0-9]{0,4})([dwy])", str(value))
        if not found:
            self.fail(f"{value!r} is no span; give 90d, 26w or 2y", param, ctx)
        return int(found[1]) * DAYS[found[2]]


@click.group(
    epilog=examples(
        "cuttings erase retention set nhe names --after 2y",
        "cuttings erase retention set nhe names --never",
        "cuttings erase retention list",
        "cuttings erase retention apply",
    )
)
def retention() -> None:
    """Say how long the names under an outlet's comments are kept.

    Later the pseudonym takes the name's place in the database; texts stay, and so do the raw captures.
    Rules are applied every night when the archive is tidied, or at once with `apply`.
    """


@retention.command("set", epilog=examples("cuttings erase retention set nhe names --after 2y"))
@click.argument("outlet")
@click.argument("what", type=click.Choice(["names"]))
@click.option("--after", type=Span(), help="After what time, since the name was last used: 90d, 26w, 2y.")
@click.option("--never", is_flag=True, help="Keep them: the rule goes.")
def set_(outlet: str, what: str, *, after: int | None, never: bool) -> None:
    """Have the names under the comments of OUTLET dropped after a time."""
    from db import retention as rules

    if never is (after is not None):
        raise click.UsageError("give either --after or --never")
    rules.set_rule(_archive(), outlet, after)
    out().print(f"{what} of {outlet}: kept" if never else f"{what} of {outlet}: dropped after {after} days")


@retention.command("list", epilog=examples("cuttings erase retention list --json"))
@JSON
def list_(*, as_json: bool) -> None:
    """List the rules."""
    from db import retention as rules

    found = rules.rules(_archive())
    if as_json:
        print_json(found)
        return
    for rule in found:
        told = f"dropped after {rule.days} days (set {moment(rule.set_at)} UTC)"
        out().print(f"{rule.outlet}  {rule.what}  {told}", markup=False)
    if not found:
        out().print("no rules: names are kept")


@retention.command(epilog=examples("cuttings erase retention apply"))
@JSON
def apply(*, as_json: bool) -> None:
    """Drop the names whose time has come, and rid the database file of them."""
    from core.clock import now
    from core.errors import CuttingsError
    from core.settings import load_settings
    from db.scouring import scour
    from pipelines.retaining import apply_rules

    engine = _archive()
    done = apply_rules(engine, load_settings(), now())
    left = scour(engine, TABLES) if any(done.values()) else None
    if as_json:
        print_json(done)
    else:
        for outlet, count in done.items():
            out().print(f"{outlet}: {count} names dropped", markup=False)
    if left:
        raise CuttingsError(f"the database file still holds them ({left}): the next erasure rids it of them")


def _archive() -> "Engine":
    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    return engine
