"""Retention of names on both databases: the pseudonym takes the name's place, and nothing seems edited."""

from datetime import UTC, datetime

import pytest

from cli.main import run
from core.records import CommentState, Moment, ScrapedComment
from core.settings import load_settings
from db import retention
from pipelines.retaining import apply_rules
from tests.integration.desk import HOME, KEY, Desk, comment, document

URL = f"{HOME}/articles/ferry"
TEXT = document("Ferry", "It sails on Sundays.")
LATER = datetime(2029, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk(engine, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", database_url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("CUTTINGS_PSEUDONYM_KEY", KEY.decode())
    return Desk(engine)


def show(desk, hours: float, *more: ScrapedComment):
    recent = Moment(raw="20/12/2028 at 10:00", at=datetime(2028, 12, 20, 10, tzinfo=UTC))
    said = (comment(1, "Ann Old", "The ferry is late."), comment(2, "Bo", "It always is."), *more)
    new = type(said[1])(position=2, author="Bo", body="It always is.", posted=recent, raw="Bo\nIt always is.")
    shown = (said[0], new, *more)
    desk.show(URL, hours, TEXT, comment_state=CommentState.LISTED, comments=shown)


def test_a_name_goes_when_its_time_has_come_and_stays_away(desk, capsys):
    show(desk, 0)
    pseudonyms = {row["commenter"] for row in desk.ask("SELECT commenter FROM comments")}
    assert run(["erase", "retention", "set", "gazette", "names", "--after", "2y"]) == 0
    assert apply_rules(desk.engine, load_settings(), LATER) == {"gazette": 1}
    assert {row["commenter_name"] for row in desk.ask("SELECT * FROM comments_named")} == {None, "Bo"}
    assert {row["commenter"] for row in desk.ask("SELECT commenter FROM comments")} == pseudonyms
    everywhere = (
        "SELECT CAST(comments AS text) AS said FROM comment_list UNION ALL SELECT raw FROM comment_version"
    )
    assert not any("Ann" in row["said"] for row in desk.ask(everywhere))
    versions = desk.counts()["comment_version"]
    # The page goes on showing the name; nobody edited anything, and the name does not come back.
    desk.next_run()
    show(desk, 5)
    show(desk, 9, comment(3, "Ann Old", "Still late."))
    assert desk.counts()["comment_version"] == versions + 1
    assert {row["commenter"] for row in desk.ask("SELECT commenter FROM comments")} == pseudonyms
    assert not any("Ann" in row["said"] for row in desk.ask(everywhere))
    assert apply_rules(desk.engine, load_settings(), LATER) == {"gazette": 0}
    assert run(["erase", "retention", "list"]) == 0
    assert "gazette  names  dropped after 730 days" in capsys.readouterr().out
    assert run(["erase", "retention", "set", "gazette", "names", "--never"]) == 0
    assert retention.rules(desk.engine) == []


@pytest.mark.usefixtures("desk")
def test_a_rule_needs_an_outlet_and_a_span():
    assert run(["erase", "retention", "set", "nobody", "names", "--after", "2y"]) == 1
    assert run(["erase", "retention", "set", "gazette", "names", "--after", "soon"]) == 2
    assert run(["erase", "retention", "set", "gazette", "names"]) == 2
