"""`cuttings crawl --recheck --dry-run`: what a recheck would ask for, told by the database alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cli.talk import moment, out, talk

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.orders import CrawlOrder
    from core.settings import Settings
    from db.ledger import ArchiveLedger, DueArticle

MOST_SHOWN = 40  # articles listed in full; --json has all


@dataclass(frozen=True, kw_only=True, slots=True)
class RecheckPlan:
    """What one recheck of an outlet would ask for.

    Of the ``due`` articles (of all that can be visited where ``everything`` is asked for) it takes
    the first ``taken``, ``articles``, and leaves ``left`` for the next. ``budget`` is the most that one run
    takes of its own accord, None for no bound; ``seconds`` the least it lasts at
    ``delay_seconds`` between requests.
    """

    outlet: str
    everything: bool
    due: int
    taken: int
    left: int
    budget: int | None
    delay_seconds: float
    seconds: float
    articles: tuple["DueArticle", ...]


def plan(orders: "Sequence[CrawlOrder]", settings: "Settings") -> list[RecheckPlan]:
    """Give the plan of each recheck; no outlet is asked, nothing is locked and nothing written.

    Raises :class:`core.errors.SetupError` where there is no archive yet.
    """
    from db import schema
    from db.engine import open_engine
    from db.ledger import ArchiveLedger

    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        return [_plan(order, settings, ArchiveLedger(engine, order.outlet)) for order in orders]
    finally:
        engine.dispose()


def show(plans: Sequence[RecheckPlan]) -> None:
    """Print what the rechecks would do: a line for each, then their articles in order."""
    console = out()
    for one in plans:
        console.print(_said(one), markup=False, soft_wrap=True)
    console.print(_articles(plans))
    talk().print("dry run: no outlet was asked; leave out --dry-run to visit them", style="dim")


def _plan(order: "CrawlOrder", settings: "Settings", ledger: "ArchiveLedger") -> RecheckPlan:
    budget = settings.recheck_budget()
    most = order.most_rechecked(budget)
    due = ledger.count_due(everything=order.everything)
    articles = tuple(ledger.due_articles(most, everything=order.everything))
    return RecheckPlan(
        outlet=order.outlet,
        everything=order.everything,
        due=due,
        taken=len(articles),
        left=max(due - len(articles), 0),
        budget=None if order.everything else budget,
        delay_seconds=settings.download_delay,
        seconds=len(articles) * settings.download_delay,
        articles=articles,
    )


def _said(one: RecheckPlan) -> str:
    lasting = timedelta(seconds=round(one.seconds))
    pace = f"at least {lasting} at {one.delay_seconds:g} s between requests"
    left = f"; {one.left} left for the next run" if one.left else ""
    found = f"{one.due} {'known' if one.everything else 'due'}"
    return f"{one.outlet}: {found}, this run takes {one.taken} ({pace}){left}"


def _articles(plans: Sequence[RecheckPlan]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("due since (UTC)", "last asked (UTC)", "outlet", "article", "state", "address"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "article" else "left")
    planned = [(one.outlet, article) for one in plans for article in one.articles]
    for outlet, article in planned[:MOST_SHOWN]:
        table.add_row(
            _due_since(article.next_check_at),
            moment(article.last_checked_at),
            outlet,
            str(article.article_id),
            article.state,
            Text(article.url),
        )
    if len(planned) > MOST_SHOWN:
        table.add_row("", "", "", "", "", f"and {len(planned) - MOST_SHOWN} more (--json has all)")
    return table if planned else Text("nothing to visit again")


def _due_since(next_check_at: datetime | None) -> str:
    return moment(next_check_at) if next_check_at else "never planned"
