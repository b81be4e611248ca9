"""`cuttings article`: one article with its history, its comments, its captures, and how versions differ."""

import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from cli.moments import past
from cli.talk import examples, out, print_json, talk
from core.errors import CuttingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from cli.article_records import Capture, History, Version

PARTS = ("versions", "edits", "comments", "captures")
"""Options that each ask for one part of the page; without any of them the whole story is shown."""


@click.command(
    epilog=examples(
        "cuttings article 12",
        "cuttings article example.org/news/a-story --versions",
        "cuttings article 12 --edits --comments",
        "cuttings article 12 --diff 1 3",
        "cuttings article 12 --captures",
        "cuttings article 12 --raw 34 > page.html",
        "cuttings article 12 --as-of 2026-03-01",
        "cuttings article 12 --json | jq .changes",
    )
)
@click.argument("article", metavar="URL|ID")
@click.option("--versions", is_flag=True, help="Only its timeline: versions, edits, absences, returns.")
@click.option("--edits", is_flag=True, help="Only its timeline, with the words that each edit changed.")
@click.option("--comments", is_flag=True, help="Only its comments.")
@click.option("--captures", is_flag=True, help="Only its captures: what was served when, where it lies.")
@click.option("--diff", nargs=2, type=click.IntRange(min=1), metavar="A B", help="How two versions differ.")
@click.option(
    "--raw", type=click.IntRange(min=1), metavar="CAPTURE", help="The bytes of a capture, as served."
)
@past
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with everything.")
def article(  # noqa: PLR0913 - one argument for each option
    article: str,
    diff: tuple[int, int] | None,
    raw: int | None,
    at: datetime | None,
    believed_at: datetime | None,
    *,
    as_json: bool,
    **parts: bool,
) -> None:
    """Show one article: where it stood, each edit and its window, its text, its comments.

    It is named by its number or by any address that leads or led to it, in any spelling. An edit is
    known to lie between two visits: both are given, in UTC. Removed comments are shown, too.
    """
    history = _history(article, at, believed_at)
    if as_json:
        print_json(as_object(history))
    elif raw is not None:
        _print_raw(history, raw)
    else:
        _show(history, diff, [name for name in PARTS if parts[name]])


def as_object(history: "History") -> "Mapping[str, Any]":
    """Give the JSON object: names as in the views, instants in ISO 8601 with their zone."""
    told: dict[str, Any] = asdict(history)
    spells = told.pop("comment_versions")
    for comment in told["comments"]:
        own = [spell for spell in spells if spell["comment_id"] == comment["comment_id"]]
        comment["history"] = [_without(spell, "comment_id") for spell in own]
    sights = told.pop("sights")
    for capture in told["captures"]:
        sight = sights.get(capture["capture_id"], {"again": 0, "not_modified": 0, "last_at": None})
        capture["seen_again"] = _without(sight, "capture_id")
    return told


def _without(mapping: "Mapping[str, Any]", name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}


def _history(name: str, at: datetime | None, believed_at: datetime | None) -> "History":
    from cli import history
    from cli.article_lookup import absent, find
    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine
    from db.time_travel.asof import open_as_of

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    # On PostgreSQL a crawl that commits between two questions would show in the second one only.
    whole = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**whole) as connection:
        open_as_of(connection, at, believed_at)
        try:
            article_id = find(connection, name)
            found = history.article(connection, article_id)
            if merged := _merged(connection, article_id, name, is_shown=found is not None):
                found = history.article(connection, merged)
            if found is None:
                raise absent(connection, article_id, name)
        except CuttingsError as error:
            raise CuttingsError(f"{_then(at, believed_at)}{error}") from error
        return history.history(connection, found, as_of=at, believed_at=believed_at)


def _merged(connection: "Connection", article_id: int, name: str, *, is_shown: bool) -> int | None:
    """Give the article that stays for a merged one, and say that it is shown instead; None for others."""
    from cli.article_lookup import brought_by, stays_for

    if is_shown:
        brought = brought_by(connection, article_id, name)
        if brought is not None:
            talk().print(f"that address was article {brought}'s, now merged into article {article_id}")
        return None
    stays = stays_for(connection, article_id)
    if stays is not None:
        talk().print(f"article {article_id} was merged into article {stays}, which is shown instead")
    return stays


def _then(at: datetime | None, believed_at: datetime | None) -> str:
    """Give the words that say of which past a message speaks; none for today."""
    from cli.article_text import instant

    cuts = (("as of", at), ("as believed at", believed_at))
    said = " ".join(f"{words} {instant(value, seconds=True)} UTC" for words, value in cuts if value)
    return f"{said}, " if said else ""


def _show(history: "History", diff: tuple[int, int] | None, parts: "Sequence[str]") -> None:
    from cli.article_captures import write_captures
    from cli.article_comments import write_comments
    from cli.article_difference import write_difference
    from cli.article_head import write_head, write_text
    from cli.article_sheet import Sheet
    from cli.article_versions import write_timeline

    compared = [_version(history, number) for number in diff] if diff else []
    whole = not parts and not diff
    sheet = Sheet(out())
    write_head(sheet, history)
    if whole or {"versions", "edits"} & set(parts):
        write_timeline(sheet, history, with_words="edits" in parts)
    if compared:
        sheet.heading(f"From version {compared[0].version} to version {compared[1].version}")
        write_difference(sheet, compared[0], compared[1])
    if whole:
        write_text(sheet, history.article)
    if whole or "comments" in parts:
        write_comments(sheet, history)
    if "captures" in parts:
        write_captures(sheet, history)


def _version(history: "History", number: int) -> "Version":
    for version in history.versions:
        if version.version == number:
            return version
    known = ", ".join(str(version.version) for version in history.versions)
    raise CuttingsError(f"there is no version {number} of this article; there are: {known}")


def _print_raw(history: "History", number: int) -> None:
    """Print the bytes of a capture, checked against their hash; never on a terminal, which they may steer."""
    from core.settings import load_settings
    from pipelines.payload import read_payload

    capture = _capture(history, number)
    if sys.stdout.isatty():
        raise CuttingsError(f"raw bytes go into a file or a pipe: add `> capture-{number}.html`")
    payload = read_payload(load_settings().home, capture.warc_file, capture.warc_offset)
    if payload.sha256 != capture.sha256:
        place = f"{capture.warc_file} at {capture.warc_offset}"
        raise CuttingsError(f"the bytes of capture {number} in {place} are not those that were captured")
    sys.stdout.buffer.write(payload.body)
    sys.stdout.buffer.flush()
    encodings = [v.decode("latin-1") for k, v in payload.headers if k.lower() == b"content-encoding"]
    if encodings:
        click.echo(f"the bytes are as served, in the encoding {', '.join(encodings)}", err=True)


def _capture(history: "History", number: int) -> "Capture":
    for capture in history.captures:
        if capture.capture_id == number:
            return capture
    known = ", ".join(str(capture.capture_id) for capture in history.captures)
    raise CuttingsError(f"there is no capture {number} of this article; there are: {known}")
