"""`cuttings demo`: three invented outlets, two days, and what the archive knows afterwards."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.talk import examples, talk
from core.errors import CuttingsError, SetupError
from core.orders import CrawlOrder

if TYPE_CHECKING:
    from newsstand import Newsstand

MARKER = "made-by-cuttings-demo"
"""The file by which a demo knows the folder that an earlier demo made, and may remove."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What the demo did, for the report; run ids by pass, oldest first."""

    home: Path
    database: str
    day_one: tuple[int, ...]
    day_two: tuple[int, ...]
    seconds: float


@click.command(epilog=examples("cuttings demo"))
def demo() -> None:
    """Crawl three invented outlets on two days and show what the archive knows.

    They are served on loopback by this very process; nothing leaves the machine. Between the two days
    articles are added, edited and removed, and comments too. The archive lies in a folder of its own,
    demo/ in the home, made anew each time; delays are off, since nobody has to be spared.
    """
    from cli.demo_report import report
    from core.settings import load_settings
    from newsstand import Newsstand, serve

    home = _fresh(load_settings().home / "demo")
    environment = _environment(home)
    begun = time.monotonic()
    with serve(Newsstand(day=1)) as stand:
        talk().print("Day 1: crawling three invented outlets on this machine", style="bold")
        day_one = _pass(stand, environment)
        stand.set_day(2)
        talk().print("Day 2: the outlets have changed; looking for new articles", style="bold")
        found = _pass(stand, environment)
        talk().print("Day 2: visiting the known articles again", style="bold")
        rechecked = _pass(stand, environment, recheck=True)
    done = Done(
        home=home,
        database=environment["CUTTINGS_DATABASE_URL"],
        day_one=day_one,
        day_two=(*found, *rechecked),
        seconds=time.monotonic() - begun,
    )
    if wrong := report(done):
        raise CuttingsError(f"the archive does not tell what the outlets did ({len(wrong)} differences)")


def _fresh(home: Path) -> Path:
    """Give the demo's own folder, empty; refuse one that no demo made."""
    home = home.absolute()
    if home.exists() and any(home.iterdir()):
        if not (home / MARKER).is_file():
            msg = f"{home} holds files that no demo made; move it away or set CUTTINGS_HOME to another folder"
            raise SetupError(msg)
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).write_text("Everything in this folder is removed by the next `cuttings demo`.\n")
    return home


def _environment(home: Path) -> dict[str, str]:
    """Give the settings of the demo's crawls: their own archive, and no waiting on loopback."""
    return {
        "CUTTINGS_HOME": str(home),
        "CUTTINGS_DATABASE_URL": f"sqlite:///{home / 'cuttings.db'}",
        "CUTTINGS_DOWNLOAD_DELAY": "0",
        "CUTTINGS_CONCURRENCY_PER_HOST": "8",
        "CUTTINGS_AUTOTHROTTLE": "false",
        "CUTTINGS_LOG_LEVEL": "ERROR",
        "CUTTINGS_LOG_FORMAT": "text",
    }


def _pass(stand: "Newsstand", environment: Mapping[str, str], *, recheck: bool = False) -> tuple[int, ...]:
    """Crawl every outlet of the newsstand side by side; give the run ids."""
    from cli.children import crawl_side_by_side

    orders = [
        # A day of the demo takes seconds: nothing is due again yet.
        CrawlOrder(outlet=key, base_url=address, recheck=recheck, everything=recheck)
        for key, address in stand.addresses().items()
    ]
    reports = crawl_side_by_side(orders, environment=environment)
    failed = [report for report in reports if report["verdict"] not in {"ok", "partial"}]
    if failed:
        raise CuttingsError("the demo failed: " + "; ".join(map(_said, failed)))
    return tuple(report["run_id"] for report in reports)


def _said(report: Mapping[str, Any]) -> str:
    return f"{report['outlet']}: {report['reason']}"
