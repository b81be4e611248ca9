"""`cuttings stories`: the same story in several outlets, who had it first, what the others kept of it."""

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from cli.article_text import at, count, plainly
from cli.crawl import Day
from cli.talk import examples, out, print_json, talk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table
    from sqlalchemy import Connection

    from cli.article_sheet import Sheet
    from cli.story_records import Member, Story

RELATIONS = {
    "identical": "the same text",
    "near": "nearly the same text",
    "excerpt": "an excerpt of it",
    "superset": "it, with more",
}
BEFORE = {
    "published_at": "published",
    "published_on": "published in the course of the day, by",
    "first_seen": "no date stated, first seen",
}
STORY = click.IntRange(min=1)


@click.group()
def stories() -> None:
    """Tell which outlets print the same story, who was first, and what the others kept."""


@stories.command(
    name="list", epilog=examples("cuttings stories list", "cuttings stories list --outlet nhe --json")
)
@click.option("--outlet", metavar="KEY", help="Only stories that this outlet has a part in.")
@click.option("--since", type=Day(), help="Only those that first appeared on or after this day (UTC).")
@click.option("--until", type=Day(), help="Only those that first appeared on or before this day (UTC).")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def list_(*, outlet: str | None, since: date | None, until: date | None, limit: int, as_json: bool) -> None:
    """List stories, the newest first, each with its first article and the outlets that have it too."""
    from cli.story_records import listed
    from crawlers import registry

    if outlet is not None:
        registry.find(outlet)
    with _archive() as connection:
        # One more than is shown: what is left out is said.
        found = listed(connection, outlet=outlet, since=since, until=until, most=limit + 1)
    shown = found[:limit]
    if as_json:
        print_json(shown)
    elif not shown:
        talk().print("no story is known to stand in several outlets; `cuttings stories link` looks for them")
    else:
        out().print(_table(shown))
    if len(found) > limit:
        talk().print(f"there are more than these {limit}: --limit shows them")


