"""The verdict on a crawl: the worst thing that happened decides."""

from dataclasses import replace

import pytest

from db.runs import Verdict
from pipelines.verdict import Facts, judge

GOOD = Facts(finish_reason="finished", responses=40, pages=36, articles=30)
NOTHING = {"responses": 0, "pages": 0, "articles": 0}


@pytest.mark.parametrize(
    ("changes", "verdict", "told"),
    [
        ({}, Verdict.OK, "30 articles"),
        ({"unread": 3}, Verdict.OK, "30 articles"),
        ({"usual": 60.0}, Verdict.OK, "30 articles"),
        ({"usual": 61.0, "errors": 2}, Verdict.EMPTY, "30 articles seen, far fewer than the usual 61"),
        ({"errors": 2}, Verdict.PARTIAL, "2 errors of our own"),
        ({"unreached": 4}, Verdict.PARTIAL, "4 addresses could not be reached"),
        ({"articles": 0, "unread": 7}, Verdict.EMPTY, "none gave an article (7 unread)"),
        ({"finish_reason": "closespider_pagecount"}, Verdict.PARTIAL, "CUTTINGS_MAX_PAGES"),
        ({"finish_reason": "memusage_exceeded"}, Verdict.PARTIAL, "memory limit"),
        ({"finish_reason": "shutdown"}, Verdict.STOPPED, "on request after 40 responses"),
        # Scrapy calls each of the following "finished" and exits with 0 (OPS-FACTS.md section 1.4)
        (NOTHING, Verdict.FAILED, "nothing was fetched"),
        (NOTHING | {"responses": 3}, Verdict.FAILED, "no page came in 3 responses"),
        (NOTHING | {"responses": 3, "recheck": True}, Verdict.OK, "none of the articles asked for is there"),
        (NOTHING | {"responses": 3, "recheck": True, "unreached": 2}, Verdict.FAILED, "2 addresses"),
        (NOTHING | {"unreached": 1}, Verdict.FAILED, "1 address could not be reached"),
        (NOTHING | {"unreached": 1, "robots_denied": 4}, Verdict.FAILED, "without robots.txt"),
        (NOTHING | {"robots_denied": 1}, Verdict.FAILED, "robots.txt forbids"),
        ({"finish_reason": "start_error"}, Verdict.FAILED, "at its start"),
        ({"failure": "the database was away"}, Verdict.FAILED, "the database was away"),
        ({"held_by": "held by process 5"}, Verdict.SKIPPED, "held by process 5"),
    ],
)
def test_verdict(changes, verdict, told):
    judgement = judge(replace(GOOD, **changes))
    assert judgement.verdict is verdict
    assert told in judgement.reason


def test_a_failure_outweighs_all_that_went_well_and_a_stop():
    facts = replace(GOOD, failure="the disk is full", finish_reason="shutdown", errors=1)
    assert judge(facts).verdict is Verdict.FAILED
