"""The invented archive of `make bench-large`: as large as it says, and sound by the archive's own rules."""

import pytest
from sqlalchemy import Engine, text

from benchmarks.large import asking, disk
from benchmarks.large.filling import fill
from benchmarks.large.texts import Texts
from db.checks import Scope, all_checks

ARTICLES = 300


@pytest.fixture
def told() -> list[str]:
    """Collect what is said on the way."""
    return []


def test_invented_archive_is_sound_and_answers(engine: Engine, database_url: str, told: list[str]) -> None:
    fill(database_url, ARTICLES, lambda what, *_: told.append(what))
    assert {"articles", "versions", "texts", "stories"} <= set(told)

    assert [one for check in all_checks() if (one := check.run(engine, Scope())).broken] == []

    held = disk.rows(engine)
    assert (held["article"], held["article_version"], held["comment"]) == (300, 1000, 600)
    with engine.connect() as connection:
        copies = "SELECT count(*) FROM stories WHERE relation IS NOT NULL AND share_kept >= 0.4"
        assert connection.scalar(text(copies)) == 2 * held["story"] > 0
        removed = connection.scalar(text("SELECT count(*) FROM removals WHERE kind = 'comment'"))
        assert 0 < removed < 60

    answers = list(asking.asked(database_url, Texts(ARTICLES), ARTICLES, times=1))
    silent = {one.name for one in answers if not one.rows}
    assert silent <= {"in one month", "in one month of one outlet", "one outlet's month"}
    parts = disk.parts(engine)
    assert parts["texts"] > 1000 * 2_000
    assert parts["full text"] > 0