@stories.command(
    epilog=examples(
        "cuttings stories show 7", "cuttings stories show 7 --diff", "cuttings stories show 7 --json"
    )
)
@click.argument("story", metavar="ID", type=STORY)
@click.option("--diff", is_flag=True, help="Show word by word how each article differs from the first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(story: int, *, diff: bool, as_json: bool) -> None:
    """Show a story: who had it first, how that is known, what each other outlet kept of it.

    The share kept is of the first article's words, those that stand in the other in passages of eight words
    or more; footers and other house text count on neither side.
    """
    from cli.article_sheet import Sheet
    from cli.story_records import shown

    with _archive() as connection:
        found = shown(connection, story)
        if as_json:
            print_json(found)
            return
        sheet = Sheet(out())
        _write(sheet, found)
        for member in found.members[1:] if diff and found.first.is_first else ():
            _write_difference(sheet, connection, found, member)


@stories.command(epilog=examples("cuttings stories join 12 345"))
@click.argument("article", metavar="ARTICLE", type=STORY)
@click.argument("other", metavar="OTHER", type=STORY)
def join(article: int, other: int) -> None:
    """Say that two articles are one story, whatever any rule makes of them.

    What is like either of them is of the story too. The decision is kept; `split` reverses it.
    """
    from core.settings import load_settings
    from pipelines import copying

    found = copying.join(load_settings(), article, other)
    talk().print(
        f"articles {article} and {other} are one story: `cuttings stories show {found}` shows it; "
        f"`cuttings stories split {found} {max(article, other)}` takes it back",
        soft_wrap=True,
    )


@stories.command(epilog=examples("cuttings stories split 7 345"))
@click.argument("story", metavar="ID", type=STORY)
@click.argument("article", metavar="ARTICLE", type=STORY)
def split(story: int, article: int) -> None:
    """Say that an article is not of a story; no rule puts it with the story's articles again.

    Its own text and all evidence stay. The decision is kept; `join` reverses it.
    """
    from core.settings import load_settings
    from pipelines import copying

    copying.split(load_settings(), story, article)
    talk().print(f"article {article} is not of story {story}, and no rule will put it there", soft_wrap=True)


@stories.command(epilog=examples("cuttings stories link", "cuttings stories link nhe pse --all"))
@click.argument("outlets", metavar="[OUTLET]...", nargs=-1)
@click.option("--all", "afresh", is_flag=True, help="Look at all texts again, and compare all pairs anew.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def link(outlets: tuple[str, ...], *, afresh: bool, as_json: bool) -> None:
    """Look for stories in what no run has looked at yet; of the outlets named, or of all.

    Crawls and backfills do so at their end: this is for archives that are older than that, and for what
    an error left undone. It may run beside crawls, and be interrupted: it goes on where it was.
    """
    from cli.meter import Meter
    from core.settings import load_settings
    from db.copies.linking import Linked
    from pipelines import copying

    settings, done = load_settings(), Linked()
    chosen = outlets or copying.outlets(settings)
    with Meter("linking", len(chosen)) as meter:
        for outlet in chosen:
            meter.step(outlet)
            done += copying.link(settings, outlet, afresh=afresh, told=meter.told)
    if as_json:
        print_json(done)
    else:
        looked = f"{count(done.articles, 'article')} looked at, {count(done.pairs, 'pair')} compared"
        changed = "1 story is" if done.stories == 1 else f"{done.stories} stories are"
        talk().print(f"{looked}, {changed} otherwise now; `cuttings stories list` shows them")


@contextmanager
def _archive() -> "Iterator[Connection]":
    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine

    engine = open_engine(load_settings().database())
    try:
        schema.require_head(engine)
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _table(found: "tuple[Story, ...]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("story", "appeared", "first in", "title of the first", "also in (share kept)"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "story" else "left")
    for story in found:
        also = ", ".join(f"{plainly(member.outlet)} {_share(member)}" for member in story.members[1:])
        cells = (str(story.story_id), _day(story.first), story.first.outlet, story.first.title, also)
        table.add_row(*(Text(plainly(cell)) for cell in cells))
    return table


def _write(sheet: "Sheet", story: "Story") -> None:
    first = story.first
    sheet.heading(f"Story {story.story_id}: {first.title}")
    if not first.is_first:
        sheet.prose("the article that was first is withdrawn, and not shown")
    for member in story.members:
        sheet.heading(f"{member.outlet}, article {member.article_id}")
        if member is not first:
            sheet.fact("title", member.title)
        sheet.unbroken(member.url)
        sheet.fact("appeared", _appeared(member))
        sheet.fact("text", _kept(member))
        if member.state != "live":
            sheet.fact("state", member.state)
    if story.decisions:
        sheet.heading("Decisions")
    for decision in story.decisions:
        said = "are one story" if decision.decision == "join" else "are not one story"
        until = f", until {at(decision.superseded_at)}" if decision.superseded_at else ""
        both = f"articles {decision.article_id} and {decision.other_id}"
        sheet.prose(f"{at(decision.decided_at)}: {both} {said}{until}")


def _write_difference(sheet: "Sheet", connection: "Connection", story: "Story", member: "Member") -> None:
    from cli.article_difference import words
    from cli.story_records import text_of

    sheet.heading(f"{member.outlet}, article {member.article_id}, against {story.first.outlet}")
    if member.document_ids is None:
        sheet.prose("never compared with the first: a person joined it to another article of the story")
        return
    before, after = (text_of(connection, document_id) for document_id in member.document_ids)
    sheet.prose(words(before, after))


def _day(member: "Member") -> str:
    if member.appeared_by == "published_on" and member.published_on:
        return member.published_on.isoformat()
    return f"{member.appeared_at:%Y-%m-%d %H:%M}"


def _appeared(member: "Member") -> str:
    said = f"{BEFORE[member.appeared_by]} {at(member.appeared_at)}"
    if member.is_first:
        return f"{said}: the first"
    return f"{said}: {_later(member.hours_after_first)}"


def _later(hours: float) -> str:
    if hours < 1:
        return f"{count(round(hours * 60), 'minute')} after the first"
    if hours < 48:  # noqa: PLR2004 - from two days on hours say little
        return f"{count(round(hours), 'hour')} after the first"
    return f"{count(round(hours / 24), 'day')} after the first"


def _kept(member: "Member") -> str:
    said = count(member.word_count, "word")
    if member.is_first:
        return said
    relation = RELATIONS.get(member.relation or "", "not like the first")
    by = ", joined by a person" if member.decided_by == "person" else ""
    if member.share_kept is None:
        return f"{said}; {relation}{by}"
    kept = f"{member.share_kept:.0%} of the first kept ({count(member.shared_words or 0, 'word')})"
    return f"{said}; {relation}, {kept}{by}"


def _share(member: "Member") -> str:
    return "(joined)" if member.share_kept is None else f"{member.share_kept:.0%}"
