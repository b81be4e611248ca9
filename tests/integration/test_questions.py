"""The questions that come with cuttings: their answers on the demo's archive, on both databases."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from cli import main
from core.errors import CuttingsError
from db import dictionary, relations, signature
from db.engine import open_engine, writing
from db.questions import FOLDER, Question, question, questions
from db.time_travel.asof_session import reading
from newsstand import plan
from tests.conftest import KINDS
from tests.integration.demonstration import Demonstration, bring

Rows = list[dict[str, Any]]
STORY = "INSERT INTO story (id, made_at) VALUES (1, '2026-03-02 09:00:00.000000Z')"
MEMBER = """\
INSERT INTO story_member (story_id, article_id, first_id, relation, share_kept, shared_words, hours_after,
                          decided_by, appeared_at, appeared_by, recorded_at)
SELECT 1, article_id, {first}, {relation}, {share}, {words}, {hours}, 'rule', first_seen_at, 'first_seen',
       first_seen_at
FROM articles WHERE title = '{title}'"""
FIRST, COPY = "Hearing clinic moves to a quieter street", "One lever at a time"


@pytest.fixture(scope="module", params=KINDS)
def url(
    request: pytest.FixtureRequest, demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Give the demo's archive with a story of two of its articles, on each kind of database."""
    if request.param == "sqlite":
        copy = tmp_path_factory.mktemp("questions") / "cuttings.db"
        shutil.copyfile(demonstration.database, copy)
        url = f"sqlite:///{copy}"
    else:
        make: Callable[[str], str] = request.getfixturevalue("new_postgresql")
        url = make(request.getfixturevalue("migrated_postgresql"))
    engine = open_engine(url)
    if request.param == "postgresql":
        bring(demonstration.database, engine)
    tell(engine)
    engine.dispose()
    return url


def tell(engine: Engine) -> None:
    """Let the archive know of one story: nothing of the demo's own is copied from outlet to outlet."""
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM story_member"))
        connection.execute(text("DELETE FROM story"))
        connection.execute(text(STORY))
        first = connection.execute(
            text("SELECT article_id FROM articles WHERE title = :t"), {"t": FIRST}
        ).scalar_one()
        for title, values in (
            (FIRST, {"relation": "NULL", "share": 1, "words": "NULL", "hours": 0}),
            (COPY, {"relation": "'excerpt'", "share": 0.25, "words": 30, "hours": 5}),
        ):
            connection.execute(text(MEMBER.format(first=first, title=title, **values)))


@pytest.fixture
def ask(url: str) -> Iterator[Callable[[Question], Rows]]:
    """Give a function that answers a question in a session that only reads."""

    def answer(asked: Question) -> Rows:
        with reading(url) as reader, reader.ask(asked.sql) as found:
            return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    return answer


