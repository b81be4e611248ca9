"""`cuttings search`: articles or comments that contain words, today or as of any date."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.crawl import Day
from cli.moments import past
from cli.talk import READABLE_WIDTH, examples, out, print_json, talk

if TYPE_CHECKING:
    from datetime import datetime

    from rich.text import Text
    from sqlalchemy import Connection

AROUND = 90  # characters of text on either side of the first hit
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a hit contains, and what it does not; words and phrases as typed."""

    having: tuple[str, ...]
    lacking: tuple[str, ...]

    def hits(self) -> "re.Pattern[str]":
        """Give the pattern that finds the words in a text."""
        return re.compile("|".join(map(re.escape, self.having)), re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where is searched: a view, the texts in it, its day, and what is shown of a hit."""

    view: str
    texts: tuple[str, ...]
    day: str
    order: str
    columns: tuple[str, ...]


ARTICLES = _Place(
    view="articles",
    texts=("title", "standfirst", "body"),
    day="published_on",
    order="published_on DESC NULLS LAST, published_at DESC NULLS LAST, article_id DESC",
    columns=("article_id", "outlet", "url", "title", "published_at", "published_on", "state"),
)
COMMENTS = _Place(
    view="comments",
    texts=("body",),
    day="posted_on",
    order="posted_on DESC NULLS LAST, posted_at DESC NULLS LAST, comment_id DESC",
    columns=("comment_id", "article_id", "outlet", "url", "commenter", "posted_at", "posted_on", "state"),
)


@click.command(
    epilog=examples(
        "cuttings search ambulance waiting times",
        "cuttings search '\"night ferry\" -sunday' --outlet nhe --since 2025-01-01",
        "cuttings search ferry --comments --as-of 2026-03-01 --json",
    )
)
@click.argument("query", nargs=-1, required=True)
@click.option("--outlet", help="Only this outlet.")
@click.option("--since", type=Day(), help="Only what was published (comments: posted) on or after this day.")
@click.option("--until", type=Day(), help="Only what was published (comments: posted) on or before this day.")
@click.option("--comments", is_flag=True, help="Search the comments, removed ones too, not the articles.")
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
    as_json: bool,
) -> None:
    """Find the articles whose headline, standfirst and body contain every word, newest first.

    Capitals do not matter; a word is found within longer ones too. "Words in quotes" are a phrase,
    -word leaves out what contains it; quote both from the shell.
    """
    wanted = parse(" ".join(query))
    if not wanted.having:
        raise click.UsageError("give at least one word to look for")

    from core.settings import load_settings
    from db.asof_session import reading

    place = COMMENTS if comments else ARTICLES
    with reading(load_settings().database(), at, believed_at) as reader:
        limits = {"outlet": outlet, "since": since, "until": until, "most": limit + 1}
        found = _find(reader.connection, place, wanted, limits)
    if as_json:
        print_json(found[:limit])
        return
    for hit in found[:limit]:
        out().print(_shown(hit, wanted), width=min(out().width, READABLE_WIDTH))
    if not found:
        talk().print(f"no {'comment' if comments else 'article'} contains that")
    elif len(found) > limit:
        talk().print(f"these are the newest {limit}; there are more (--limit)")


def parse(query: str) -> Wanted:
    """Give the words and phrases of a query, and those that ``-`` stands before."""
    terms = [
        (minus, " ".join((phrase or word).split()).strip('"')) for minus, phrase, word in _TERM.findall(query)
    ]
    return Wanted(
        having=tuple(term for minus, term in terms if term.strip("-") and not minus),
        lacking=tuple(term for minus, term in terms if term.strip("-") and minus),
    )


def _find(
    connection: "Connection", place: _Place, wanted: Wanted, limits: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Give the hits, newest first, each with the text around its first hit."""
    from sqlalchemy import Date, bindparam, text

    from db.types import UtcDateTime

    conditions, values = _conditions(place, wanted, folds=connection.dialect.name == "sqlite")
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.create_function("folded", 1, lambda value: value and value.casefold(), deterministic=True)
    compared = {"outlet": "outlet =", "since": f"{place.day} >=", "until": f"{place.day} <="}
    for name, condition in compared.items():
        if limits[name] is not None:
            conditions.append(f"{condition} :{name}")
            values[name] = limits[name]
    names, where = ", ".join(dict.fromkeys((*place.columns, *place.texts))), " AND ".join(conditions)
    query = f"SELECT {names} FROM {place.view} WHERE {where} ORDER BY {place.order} LIMIT :most"  # noqa: S608 - names of ours only
    days = [bindparam(name, type_=Date()) for name in ("since", "until") if name in values]
    types: dict[str, Any] = {name: UtcDateTime() for name in place.columns if name.endswith("_at")}
    types |= {place.day: Date()}
    statement = text(query).bindparams(*days).columns(**types)
    rows = connection.execute(statement, values | {"most": limits["most"]}).mappings()
    return [
        {name: row[name] for name in place.columns}
        | {"snippet": snippet([row[name] or "" for name in reversed(place.texts)], wanted)}
        for row in rows
    ]


def _conditions(place: _Place, wanted: Wanted, *, folds: bool) -> tuple[list[str], dict[str, Any]]:
    """Give a condition for each word, and its values.

    SQLite's LIKE takes only A to Z for their small letters, so words with others are compared folded.
    """
    conditions, values = [], {}
    for number, term in enumerate((*wanted.having, *wanted.lacking)):
        if not folds:
            test, value = "coalesce({}, '') ILIKE :{} ESCAPE '\\'", _pattern(term)
        elif term.isascii():
            test, value = "coalesce({}, '') LIKE :{} ESCAPE '\\'", _pattern(term)
        else:
            test, value = "instr(folded(coalesce({}, '')), :{}) > 0", term.casefold()
        anywhere = " OR ".join(test.format(column, f"term_{number}") for column in place.texts)
        conditions.append(f"({anywhere})" if number < len(wanted.having) else f"NOT ({anywhere})")
        values[f"term_{number}"] = value
    return conditions, values


def _pattern(term: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", term) + "%"


def snippet(texts: Sequence[str], wanted: Wanted) -> str:
    """Give the words around the first hit, from the first of the texts that has one."""
    for text in texts:
        hit = wanted.hits().search(text)
        if hit:
            begin, end = max(0, hit.start() - AROUND), hit.end() + AROUND
            cut = " ".join(text[begin:end].split())
            return ("…" if begin else "") + cut + ("…" if end < len(text) else "")
    return texts[0][: 2 * AROUND]


def _shown(hit: Mapping[str, Any], wanted: Wanted) -> "Text":
    from rich.text import Text

    day = hit.get("published_on") or hit.get("posted_on") or "no date"
    what = f"comment {hit['comment_id']} on article" if "comment_id" in hit else "article"
    state = "" if hit["state"] in {"live", "visible"} else f", {hit['state']}"
    shown = Text()
    shown.append(hit.get("title") or hit.get("commenter") or "anonymous", style="bold")
    shown.append(f"\n{what} {hit['article_id']}, {hit['outlet']}, {day}{state}\n{hit['url']}\n", style="dim")
    body = Text(hit["snippet"])
    body.highlight_regex(wanted.hits(), "yellow")
    return shown.append_text(body).append("\n")
