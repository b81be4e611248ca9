"""`cuttings crawl`: crawl outlets now, show the way and what it brought."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.talk import as_json as json_text
from cli.talk import examples, print_json, talk
from core.orders import CrawlOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.settings import Settings
    from scheduler.crawl import RunReport

DONE = frozenset({"ok", "partial", "empty"})
"""The verdicts under which a crawl was carried out; every other ends with exit 1."""


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Give the day; wrong usage where it is none."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is no day; write it as 2024-03-31", param, ctx)


@click.command(
    epilog=examples(
        "cuttings crawl nhe",
        "cuttings crawl nhe pse rtm --since 2024-03-01",
        "cuttings crawl nhe --limit 5 --dry-run",
        "cuttings crawl nhe --recheck --limit 100",
        "cuttings crawl nhe --recheck --dry-run",
    )
)
@click.argument("outlets", metavar="OUTLET...", nargs=-1)
@click.option("--url", "urls", multiple=True, help="Only this page; may be given several times.")
@click.option("--since", type=Day(), help="Only articles published on or after this day.")
@click.option("--until", type=Day(), help="Only articles published on or before this day.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many articles of each outlet.")
@click.option(
    "--recheck",
    is_flag=True,
    help="Visit known articles that are due again, most overdue first, instead of looking for new ones.",
)
@click.option(
    "--all", "everything", is_flag=True, help="With --recheck: also those not due yet, however many."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Store nothing; show what would be stored. With --recheck: ask for nothing; show the plan.",
)
@click.option("--base-url", help="Ask this origin instead of the outlet's own, e.g. http://127.0.0.1:8000.")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    hidden=True,
    help="End in good order after so many minutes.",
)
@click.option(
    "--run-id", type=click.IntRange(min=1), hidden=True, help="Carry out this run, begun elsewhere."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one report as a JSON object, several as an array."
)
@click.pass_context
def crawl(context: click.Context, /, outlets: tuple[str, ...], *, as_json: bool, **wishes: Any) -> None:
    """Crawl outlets now: find what is new, keep it, and report what is new, changed and gone.

    Several outlets are crawled side by side, each in a process of its own. `cuttings outlets list`
    names them. A live crawl needs CUTTINGS_CONTACT.
    """
    orders = _orders(outlets, wishes)

    from core.settings import load_settings

    settings = load_settings()
    if orders[0].recheck and orders[0].dry_run and not orders[0].urls:
        _plan(orders, settings, as_json=as_json)
        return
    if len(orders) == 1:
        reports = [_logged(orders[0], settings)]
    else:
        from cli.children import crawl_side_by_side

        reports = crawl_side_by_side(orders)
    if as_json:
        print_json(reports if len(orders) > 1 else reports[0])
    else:
        from cli.crawl_report import show

        show(reports, settings, dry_run=orders[0].dry_run)
    context.exit(0 if all(report["verdict"] in DONE for report in reports) else 1)


def _orders(keys: "Sequence[str]", wishes: dict[str, Any]) -> list[CrawlOrder]:
    """Give one order for each outlet; wrong usage and unknown outlets are found before anything runs."""
    from crawlers import registry

    keys = list(dict.fromkeys(keys))
    urls = wishes["urls"] = tuple(wishes["urls"])
    if not keys and urls:
        keys = list(dict.fromkeys(_outlet_of(url) for url in urls))
    if not keys:
        known = ", ".join(key for key, outlet in registry.outlets().items() if not outlet.example)
        raise click.UsageError(f"name at least one outlet ({known}) or give --url")
    for key in keys:
        registry.find(key)
    for name in ("urls", "base_url", "run_id"):
        if wishes[name] and len(keys) > 1:
            option = "--" + name.removesuffix("s").replace("_", "-")
            raise click.UsageError(f"{option} goes with one outlet, not with {len(keys)}")
    if wishes.get("everything") and not wishes["recheck"]:
        raise click.UsageError("--all goes with --recheck")
    if wishes["since"] and wishes["until"] and wishes["since"] > wishes["until"]:
        raise click.UsageError(f"--since {wishes['since']} is after --until {wishes['until']}")
    return [CrawlOrder(outlet=key, **wishes) for key in keys]


def _outlet_of(url: str) -> str:
    from crawlers import registry

    outlet = registry.outlet_for(url)
    if outlet is None:
        raise click.UsageError(f"no known outlet has the address {url}; name the outlet before --url")
    return outlet.key


def _plan(orders: "Sequence[CrawlOrder]", settings: "Settings", *, as_json: bool) -> None:
    """Show what rechecks would ask for, in the reports' forms."""
    from cli.plan import plan, show

    plans = plan(orders, settings)
    if as_json:
        print_json(plans if len(plans) > 1 else plans[0])
    else:
        show(plans)


def _logged(order: CrawlOrder, settings: "Settings") -> dict[str, Any]:
    """Carry out one order in this process; pack the log of its run where it is this process's to pack."""
    from scheduler import run_logs

    try:
        return _crawl_here(order, settings)
    finally:
        run_logs.pack_own()


def _crawl_here(order: CrawlOrder, settings: "Settings") -> dict[str, Any]:
    """Carry out one order in this process and show its progress; give the report in JSON's types."""
    from cli.progress import LogLines, PlainLines, RichLine, extension
    from core import logs
    from core.settings import origin
    from scheduler.crawl import run_crawl

    console = talk()
    total = len(order.urls) or order.limit
    if not console.is_terminal:
        logs.set_up(settings)
        display = PlainLines(console) if order.run_id is None else LogLines()
        report = run_crawl(order, settings, extensions=(extension(display, order.outlet, total),))
        return _plain(report)
    shown = settings
    if origin("log_level") == "default":  # the progress line says it; a person wants the troubles only
        shown = settings.model_copy(update={"log_level": "WARNING"})
    with RichLine(console) as line:
        logs.set_up(shown)  # after the line took over stderr, so that both can be read
        report = run_crawl(order, settings, extensions=(extension(line, order.outlet, total),))
    return _plain(report)


def _plain(report: "RunReport") -> dict[str, Any]:
    """Give the report as a child process would have printed it."""
    plain: dict[str, Any] = json.loads(json_text(report))
    return plain
