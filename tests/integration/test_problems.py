"""Problems as they are noted: from when to when, and once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import event, text

from db.running.problems import OVER_AFTER
from db.running.problems import record as note
from db.words import Severity
from scheduler.problem import Problem
from tests.integration.desk import Desk

NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_problems_are_noted_from_when_to_when_and_once(engine):
    low, late = (
        Problem(key=key, outlet=outlet, severity=Severity.WARNING, message="as told")
        for key, outlet in (("disk_low", None), ("no_success:gazette", "gazette"))
    )
    Desk(engine)  # which knows the gazette
    assert note(engine, [low, late], NOW) == (["disk_low", "no_success:gazette"], [])
    worse = Problem(key="disk_low", severity=Severity.CRITICAL, message="worse")
    assert note(engine, [worse], NOW + timedelta(minutes=5)) == ([], [])
    assert note(engine, [worse], NOW + OVER_AFTER) == ([], ["no_success:gazette"])
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT key, severity, message, outlet_id FROM problem ORDER BY key")
        ).all()
    assert [tuple(row) for row in rows] == [
        ("disk_low", "critical", "worse", None),
        ("no_success:gazette", "warning", "as told", 1),
    ]
    assert note(engine, [late], NOW + 2 * OVER_AFTER) == (["no_success:gazette"], ["disk_low"])


def test_nothing_is_written_while_nothing_is_wrong(engine):
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert note(engine, [], NOW) == ([], [])
    assert [said.split()[0] for said in statements if said != "BEGIN"] == ["SELECT"]
