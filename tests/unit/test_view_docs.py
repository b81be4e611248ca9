"""The docs of the views tell all of them in the words of the dictionary, and draw how they belong."""

import re

from cli import view_docs
from db import dictionary, relations, signature
from db.models import Base
from db.questions import questions


def test_every_view_is_told_with_all_its_columns_and_an_example():
    parts = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", view_docs.views(), re.MULTILINE | re.DOTALL))
    assert set(parts) == {*signature.views(), "Questions"}
    for view, columns in signature.views().items():
        told = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", parts[view], re.MULTILINE)
        assert told == [(one.name, one.kind, dictionary.sentence(view, one.name)) for one in columns]
        assert f"```sql\n{relations.VIEWS[view].example}\n```" in parts[view]
    assert all(f"| `{one.name}` | {one.sentence} |" in parts["Questions"] for one in questions())


def test_the_diagrams_draw_every_view_and_every_table_and_lines_between_them_only():
    views, tables = re.findall(r"^```mermaid\n(.*?)^```", view_docs.schema(), re.MULTILINE | re.DOTALL)
    for drawn, there in ((views, set(signature.views())), (tables, set(Base.metadata.tables))):
        assert set(re.findall(r"^    (\w+) \{$", drawn, re.MULTILINE)) == there
        lines = re.findall(r"^    (\w+) (?:\|o|\|\|)--o\{ (\w+) : (\w+)$", drawn, re.MULTILINE)
        assert {end for line in lines for end in line[:2]} <= there
        left = set(
            re.sub(r"^    \w+ \{\n(        .*\n)*    \}\n", "", drawn, flags=re.MULTILINE).splitlines()
        )
        assert len(left) == len(lines) + 1, "nothing but erDiagram, boxes and lines"
    assert "    articles ||--o{ comments : article_id" in views
    assert "    comments |o--o{ comments : parent_id" in views


def test_each_column_that_names_a_row_of_another_view_is_there():
    columns = {column.name for own in signature.views().values() for column in own}
    assert set(view_docs.LEADS_TO) <= columns
    assert set(view_docs.LEADS_TO.values()) <= set(signature.views())
