"""Which known articles tell a crawl nothing of those behind them: met since the last crawl of all sources."""

import pytest

from db.running import runs
from db.walks import met_since, walked_until
from db.words import Kind, Verdict
from tests.integration.desk import Desk, at, document


@pytest.fixture
def desk(engine):
    return Desk(engine=engine)


def run(desk, verdict, *, kind=Kind.CRAWL, **order: object):
    """Begin and end a run; give when it ended."""
    run_id = runs.start(desk.engine, desk.outlet, kind=kind, order=order, software_version="test")
    runs.finish(desk.engine, run_id, verdict)
    return runs.get(desk.engine, run_id).ended_at


def test_only_a_crawl_of_everything_that_came_to_its_end_is_a_walk(desk):
    key = desk.outlet.key
    assert walked_until(desk.engine, key) is None
    walked = run(desk, Verdict.OK, base_url="http://127.0.0.1:1")
    for verdict in (Verdict.LOST, Verdict.STOPPED, Verdict.FAILED, Verdict.SKIPPED):
        run(desk, verdict)
    for part in ({"limit": 5}, {"urls": ["https://a.test/1"]}, {"since": "2026-01-01"}):
        run(desk, Verdict.OK, **part)
    run(desk, Verdict.OK, kind=Kind.RECHECK)
    assert walked_until(desk.engine, key) == walked
    assert walked_until(desk.engine, "another") is None
    again = run(desk, Verdict.PARTIAL)
    assert walked_until(desk.engine, key) == again


def test_articles_first_met_since_then_are_told_by_their_addresses(desk):
    pages = [f"https://www.nationalhealthexecutive.com/News/ward-{n}" for n in range(3)]
    for number, url in enumerate(pages):
        desk.show(url, number, document(f"Ward {number}", f"The trust opens ward {number}."))
    key = desk.outlet.key
    assert met_since(desk.engine, key, None, pages) == set(pages)
    assert met_since(desk.engine, key, at(0.5), [*pages, "https://a.test/unknown"]) == set(pages[1:])
    assert met_since(desk.engine, key, at(2), pages) == set()
    assert met_since(desk.engine, "another", None, pages) == set()
    assert met_since(desk.engine, key, None, ()) == set()
