"""The query language: what is typed, what it means, what it is refused for; stems and snippets."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.query_dialects import beginning, match_expression, meets, tsquery_text
from core.query_language import Either, Every, QueryError, Term, Without, parse
from core.snippets import snippet, stems_of
from core.stemming import stem


def term(*words: str, is_prefix: bool = False) -> Term:
    return Term(words=words, is_prefix=is_prefix)


A, B, C = (term(letter) for letter in "abc")


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("a", A),
        ("a b", Every(parts=(A, B))),
        ("a AND b", Every(parts=(A, B))),
        ("a and b", Every(parts=(A, term("and"), B))),
        ("a OR b c", Either(parts=(A, Every(parts=(B, C))))),
        ("(a OR b) c", Every(parts=(Either(parts=(A, B)), C))),
        ('"a b" c', Every(parts=(term("a", "b"), C))),
        ('"OR"', term("OR")),
        ("“a b”", term("a", "b")),
        ("covid-19", term("covid", "19")),
        ("o'brien's", term("o", "brien", "s")),
        ("fer*", term("fer", is_prefix=True)),
        ('"night fer"*', term("night", "fer", is_prefix=True)),
        ('"night fer*"', term("night", "fer", is_prefix=True)),
        ("a -b", Without(kept=A, left_out=B)),
        ("a NOT b NOT c", Without(kept=A, left_out=Either(parts=(B, C)))),
        ("NOT b a", Without(kept=A, left_out=B)),
        ('a -"b c"', Without(kept=A, left_out=term("b", "c"))),
        ("a -(b OR c)", Without(kept=A, left_out=Either(parts=(B, C)))),
        ("a -(b -c)", Without(kept=A, left_out=Without(kept=B, left_out=C))),
        ("a (b OR -c)", Without(kept=A, left_out=Without(kept=C, left_out=B))),
        ("a NOT NOT b", Every(parts=(A, B))),
    ],
)
def test_what_a_query_means(typed: str, query: object):
    assert parse(typed) == query


@pytest.mark.parametrize(
    "typed",
    ["OR a", "a OR", "AND a AND", "a NOT", "(a", "a)", "((a)", ") a (", "a ()", '"a', 'a "', "a -", "- a *"],
)
def test_what_stands_for_nothing_is_passed_over(typed: str):
    assert parse(typed) == A


@pytest.mark.parametrize("typed", ["", " ", "OR", "()", '""', "* - \\ % \0", "🚢", "-", "½"])
def test_a_query_without_words_is_refused(typed: str):
    with pytest.raises(QueryError, match="at least one word"):
        parse(typed)


@pytest.mark.parametrize("typed", ["-a", "NOT a", "a OR -b", "-a -b", "-(a b)"])
def test_a_query_that_only_leaves_out_is_refused(typed: str):
    with pytest.raises(QueryError, match="what to look for too"):
        parse(typed)


@given(st.text(max_size=60) | st.text("ab\"()-*' \0ANDORT", max_size=60))
@settings(max_examples=50, deadline=None)
def test_nothing_typed_is_an_error_of_sqlite(typed: str):
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE i USING fts5(body, tokenize='porter unicode61')")
    try:
        query = parse(typed)
    except QueryError:
        return
    index.execute("SELECT count(*) FROM i WHERE i MATCH ?", (match_expression(query),)).fetchone()
    assert tsquery_text(query)
    index.close()


def test_stems_are_sqlite_s():
    text = (
        "ferry ferries running ran hopping hoping technology technological possibly assembly agreed feed "
        "national relational universities university happiness sky skies is as us café день 2026 cats "
        "controlling rolled falling hissing filing troubled sized conflated cease rate adoption homologous "
        "probate effective bowdlerize goodness electrical hopeful formative triplicate callousness vileness"
    )
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE i USING fts5(body, tokenize='porter unicode61 remove_diacritics 2')")
    index.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(i, 'instance')")
    index.execute("INSERT INTO i VALUES (?)", (text,))
    theirs = [row[0] for row in index.execute("SELECT term FROM terms ORDER BY offset")]
    index.close()
    assert [stem(word) for word in text.split()] == theirs


@pytest.mark.parametrize(
    ("prefix", "word"),
    [
        ("universit", "universities"),
        ("ferry", "ferryman"),
        ("ferry", "ferries"),
        ("house", "household"),
        ("fer", "ferry"),
        ("technolog", "technology"),
        ("café", "Cafeteria"),
    ],
)
def test_the_beginning_of_a_word_finds_words_whose_stem_is_shorter(prefix: str, word: str):
    assert beginning(prefix).meets(stem(word))
    assert not beginning(prefix).meets(stem("zeppelin"))


def test_a_phrase_does_not_run_from_one_text_into_the_next():
    texts = [stems_of("The night"), stems_of("ferry is late")]
    assert meets(parse("night ferry"), texts)
    assert not meets(parse('"night ferry"'), texts)
    assert not meets(parse("night -late"), texts)


def test_a_snippet_shows_the_most_of_what_was_looked_for():
    text = "x " * 200 + "A ferry.\n\n" + "y " * 200 + "The night FERRIES sail, night by night." + " z" * 200
    shown = snippet(["none of it", text], parse("ferry night"))
    assert "The «night» «FERRIES» sail, «night» by «night»." in shown.marked()
    assert shown.text.startswith("…")
    assert shown.text.endswith("…")
    assert len(shown.text) < 250
    assert snippet(["ab " * 100], parse("zeppelin")).text.startswith("ab ab")
    assert snippet(["a covid-19 b"], parse("covid-19")).marked("[", "]") == "a [covid-19] b"
    assert snippet(["", "w" * 500], parse("w*")).hits == ((0, 500),)
