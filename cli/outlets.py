"""`cuttings outlets`: which outlets are known, what is known of each, and how to add one."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from cli.outlets_check import check
from cli.outlets_chrome import chrome
from cli.outlets_coverage import coverage
from cli.outlets_new import new
from cli.outlets_samples import samples
from cli.talk import examples, out, print_json

if TYPE_CHECKING:
    from crawlers.outlet import Outlet


@click.group()
def outlets() -> None:
    """Show the outlets that can be crawled, check them, and add others."""


@outlets.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def list_outlets(*, as_json: bool) -> None:
    """List the outlets: key, title, home, publisher."""
    from crawlers import registry

    known, checked = [*registry.outlets().values()], _checks()
    if as_json:
        print_json([_facts(outlet, checked) for outlet in known])
        return

    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("key", "title", "home", "publisher", "every", ""):
        table.add_column(heading, overflow="fold")
    for outlet in known:
        note = _note(outlet, checked.get(outlet.key))
        table.add_row(outlet.key, outlet.title, outlet.home, outlet.publisher, str(outlet.every), note)
    out().print(table)


@outlets.command(epilog=examples("cuttings outlets show nhe"))
@click.argument("key", metavar="OUTLET")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(key: str, *, as_json: bool) -> None:
    """Show one outlet: its addresses, sources, layouts and caveats."""
    from crawlers import registry

    facts = _facts(registry.find(key), _checks())
    if as_json:
        print_json(facts)
        return

    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        lines = value if isinstance(value, list) else [value]
        table.add_row(name, Text("\n".join(str(line) for line in lines) or "-"))
    out().print(table)


outlets.add_command(check)
outlets.add_command(chrome)
outlets.add_command(coverage)
outlets.add_command(new)
outlets.add_command(samples)


def _note(outlet: "Outlet", checked_at: datetime | None) -> str:
    if outlet.example:
        return "invented, for the demo"
    if checked_at is not None:
        return f"checked on {checked_at:%Y-%m-%d}"
    return "unverified" if outlet.unverified else ""


def _checks() -> Mapping[str, datetime]:
    """Give when each outlet was last found in order; nothing where there is no archive that could say."""
    from pathlib import Path

    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from core.settings import load_settings
    from db.engine import open_engine
    from db.outlets import checks

    url = load_settings().database()
    if url.startswith("sqlite") and not Path(make_url(url).database or "").is_file():
        return {}
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return checks(connection)
    except (SQLAlchemyError, OSError):  # away, or of another schema: the list of outlets needs no archive
        return {}
    finally:
        engine.dispose()


def _facts(outlet: "Outlet", checked: Mapping[str, datetime]) -> dict[str, Any]:
    from crawlers import reading

    return {
        "key": outlet.key,
        "title": outlet.title,
        "home": outlet.home,
        "hosts": list(outlet.hosts),
        "publisher": outlet.publisher,
        "timezone": outlet.timezone,
        "every_seconds": int(outlet.every.total_seconds()),
        "example": outlet.example,
        "unverified": outlet.unverified,
        "checked_at": checked.get(outlet.key),
        "listings": list(outlet.listings),
        "feeds": list(outlet.feeds),
        "sitemaps": list(outlet.sitemaps),
        "posts": list(outlet.posts),
        "article_addresses": [f"{form.name}: {form.pattern.pattern}" for form in outlet.forms],
        "layouts": [f"{layout.name} {layout.version}" for layout in reading.layouts(outlet)],
        "caveats": list(outlet.caveats),
    }
