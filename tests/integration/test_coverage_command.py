"""`cuttings outlets coverage`: what a person sees of an archive's gaps, and what a machine does."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cli.main import run
from core.records import Reason, Via
from tests.integration.ground import Ground, day

pytestmark = pytest.mark.usefixtures("ground")


@pytest.fixture
def ground(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """Give an archive of an outlet with a year in which each month went another way."""
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    ground = Ground(engine)
    ground.article("one", day("2026-01-10"), published=date(2026, 1, 9))
    ground.article("two", day("2026-02-10"), published=date(2026, 2, 9), via=Via.WAYBACK)
    ground.unread("three", day("2026-02-11"), Reason.NO_BODY)
    ground.crawled(day("2026-02-11"))
    ground.crawled(day("2026-04-11"))
    return ground


def test_a_person_sees_the_strip_the_table_and_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    drawing = tmp_path / "coverage.svg"
    assert run(["outlets", "coverage", "gazette", "--svg", str(drawing)]) == 0
    shown = capsys.readouterr()

    assert "2026      ██? ▒▒  ??  ··\n" in shown.out
    table = [line.split() for line in shown.out.splitlines() if line.startswith("2026 ")]
    assert table[1] == ["2026", "1", "3", "2", "1", "1"]  # unknown, expected, held, by archives, unread
    assert "2026-01, 2026-03: nobody looked for all of it" in shown.out
    assert "1 article fetched and not read" in shown.out
    assert "\x1b" not in shown.out
    assert str(drawing.name) in shown.err
    assert drawing.read_text(encoding="utf-8").count('class="month ') == 4


def test_a_machine_gets_the_months_it_asked_for(capsys: pytest.CaptureFixture[str]):
    assert (
        run(["outlets", "coverage", "gazette", "--since", "2026-02-15", "--until", "2026-03-01", "--json"])
        == 0
    )
    told = json.loads(capsys.readouterr().out)

    assert [month["month"] for month in told["months"]] == ["2026-02", "2026-03"]
    february, march = told["months"]
    assert (february["expected"], february["held"], february["held_archive"]) == (2, 1, 1)
    assert february["missing"]["unread"] == 1
    assert (march["looked"], march["expected"], march["missing"]) == ("no", None, None)
    assert told["advice"]


def test_an_outlet_without_an_archive_is_told_how_to_begin_and_a_misspelt_one_is_refused(
    capsys: pytest.CaptureFixture[str],
):
    assert run(["outlets", "coverage", "nhe"]) == 0
    assert "cuttings backfill nhe --from wayback" in capsys.readouterr().out
    assert run(["outlets", "coverage", "gazet"]) == 1
    assert "there is no outlet 'gazet'" in capsys.readouterr().err


def test_a_drawing_that_cannot_be_written_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    assert run(["outlets", "coverage", "gazette", "--svg", str(tmp_path / "away" / "coverage.svg")]) == 1
    assert "cannot be written: No such file or directory" in capsys.readouterr().err
