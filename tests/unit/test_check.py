"""Checking: what no article may lack, and what is only odd."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.records import ArticleRecord, CommentState, Document, Moment, Reason, Unread
from pipelines.check import check

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = "The trust said that the ward would open again before the winter, once its roof was mended.\n\nIt did."
RECORD = ArticleRecord(
    fetch_key="k-1",
    outlet="nhe",
    source="feed",
    url="https://x.example/a",
    url_key="x.example/a",
    identity="x.example/a",
    canonical_url=None,
    aliases=(),
    layout="legacy",
    layout_version=1,
    document=Document(sha256="a", fingerprint="b", title="Ward to open", body=BODY, word_count=21),
    modified=None,
    related=(),
    comment_state=CommentState.UNKNOWN,
    comments_claimed=None,
    comments=(),
    read_by={},
    warnings=("from the reader",),
)


def checked(**changes: object):
    return check(replace(RECORD, document=replace(RECORD.document, **changes)), NOW)


def test_a_sound_record_passes_as_it_came():
    assert check(RECORD, NOW) == (RECORD, ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": ""}, Reason.NO_TITLE),
        ({"body": "", "word_count": 0}, Reason.NO_BODY),
        ({"body": "WARD to\u00a0open", "word_count": 3}, Reason.NO_BODY),
    ],
)
def test_a_page_without_title_or_text_is_unread_with_its_reason(changes, reason):
    item, _ = checked(**changes)
    assert isinstance(item, Unread)
    assert (item.reason, item.fetch_key, item.url, item.source) == (reason, "k-1", RECORD.url, "feed")
    assert item.detail


@pytest.mark.parametrize(
    ("changes", "rule", "told"),
    [
        ({"published": Moment(raw="x", on=date(1989, 12, 31))}, "date_implausible", "1989-12-31 is before"),
        (
            {"published": Moment(raw="x", on=date(2026, 3, 3))},
            "date_implausible",
            "2026-03-03 is in the future",
        ),
        ({"published": Moment(raw="x", at=datetime(2099, 1, 1, tzinfo=UTC))}, "date_implausible", "2099"),
        ({"body": "x" * 20_001}, "paragraph_too_long", "20001 characters"),
        ({"word_count": 19}, "body_short", "19 words"),
        ({"body": BODY + " caf\ufffd"}, "characters_lost", "1 characters"),
    ],
)
def test_what_is_odd_is_noted_and_kept(changes, rule, told):
    item, broken = checked(**changes)
    assert broken == (rule,)
    assert item.warnings[0] == "from the reader"
    assert told in item.warnings[1]
    assert item.document == replace(RECORD.document, **changes)


@pytest.mark.parametrize(
    "published",
    [
        None,
        Moment(raw="31.02.16", note="impossible"),
        Moment(raw="x", on=date(2026, 3, 2)),  # a day that has begun east of here
        Moment(raw="x", on=date(1990, 1, 1)),
    ],
)
def test_a_plausible_or_missing_date_is_not_odd(published):
    assert checked(published=published)[1] == ()
