"""`cuttings db`: the schema of the archive's database."""

from typing import TYPE_CHECKING

import click

from cli.analysts import grant_analyst
from cli.backup import backup, restore
from cli.names import release
from cli.talk import print_json
from cli.verify import verify

if TYPE_CHECKING:
    from sqlalchemy import Engine


@click.group(name="db")
def database() -> None:
    """Look after the database: its schema, its soundness, its backups."""


for command in (verify, backup, restore, grant_analyst):
    database.add_command(command)


@database.command()
def upgrade() -> None:
    """Bring the schema up to what this version needs; make it in an empty database."""
    from db import schema
    from db.running import queue

    engine, shown = _open()
    before = schema.current(engine)
    if before == schema.head():
        click.echo(f"{shown}: the schema is up to date ({before})")
    else:
        schema.upgrade(engine)
        click.echo(f"{shown}: the schema went from {before or 'none'} to {schema.current(engine)}")
    if reached := queue.upgrade(engine):
        click.echo(f"{shown}: the queue for several machines is of procrastinate {reached}")


@database.command()
def reindex() -> None:
    """Make the full-text indexes anew from the texts, when `cuttings db verify` says so.

    Nobody writes meanwhile: crawls wait, so stop them first where the archive is large.
    """
    from db import fulltext, schema

    engine, shown = _open()
    schema.require_head(engine)
    fulltext.rebuild(engine)
    click.echo(f"{shown}: the full-text indexes were made anew")


@database.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Compare the database with what this version expects of it; exit 1 where they differ."""
    from db import schema

    engine, shown = _open()
    schema.require_head(engine)
    differences = schema.check(engine)
    for difference in differences:
        click.echo(difference)
    if differences:
        click.echo(f"{shown}: {len(differences)} differences from the models", err=True)
        context.exit(1)
    click.echo(f"{shown}: the schema is as it should be ({schema.head()})")


@database.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def tidy(*, as_json: bool) -> None:
    """Do now what the daemon does each night.

    Ends runs whose process vanished, closes WARC files that a dead crawl left open, drops old logs, and
    on SQLite brings the write-ahead log into the database.
    """
    from core import logs
    from core.settings import load_settings
    from db import schema
    from db.words import Trigger
    from scheduler import maintenance

    settings = load_settings()
    logs.set_up(settings)
    engine, shown = _open()
    schema.require_head(engine)
    done = maintenance.tidy(engine, settings, trigger=Trigger.PERSON, software_version=release())
    if as_json:
        print_json(done)
        return
    for name, count in done.items():
        click.echo(f"{maintenance.TOLD[name]}: {count}")
    click.echo(f"{shown}: tidied")


@database.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def current(*, as_json: bool) -> None:
    """Say which schema the database has and which one this version needs."""
    from db import schema

    engine, shown = _open()
    has, needs = schema.current(engine), schema.head()
    if as_json:
        print_json({"database": shown, "current": has, "head": needs})
        return
    click.echo(f"{shown}: has {has or 'no schema'}, this version needs {needs}")
    if has != needs:
        click.echo("`cuttings db upgrade` brings it up to date", err=True)


def _open() -> "tuple[Engine, str]":
    """Give the engine of the settings' database and its address with the password masked."""
    from core.settings import load_settings
    from db.engine import open_engine

    settings = load_settings()
    return open_engine(settings.database()), settings.database_shown()
