"""The invented texts, one TOML file per title, and how they are read."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from newsstand.articles import Article, Block, Comment, Kind

_MARKS = {"## ": Kind.HEADING, "* ": Kind.ITEM, "[caption] ": Kind.CAPTION, "READ MORE: ": Kind.MORE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """One planned change of one article: from ``day`` on it has other field values.

    ``replace`` are pairs of old and new wording in the body; ``append`` is put at its end.
    """

    day: int
    article: str
    why: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """All texts of one title: its articles as first published, with the day, and the edits in order."""

    articles: tuple[tuple[int, Article], ...]
    edits: tuple[Edit, ...]


@cache
def script(title: str) -> Script:
    """Read the texts of a title from the package."""
    source = files(__name__).joinpath(f"{title}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(source)
    articles = tuple((entry.pop("day", 1), _article(entry)) for entry in data["article"])
    edits = tuple(
        Edit(day=entry.pop("day"), article=entry.pop("article"), why=entry.pop("why"), fields=entry)
        for entry in data.get("edit", ())
    )
    return Script(articles=articles, edits=edits)


def blocks(source: str) -> tuple[Block, ...]:
    """Read a body: blocks parted by blank lines, ``* `` items line by line, marks as in ``_MARKS``."""
    found: list[Block] = []
    for part in source.strip().split("\n\n"):
        lines = part.split("\n* ") if part.startswith("* ") else [part]
        found += [_block(text if n == 0 else f"* {text}") for n, text in enumerate(lines)]
    return tuple(found)


def _block(text: str) -> Block:
    text = text.strip("\n ")
    if text == "[call-out]":
        return Block(kind=Kind.CALL_OUT)
    for mark, kind in _MARKS.items():
        if text.startswith(mark):
            wording, _, target = text.removeprefix(mark).partition(" -> ")
            return Block(kind=kind, text=wording, target=target or None)
    return Block(kind=Kind.TEXT, text=text)


def comments(entries: Sequence[Mapping[str, str]]) -> tuple[Comment, ...]:
    """Read comments; a key counts them in the order they are given unless one is stated."""
    return tuple(
        Comment(
            key=entry.get("key", f"c{n}"),
            author=entry["author"],
            author_html=entry.get("author_html"),
            posted=entry["posted"],
            paragraphs=tuple(entry["body"].strip().split("\n\n")),
        )
        for n, entry in enumerate(entries, 1)
    )


def _article(entry: dict[str, Any]) -> Article:
    stamp = entry["stamp"]
    current = "section" not in entry
    stated = {"dublin": "day", "bare": "none"}.get(entry["markup"], "instant") if current else "none"
    entry["blocks"] = blocks(entry.pop("body"))
    entry["comments"] = comments(entry.pop("comment", ()))
    for name in ("tags", "also", "former"):
        entry[name] = tuple(entry.get(name, ()))
    shown = entry.pop("date", None if current else f"{stamp:%d.%m.%y}") or None
    section = entry.pop("section", "articles")
    return Article(
        generation="current" if current else "legacy",
        section=section,
        stated=stated,
        shown_date=shown,
        **entry,
    )
