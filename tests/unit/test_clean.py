"""Cleaning: what counts as one article, one document, one text."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.records import CommentState, Moment, PageVisit, RelatedLink, ScrapedArticle, ScrapedComment
from crawlers.outlets.nhe import OUTLET
from pipelines.clean import clean, document, identity

SLUG = "https://www.nationalhealthexecutive.com/Health-Care-News/beds-to-close"
ARTICLE = ScrapedArticle(
    url=SLUG,
    outlet="nhe",
    layout="legacy",
    layout_version=1,
    title="Beds to\u00a0close ",
    body="First paragraph \u2013 \u201cas said\u201d.\n \n\n Second\u00a0one\x00, \ud800here.",
    published=Moment(raw="13.08.18", on=date(2018, 8, 13)),
    comment_state=CommentState.LISTED,
    comments=(
        ScrapedComment(
            position=1,
            author=" A. Reader\u00a0",
            posted=Moment(raw="13/08/2018\u00a0at 10:00", at=datetime(2018, 8, 13, 9, tzinfo=UTC)),
            body=" I\u00a0agree.\n\n\n\nFully. ",
            raw="A. Reader\x00 13/08/2018",
        ),
    ),
    related=(RelatedLink(title=" More\u00a0beds ", url="https://x.example/a"),),
)


def visit(article=ARTICLE, **changes: object):
    facts = {
        "fetch_key": "k-1",
        "source": "feed",
        "article": article,
        "article_key": OUTLET.article_key(article.url),
    }
    return PageVisit(**(facts | changes))


def cleaned(article=ARTICLE, **changes: object):
    return clean(visit(article, **changes), OUTLET.key, OUTLET.article_key)


def test_text_is_exact_but_for_spaces_and_what_no_database_takes():
    record = cleaned()
    assert record.document.title == "Beds to close"
    assert record.document.body == "First paragraph \u2013 \u201cas said\u201d.\n\nSecond one, here."
    assert record.document.word_count == 7
    comment = record.comments[0]
    assert (comment.author, comment.body) == ("A. Reader", "I agree.\n\nFully.")
    assert comment.posted.raw == "13/08/2018 at 10:00"
    assert record.related == (RelatedLink(title="More beds", url="https://x.example/a"),)


def test_the_same_page_gives_the_same_document():
    assert document(ARTICLE).sha256 == document(replace(ARTICLE, image_url="/i.jpg?itok=AbCdEfGh")).sha256
    assert document(ARTICLE) == document(replace(ARTICLE, url="https://elsewhere.example/"))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Beds to stay"},
        {"body": "First paragraph."},
        {"standfirst": "In short"},
        {"byline": "By A. Writer"},
        {"section": "News"},
        {"published": Moment(raw="14.08.18", on=date(2018, 8, 14))},
        {"published": None},
        {"tags": ("beds",)},
        {"language": "en"},
    ],
)
def test_every_field_an_outlet_can_change_makes_another_document(change):
    assert document(replace(ARTICLE, **change)).sha256 != document(ARTICLE).sha256


@pytest.mark.parametrize(
    "change",
    [
        {"body": 'First  paragraph - "as said".\n\nSecond one, here.'},
        # the forms of address without a date or a section show the same article
        {"published": None, "section": None},
        {"image_url": "https://x.example/i.jpg?itok=AbCdEfGh"},
    ],
)
def test_looks_and_what_only_some_pages_of_an_article_show_make_no_other_version(change):
    assert document(replace(ARTICLE, **change)).fingerprint == document(ARTICLE).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Beds to stay"},
        {"title": "BEDS TO CLOSE"},
        {"body": "First."},
        {"byline": "By A. Writer"},
        {"standfirst": "In short"},
    ],
)
def test_another_text_is_another_version(change):
    assert document(replace(ARTICLE, **change)).fingerprint != document(ARTICLE).fingerprint


def test_text_that_moves_between_fields_is_not_the_same_text():
    one = replace(ARTICLE, title="A", standfirst="B", body="C")
    two = replace(ARTICLE, title="A", standfirst=None, body="B\n\nC")
    assert document(one).fingerprint != document(two).fingerprint


KEY = OUTLET.article_key(SLUG)
ODD = "https://www.nationalhealthexecutive.com/robot-surgery?page=2&utm_source=x"
ODD_KEY = "nationalhealthexecutive.com/robot-surgery?page=2&utm_source=x"


@pytest.mark.parametrize(
    ("url", "canonical", "expected"),
    [
        (SLUG, None, KEY),
        ("http://nationalhealthexecutive.com:80/News/Beds-To-Close/224846", None, KEY),
        (ODD, SLUG, KEY),  # only the canonical address has a known form
        (SLUG, "https://www.nationalhealthexecutive.com/Health-Care-News/other", KEY),  # the page's own wins
        (ODD, "https://www.nationalhealthexecutive.com/robot", "nationalhealthexecutive.com/robot"),
        (ODD, "https://www.nationalhealthexecutive.com/", ODD_KEY),
        (ODD, "https://elsewhere.example/robot", ODD_KEY),
    ],
)  # fmt: skip
def test_identity_is_the_most_certain_name_of_an_article(url, canonical, expected):
    assert identity(url, canonical, OUTLET.article_key(url), OUTLET.article_key) == expected


def test_pages_that_differ_in_a_parameter_are_never_one_article():
    pages = [f"https://www.nationalhealthexecutive.com/show?keyword={word}" for word in ("nhs", "beds")]
    assert len({identity(page, None, None, OUTLET.article_key) for page in pages}) == 2


def test_the_addresses_that_led_here_are_kept_once():
    record = cleaned(requested=("http://a.example/1", "http://a.example/2", "http://a.example/1", SLUG))
    assert record.aliases == ("http://a.example/1", "http://a.example/2")
