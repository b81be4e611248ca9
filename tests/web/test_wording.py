"""How lengths of time, instants and amounts are put, and what the plots stand for."""

from datetime import UTC, date, datetime, timedelta

import pytest

from db.running.activity import Beat, Day
from db.words import Kind, Verdict
from web import plots, wording

AT = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (86_399.6, "1 d"),
        (180_000, "2 d 2 h"),
    ],
)
def test_spans(seconds, said):
    assert wording.span(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (-30, "30 s ago"),
        (-119, "119 s ago"),
        (-120, "2 min ago"),
        (7300, "in 2 h"),
        (200_000, "in 2 d"),
    ],
)
def test_instants_as_seen_from_now(seconds, said):
    assert wording.relative(AT + timedelta(seconds=seconds), AT) == said


@pytest.mark.parametrize(
    ("hours", "said"), [(-2, "10:00"), (-13, "19 Mar 23:00"), (-24 * 100, "10 Dec 2025")]
)
def test_instants_in_brief(hours, said):
    assert wording.brief(AT + timedelta(hours=hours), AT) == said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("new", 12_345, "12,345"),
        ("response_bytes", 3 * 2**20, "3 MiB"),
        ("retry_after_seconds", 7200, "2 h"),
        ("new", "<b>", "<b>"),
        ("new", None, "None"),
    ],
)
def test_counts_have_their_unit(name, value, said):
    assert wording.count_value(name, value) == said


def test_every_verdict_has_a_tone_and_every_tone_a_sign():
    assert set(wording.TONES) == {None, *Verdict}
    assert set(wording.TONES.values()) == set(wording.SIGNS)
    assert set(wording.KINDS) == set(Kind)


def test_bars_are_as_high_as_what_they_stand_for():
    found = [
        Day(on=date(2026, 3, day), runs=day % 3, new=new) for day, new in ((1, 10), (2, 5), (3, 0), (4, 0))
    ]
    drawn = plots.days(found)
    assert [bar.height for bar in drawn.bars] == [32, 16, 1, 1]
    assert [bar.tone for bar in drawn.bars] == ["plain", "plain", "absent", "nought"]
    assert [bar.hint for bar in drawn.bars][1:3] == ["2 Mar: 5 new, 2 runs", "3 Mar: no run"]
    assert drawn.label == "New articles a day, 4 days: 15 in all, most on 1 March: 10; no run on 1 of them."


def test_runs_stand_on_the_right_and_show_how_they_ended_without_colour():
    ends = [(Verdict.OK, 50.0), (Verdict.FAILED, 100.0), (Verdict.PARTIAL, 0.0), (None, None)]
    found = [
        Beat(run_id=number, kind=Kind.CRAWL, verdict=verdict, started_at=AT, seconds=seconds)
        for number, (verdict, seconds) in enumerate(ends, start=1)
    ]
    drawn = plots.beats(found)
    assert [bar.mark for bar in drawn.bars] == [None, "cross", "dot", None]
    assert [bar.height for bar in drawn.bars] == [13.5, 27, 2, 27]
    assert drawn.bars[-1].x + plots.STEP - plots.GAP == drawn.width
    assert drawn.bars[1].hint == "Run 2, crawl, 20 Mar 12:00: failed, 1 min 40 s"
    assert drawn.label == (
        "Last 4 runs: 1 ok, 1 with a warning, 1 failed, 1 under way; the longest took 1 min 40 s."
    )


def test_nothing_can_be_drawn_too():
    assert plots.beats([]).bars == ()
    assert plots.days([]).bars == ()
