"""`cuttings db backup` and `cuttings db restore`."""

from pathlib import Path

import click

from cli.meter import Meter
from cli.talk import examples, moment, print_json

FOLDER = "backups"  # in the home, when no other destination is named


@click.command(
    epilog=examples("cuttings db backup /mnt/backups", "cuttings db backup /mnt/backups --with-captures")
)
@click.argument("destination", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option(
    "--with-captures", is_flag=True, help="Put the WARC files into the backup too, linked where that works."
)
@click.option(
    "--without-database", is_flag=True, help="Only the manifest and the key: PostgreSQL has its own tool."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backup(destination: Path | None, *, with_captures: bool, without_database: bool, as_json: bool) -> None:
    """Copy the database, as it is now, into a new folder below DESTINATION (the home's `backups`).

    Crawls may go on. The folder also holds the key of the pseudonyms and a manifest of the captures
    with their sizes and digests; it has its name only once all of it is written and checked.
    """
    from core.settings import load_settings
    from db.engine import open_engine
    from pipelines.backup import back_up

    settings = load_settings()
    engine = open_engine(settings.database())
    with Meter("backup", 1 if without_database else 2) as meter:
        made = back_up(
            engine,
            settings,
            destination or settings.home / FOLDER,
            meter,
            with_database=not without_database,
            with_captures=with_captures,
        )
    if as_json:
        print_json({"path": made.path, "manifest": made.manifest})
        return
    size = sum(entry.size for entry in made.manifest.captures)
    kept = "in the backup" if with_captures else "listed, not in the backup (--with-captures)"
    click.echo(made.path)
    click.echo(f"captures: {len(made.manifest.captures)} files, {size} bytes, {kept}", err=True)
    if made.manifest.pseudonym_key == "setting":
        click.echo("the key of the pseudonyms is a setting of yours: keep it with the backup", err=True)
    if made.manifest.missing:
        names = f"{len(made.manifest.missing)} files of captures"
        click.echo(f"{names} are not there, `cuttings db verify --fast` names them", err=True)


@click.command(epilog=examples("cuttings db restore /mnt/backups/cuttings-20260302T090000Z"))
@click.argument("folder", metavar="BACKUP", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--force", is_flag=True, help="Replace the database and the key that are there; they are put aside."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def restore(folder: Path, *, force: bool, as_json: bool) -> None:
    """Bring the archive back to what a backup holds; captures made since then stay.

    Everything is checked before anything is changed, and nothing is deleted. Stop all crawls first,
    run `cuttings db verify` afterwards.
    """
    from core.settings import load_settings
    from pipelines.restore import restore as bring_back

    settings = load_settings()
    with Meter("restore", 3) as meter:
        done = bring_back(settings, folder, meter, force=force)
    if as_json:
        print_json(done)
        return
    click.echo(f"restored the archive of {moment(done.manifest.made_at)} UTC, schema {done.manifest.schema}")
    click.echo(f"captures brought back: {done.captures}", err=True)
    for path in done.aside:
        click.echo(f"put aside: {path}", err=True)
    if done.missing:
        click.echo(
            f"captures that are nowhere: {len(done.missing)}, the first is {done.missing[0]}", err=True
        )
    if done.manifest.pseudonym_key == "setting":
        click.echo("set CUTTINGS_PSEUDONYM_KEY to the key of that time", err=True)
    click.echo("next: cuttings db verify", err=True)
