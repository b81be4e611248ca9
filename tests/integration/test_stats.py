"""`cuttings stats`: the figures of an archive known by heart, in a terminal, as JSON and drawn."""

import json
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from cli.main import run
from core.records import CommentState, Moment, Outcome
from db.engine import writing
from db.models import Story, StoryMember, table
from tests.integration.desk import HOME, START, Desk, Title, comment, document

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILLED = pytest.mark.usefixtures("archive")
PNG = b"\x89PNG\r\n\x1a\n"
LONG = "The first words of a text that is long enough to lose a word and still be nearly the same. " * 4


def stated(day: str | None, title: str, body: str, at: datetime | None = None) -> Any:
    """Give a text whose page states a day of publication, or an instant, or nothing."""
    moment = Moment(raw=day or "", on=date.fromisoformat(day) if day else None, at=at)
    return replace(document(title, body), published=moment)


@pytest.fixture
def archive(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Give an archive of two outlets: three articles and two comments, four edits, two removals, a copy.

    The clock starts on 2 March 2026, 09:00 UTC.
    """
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    desk = Desk(engine)
    thread = (comment(1, "Ann", "Late again."), comment(2, "Bob", "Always."))
    listed: dict[str, Any] = {"comments": thread, "comment_state": CommentState.LISTED}
    early = START - timedelta(minutes=30)
    first = desk.show(f"{HOME}/a", 0, stated("2026-03-02", "One", LONG, early), **listed)
    desk.show(f"{HOME}/a", 0.25, stated("2026-03-02", "One", LONG + " Now.", early), **listed)  # 45 min after
    desk.show(
        f"{HOME}/a",
        48,
        stated("2026-03-02", "Two", LONG + " Now.", early),
        **listed | {"comments": thread[1:]},
    )
    desk.show(f"{HOME}/b", 1, stated("2026-01-31", "Roads", "Roads are dug."))
    desk.show(
        f"{HOME}/b", 2, stated("2026-01-31", "Roads", "Nothing of that is so any more.")
    )  # 30 days after
    desk.show(f"{HOME}/c", 1, stated(None, "Undated", "Nobody says 'when'."))
    desk.show(f"{HOME}/c", 2, stated(None, "Undated", "Nobody says ‘when’."))
    desk.visit(f"{HOME}/b", 90, Outcome.GONE)
    other = Desk(engine, Title(key="herald", title="The Herald", home="https://herald.example"))
    copy = other.show("https://herald.example/x", 5, stated("2026-03-03", "Copied", LONG))
    with writing(engine) as connection:
        story = connection.execute(insert(table(Story)).values(made_at=START).returning(table(Story).c.id))
        told = {"story_id": story.scalar_one(), "first_id": first.article_id, "decided_by": "rule"}
        told |= {"appeared_by": "first_seen", "recorded_at": START}
        for article_id, share, hours in ((first.article_id, None, 0.0), (copy.article_id, 0.8, 5.0)):
            member = {"article_id": article_id, "share_kept": share, "hours_after": hours}
            appeared = {"appeared_at": START + timedelta(hours=hours)}
            connection.execute(insert(table(StoryMember)).values(told | member | appeared))
    return desk


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """Ask for JSON; give it."""
    assert run(["stats", *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def published(found: dict[str, Any]) -> dict[tuple[str, str | None], tuple[int, int]]:
    rows = found["published"]
    return {(row["outlet"], row["month"]): (row["articles"], row["comments"]) for row in rows}


@FILLED
def test_a_machine_gets_every_figure(capsys):
    found = told(capsys)
    assert published(found) == {
        ("gazette", None): (1, 2),
        ("gazette", "2026-01"): (1, 0),
        ("gazette", "2026-03"): (1, 0),
        ("herald", "2026-03"): (1, 0),
    }
    edits = {(row["kind"], row["at_most"]): row["edits"] for row in found["edits"]}
    assert edits == {
        ("typo", "hour"): 1,
        ("headline_only", "week"): 1,
        ("rewrite", "year"): 1,
        ("cosmetic", "unknown"): 1,
    }
    removed = {(row["kind"], row["state"]): row["removed"] for row in found["removed"]}
    assert removed == {("article", "gone"): 1, ("comment", "removed"): 1}
    [copied] = found["copied"]
    assert (copied["first_outlet"], copied["outlet"], copied["articles"]) == ("gazette", "herald", 1)
    assert (copied["share_kept"], copied["hours_after_first"]) == (0.8, 5.0)
    assert [row["outlet"] for row in found["covered"]] == ["gazette", "herald"]
    assert [row["held"] for row in found["covered"]] == [3, 1]


@FILLED
def test_bounds_take_in_both_of_their_days(capsys):
    march = told(capsys, "--since", "2026-03-02", "--until", "2026-03-02")
    assert published(march) == {("gazette", "2026-03"): (1, 0)}
    assert sum(row["edits"] for row in march["edits"]) == 3  # the headline changed two days later
    assert march["removed"] == []
    assert len(march["copied"]) == 1
    assert published(told(capsys, "--since", "2026-03-03")) == {("herald", "2026-03"): (1, 0)}
    herald = told(capsys, "--outlet", "herald")
    assert (len(herald["published"]), herald["edits"], len(herald["copied"])) == (1, [], 1)


@FILLED
def test_the_figures_of_a_day_are_those_of_that_day(capsys):
    found = told(capsys, "--as-of", "2026-03-02")
    assert sum(row["edits"] for row in found["edits"]) == 3
    assert found["removed"] == []
    before = told(capsys, "--as-of", "2026-03-01")
    assert (before["published"], before["edits"], before["covered"]) == ([], [], [])


@FILLED
def test_a_person_sees_it_on_one_screen(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert run(["stats"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("2 outlets, 4 articles, 2 comments, 4 edits\n")
    assert "gazette       articles  █·█  3, 1 undated\n" in shown
    assert "herald        articles  ··█  1\n" in shown
    assert "the tallest column is 1 article\n" in shown
    assert "away now: 1 article (1 gone) and 1 comment\n" in shown
    assert "gazette → herald" in shown
    assert "1, 80 % kept, 5 h later (medians)" in shown
    assert "100 % of 3" in shown
    assert len(shown.splitlines()) <= 30
    assert max(map(len, shown.splitlines())) <= 100
    assert "\x1b" not in shown


@ON_ONE
@FILLED
def test_it_is_drawn_without_a_display(tmp_path, capsys):
    drawn = [tmp_path / name for name in ("one.svg", "two.svg", "three.png")]
    for path in drawn:
        assert run(["stats", "--plot", str(path)]) == 0
    svg = drawn[0].read_text(encoding="utf-8")
    assert drawn[1].read_text(encoding="utf-8") == svg
    for said in ("Articles by month of publication", "gazette → herald", "headline only", "articles gone"):
        assert said in svg
    assert drawn[2].read_bytes().startswith(PNG)
    assert drawn[2].stat().st_size > 20_000
    assert "three.png" in capsys.readouterr().err


@ON_ONE
@FILLED
def test_what_stands_in_the_way_is_said_in_a_sentence(tmp_path, capsys, monkeypatch):
    assert run(["stats", "--plot", "figures.pdf"]) == 2
    assert ".svg or .png" in capsys.readouterr().err
    assert run(["stats", "--since", "2026-03-02", "--until", "2026-03-01"]) == 2
    assert run(["stats", "--outlet", "gazet"]) == 1
    assert "there is no outlet 'gazet'" in capsys.readouterr().err
    assert run(["stats", "--plot", str(tmp_path / "away" / "figures.svg")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert run(["stats", "--plot", str(tmp_path / "figures.svg")]) == 1
    assert "pip install 'cuttings[plots]'" in capsys.readouterr().err


def test_an_empty_archive_says_how_to_begin(database_url, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", database_url)
    assert run(["stats"]) == 0
    assert "cuttings crawl OUTLET" in capsys.readouterr().out
    assert run(["stats", "--plot", str(tmp_path / "figures.svg")]) == 1
    assert "nothing to draw" in capsys.readouterr().err