def columns(rows: Rows, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_articles_per_month_are_those_of_the_newsstand(ask):
    rows = ask(question("articles_per_month"))
    assert ("wardround", "2018-01", 1, 122, 5) in columns(rows, *rows[0])
    for outlet in plan.TITLES:
        own = [row for row in rows if row["outlet"] == outlet]
        held = {article.key for day in (1, 2) for article in plan.expected(outlet, day)}
        assert sum(row["articles"] for row in own) == len(held)
        assert [row["month"] for row in own[:-1]] == sorted(row["month"] for row in own[:-1])
        assert own[-1]["month"] is None, "articles without a date come last, on both databases"


def test_articles_per_day_end_with_the_last_day_of_publication(ask):
    rows = ask(question("articles_per_day"))
    assert columns(rows[:4], "outlet", "day", "articles", "words") == [
        ("pointsman", "2024-03-05", 1, 69),
        ("townclerk", "2024-03-05", 2, 181),
        ("wardround", "2024-03-05", 3, 344),
        ("wardround", "2024-03-01", 1, 230),
    ]
    assert len(rows) == 10


def test_edits_are_told_with_their_windows_and_words(ask):
    rows = ask(question("articles_edited"))
    assert sorted(columns(rows, "outlet", "kind", "words_added", "words_removed")) == [
        ("pointsman", "correction_note", 16, 0),
        ("townclerk", "headline_only", 1, 0),
        ("townclerk", "typo", 3, 2),
        ("wardround", "correction_note", 24, 1),
        ("wardround", "headline_only", 1, 1),
        ("wardround", "major", 65, 72),
        ("wardround", "typo", 1, 1),
    ]
    assert all(row["changed_after"] < row["changed_by"] for row in rows)


def test_edits_are_counted_by_kind_and_by_how_late_they_came(ask):
    rows = ask(question("edits_by_kind_and_delay"))
    assert columns(rows, "outlet", "kind", "delay", "edits", "words") == [
        ("pointsman", "correction_note", "1: within a day", 1, 16),
        ("townclerk", "headline_only", "4: later", 1, 1),
        ("townclerk", "typo", "4: later", 1, 5),
        ("wardround", "correction_note", "4: later", 1, 25),
        ("wardround", "headline_only", "4: later", 1, 2),
        ("wardround", "major", "4: later", 1, 137),
        ("wardround", "typo", "4: later", 1, 2),
    ]


def test_headlines_changed_soon_after_the_first_sight(ask):
    rows = ask(question("headlines_changed_soon"))
    assert sorted(columns(rows, "title_before", "title_after", "published_on")) == [
        (
            "Linen scanner ‘saves Saltholme Infirmary £40,000 a year’",
            "Linen scanner ‘saves Saltholme Infirmary £37,000 a year’",
            "2018-08-13",
        ),
        ("Mayor’s car replaced by scooter", "Mayor’s car replaced by electric scooter", "2018-09-24"),
    ]


def test_articles_and_comments_taken_down(ask):
    assert sorted(columns(ask(question("articles_removed")), "outlet", "title", "state")) == [
        ("pointsman", "Low bridge struck for hundredth time", "gone"),
        ("wardround", "Car park charges to be set by length of clinic delay", "gone"),
    ]
    comments = ask(question("comments_removed"))
    assert sorted(columns(comments, "outlet", "body", "posted_at")) == [
        (
            "townclerk",
            "Hear, hear. Third bench from the fountain, most mornings.",
            "2015-11-17 09:30:00.000000Z",
        ),
        ("wardround", "Who pays the bill for the reception?", "2018-01-23 08:30:00.000000Z"),
    ]
    assert all(row["commenter"].startswith("reader-") for row in comments)


def test_the_most_commented_articles(ask):
    rows = ask(question("most_commented"))
    assert columns(rows[:1], "outlet", "title", "comments", "names") == [
        ("wardround", "Boiler fund to be spent on boilers", 5, 5)
    ]
    assert [row["comments"] for row in rows] == sorted((row["comments"] for row in rows), reverse=True)
    assert len(rows) == 18


def test_who_was_first_of_a_story(ask):
    rows = ask(question("first_of_a_story"))
    asked = (
        "first_outlet",
        "first_title",
        "copied_by",
        "copy_title",
        "hours_after_first",
        "relation",
        "share_kept",
    )
    assert columns(rows, *asked) == [("wardround", FIRST, "pointsman", COPY, 5, "excerpt", 0.25)]


def test_gaps_are_told_from_months_without_articles(ask):
    rows = ask(question("coverage_gaps"))
    (crawled,) = [row for row in rows if row["outlet"] == "pointsman" and row["months_whole"]]
    assert crawled["months_whole"] == 1
    (unseen,) = [row for row in rows if (row["outlet"], row["year"]) == ("pointsman", "2014")]
    assert unseen["months_unseen"] == 12
    assert unseen["expected"] is None, "nobody looked: that is not zero"
    for outlet in plan.TITLES:
        own = [row for row in rows if row["outlet"] == outlet]
        held = {article.key for day in (1, 2) for article in plan.expected(outlet, day)}
        assert sum(row["held"] or 0 for row in own) == len(held)
        assert sum(row["missing"] or 0 for row in own) == 0


def test_corrections_in_the_outlets_own_words(ask):
    notes = [row["correction_note"] for row in ask(question("corrections_stated"))]
    assert sorted(note[:20] for note in notes) == ["Correction, 5 March ", "Correction: the pipe"]


def test_what_an_article_said_before_its_last_edit(ask):
    (row,) = ask(question("text_on_a_date"))
    assert row["version"] == 1
    assert row["valid_to"] == max(edit["changed_by"] for edit in ask(question("articles_edited")))
    said = {article.title: article.body for article in plan.expected(row["outlet"], 1)}
    today = {article.title: article.body for article in plan.expected(row["outlet"], 2)}
    assert said[row["title"]] == row["body"]
    assert today.get(row["title"]) != row["body"]


def test_every_question_says_what_its_answer_means_and_does_not():
    assert len(questions()) >= 10
    for one in questions():
        assert one.sentence.endswith("?"), one.name
        assert one.means.endswith("."), one.name
        assert one.caveats.endswith("."), one.name
        assert ";" not in one.sql, one.name
        assert set(FOLDER.glob("*.sql")) >= {FOLDER / f"{one.name}.sql"}


def test_a_question_of_another_name_is_answered_with_the_names_there_are():
    with pytest.raises(CuttingsError, match="articles_edited, articles_per_day"):
        question("edits")


def test_the_command_lists_and_answers_them(url, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    assert main.run(["sql", "--list"]) == 0
    listed = capsys.readouterr().out
    assert all(one.name in listed and one.sentence in listed for one in questions())
    assert main.run(["sql", "--question", "articles_per_day", "--json"]) == 0
    told = capsys.readouterr()
    assert '"outlet": "pointsman"' in told.out
    assert "How much did each outlet publish?" in told.err
    assert main.run(["sql", "--question", "articles_per_day", "SELECT 1"]) == 2


def test_a_column_lacks_a_value_only_where_its_sentence_says_when(url):
    with reading(url) as reader:
        for view, own in signature.views().items():
            never = [column.name for column in own if not dictionary.may_lack(view, column.name)]
            counts = ", ".join(f"count(*) - count({name})" for name in never)
            with reader.ask(f"SELECT {counts} FROM {view}") as found:
                (lacking,) = found.rows
            assert dict(zip(never, lacking, strict=True)) == dict.fromkeys(never, 0), view


def test_the_examples_of_the_views_run(url):
    assert make_url(url)
    with reading(url) as reader:
        for about in relations.VIEWS.values():
            with reader.ask(about.example) as found:
                list(found.rows)
