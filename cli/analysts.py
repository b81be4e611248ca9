"""`cuttings db grant-analyst`: a role of PostgreSQL that reads the views and nothing else."""

import sys
from pathlib import Path

import click

from cli.talk import examples
from core.errors import SetupError


@click.command(
    name="grant-analyst",
    epilog=examples(
        "cuttings db grant-analyst ann --create --password-file ann.password",
        "cuttings db grant-analyst ann --names",
        "cuttings db grant-analyst ann --revoke",
    ),
)
@click.argument("role")
@click.option("--names", is_flag=True, help="Let it read the names of people who commented too.")
@click.option("--create", is_flag=True, help="Make the role if the server has none of that name.")
@click.option(
    "--password-file", type=click.Path(path_type=Path), help="Set the password to this file's line."
)
@click.option("--password-stdin", is_flag=True, help="Set the password to the line read from stdin.")
@click.option("--revoke", is_flag=True, help="Take from it what this command gave; the role stays.")
def grant_analyst(  # noqa: PLR0913 - one argument for each option
    role: str, password_file: Path | None, *, names: bool, create: bool, password_stdin: bool, revoke: bool
) -> None:
    """Let a ROLE of PostgreSQL read the archive's views, and nothing else.

    The views lie in the schema `archive`, commenters under pseudonyms; with --names also in
    `archive_names`, with their names. Tables cannot be read, nothing can be written, and an upgrade of
    the schema changes nothing of that. Doing it again without --names takes the names away.
    """
    if password_file is not None and password_stdin:
        raise click.UsageError("--password-file and --password-stdin exclude each other")
    if revoke and (names or create or password_file is not None or password_stdin):
        raise click.UsageError("--revoke goes with no other option")

    from core.settings import load_settings
    from db import roles
    from db.engine import open_engine

    settings = load_settings()
    engine = open_engine(settings.database())
    shown = settings.database_shown()
    if revoke:
        roles.revoke(engine, role)
        click.echo(f"{shown}: {role} reads nothing of the archive any more; the role itself is still there")
        return
    password = _password(password_file, from_stdin=password_stdin)
    granted = roles.grant(engine, role, names=names, create=create, password=password)
    said = "made, reads" if granted.made else "reads"
    named = "" if names else ", no names of people"
    click.echo(f"{shown}: {role} {said} the views of {' and '.join(granted.schemas)}{named}, nothing else")
    if granted.made and password is None:
        click.echo(f"{role} has no password: it can only log in where the server asks for none", err=True)


def _password(file: Path | None, *, from_stdin: bool) -> str | None:
    """Give the first line of the file, or of stdin; None where neither is wanted."""
    if file is None and not from_stdin:
        return None
    try:
        text = sys.stdin.readline() if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SetupError(f"the password file {file} cannot be read: {said}") from None
    password = text.split("\n", 1)[0].rstrip("\r")
    if not password:
        raise SetupError(f"the password in {file or 'stdin'} is empty")
    return password
