"""`cuttings search`: articles and comments that contain words, at any date."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from core.records import CommentState, Moment
from tests.integration.archive import Archive
from tests.integration.desk import HOME, Desk, comment, document

NIGHT = "It runs on weekdays."


def published(day: int, title: str, body: str, **fields: Any) -> Any:
    return replace(document(title, body, **fields), published=Moment(raw="-", on=date(2026, 3, day)))


@pytest.fixture
def archive(engine: Engine, database_url: str, tmp_path: Path) -> Archive:
    """Give an archive of four articles; the fourth loses its café after ten hours, a comment goes later."""
    desk = Desk(engine)
    thread = (comment(1, "Ann", "The FERRY is late."), comment(2, "Bob", "100% of them are."))
    listed: dict[str, Any] = {"comments": thread, "comment_state": CommentState.LISTED}
    night = published(1, "Night Ferry back", NIGHT)
    desk.show(f"{HOME}/1", 0, night, **listed)
    desk.show(f"{HOME}/2", 1, published(2, "Timetable", "The night ferry runs on Sunday."))
    roads = published(3, "Roads", "No boats: 50% off_season.", standfirst="By ferry at night")
    desk.show(f"{HOME}/3", 2, roads)
    desk.show(f"{HOME}/4", 3, published(4, "Tea", "The CAFÉ opens."))
    desk.show(f"{HOME}/4", 13, published(4, "Tea", "The bar opens."))
    desk.show(f"{HOME}/1", 14, night, **listed | {"comments": thread[1:]})
    engine.dispose()
    return Archive(tmp_path, database_url)


def hits(archive: Archive, *words: str) -> list[dict[str, Any]]:
    done = archive.command("search", *words, "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def found(archive: Archive, *words: str) -> list[int]:
    return [hit["article_id"] for hit in hits(archive, *words)]


def test_every_word_counts_wherever_it_stands_newest_first(archive: Archive):
    assert found(archive, "ferry", "night", "--newest") == [3, 2, 1]
    assert found(archive, "ferries NIGHTS", "--newest") == [3, 2, 1]
    assert found(archive, '"night ferry"', "--newest") == [2, 1]
    assert found(archive, '"night ferry" -sunday') == [1]
    assert found(archive, "(sunday OR boats) ferry", "--newest") == [3, 2]
    assert found(archive, "time*") == [2]
    assert found(archive, "ferry", "--newest", "--limit", "2") == [3, 2]
    assert found(archive, "ferry", "--since", "2026-03-02", "--until", "2026-03-02") == [2]
    assert found(archive, "ferry", "--newest", "--since", "2026-03-02") == [3, 2]
    assert found(archive, "ferry", "--outlet", "courier") == []
    assert found(archive, "ferry", "--outlet", "gazette", "--limit", "1") == [1]


def test_the_headline_weighs_most(archive: Archive):
    assert found(archive, "ferry") == [1, 3, 2]


def test_signs_are_only_signs(archive: Archive):
    assert found(archive, "50%") == [3]
    assert found(archive, "5%0") == []
    assert found(archive, "off_season") == [3]
    assert found(archive, "of_season") == []
    assert found(archive, "it's") == []


def test_the_date_takes_the_search_back_and_accents_do_not_matter(archive: Archive):
    before = ("--as-of", "2026-03-02T12:00Z")
    assert found(archive, "café") == []
    assert found(archive, "Cafe", *before) == found(archive, "CAFÉ", *before) == [4]
    assert found(archive, "opens -café", *before) == []
    assert found(archive, "opens -CAFÉ") == [4]
    assert found(archive, "opens", "--as-of", "2026-03-02T11:00Z") == []


def test_past_versions_are_found_when_asked_for_and_say_when_they_were_shown(archive: Archive):
    assert [hit["version"] for hit in hits(archive, "opens", "--versions", "--newest")] == [2, 1]
    (hit,) = hits(archive, "café", "--versions")
    assert (hit["version"], hit["versions"], hit["snippet"]) == (1, 2, "The «CAFÉ» opens.")
    assert (hit["valid_from"], hit["valid_to"]) == ("2026-03-02T12:00:00+00:00", "2026-03-02T22:00:00+00:00")
    assert found(archive, "bar", "--versions", "--as-of", "2026-03-02T12:00Z") == []
    done = archive.command("search", "café", "--versions")
    assert "version 1 of 2, shown 2026-03-02 12:00:00 UTC to 2026-03-02 22:00:00" in " ".join(
        done.stdout.split()
    )


def test_comments_are_found_removed_ones_too(archive: Archive):
    (hit,) = hits(archive, "ferry", "--comments")
    assert (hit["article_id"], hit["state"], hit["snippet"]) == (1, "removed", "The «FERRY» is late.")
    assert (hit["version"], hit["posted_on"]) == (1, None)
    (hit,) = hits(archive, "ferry", "--comments", "--as-of", "2026-03-02T12:00Z")
    assert hit["state"] == "visible"
    assert [hit["comment_id"] for hit in hits(archive, "100 OR late", "--comments", "--versions")] != []
    assert hits(archive, "sunday", "--comments") == []


def test_a_person_sees_where_it_stands(archive: Archive):
    done = archive.command("search", "ferries", "--limit", "1", "--newest")
    assert "Roads" in done.stdout
    assert "article 3, gazette, 2026-03-03" in done.stdout
    assert "By «ferry» at night" in done.stdout
    assert "there are more" in done.stderr
    assert "no article contains that" in archive.command("search", "zeppelin").stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-ferry", "say what to look for too"),
        ("\\ ½ 🚢", "give at least one word"),
        ("a " * 10_000, "at most 200 words"),
        ("x" * 5_000, "at most 200 letters"),
        ("(" * 500 + "a", "parentheses"),
    ],
)
def test_what_means_nothing_is_wrong_usage(archive: Archive, typed: str, said: str):
    done = archive.command("search", "--", typed)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
