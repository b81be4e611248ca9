"""Any page of anyone: whose name stands above it, when it was published, what it is called, what it says."""

from datetime import date

import pytest

from crawlers.page import Page
from crawlers.reading import read

SENTENCE = "The harbour board met on Monday and agreed to mend the north quay before the autumn storms come. "
TEXT = "".join(f"<p>{SENTENCE * 2}</p>" for _ in range(4))
TITLE = "Quay to be mended"
ADDRESS = "https://www.example.org/news/quay"


def reading(inner: str = "", head: str = "", *, top: str = "", url: str = ADDRESS, language: str = "en-GB"):
    start = f"<html lang='{language}'><head><title>{TITLE} - Quayside Courier</title>{head}</head>"
    html = f"{start}<body>{top}<main><h1>{TITLE}</h1>{inner}{TEXT}</main></body></html>"
    return read(Page.from_bytes(html.encode(), url, "text/html; charset=utf-8"), None)


def things(*lines: str) -> str:
    return f"<script type='application/ld+json'>[{', '.join(lines)}]</script>"


def article(author: str) -> str:
    return f'{{"@type": "NewsArticle", "headline": "{TITLE}", "author": {author}}}'


@pytest.mark.parametrize(
    ("inner", "head", "byline"),
    [
        ("<p>By Una Marsh and Tom Reed</p>", "", "Una Marsh and Tom Reed"),
        ("<p>By Una Marsh, Tom Reed and Ada Quill | 3 May 2019</p>", "", "Una Marsh, Tom Reed and Ada Quill"),
        ("<p>By Una Marsh2017-05-01T07:00:00</p>", "", "Una Marsh"),
        ("<p>Von Una Marsh am 25.08.2015 22:30</p>", "", "Una Marsh"),
        ("<div>Written by</div><div>Una Marsh</div>", "", "Una Marsh"),
        ("<p class='author vcard'><a href='/who'>Una Marsh</a></p>", "", "Una Marsh"),
        ("<p><a rel='author' href='/who'>Una Marsh</a></p>", "", "Una Marsh"),
        ("<p itemprop='author'><span itemprop='name'>Una Marsh</span>, chief diver</p>", "", "Una Marsh"),
        ("", "<meta name='author' content='By Una Marsh'>", "Una Marsh"),
        ("", "<meta name='dc.creator' content='Una Marsh; Tom Reed'>", "Una Marsh and Tom Reed"),
        ("", things(article('["Una Marsh", {"name": "Tom Reed"}]')), "Una Marsh and Tom Reed"),
        (
            "",
            things(article('{"@id": "#una"}'), '{"@type": "Person", "@id": "#una", "name": "Una Marsh"}'),
            "Una Marsh",
        ),
        (
            "<p>By Una Marsh</p>",
            things(article('{"@type": "Organization", "name": "Quayside Courier"}'))
            + "<meta property='og:site_name' content='Quayside Courier'>",
            "Una Marsh",
        ),
        ("<p>By Una Marsh</p>", "<meta name='author' content='admin'>", "Una Marsh"),
        ("<p>By Una Marsh</p>", "<meta property='article:author' content='https://x.test/una'>", "Una Marsh"),
        ("", "<meta name='author' content='Editorial team'>", None),
        ("<p>By the sea, boats are cheaper</p>", "", None),
        ("<div class='comments'><b class='comment-author'>Ivo Pine</b></div>", "", None),
    ],
)
def test_writers_are_people_joined_one_way(inner: str, head: str, byline: str | None):
    assert reading(inner, head).byline == byline


@pytest.mark.parametrize(
    ("inner", "raw", "day"),
    [
        ("<p>13.08.18</p>", "13.08.18", date(2018, 8, 13)),
        ("<p>05/06/2019</p>", "05/06/2019", date(2019, 6, 5)),
        ("<p>Published 09 July 2024</p>", "09 July 2024", date(2024, 7, 9)),
        ("<p>30 Mar 2019 9:03am</p>", "30 Mar 2019 9:03am", date(2019, 3, 30)),
        ("<p>By Una Marsh2017-05-01T07:00:00</p>", "2017-05-01T07:00:00", date(2017, 5, 1)),
        ("<p>Freitag, 5. Juni 2015</p>", "5. Juni 2015", date(2015, 6, 5)),
        ("<p>25 December 2023 | Updated 3 January 2024</p>", "25 December 2023", date(2023, 12, 25)),
        ("<time datetime='2019-06-05'>a while ago</time>", "2019-06-05", date(2019, 6, 5)),
        (
            "<abbr class='published' title='2017-07-23T17:06:45'>July</abbr>",
            "2017-07-23T17:06:45",
            date(2017, 7, 23),
        ),
    ],
)
def test_dates_are_read_as_they_stand_by_the_title(inner: str, raw: str, day: date):
    found = reading(inner).published
    assert found is not None
    assert (found.raw, found.on) == (raw, day)


