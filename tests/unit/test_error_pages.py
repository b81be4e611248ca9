"""Pages served with status 200 that are no article, told from articles with odd headlines."""

import pytest

from core.errors import PageError
from core.records import Reason
from crawlers.outlets import nhe, pse
from crawlers.page import Page
from crawlers.reading import read

LEGACY = "https://www.nationalhealthexecutive.com/Health-Care-News/beds-to-close"
CURRENT = "https://www.nationalhealthexecutive.com/articles/beds-close"
FAMILIES = {
    "legacy": (LEGACY, nhe.OUTLET, "legacy"),
    "current": (CURRENT, nhe.OUTLET, "current"),
    "generic": ("https://www.gazette.example/news/beds-to-close", None, "generic"),
}
SORRY = (
    "<p>We are sorry, but the address you asked for leads nowhere. It may be mistyped, or the text may have "
    'been moved. Try the <a href="/">home page</a> or the search, or write to the webmaster.</p>'
)
PARAGRAPH = (
    "<p>The infirmary will paint its wards yellow in the spring, the trust said on Monday, and the porters "
    "have been told to keep their whistles out of the paint until it has dried.</p>"
)
STORY = PARAGRAPH * 6  # some 180 words


def page(window: str, heading: str, body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{window}</title>{head}</head><body>"
        '<nav><a href="/">Home</a> <a href="/News">News</a></nav>'
        f"<main>{f'<h1>{heading}</h1>' if heading else ''}{body}</main>"
        "<footer><p>\u00a9 Nobody</p></footer></body></html>"
    )


def article(html: str, family: str = "current"):
    url, outlet, layout = FAMILIES[family]
    found = read(Page.from_bytes(html.encode(), url, "text/html; charset=utf-8"), outlet)
    assert found.layout == layout
    return found


def reason(html: str, family: str = "current") -> Reason:
    with pytest.raises(PageError) as refused:
        article(html, family)
    return refused.value.reason


MISSING = (
    "Page not found",
    "PAGE NOT FOUND",
    "Page Not Found!",
    "404",
    "404 Not Found",
    "404 - Not Found",
    "404: Page not found",
    "404 \u2013 Page not found",
    "Error 404",
    "Error 404 - page not found",
    "404 error",
    "HTTP 404",
    "HTTP Error 404.0 - Not Found",
    "404 - File or directory not found.",
    "Page not found (404)",
    "Not found",
    "Article not found",
    "The resource cannot be found.",
    "Page cannot be found",
    "The page cannot be found",
    "The page can\u2019t be found",
    "The page could not be found",
    "The requested page could not be found.",
    "Oops! That page can't be found.",
    "Sorry, this page does not exist",
    "This page doesn't exist",
    "This page no longer exists",
    "Sorry, the page you are looking for cannot be found",
    "The page you requested was not found",
    "Sorry, we couldn't find the page you were looking for",
    "We can't find that page",
    "This article is no longer available",
    "This article has been removed.",
    "410 Gone",
    "No such page",
)
WEATHER = (
    "Internal server error",
    "500 Internal Server Error",
    "Error 500",
    "503 Service Unavailable",
    "503 Service Temporarily Unavailable",
    "Service unavailable",
    "Bad gateway",
    "502 Bad Gateway",
    "504 Gateway Time-out",
    "Gateway timeout",
    "Access denied",
    "403 Forbidden",
    "403 - Forbidden: Access is denied.",
    "Forbidden",
    "Just a moment...",
    "Attention Required!",
    "Are you a robot?",
    "Site under maintenance",
    "This site is currently down for maintenance",
    "We\u2019ll be back soon!",
    "An error occurred",
    "Something went wrong",
    "Server Error in '/' Application.",
    "429 Too Many Requests",
    "Error establishing a database connection",
    "This page is temporarily unavailable",
)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("texts", "expected"), [(MISSING, Reason.SOFT_404), (WEATHER, Reason.NOT_AN_ARTICLE)]
)
def test_a_page_headed_by_a_bare_status_is_what_it_says(texts, expected, family):
    found = {text: reason(page("The Gazette", text, SORRY), family) for text in texts}
    assert {text: why for text, why in found.items() if why is not expected} == {}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("joint", [" | ", " - ", " \u2013 ", " :: "])
