"""`cuttings db verify`: every rule of the archive checked, with the rows that break it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from cli.meter import Meter
from cli.talk import examples, moment, out, print_json
from core.errors import SetupError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sqlalchemy import Engine

    from core.settings import Settings
    from db.checks import Check, Finding


@click.command(epilog=examples("cuttings db verify", "cuttings db verify --outlet nhe --fast --json"))
@click.option("--outlet", metavar="OUTLET", help="Only what is of this outlet.")
@click.option("--fast", is_flag=True, help="Only see that the files of captures are there; do not read them.")
@click.option("--no-captures", is_flag=True, help="Leave the files of captures out (they lie elsewhere).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(
    context: click.Context, *, outlet: str | None, fast: bool, no_captures: bool, as_json: bool
) -> None:
    """Check that the archive is what it says: every rule, and the rows that break it.

    It only reads, and crawls may go on meanwhile. Exit 1 when a rule is broken; a notice breaks none.
    """
    from core.settings import load_settings
    from db.engine import open_engine

    settings = load_settings()
    engine = open_engine(settings.database())
    _require(engine, settings, outlet)
    findings = _look(engine, _chosen(settings, fast=fast, no_captures=no_captures), outlet)
    broken = [finding for finding in findings if finding.broken]
    if as_json:
        print_json({"database": settings.database_shown(), "clean": not broken, "checks": findings})
    else:
        out().print(_table(findings))
        for finding in findings:
            if finding.count:
                out().print(_details(finding))
        click.echo(_summary(findings), err=True)
    context.exit(1 if broken else 0)


def _require(engine: "Engine", settings: "Settings", outlet: str | None) -> None:
    """Refuse a database of another schema, one that cannot be read at all, and an outlet it does not know."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from db import schema

    try:
        schema.require_head(engine)
        with engine.connect() as connection:
            known = sorted(connection.execute(text("SELECT key FROM outlet")).scalars())
    except DBAPIError as error:
        msg = (
            f"the database {settings.database_shown()} cannot be read: {error.orig}; "
            "if it is not merely away, `cuttings db restore` brings back a backup"
        )
        raise SetupError(msg) from error
    if outlet is not None and outlet not in known:
        msg = f"the archive holds no outlet '{outlet}'; it holds {', '.join(known) or 'none'}"
        raise SetupError(msg)


def _chosen(settings: "Settings", *, fast: bool, no_captures: bool) -> "Sequence[Check]":
    from db.checks import all_checks
    from pipelines import verify as captures

    files = () if no_captures else captures.checks(settings.home, read=not fast)
    return (*all_checks(), *files)


def _look(engine: "Engine", checks: "Sequence[Check]", outlet: str | None) -> "list[Finding]":
    """Carry out the checks one after the other, showing how far they are."""
    from db.checks import Scope

    wanted = [check for check in checks if outlet is None or check.of_outlet]
    with Meter("verify", len(wanted)) as meter:
        findings = []
        for check in wanted:
            meter.step(check.name)
            findings.append(check.run(engine, Scope(outlet=outlet, told=meter.told)))
    return findings


def _table(findings: "Sequence[Finding]") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("check", "", "what holds"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "check")
    for finding in findings:
        table.add_row(finding.name, _state(finding), Text(finding.holds))
    return table


def _state(finding: "Finding") -> "RenderableType":
    from rich.text import Text

    if not finding.count:
        return Text("ok", "green")
    return Text(f"{finding.count} broken", "bold red") if finding.broken else Text(f"{finding.count} to know")


def _details(finding: "Finding") -> "RenderableType":
    """Give what breaks a rule, and what to do."""
    from rich.text import Text

    lines = [f"\n{finding.name}: not so that {finding.holds}", f"what to do: {finding.remedy}"]
    lines += [f"  {_facts(row)}" for row in finding.rows]
    if finding.count > len(finding.rows):
        lines.append(f"  and {finding.count - len(finding.rows)} more")
    return Text("\n".join(lines))


def _facts(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in row.items())


def _shown(value: object) -> str:
    from datetime import datetime

    if value is None:
        return "-"
    return moment(value) if isinstance(value, datetime) else str(value)


def _summary(findings: "Sequence[Finding]") -> str:
    broken = sum(finding.broken for finding in findings)
    known = sum(1 for finding in findings if finding.count and not finding.broken)
    rules = "1 rule is broken" if broken == 1 else f"{broken} rules are broken"
    said = rules if broken else "the archive is what it says"
    to_know = f", {known} more to know" if known else ""
    return f"{len(findings)} checks: {said}{to_know}"
