"""`cuttings search`: articles or comments that contain words, today or as of any date."""

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.crawl import Day
from cli.moments import past
from cli.talk import READABLE_WIDTH, examples, moment, out, print_json, talk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.text import Text

    from db.fulltext import ArticleHit, CommentHit, Wanted


@click.command(
    epilog=examples(
        "cuttings search ambulance waiting times",
        "cuttings search '\"night ferry\" -sunday' --outlet nhe --since 2025-01-01",
        "cuttings search '(ferry OR ferries) NOT universit*' --newest",
        "cuttings search ferry --comments --as-of 2026-03-01 --json",
    )
)
@click.argument("query", nargs=-1, required=True)
@click.option("--outlet", help="Only this outlet.")
@click.option("--since", type=Day(), help="Only what was published (comments: posted) on or after this day.")
@click.option("--until", type=Day(), help="Only what was published (comments: posted) on or before this day.")
@click.option("--comments", is_flag=True, help="Search the comments, removed ones too, not the articles.")
@click.option("--versions", is_flag=True, help="Search past versions too, and say when each was shown.")
@click.option("--newest", is_flag=True, help="The newest first, not the best.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at most.")
@past
@click.option("--json", "as_json", is_flag=True, help="Print an array of objects.")
def search(  # noqa: PLR0913, PLR0917 - one argument for each option
    query: tuple[str, ...],
    outlet: str | None,
    since: date | None,
    until: date | None,
    limit: int,
    at: "datetime | None",
    believed_at: "datetime | None",
    *,
    comments: bool,
    versions: bool,
    newest: bool,
    as_json: bool,
) -> None:
    """Find the articles whose headline, standfirst and body contain every word, the best first.

    Words are found in their other forms too (ferry, ferries); capitals and accents do not matter.
    "Words in quotes" are a phrase, word* finds what begins so, OR, NOT and parentheses in capitals do
    what they say; -word leaves out what contains it. Quote it all from the shell.
    """
    from db.fulltext import Wanted

    asked = Wanted(
        query=_parsed(" ".join(query)),
        outlet=outlet,
        since=since,
        until=until,
        versions=versions,
        newest=newest,
        most=limit + 1,
    )
    found = _find(asked, at, believed_at, comments=comments)
    if as_json:
        print_json([_facts(hit) for hit in found[:limit]])
        return
    for hit in found[:limit]:
        out().print(_shown(hit, versions=versions), width=min(out().width, READABLE_WIDTH))
    if not found:
        talk().print(f"no {'comment' if comments else 'article'} contains that")
    elif len(found) > limit:
        talk().print(f"these are the {'newest' if newest else 'best'} {limit}; there are more (--limit)")


def _parsed(typed: str) -> Any:
    from core.query_language import QueryError, parse

    try:
        return parse(typed)
    except QueryError as error:
        raise click.UsageError(str(error)) from error


def _find(
    asked: "Wanted", at: "datetime | None", believed_at: "datetime | None", *, comments: bool
) -> "Sequence[ArticleHit | CommentHit]":
    from core.settings import load_settings
    from db import fulltext
    from db.time_travel.asof_session import reading

    with reading(load_settings().database(), at, believed_at) as reader:
        if comments:
            return fulltext.comments(reader.connection, asked)
        return fulltext.articles(reader.connection, asked)


def _facts(hit: "ArticleHit | CommentHit") -> dict[str, Any]:
    """Give a hit as JSON has it: the words looked for stand in « » within the snippet."""
    facts = {field.name: getattr(hit, field.name) for field in dataclasses.fields(hit)}
    return facts | {"snippet": hit.snippet.marked()}


def _shown(hit: "ArticleHit | CommentHit", *, versions: bool) -> "Text":
    from rich.text import Text

    from db.fulltext import ArticleHit

    if isinstance(hit, ArticleHit):
        head, what, day = hit.title, f"article {hit.article_id}", hit.published_on
    else:
        head, day = hit.commenter or "anonymous", hit.posted_on
        what = f"comment {hit.comment_id} on article {hit.article_id}"
    facts = [what, hit.outlet, str(day or "no date")]
    if hit.state not in {"live", "visible"}:
        facts.append(hit.state)
    if versions:
        until = f"to {moment(hit.valid_to)}" if hit.valid_to else "and still"
        facts.append(f"version {hit.version} of {hit.versions}, shown {moment(hit.valid_from)} UTC {until}")
    shown = Text()
    shown.append(head, style="bold")
    shown.append(f"\n{', '.join(facts)}\n{hit.url}\n", style="dim")
    return shown.append_text(_marked(hit)).append("\n")


def _marked(hit: "ArticleHit | CommentHit") -> "Text":
    """Give the snippet, its hits bold where that can be seen, else in « »."""
    from rich.text import Text

    if not out().is_terminal:
        return Text(hit.snippet.marked())
    body = Text(hit.snippet.text)
    for begin, end in hit.snippet.hits:
        body.stylize("bold", begin, end)
    return body
