"""The newsstand's calendar: which articles stand on which day, and how they read then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from newsstand import texts
from newsstand.articles import Article, Block, Comment, Kind

DAY_ONE = date(2024, 3, 4)
"""The newsstand's first day, a Monday; the titles' own calendar, not the machine's."""

LAST_DAY = 3
"""The last day for which changes are planned; on later days only the sidebars change."""


def date_of(day: int) -> date:
    """Give the date of day number ``day``, which counts from 1."""
    return DAY_ONE + timedelta(days=day - 1)


@cache
def articles(title: str, day: int) -> tuple[Article, ...]:
    """Give every article of a title that was published by ``day``, newest first, as it reads then.

    A removed one is among them with its status 404 or 410.
    """
    script = texts.script(title)
    standing = {article.key: article for first, article in script.articles if first <= day}
    for edit in script.edits:
        if edit.day <= day:
            standing[edit.article] = _edited(standing[edit.article], edit.fields, edit.day)
    return tuple(sorted(standing.values(), key=lambda article: article.stamp, reverse=True))


def _edited(article: Article, fields: Mapping[str, Any], day: int) -> Article:
    fields = dict(fields)
    blocks = _replaced(article.blocks, fields.pop("replace", ()))
    if "body" in fields:
        blocks = texts.blocks(fields.pop("body"))
    blocks += texts.blocks(fields.pop("append")) if "append" in fields else ()
    if fields.pop("straighten", False):
        blocks = _straightened(blocks)
    comments = article.comments + texts.comments(fields.pop("comment", ()))
    comments = _recommented(comments, fields)
    silent = fields.pop("silent", False) or "status" in fields
    modified = article.modified if silent else datetime.combine(date_of(day), article.stamp.time())
    return replace(article, blocks=blocks, comments=comments, modified=modified, **fields)


def _replaced(blocks: tuple[Block, ...], pairs: list[list[str]] | tuple[()]) -> tuple[Block, ...]:
    for old, new in pairs:
        if not any(old in block.text for block in blocks):
            raise ValueError(f"a planned edit replaces words that stand nowhere: {old!r}")
        blocks = tuple(replace(block, text=block.text.replace(old, new)) for block in blocks)
    return blocks


def _recommented(comments: tuple[Comment, ...], fields: dict[str, Any]) -> tuple[Comment, ...]:
    if gone := fields.pop("without_comments", ()):
        comments = tuple(comment for comment in comments if comment.key not in gone)
    if rewritten := fields.pop("comment_bodies", {}):
        comments = tuple(
            replace(comment, paragraphs=tuple(rewritten[comment.key].split("\n\n")))
            if comment.key in rewritten
            else comment
            for comment in comments
        )
    if order := fields.pop("comment_order", ()):
        comments = tuple(sorted(comments, key=lambda comment: order.index(comment.key)))
    return comments


def _straightened(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    plain = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
    return tuple(
        block if block.kind is Kind.MORE else replace(block, text=block.text.translate(plain))
        for block in blocks
    )
