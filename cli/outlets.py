"""`cuttings outlets`: which outlets are known, what is known of each, and how to add one."""

from typing import TYPE_CHECKING, Any

import click

from cli.outlets_chrome import chrome
from cli.outlets_coverage import coverage
from cli.outlets_new import new
from cli.talk import examples, out, print_json

if TYPE_CHECKING:
    from crawlers.outlet import Outlet


@click.group()
def outlets() -> None:
    """Show the outlets that can be crawled, and add others."""


@outlets.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def list_outlets(*, as_json: bool) -> None:
    """List the outlets: key, title, home, publisher."""
    from crawlers import registry

    known = [*registry.outlets().values()]
    if as_json:
        print_json([_facts(outlet) for outlet in known])
        return

    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("key", "title", "home", "publisher", "every", ""):
        table.add_column(heading, overflow="fold")
    for outlet in known:
        note = "invented, for the demo" if outlet.example else "unverified" if outlet.unverified else ""
        table.add_row(outlet.key, outlet.title, outlet.home, outlet.publisher, str(outlet.every), note)
    out().print(table)


@outlets.command(epilog=examples("cuttings outlets show nhe"))
@click.argument("key", metavar="OUTLET")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(key: str, *, as_json: bool) -> None:
    """Show one outlet: its addresses, sources, layouts and caveats."""
    from crawlers import registry

    facts = _facts(registry.find(key))
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


outlets.add_command(chrome)
outlets.add_command(coverage)
outlets.add_command(new)


def _facts(outlet: "Outlet") -> dict[str, Any]:
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
        "listings": list(outlet.listings),
        "feeds": list(outlet.feeds),
        "sitemaps": list(outlet.sitemaps),
        "posts": list(outlet.posts),
        "article_addresses": [f"{form.name}: {form.pattern.pattern}" for form in outlet.forms],
        "layouts": [f"{layout.name} {layout.version}" for layout in reading.layouts(outlet)],
        "caveats": list(outlet.caveats),
    }
