"""What an outlet's crawls usually come to."""

import pytest

from crawlers.registry import find
from db.running import runs
from db.running.usual import usual_articles
from db.words import Kind, Verdict

PLAIN = {"outlet": "nhe", "base_url": "http://127.0.0.1:8000"}


def ran(engine, seen, *, order=None, kind=Kind.CRAWL, verdict=Verdict.OK, outlet="nhe") -> None:
    run_id = runs.start(engine, find(outlet), kind=kind, order=order or PLAIN, software_version="test")
    counts = {"responses": 99, "new": seen // 2, "unchanged": seen - seen // 2}
    runs.finish(engine, run_id, verdict, counts=counts)


def test_it_is_the_median_of_the_latest_like_ones(engine):
    for seen in (900, 20, 22):
        ran(engine, seen)
    assert usual_articles(engine, "nhe", PLAIN) is None, "three are no measure"
    ran(engine, 24)
    assert usual_articles(engine, "nhe", PLAIN) == 23
    ran(engine, 500, order=PLAIN | {"limit": 500})
    ran(engine, 500, order={"outlet": "nhe"})
    ran(engine, 500, kind=Kind.RECHECK)
    ran(engine, 500, verdict=Verdict.FAILED)
    ran(engine, 500, outlet="pse")
    assert usual_articles(engine, "nhe", PLAIN) == 23
    for seen in (12, 12, 12):
        ran(engine, seen, verdict=Verdict.EMPTY)
    assert usual_articles(engine, "nhe", PLAIN) == 20
    ran(engine, 12)
    assert usual_articles(engine, "nhe", PLAIN) == 12, "what lasts becomes usual"


@pytest.mark.parametrize(
    "order", [PLAIN | {"limit": 3}, PLAIN | {"urls": ["x"]}, PLAIN | {"since": "2024-01-01"}]
)
def test_a_part_of_an_outlet_is_not_compared(engine, order):
    for _ in range(7):
        ran(engine, 40)
        ran(engine, 40, order=order)
    assert usual_articles(engine, "nhe", order) is None
    assert usual_articles(engine, "nhe", PLAIN | {"minutes": 120.0}) == 40


def test_a_handful_is_no_measure(engine):
    for _ in range(7):
        ran(engine, 9)
    assert usual_articles(engine, "nhe", PLAIN) is None
