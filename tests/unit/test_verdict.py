"""The verdict on a crawl: the worst thing that happened decides."""

from dataclasses import replace

import pytest

from crawlers.expectations import Expectations
from db.running.runs import Verdict
from pipelines.expected import Seen
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


@pytest.mark.parametrize(
    ("expects", "seen", "told"),
    [
        ({"dated": 0.9}, {"dated": 26}, "26 of 30 articles read have a date, 90% are expected"),
        ({"dated": 0.9}, {"dated": 27}, None),
        ({"dated": 0.9}, {"read": 9, "dated": 0}, None),
        ({"with_byline": 0.5}, {"with_byline": 14}, "14 of 30 articles read have a byline"),
        ({}, {"dated": 0, "with_byline": 0, "of_the_week": 0, "lately_read": 900}, None),
        ({"comments": False}, {"with_comments": 1}, "the page's make-up may have changed"),
        ({"comments": False}, {"read": 9, "with_comments": 1}, None),
        ({"comments": False}, {"lately_read": 900}, None),
        ({"comments": True}, {"lately_read": 200}, "no comment on the last 200 articles read"),
        ({"comments": True}, {"lately_read": 199}, None),
        ({"comments": True}, {"lately_read": 200, "lately_commented": 1}, None),
        ({"articles_a_week": 5}, {"of_the_week": 4}, "4 articles of the last seven days, fewer than the 5"),
        ({"articles_a_week": 5}, {"of_the_week": 0}, "no article of the last seven days"),
        ({"articles_a_week": 5}, {"of_the_week": 5}, None),
        ({"articles_a_week": 5}, {"of_the_week": None}, None),
    ],
)
def test_a_crawl_is_held_against_what_its_outlet_declares(expects, seen, told):
    facts = replace(GOOD, expects=Expectations(**expects), seen=Seen(**{"read": 30} | seen))
    judgement = judge(facts)
    assert judgement.verdict is (Verdict.PARTIAL if told else Verdict.OK)
    assert (told or "30 articles seen") in judgement.reason


def test_everything_that_was_in_the_way_is_told_in_one_reason():
    expects = Expectations(dated=0.9, articles_a_week=5)
    facts = replace(GOOD, unreached=1, expects=expects, seen=Seen(read=30, dated=3, of_the_week=2))
    reason = judge(facts).reason
    for part in ("30 articles seen; 1 address could not be reached; 3 of 30", "2 articles of the last seven"):
        assert part in reason


def test_what_is_worse_than_an_expectation_decides():
    facts = replace(GOOD, usual=90.0, expects=Expectations(dated=0.9), seen=Seen(read=30))
    assert judge(facts).verdict is Verdict.EMPTY


def test_a_share_that_is_none_is_refused():
    with pytest.raises(ValueError, match="dated is a share"):
        Expectations(dated=90)
