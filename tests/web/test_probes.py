"""What machines ask: whether it lives, whether it could crawl."""

from datetime import timedelta

import pytest

from core.clock import now
from db import schema
from db.engine import open_engine


@pytest.mark.parametrize(("seconds", "code"), [(0, 200), (100, 200), (121, 503), (None, 503)])
def test_it_lives_while_the_scheduler_turns(stage, site, seconds, code):
    stage.last_tick = None if seconds is None else now() - timedelta(seconds=seconds)
    answer = site.ask("/healthz")
    assert answer.status == code
    assert answer.json()["alive"] is (code == 200)
    assert answer.headers["content-type"] == "application/json"


def test_a_database_at_head_is_ready(site):
    answer = site.ask("/readyz")
    assert (answer.status, answer.json()) == (200, {"ready": True, "problems": []})


def test_a_database_behind_head_is_not(stage, site):
    schema.downgrade(stage.engine, "-1")
    answer = site.ask("/readyz")
    assert answer.status == 503
    [problem] = answer.json()["problems"]
    assert (problem["key"], problem["severity"]) == ("schema", "critical")
    assert "cuttings db upgrade" in problem["message"]


def test_a_database_that_is_away_is_not(serve):
    engine = open_engine("postgresql+psycopg://me:sesame@127.0.0.1:1/cuttings")
    answer = serve(engine=engine).ask("/readyz")
    assert answer.status == 503
    assert [problem["key"] for problem in answer.json()["problems"]] == ["database"]
    assert "sesame" not in answer.text


def test_wrong_settings_are_not(site, monkeypatch):
    monkeypatch.setenv("CUTTINGS_RETRIES", "many")
    answer = site.ask("/readyz")
    assert answer.status == 503
    assert "CUTTINGS_RETRIES" in answer.json()["problems"][0]["message"]