@pytest.mark.parametrize(
    "inner",
    [
        "<p>Last updated: 3 January 2024</p>",
        "<p>3 January 2024 -- Updated 0203 GMT</p>",
        "<div>Updated on</div><div>3 January 2024</div>",
        "<p>The plan of 3 May 2019 was dropped.</p>",
        "<p>The report was published on 4 May 2023.</p>",
        "<p>The firm, created on 3 May 1999, sells ferries.</p>",
        "<p>The date of the meeting, 12 July 2024, was agreed.</p>",
        "<p>Closing date: 5 June 2024</p>",
        "<p class='date'>Event date: 5 June 2025</p>",
        "<p>Deadline for responses: 12 July 2024</p>",
        "<div class='related'><ul><li>Old story <time datetime='2011-02-03'></time></li></ul></div>",
    ],
)
def test_no_other_date_is_taken_for_that_of_publication(inner: str):
    padded = f"{TEXT}{inner}" if "related" in inner else inner
    assert reading(padded).published is None


@pytest.mark.parametrize(
    "inner",
    [
        "<p>Last updated: 3 January 2024</p>",
        "<p>By Una Marsh | Updated January 3, 2024</p>",
        "<div>Updated on</div><div>3 January 2024</div>",
        "<p>25 December 2023 | Updated 3 January 2024</p>",
        "<p>By Una Marsh <span class='updated' title='2024-01-03T09:00:00+00:00'></span></p>",
    ],
)
def test_a_stated_update_is_when_the_article_was_modified(inner: str):
    found = reading(inner).modified
    assert found is not None
    assert found.on == date(2024, 1, 3)


@pytest.mark.parametrize(
    "inner", ["<p>This article was first published on 4 May 2023.</p>", "<p>Published 4 May 2023</p>"]
)
def test_a_line_that_says_when_the_article_was_published_counts(inner: str):
    found = reading(f"{TEXT}{inner}").published
    assert found is not None
    assert found.on == date(2023, 5, 4)


def test_a_day_readers_see_counts_where_what_is_stated_for_machines_is_no_date():
    head = "<meta property='article:published_time' content='0000-00-00T00:00:00Z'>"
    found = reading("<p>4 May 2023</p>", head).published
    assert found is not None
    assert (found.on, found.raw) == (date(2023, 5, 4), "4 May 2023")


def test_another_article_that_the_page_tells_machines_of_is_not_taken_for_it():
    head = (
        f"<link rel='canonical' href='{ADDRESS}'>"
        """<script type='application/ld+json'>{"@type":
    "NewsArticle", "headline": "Trams return to Leith", "url": "https://www.example.org/news/trams",
    "datePublished": "2020-01-01", "author": {"@type": "Person", "name": "Ida Moss"}}</script>"""
    )
    found = reading(head=head)
    assert (found.published, found.byline) == (None, None)


def test_a_caption_s_date_does_not_outrank_one_on_its_own_line():
    found = reading("<p>The quay at Hythe on 11 October 2023</p><p>7 November 2023</p>").published
    assert found is not None
    assert found.on == date(2023, 11, 7)


def test_numbers_are_month_first_on_american_pages_alone():
    for language, url, day in (
        ("en-US", ADDRESS, date(2019, 5, 6)),
        ("en-US", "https://www.example.co.uk/news/quay", date(2019, 6, 5)),
        ("de", ADDRESS, date(2019, 6, 5)),
    ):
        found = reading("<p>05/06/2019</p>", url=url, language=language).published
        assert found is not None
        assert found.on == day


def test_the_day_in_the_address_counts_where_nothing_else_does():
    found = reading(url="https://www.example.org/news/31012016/quay-to-be-mended").published
    assert found is not None
    assert (found.on, found.raw) == (date(2016, 1, 31), "31012016")


