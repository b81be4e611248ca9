"""`cuttings config`: the settings in force."""

import click

from cli.talk import examples, out, print_json

MASK = "***"


@click.command(epilog=examples("cuttings config", "cuttings config --json"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def config(*, as_json: bool) -> None:
    """Show every setting in force, where it comes from, and what it is for; secrets are masked."""
    from pydantic import SecretStr

    from core.settings import Settings, load_settings, origin

    settings = load_settings()
    values: dict[str, object] = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        values[name] = MASK if isinstance(value, SecretStr) else value
    values["database_url"] = settings.database_shown()  # in force also when it is not set
    if as_json:
        print_json({name: {"value": value, "origin": origin(name)} for name, value in values.items()})
        return

    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "value", "from", "what for"):
        table.add_column(heading, overflow="fold")
    for name, value in values.items():
        shown = "-" if value in (None, "") else str(value)
        table.add_row(name, Text(shown), origin(name), Text(Settings.model_fields[name].description or ""))
    out().print(table)
