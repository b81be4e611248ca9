"""Unverified outlets: left alone until a check succeeded or a person says otherwise."""

import pytest

from core.settings import Settings
from crawlers.registry import find
from db.running import schedules
from db.words import Kind
from scheduler.declared import declared, is_orphan, of_outlet, unscheduled, why_unscheduled
from tests.newcomers import add_outlet

KEY = "gazette"


@pytest.fixture(autouse=True)
def gazette(tmp_path, monkeypatch):
    """Have an installation with one unverified outlet more."""
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    add_outlet(tmp_path)
    return find(KEY)


def names(settings, checked=()) -> set[str]:
    return {one.name for one in declared(settings, checked)}


@pytest.mark.parametrize(
    ("settings", "checked", "scheduled"),
    [
        ({}, (), False),
        ({}, ("nhe",), False),
        ({}, (KEY,), True),
        ({"outlets": ["nhe"]}, (KEY,), False),
        ({"outlets": ["nhe", KEY]}, (), True),
        ({"base_urls": {KEY: "http://127.0.0.1:8000"}}, (), True),
    ],
)
def test_it_is_scheduled_once_it_is_checked_or_named(settings, checked, scheduled):
    found = names(Settings(**settings), checked)
    assert ({f"crawl:{KEY}", f"recheck:{KEY}", f"backfill:{KEY}"} <= found) is scheduled
    assert (f"crawl:{KEY}" in found) is scheduled


def test_what_is_not_scheduled_is_told_with_what_to_do(gazette):
    assert unscheduled(Settings(), (), ())[KEY] is gazette
    told = why_unscheduled(gazette)
    assert "`cuttings outlets check gazette`" in told
    assert "`cuttings schedule set gazette --declared`" in told
    assert KEY not in unscheduled(Settings(), (KEY,), ())
    assert not unscheduled(Settings(outlets=["nhe"]), (), ())


def test_a_schedule_that_a_person_made_is_answered(gazette):
    crawl = next(one for one in of_outlet(gazette) if one.kind is Kind.CRAWL)
    row = schedules.planned(crawl)
    assert KEY not in unscheduled(Settings(), (), [row])
    assert not is_orphan(row, Settings())


def test_what_the_project_itself_vouches_for_is_scheduled_at_once():
    assert {"crawl:nhe", "crawl:pse", "crawl:rtm", "maintenance"} <= names(Settings())
