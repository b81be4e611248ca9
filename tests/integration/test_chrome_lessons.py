"""Lessons of chrome as they are kept, on both databases."""

import pytest

from core.chrome import digest
from core.clock import now
from db import chrome
from db.chrome import Lesson, SharedBlock
from db.engine import writing
from pipelines import chrome_learning
from tests.integration.desk import HOME, Desk, at, document


@pytest.fixture
def desk(engine) -> Desk:
    return Desk(engine)


def blocks(*texts: str, pages: int = 9) -> list[SharedBlock]:
    return [SharedBlock(digest=digest(text), sample=text, pages=pages) for text in texts]


def keep(desk: Desk, *texts: str, pages: int = 10, hours: float = 1.0) -> bool:
    with writing(desk.engine) as connection:
        return chrome.store(connection, "gazette", blocks(*texts), pages=pages, at=at(hours))


def newest(desk: Desk) -> Lesson | None:
    with desk.engine.connect() as connection:
        return chrome.newest(connection, "gazette")


def test_a_lesson_that_teaches_the_same_is_no_new_one(desk):
    assert newest(desk) is None
    assert keep(desk, "A long promotion.", "Another one.")
    assert not keep(desk, "Another one.", "A long promotion.", pages=20, hours=5)
    lesson = newest(desk)
    assert (lesson.revision, lesson.pages, lesson.learnt_at) == (1, 20, at(5))
    assert lesson.chrome.holds("a long  PROMOTION.")
    assert desk.one("SELECT count(*) AS n FROM chrome_lesson")["n"] == 1


def test_another_lesson_counts_on_and_says_since_when_a_block_is_known(desk):
    keep(desk, "A long promotion.")
    assert keep(desk, "A long promotion.", "Another one.", hours=2)
    lesson = newest(desk)
    assert lesson.chrome.revision == 2
    assert {block.sample: block.since for block in lesson.blocks} == {
        "A long promotion.": 1,
        "Another one.": 2,
    }
    assert keep(desk, hours=3)  # a lesson that takes all back is one too
    assert newest(desk).chrome.revision == 3
    assert newest(desk).chrome.digests == frozenset()


def test_a_first_look_that_finds_nothing_changes_no_reading(desk):
    assert not keep(desk)
    assert (newest(desk).revision, newest(desk).chrome) == (0, None)
    assert keep(desk, "A long promotion.")
    assert newest(desk).chrome.revision == 1


def test_only_new_articles_of_the_layout_make_a_lesson_due(desk):
    for number in range(8):
        text = document(f"Title {number}", f"Body number {number}.")
        desk.show(f"{HOME}/a/{number}", number, text, layout="generic")
        assert chrome_learning.is_due(desk.engine, "gazette") == (number == 7)
    with writing(desk.engine) as connection:  # learnt now, whenever the pages were captured
        chrome.store(connection, "gazette", blocks("A long promotion."), pages=8, at=now())
    desk.next_run()
    for number in range(16):  # the eight again, and eight by another layout
        layout = "generic" if number < 8 else "plain"
        text = document(f"Title {number}", f"Body number {number}, edited.")
        desk.show(f"{HOME}/a/{number}", 20 + number, text, layout=layout)
    assert not chrome_learning.is_due(desk.engine, "gazette")
    for number in range(16, 24):
        text = document(f"Title {number}", f"Body number {number}.")
        desk.show(f"{HOME}/a/{number}", 40 + number, text, layout="generic")
    assert chrome_learning.is_due(desk.engine, "gazette")


def test_the_pages_learnt_from_are_the_newest_of_articles_with_different_texts(desk):
    for number, (title, body) in enumerate([("A", "One."), ("B", "Two."), ("B", "Two."), ("C", "Three.")]):
        desk.show(f"{HOME}/a/{number}", number, document(title, body), layout="generic")
    desk.show(f"{HOME}/a/0", 9, document("A", "One, edited."), layout="generic")
    desk.show(f"{HOME}/a/3", 10, document("C", "Three."), layout="plain")  # another layout took it up
    read = list(chrome.read_pages(desk.engine, "gazette", "generic", 200))
    assert [(page.title, page.body) for page in read] == [("A", "One, edited."), ("B", "Two.")]
    assert read[0].page.captured_at == at(9)
    assert len(list(chrome.read_pages(desk.engine, "gazette", "generic", 1))) == 1


def test_titles_of_articles_are_known_among_texts(desk):
    desk.show(f"{HOME}/a/1", 1, document("A title of four words", "Body."))
    with desk.engine.connect() as connection:
        found = chrome.titles_among(connection, "gazette", ["A title of four words", "Another text"])
        assert chrome.titles_among(connection, "elsewhere", ["A title of four words"]) == set()
    assert found == {"A title of four words"}
