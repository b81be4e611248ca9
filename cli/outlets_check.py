"""`cuttings outlets check`: reads a few pages of an outlet as a crawl would, and says what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from cli.talk import examples, print_json, talk
from core.errors import SetupError

if TYPE_CHECKING:
    from core.settings import Settings
    from crawlers.checkup.judging import Checked, Finding, Grade
    from crawlers.outlet import Outlet
    from crawlers.survey.documents import Ask, Document

NOT_LIVE = "read from {base_url}, not from the live site: this verifies nothing"
NO_ARCHIVE = (
    "there is no archive yet to note it in: make one with `cuttings db upgrade` and check again, or say "
    "`cuttings schedule set {key} --declared`"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """The report card of one outlet; ``base_url`` is what was asked instead of the live site."""

    checked: "Checked"
    findings: "Sequence[Finding]"
    grade: "Grade"
    base_url: str | None
    verified_at: datetime | None
    said: str


@click.command(
    name="check",
    epilog=examples(
        "cuttings outlets check localgov",
        "cuttings outlets check nhe pse --articles 10 --json",
        "cuttings outlets check wardround --base-url http://127.0.0.1:8000",
    ),
)
@click.argument("keys", metavar="OUTLET...", nargs=-1, required=True)
@click.option("--base-url", help="Ask this origin instead of the live site, e.g. http://127.0.0.1:8000.")
@click.option(
    "--articles",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="How many articles to read, of each outlet.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one card as a JSON object, several as an array.")
@click.pass_context
def check(
    context: click.Context, /, keys: tuple[str, ...], *, base_url: str | None, articles: int, as_json: bool
) -> None:
    """Fetch robots.txt, the sources and a few articles of outlets; print a report card.

    Everything is asked as a crawl asks it (robots.txt, pauses, limits) and read by the outlet's own
    layouts. Nothing is stored, but that a live outlet was found in order: from then on the daemon
    crawls it by itself. Exit 0 where every outlet is good, or usable with gaps; 1 where one is broken.
    """
    from cli.outlets_check_report import as_object, show
    from crawlers.checkup.judging import Grade

    cards = _cards(list(dict.fromkeys(keys)), base_url, articles)
    if as_json:
        told = [as_object(card) for card in cards]
        print_json(told if len(told) > 1 else told[0])
    else:
        for card in cards:
            show(card)
    if any(card.grade is Grade.BROKEN for card in cards):
        context.exit(1)


def _cards(keys: Sequence[str], base_url: str | None, articles: int) -> list[Card]:
    from cli.examiner import Wish, examine
    from core import logs
    from core.settings import load_settings
    from crawlers import registry
    from crawlers.checkup.judging import findings, grade

    outlets = [registry.find(key) for key in keys]
    settings = load_settings().model_copy(update={"log_level": "ERROR"})
    logs.set_up(settings)
    wishes = [
        Wish(outlet=outlet, base_url=base_url or settings.base_urls.get(outlet.key), articles=articles)
        for outlet in outlets
    ]
    if len({wish.base_url for wish in wishes}) > 1:
        raise SetupError("outlets that are asked at different origins are checked one by one")
    cards = []
    for wish, checked in zip(wishes, examine(wishes, settings, _tell), strict=True):
        found = findings(checked)
        verdict = grade(found)
        at, said = noted(wish.outlet, settings, verdict, wish.base_url)
        cards.append(
            Card(
                checked=checked,
                findings=found,
                grade=verdict,
                base_url=wish.base_url,
                verified_at=at,
                said=said,
            )
        )
    return cards


def _tell(key: str, ask: "Ask", document: "Document") -> None:
    talk().print(f"{key}: {ask.what} {ask.url}: {document.told}", style="dim", markup=False, soft_wrap=True)


def noted(
    outlet: "Outlet", settings: "Settings", verdict: "Grade", base_url: str | None
) -> tuple[datetime | None, str]:
    """Note a live outlet that was found in order, where there is an archive; give when, and what is said."""
    from sqlalchemy.exc import SQLAlchemyError

    from core.clock import now
    from crawlers.checkup.judging import Grade
    from db import outlets, schema
    from db.engine import open_engine, writing
    from pipelines.patience import short

    if base_url is not None:
        return None, NOT_LIVE.format(base_url=base_url)
    if verdict is Grade.BROKEN:
        return None, f"not verified: mend it and run `cuttings outlets check {outlet.key}` again"
    engine = open_engine(settings.database())
    try:
        if schema.current(engine) is None:
            return None, NO_ARCHIVE.format(key=outlet.key)
        schema.require_head(engine)
        at = now()
        with writing(engine) as connection:
            outlets.verified(connection, outlet, at)
    except (SetupError, SQLAlchemyError, OSError) as error:
        return None, f"it could not be noted in the archive ({short(error)}): mend that and check again"
    finally:
        engine.dispose()
    return at, "noted in the archive: the daemon crawls it from now on"
