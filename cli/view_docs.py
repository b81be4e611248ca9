"""The views told to people: docs/views.md, and docs/schema.md with its diagrams, made from the code."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, Table, Text

from db import analysts, dictionary, relations, signature
from db.models import Base
from db.questions import questions
from db.types import UtcDateTime

LEADS_TO = {
    "article_id": "articles",
    "other_id": "articles",
    "first_article_id": "articles",
    "version_id": "article_versions",
    "comment_id": "comments",
    "parent_id": "comments",
    "comment_version_id": "comment_versions",
    "capture_id": "captures",
    "run_id": "runs",
    "outlet": "outlets",
}
"""Columns that name a row of another view, with that view."""
_VIEWS_HEAD = """\
# Views

What analysts read. Made by `make docs` from what the code knows; a test keeps the two equal, another keeps
every column's name, place and type as they are here on both databases: a query written today runs on the
next version too. New columns come at the end.

- `instant` is UTC: `timestamptz` on PostgreSQL, text like `2026-03-02 09:00:00.000000Z` on SQLite, which
  sorts and which SQLite's date functions understand. `day` is a date in the outlet's own zone. `boolean` is
  0 or 1 on SQLite, `json` is text there. `datetime()` and `julianday()` answer alike on both.
- NULL means that nobody said it, or that it does not apply; the sentence of a column says when. Where it
  says nothing of NULL there is none.
- Names of people are in `comments_named` alone; everywhere else a comment's writer has a pseudonym, the same
  throughout one outlet and another in each outlet.
- On PostgreSQL the views lie in the schema `{schema}` too, `comments_named` in `{names}`: what
  `cuttings db grant-analyst` lets a role read. The same words are there as comments on views and columns.
- [schema.md](schema.md) draws how the views belong together, [history.md](history.md) says how the archive
  knows.
"""
_SCHEMA_HEAD = """\
# Views and tables, drawn

Made by `make docs` from what the code knows.

## Views

The contract; [views.md](views.md) says what each column holds. A line leads from a row to the rows that
name it. Most views have the column `outlet`; it is drawn where nothing else ties a view to the rest.
"""
_TABLES_HEAD = """\
## Tables

Internal: they may change with any version, no query should stand on them. Drawn with their keys only; the
view `dictionary` has a sentence for each of their columns.
"""
_QUESTIONS_HEAD = """\
## Questions

`cuttings sql --question NAME` answers them, and says what the answer means and what it does not; their text
is in `db/questions/`.
"""
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (UtcDateTime, "instant"),
    (Date, "day"),
    (Boolean, "boolean"),
    (JSON, "json"),
    (Integer, "integer"),
    (Float, "real"),
    (Text, "text"),
)


def views() -> str:
    """Give the text of docs/views.md: each view, its columns, an example; then the questions."""
    parts = [_VIEWS_HEAD.format(schema=analysts.SCHEMA, names=analysts.NAMES_SCHEMA)]
    for view, about in relations.VIEWS.items():
        parts.append(f"## {view}\n\n{about.row}\n\n{_columns(signature.views()[view])}")
        parts.append(f"```sql\n{about.example}\n```\n")
    asked = "\n".join(f"| `{one.name}` | {one.sentence} |" for one in questions())
    parts.append(f"{_QUESTIONS_HEAD}\n| name | question |\n|---|---|\n{asked}\n")
    return "\n".join(parts)


def schema() -> str:
    """Give the text of docs/schema.md: the views and the tables as Mermaid diagrams."""
    tables = "\n".join(f"| `{table.name}` | {table.comment} |" for table in _tables())
    return "\n".join(
        [
            _SCHEMA_HEAD,
            _diagram([*_view_lines()]),
            _TABLES_HEAD,
            _diagram([*_table_lines()]),
            f"| table | what it holds |\n|---|---|\n{tables}\n",
        ]
    )


def _columns(columns: Sequence[signature.Column]) -> str:
    rows = [
        f"| `{column.name}` | {column.kind} | {dictionary.sentence(column.view, column.name)} |"
        for column in columns
    ]
    return "\n".join(["| column | type | what it holds |", "|---|---|---|", *rows, ""])


def _diagram(lines: Sequence[str]) -> str:
    return "\n".join(["```mermaid", "erDiagram", *(f"    {line}" for line in lines), "```", ""])


def _view_lines() -> Iterator[str]:
    for view, columns in signature.views().items():
        yield f"{view} {{"
        for column in columns:
            leads = LEADS_TO.get(column.name)
            key = (
                " PK"
                if leads == view and column is columns[0]
                else " FK"
                if leads not in {None, view}
                else ""
            )
            yield f"    {column.kind} {column.name}{key}"
        yield "}"
    for view, columns in signature.views().items():
        named = [column for column in columns if column.name in LEADS_TO and column is not columns[0]]
        named += [column for column in columns[:1] if LEADS_TO.get(column.name) not in {None, view}]
        certain = [one for one in named if one.name != "outlet" and not dictionary.may_lack(view, one.name)]
        for column in named:
            if column.name != "outlet" or not certain:
                ends = "|o--o{" if dictionary.may_lack(view, column.name) else "||--o{"
                yield f"{LEADS_TO[column.name]} {ends} {view} : {column.name}"


def _tables() -> list[Table]:
    return sorted(Base.metadata.tables.values(), key=lambda table: table.name)


def _table_lines() -> Iterator[str]:
    for table in _tables():
        yield f"{table.name} {{"
        for column in table.columns:
            marks = [*["PK"] * column.primary_key, *["FK"] * bool(column.foreign_keys)]
            if marks:
                yield f"    {_kind(column)} {column.name} {', '.join(marks)}"
        yield "}"
    for table in _tables():
        for column in table.columns:
            for key in column.foreign_keys:
                ends = "|o--o{" if column.nullable else "||--o{"
                yield f"{key.column.table.name} {ends} {table.name} : {column.name}"


def _kind(column: Column[object]) -> str:
    return next(word for kind, word in _TYPES if isinstance(column.type, kind))
