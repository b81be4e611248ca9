"""Which text blocks of an outlet's pages are chrome, and which never are."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.kept_records import KeptPage
from crawlers.page import Page
from db.chrome import ReadPage
from pipelines.chrome_counting import Counting

PROMOTION = "Our diary is printed in spring and costs nothing."
OWN = "On day {0} the ferry to island {0} carried {0} goats."


def shared(
    *extra: str,
    pages: int = 10,
    among: int | None = None,
    read_with: tuple[str, ...] | None = None,
    **fields: str,
) -> list[str]:
    """Give the texts found to be shared by pages that each hold a sentence of their own and ``extra``."""
    counting = Counting("Europe/London", frozenset())
    for number in range(1, pages + 1):
        own = OWN.format(number)
        more = extra if among is None or number <= among else ()
        body = "\n\n".join((own, *(more if read_with is None else read_with)))
        markup = "".join(f"<p>{text}</p>" for text in (own, *more))
        page = Page.from_bytes(f"<html><body>{markup}</body></html>".encode(), f"https://a.example/{number}")
        counting.add(_read(number, body, **fields), page)
    return [text for _, text, _ in counting.shared()]


def _read(number: int, body: str, **fields: str) -> ReadPage:
    kept = KeptPage(
        capture_id=number,
        url=f"https://a.example/{number}",
        captured_at=datetime(2026, 3, 2, tzinfo=UTC),
        outlet="gazette",
        source="",
        warc_file="",
        offset=0,
        length=0,
        sha256="",
        content_type=None,
    )
    told: dict[str, Any] = {"title": f"Ferry {number}", "byline": None, "section": None, **fields}
    return ReadPage(page=kept, body=body, **told)


def test_a_block_on_most_pages_is_chrome_and_an_articles_own_text_is_not():
    assert shared(PROMOTION) == [PROMOTION]


@pytest.mark.parametrize(("pages", "among", "found"), [(10, 5, 1), (10, 4, 0), (40, 12, 1), (40, 11, 0)])
def test_a_block_must_stand_on_three_pages_of_ten_and_five_at_least(pages, among, found):
    assert len(shared(PROMOTION, pages=pages, among=among)) == found


def test_what_no_article_took_for_its_text_is_left_alone():
    assert shared(PROMOTION, read_with=()) == []


@pytest.mark.parametrize(
    "line",
    [
        "ENDS",
        "Read more here",
        "What happens next?",
        "By Jane Alice Roe",
        "Thursday 5 March 2026",
        "Published on Thursday 5 March 2026 at 10:15",
    ],
)
def test_short_lines_bylines_and_dates_are_never_chrome(line):
    assert shared(line, PROMOTION) == [PROMOTION]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("title", "The goats come home again"),
        ("byline", "Professor Dame Jane Alice Roe"),
        ("section", "Ferries, goats and other news"),
    ],
)
def test_a_field_of_any_of_the_pages_is_never_chrome(name, text):
    assert shared(text, PROMOTION, **{name: text.upper()}) == [PROMOTION]


def test_two_spellings_on_one_page_are_one_block():
    assert shared(PROMOTION, PROMOTION.upper(), pages=8, among=4) == []
