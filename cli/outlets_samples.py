"""`cuttings outlets samples`: whether saved pages of an outlet still read to their golden records."""

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.talk import examples, out, print_json
from core.errors import PageError, SetupError

if TYPE_CHECKING:
    from core.settings import Settings
    from crawlers.outlet import Outlet

SAME, CHANGED, NEW, UNREAD = "same", "changed", "new", "unread"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One saved page: how it reads now against its record; ``told`` are the lines that differ, or why not."""

    case: str
    outcome: str
    told: tuple[str, ...] = ()


@click.command(
    epilog=examples(
        "cuttings outlets samples localgov",
        "cuttings outlets samples localgov --accept",
        "cuttings outlets samples localgov --add https://www.localgov.co.uk/Some-Title/58012",
    )
)
@click.argument("key", metavar="OUTLET")
@click.option("--add", "url", metavar="URL", help="Fetch this page and save it with what is read from it.")
@click.option("--accept", is_flag=True, help="Write what is read now over the records that differ.")
@click.option("--base-url", help="Ask this origin instead of the outlet's own, e.g. http://127.0.0.1:8000.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_context
def samples(context: click.Context, /, key: str, *, accept: bool, as_json: bool, **wishes: Any) -> None:
    """Read an outlet's saved pages again and compare with their golden records.

    The pages lie in the home's folder samples/OUTLET/, where `cuttings outlets new` left them: run this
    after each edit of the outlet's module. Exit 1: a page reads otherwise, or not at all.
    """
    from core.settings import load_settings
    from crawlers import registry

    outlet, settings = registry.find(key), load_settings()
    folder = settings.samples / key
    if wishes["url"]:
        _add(wishes["url"], outlet, settings, wishes["base_url"])
    paths = sorted(folder.glob("*/*.html"))
    if not paths:
        raise SetupError(f"no page of '{key}' is saved in {folder}: save one with --add URL")
    cases = [_compared(path, outlet, accept=accept) for path in paths]
    if as_json:
        print_json(cases)
    else:
        _show(cases)
    context.exit(1 if any(case.outcome in {CHANGED, UNREAD} for case in cases) and not accept else 0)


def _add(url: str, outlet: "Outlet", settings: "Settings", base_url: str | None) -> None:
    """Fetch a page under the rules of a crawl, save it with its record."""
    from cli.fetch import fetch
    from cli.outlets_new import case_of, public
    from core import logs
    from crawlers import golden, reading
    from crawlers.page import Page

    logs.set_up(settings.model_copy(update={"log_level": "ERROR"}))
    had = fetch(url, settings, outlet, base_url)
    address = public(had.url, outlet.home) if base_url else had.url
    page = Page.from_bytes(had.body, address, had.content_type)
    article = reading.read(page, outlet)
    golden.save(
        settings.samples / outlet.key / article.layout / f"{case_of(address, outlet)}.html", page, article
    )


def _compared(path: Path, outlet: "Outlet", *, accept: bool) -> Case:
    from crawlers import golden

    case = "/".join(path.with_suffix("").parts[-2:])
    record = path.with_suffix(".json")
    try:
        now = golden.written(golden.record(golden.reading(path, outlet)))
    except PageError as error:
        return Case(case=case, outcome=UNREAD, told=(f"{error.reason}: {error.detail}",))
    except (OSError, KeyError, ValueError) as error:
        raise SetupError(f"the saved page {path} is not whole: its .meta is missing or broken") from error
    before = record.read_text(encoding="utf-8") if record.exists() else None
    if before is not None and _told(before) == _told(now):
        return Case(case=case, outcome=SAME)
    if before is None or accept:
        record.write_text(now, encoding="utf-8")
    if before is None:
        return Case(case=case, outcome=NEW)
    lines = difflib.unified_diff(before.splitlines(), now.splitlines(), "record", "now", n=0, lineterm="")
    return Case(case=case, outcome=CHANGED, told=tuple(lines)[2:])


def _told(record: str) -> object:
    """Give what a record holds; one that is no JSON any more is like none that is read now."""
    try:
        return json.loads(record)
    except ValueError:
        return record


def _show(cases: list[Case]) -> None:
    from rich.text import Text

    console = out()
    styles = {SAME: "green", NEW: "green", CHANGED: "yellow", UNREAD: "red"}
    for case in cases:
        console.print(Text(f"{case.outcome:8}", style=styles[case.outcome]) + Text(case.case), soft_wrap=True)
        for line in case.told:
            console.print(Text(f"         {line}"), soft_wrap=True)
