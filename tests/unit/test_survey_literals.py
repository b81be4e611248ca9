"""What a site says of itself stays a text in the module that is written of it."""

import ast
import re

from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.survey import literals

ANY = st.text(st.characters(codec="utf-8"), max_size=60)


@given(ANY)
@example('"""\nimport os\n"""')
@example("both ' and \"")
@example("\\")
@example("\r\n\x00\u2028\u202e")
def test_a_text_stays_what_it_is(value):
    assert ast.literal_eval(literals.text(value)) == value


@given(ANY)
@example('a"\n')
@example("\\\r\n")
def test_a_pattern_stays_what_it_is(value):
    pattern = re.escape(value)
    assert ast.literal_eval(literals.raw(pattern)) == pattern


@given(ANY)
@example('"""\nimport os\n"""')
@example("\\")
@example("/news/a\nimport os")
@example("/news/a\rimport os")
def test_comments_and_docstrings_do_not_end_early(value):
    written = f'"""{literals.docstring(value)}: a site."""\n\n# {literals.comment(value)}\n_FORM = 1\n'
    tree = ast.parse(written)
    assert [type(statement) for statement in tree.body] == [ast.Expr, ast.Assign]
    assert "\n" not in literals.comment(value)