def test_the_day_readers_see_puts_right_what_is_stated_for_machines():
    stated = "<meta property='article:published_time' content='{}'>"
    for machine, shown, day in (
        ("2020-02-25T02:25:54Z", "February 24, 2020", date(2020, 2, 24)),  # the page's own zone
        ("2025-08-21", "April 26, 2023", date(2023, 4, 26)),  # the site was built anew
        ("2020-02-25", "March 4, 2020", date(2020, 2, 25)),  # an update
        ("2021-11-01", "11/01/2021", date(2021, 11, 1)),  # the same day, month first
    ):
        found = reading(f"<p>{shown}</p>", stated.format(machine)).published
        assert found is not None
        assert found.on == day


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='og:title' content='Quay to be mended - Quayside Courier'>",
        "<meta property='og:title' content='Quay to be mended: what it means for you in 2019'>",
        "",
    ],
)
def test_the_headline_readers_see_is_the_title(head: str):
    assert reading(head=head).title == TITLE


def test_a_heading_that_is_the_sites_name_is_no_title():
    html = f"<title>{TITLE} | Quayside Courier</title><h1>Quayside Courier</h1><h2>{TITLE}</h2>{TEXT}"
    assert read(Page.from_bytes(html.encode(), ADDRESS, "text/html"), None).title == TITLE


def test_figures_that_hold_running_text_are_none():
    found = reading(f"<figure><img src='a.jpg'><figcaption>The quay</figcaption>{TEXT}")
    assert found.body.count("autumn storms") == 16


def test_what_calls_itself_something_else_is_no_body():
    found = reading(
        f"{TEXT}<div class='related-posts'><p>Another harbour, another quay: {SENTENCE}</p></div>"
    )
    assert "Another harbour" not in found.body


def test_a_date_beneath_its_label_is_that_of_publication_wherever_it_stands():
    page = "<h4>{}</h4><div>15 November 2018</div><p>{}</p><div>17 January 2019</div>"
    dated = reading(TEXT + page.format("Published", "Next event")).published
    assert dated is not None
    assert dated.on == date(2018, 11, 15)
    assert reading(TEXT + page.format("Venue", "Next event")).published is None


@pytest.mark.parametrize(
    "inner",
    [
        f"<p>LONDON, 5 May 2019 - {SENTENCE}</p>",
        f"<p>Press release of 5 May 2019 | Quayside {SENTENCE}</p>",
        f"<p>({SENTENCE.split(maxsplit=1)[0]}, 5 May 2019): {SENTENCE}</p>",
        "<div>05 | 05 | 2019</div>",
        "<h2>Quays (1 / 2) 05.05.2019 13:30 by Una</h2>",
    ],
)
def test_reports_that_begin_with_their_day_are_of_that_day(inner: str):
    found = reading(inner).published
    assert found is not None
    assert found.on == date(2019, 5, 5)


@pytest.mark.parametrize(
    "inner",
    [
        f"<p>The board met on 5 May 2019 and {SENTENCE}</p>",
        f"<p>The storm of 5 May 2019 - the worst in years - broke the quay. {SENTENCE}</p>",
        "<h2>The storm of 5 May 2019</h2>",
    ],
)
def test_days_that_a_text_tells_of_are_none_of_publication(inner: str):
    assert reading(inner).published is None


def test_a_day_within_the_heading_is_that_of_publication():
    source = (
        f"<html><body><h1>{TITLE}<br><small><span>05.05.2019</span> - Board</small></h1>{TEXT}</body></html>"
    )
    found = read(Page.from_bytes(source.encode(), ADDRESS, "text/html"), None).published
    assert found is not None
    assert found.on == date(2019, 5, 5)


def test_the_day_in_the_address_is_that_of_the_pages_own_zone():
    head = "<meta property='article:published_time' content='2023-10-30T23:05:00Z'>"
    found = reading(head=head, url="https://www.example.org/2023/10/31/quay/").published
    assert found is not None
    assert (found.on, found.at is None) == (date(2023, 10, 31), False)
    other = reading(head=head, url="https://www.example.org/2023/10/02/quay/").published
    assert other is not None
    assert other.on == date(2023, 10, 30)
