"""`cuttings search`: articles and comments that contain words, at any date."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from cli.search import Wanted, parse, snippet
from core.records import CommentState, Moment
from tests.integration.archive import Archive
from tests.integration.desk import HOME, Desk, comment, document


def published(day: int, title: str, body: str, **fields: Any) -> Any:
    from dataclasses import replace

    moment = Moment(raw=f"0{day}.03.26", on=date(2026, 3, day))
    return replace(document(title, body, **fields), published=moment)


@pytest.fixture
def archive(engine: Engine, database_url: str, tmp_path: Path) -> Archive:
    """Give an archive of four articles; the fourth loses its café after ten hours."""
    desk = Desk(engine)
    thread = (comment(1, "Ann", "The FERRY is late."), comment(2, "Bob", "100% of them are."))
    listed: dict[str, Any] = {"comments": thread, "comment_state": CommentState.LISTED}
    night = published(1, "Night Ferry back", "It runs on weekdays.")
    desk.show(f"{HOME}/1", 0, night, **listed)
    desk.show(f"{HOME}/2", 1, published(2, "Timetable", "The night ferry runs on Sunday."))
    roads = published(3, "Roads", "No boats: 50% off_season.", standfirst="By ferry at night")
    desk.show(f"{HOME}/3", 2, roads)
    desk.show(f"{HOME}/4", 3, published(4, "Tea", "The CAFÉ opens."))
    desk.show(f"{HOME}/4", 13, published(4, "Tea", "The bar opens."))
    desk.show(f"{HOME}/1", 14, night, **listed | {"comments": thread[1:]})
    engine.dispose()
    return Archive(tmp_path, database_url)


def found(archive: Archive, *words: str) -> list[int]:
    done = archive.command("search", *words, "--json")
    assert done.returncode == 0, done.stderr
    return [hit["article_id"] for hit in json.loads(done.stdout)]


def test_every_word_counts_wherever_it_stands_newest_first(archive: Archive):
    assert found(archive, "ferry", "night") == [3, 2, 1]
    assert found(archive, '"night ferry"') == [2, 1]
    assert found(archive, '"night ferry" -sunday') == [1]
    assert found(archive, "ferry", "--limit", "2") == [3, 2]
    assert found(archive, "ferry", "--since", "2026-03-02", "--until", "2026-03-02") == [2]
    assert found(archive, "ferry", "--outlet", "courier") == []


def test_signs_of_sql_are_only_signs(archive: Archive):
    assert found(archive, "50%") == [3]
    assert found(archive, "5%0") == []
    assert found(archive, "off_season") == [3]
    assert found(archive, "of_season") == []
    assert found(archive, "\\") == []
    assert found(archive, "it's") == []


def test_the_date_takes_the_search_back_and_letters_fold_beyond_a_to_z(archive: Archive):
    assert found(archive, "café") == []
    assert found(archive, "café", "--as-of", "2026-03-02T12:00Z") == [4]
    assert found(archive, "opens -café", "--as-of", "2026-03-02T12:00Z") == []
    assert found(archive, "opens -CAFÉ") == [4]


def test_comments_are_found_removed_ones_too(archive: Archive):
    (hit,) = json.loads(archive.command("search", "ferry", "--comments", "--json").stdout)
    assert (hit["article_id"], hit["state"], hit["snippet"]) == (1, "removed", "The FERRY is late.")
    early = ("--comments", "--as-of", "2026-03-02T12:00Z", "--json")
    (hit,) = json.loads(archive.command("search", "ferry", *early).stdout)
    assert hit["state"] == "visible"


def test_a_person_sees_where_it_stands(archive: Archive):
    done = archive.command("search", "ferry", "--limit", "1")
    assert "Roads" in done.stdout
    assert "article 3, gazette, 2026-03-03" in done.stdout
    assert "By ferry at night" in done.stdout
    assert "there are more" in done.stderr
    assert "no article contains that" in archive.command("search", "zeppelin").stderr
    assert archive.command("search", "--", "-ferry").returncode == 2


def test_a_query_is_words_phrases_and_what_must_not_be():
    assert parse('a "b  c" -d -"e f" "g') == Wanted(having=("a", "b c", "g"), lacking=("d", "e f"))
    assert parse(' "" - ') == Wanted(having=(), lacking=())


def test_a_snippet_is_what_stands_around_the_first_hit():
    wanted = Wanted(having=("ferry",), lacking=())
    text = "x " * 200 + "the FERRY sails" + " y" * 200
    shown = snippet([text], wanted)
    assert "the FERRY sails" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 250
