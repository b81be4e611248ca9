"""Walls are told from articles: what stands behind one is no article, and no article is lost to one."""

import pytest

from core.errors import PageError
from core.records import Reason
from crawlers.page import Page
from crawlers.reading import read

SENTENCE = "The harbour board met on Monday and agreed to mend the north quay before the autumn storms come. "
TEASER = f"<p>{SENTENCE}</p>"
WHOLE = "".join(f"<p>{SENTENCE * 3}</p>" for _ in range(6))


def reading(inner: str, head: str = ""):
    title = "Quay to be mended"
    top = f"<html><head><title>{title}</title>{head}</head>"
    html = f"{top}<body><main><h1>{title}</h1>{inner}</main></body></html>"
    return read(Page.from_bytes(html.encode(), "https://www.example.org/news/quay", "text/html"), None)


def not_free(*, whole: bool = True) -> str:
    part = '{"isAccessibleForFree": false, "cssSelector": ".locked"}'
    said = '"isAccessibleForFree": "False"' if whole else f'"hasPart": {part}'
    thing = f'{{"@type": "NewsArticle", "headline": "Quay to be mended", {said}}}'
    return f'<script type="application/ld+json">{thing}</script>'


@pytest.mark.parametrize(
    ("inner", "head"),
    [
        ("<p>Subscribe to continue reading this story.</p><p>Already a subscriber? Log in</p>", ""),
        ("<p>Please sign in to read the rest of this article.</p>", ""),
        ("<p>You have reached your limit of three free articles this month.</p>", ""),
        ("<p>We value your privacy</p><p>We and our 612 partners store cookies on your device.</p>", ""),
        ("<p>This article is only available to subscribers.</p>", ""),
        (f"{TEASER}<div class='paywall'><p>To continue reading, subscribe now.</p></div>", ""),
        (TEASER, not_free()),
        (TEASER, not_free(whole=False)),
        (TEASER, "<meta property='article:content_tier' content='locked'>"),
    ],
)
def test_a_wall_in_the_stead_of_an_article_is_refused_as_one(inner: str, head: str):
    with pytest.raises(PageError) as refused:
        reading(inner, head)
    assert refused.value.reason == Reason.WALLED


@pytest.mark.parametrize("head", ["", not_free(), "<meta property='article:content_tier' content='metered'>"])
def test_an_article_with_a_wall_beneath_it_is_read_without_the_wall(head: str):
    found = reading(f"{WHOLE}<p>Already a subscriber? Log in</p><p>Subscribe to continue reading.</p>", head)
    assert found.body.split("\n\n") == [(SENTENCE * 3).strip()] * 6


def test_a_short_free_article_is_no_teaser():
    assert reading(TEASER).body == SENTENCE.strip()
    assert reading(TEASER + "<p>The council had asked readers to sign in to read the plan.</p>").body


def test_lines_for_the_reader_are_no_part_of_the_article():
    found = reading(
        "<p>This site is intended for health professionals only</p>"
        f"{WHOLE}<p>This website uses cookies to make it better.</p>"
        f"<p>Sign up to our daily newsletter for more of this.</p>{WHOLE}"
    )
    assert set(found.body.split("\n\n")) == {(SENTENCE * 3).strip()}