@pytest.mark.parametrize(
    ("texts", "expected"), [(MISSING, Reason.SOFT_404), (WEATHER, Reason.NOT_AN_ARTICLE)]
)
def test_a_part_of_the_window_title_says_so_too(texts, expected, joint, family):
    found = {}
    for text in texts:
        for window in (f"{text}{joint}The Gazette", f"The Gazette{joint}{text}"):
            found[window] = reason(page(window, "Oh dear", SORRY), family)
    assert {window: why for window, why in found.items() if why is not expected} == {}


@pytest.mark.parametrize("body", ["", "<div></div>", "<article></article>", SORRY])
@pytest.mark.parametrize("heading", ["", "Page not found"])
@pytest.mark.parametrize(
    ("url", "outlet", "site"),
    [
        (CURRENT, nhe.OUTLET, "National Health Executive"),
        ("https://www.publicsectorexecutive.com/articles/bins", pse.OUTLET, "Public Sector Executive"),
    ],
)
def test_a_current_page_that_is_not_there_says_so_with_or_without_text(url, outlet, site, heading, body):
    title = f"Page not found | {site}"
    head = f'<meta name="Generator" content="Drupal 9"><meta property="og:title" content="{title}">'
    bare = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    for html in (page(title, heading, body), page(title, heading, body, head), bare):
        with pytest.raises(PageError) as refused:
            read(Page.from_bytes(html.encode(), url, "text/html; charset=utf-8"), outlet)
        assert refused.value.reason is Reason.SOFT_404


@pytest.mark.parametrize("family", FAMILIES)
def test_the_latest_stories_on_an_error_page_are_no_article(family):
    teasers = "".join(
        f'<div><a href="/News/{n}"><h2>Porters lose whistles, part {n}</h2></a><time datetime="2026-03-0{n}">'
        f"{n} March</time><p>Porters at the infirmary have been told to leave their whistles at the door, "
        "and some of them did not take it well.</p></div>"
        for n in range(1, 9)
    )
    assert (
        reason(page("Page not found | The Gazette", "Page not found", SORRY + teasers), family)
        is Reason.SOFT_404
    )


HEADLINES = (
    "Page not found: the lost archives of the infirmary",
    "Page not found - the lost archives of the infirmary",
    "404 beds to close",
    "Ward 404",
    "Missing article of association found",
    "Evidence not found, says the coroner",
    "Access denied to the ward, say porters",
    "Service unavailable for a week, trust admits",
    "The page that could not be found in the archives",
    "Forbidden fruit in the canteen",
)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("body", [PARAGRAPH * 2, STORY])
@pytest.mark.parametrize("headline", HEADLINES)
def test_an_article_on_what_is_missing_is_an_article(headline, body, family):
    for window in (headline, f"{headline} | The Gazette", f"The Gazette \u2013 {headline}"):
        if " - " in headline and not window.startswith(headline):
            continue
        assert article(page(window, headline, body), family).title == headline


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("status", ["Page not found", "404", "Internal server error"])
def test_an_article_with_a_text_of_its_own_wins_over_its_window_title(status, family):
    found = article(page(f"{status} | The Gazette", "Wards to be yellow", STORY), family)
    assert found.title == "Wards to be yellow"


@pytest.mark.parametrize("family", ["current", "generic"])
def test_an_article_headed_like_an_error_page_is_one_by_its_text_and_its_metadata(family):
    told = '<meta property="og:type" content="article">'
    assert article(page("Not found", "Not found", STORY, told), family).title == "Not found"
    assert reason(page("Not found", "Not found", PARAGRAPH, told), family) is Reason.SOFT_404
    assert reason(page("Not found", "Not found", STORY), family) is Reason.SOFT_404


def test_a_legacy_article_headed_like_an_error_page_is_one_by_its_text_and_its_date():
    dated = "<div>latest health care news</div><div>03.03.17</div><h1>Not found</h1>"
    assert article(page("NHE", "", dated + STORY), "legacy").title == "Not found"
    assert reason(page("NHE", "", dated + SORRY), "legacy") is Reason.SOFT_404


def test_trouble_named_beside_an_absence_is_no_evidence_of_absence():
    assert (
        reason(page("Page not found | The Gazette", "503 Service Unavailable", SORRY))
        is Reason.NOT_AN_ARTICLE
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_a_page_without_text_or_title_stays_what_it_was(family):
    assert (
        reason("<html><head><title>The Gazette</title></head><body></body></html>", family)
        is Reason.EMPTY_PAGE
    )
    assert reason("<html><body><h1>Wards to be yellow</h1></body></html>", family) is Reason.NO_BODY
