"""What the legacy reader makes of pages that try to mislead it."""

import pytest

from core.errors import PageError
from core.records import CommentState, RelatedLink, ScrapedArticle
from crawlers.outlets import nhe, pse
from crawlers.page import Page
from crawlers.reading import read

URL = "http://www.nationalhealthexecutive.com/Health-Care-News/a-slug"
BODY = (
    "<p>The infirmary at Larkrigg is to have a new roof, the board said on Monday, and a green one.</p>"
    "<p>Slates will be laid from May by a firm that has done nothing else since 1871, and does it slowly.</p>"
)


def article(html: str, url: str = URL) -> ScrapedArticle:
    return read(Page.from_bytes(html.encode(), url, "text/html; charset=utf-8"), nhe.OUTLET)


def paragraphs(html: str) -> list[str]:
    return article(html).body.split("\n\n")


def test_lines_that_only_resemble_marks_stay_in_the_body():
    tricky = (
        "Add your comment, the board asks, before the roof is on.",
        "There are no comments from the slaters so far, and none are expected.",
        "13.08.18 was the day the old roof came off, and nobody has been dry since.",
        "Patients will be able to see the work on the hospital’s own tv",
        "Have you got a story to tell? The slaters have, and they tell it at length.",
        "The vote was taken on 21/02/2017 at 20:33",
        "12/03/2018 is the date on the contract.",
    )
    found = paragraphs(f"<h1>A new roof</h1>{BODY}{''.join(f'<p>{text}</p>' for text in tricky)}{BODY}")
    assert tuple(found[2:-2]) == tricky


@pytest.mark.parametrize(
    "end",
    [
        "Have you got a story to tell? Would you like to become an NHE columnist? If so, click here",
        "Have you got a story to tell?<br>Would you like to become a NHE columnist?<br>If so, click here.",
        "There are no comments. Why not be the first?",
        "THERE ARE NO COMMENTS.<br>Why not be the first?",
        "Jim&nbsp;&nbsp; 21/02/2017 at 20:33</p><p>Well said.",
        "Add your comment",
        "National Health Executive TV",
        "more videos &gt;",
    ],
)
def test_every_hard_stop_ends_the_body(end: str):
    found = paragraphs(f"<h1>A new roof</h1>{BODY}<p>{end}</p><p>What follows is no part of it.</p>")
    assert len(found) == 2


def test_the_title_is_not_the_banner_the_site_or_a_heading_within_the_text():
    html = (
        "<title>National Health Executive</title><h1>NHE - National Health Executive</h1>"
        "<h2>latest health care news</h2><div>13.08.18</div><div>A new roof</div>"
        f"{BODY}<h2>What it costs</h2>{BODY}"
    )
    assert article(html).title == "A new roof"


def test_banner_and_date_on_one_line():
    found = article(
        f"<div><span>Latest Health Care News</span> <span>13.08.18</span></div><div>A new roof</div>{BODY}"
    )
    assert (found.title, found.section) == ("A new roof", "Latest Health Care News")
    assert found.published is not None
    assert found.published.raw == "13.08.18"


def test_an_edited_headline_wins_over_the_stale_one_in_the_window_title():
    html = f"<title>Old words for it - National Health Executive</title><h1>A new roof</h1>{BODY}"
    assert article(html).title == "A new roof"


def test_an_impossible_date_is_kept_as_written_with_a_warning():
    found = article(f"<div>latest health care news</div><div>31.02.16</div><div>A new roof</div>{BODY}")
    assert found.published is not None
    assert (found.published.raw, found.published.on, found.published.note) == ("31.02.16", None, "impossible")
    assert any("31.02.16" in warning for warning in found.warnings)


def test_read_more_goes_to_the_related_links_and_captions_go():
    found = article(
        f"<h1>A new roof</h1>{BODY}<p>READ MORE: <a href='/News/slates'>Slates run short</a></p>"
        "<p><b>READ MORE:</b><br><a href='/News/nails'>Nails do not</a></p>"
        "<figure><img src='a.jpg'><figcaption>A slate.</figcaption></figure>"
        "<div><img src='b.jpg'><br>Image: A. Slater</div><p>Re: Roofs</p>"
        "<p>There are no comments. Why not be the first?</p>"
    )
    assert found.related == (
        RelatedLink(title="Slates run short", url="http://www.nationalhealthexecutive.com/News/slates"),
        RelatedLink(title="Nails do not", url="http://www.nationalhealthexecutive.com/News/nails"),
    )
    assert found.body.split("\n\n")[2:] == ["Re: Roofs"]


def test_a_paragraph_beside_an_image_is_no_caption():
    text = "The roof will be paid for out of the fund for rainy days, which has never been so full, it said."
    found = paragraphs(f"<h1>A new roof</h1><p><img src='a.jpg' align='left'>{text}</p>{BODY}")
    assert found[0] == text


def test_comments_whatever_their_headers_hold():
    found = article(
        f"<h1>A new roof</h1>{BODY}<h3>Comments (3)</h3>"
        "<p><b>Jim</b>&nbsp;&nbsp; 25/10/2015 at 01:30</p><p>One.</p><p>There are no comments like mine.</p>"
        "<div><span>O’Neil, R2/D2 &lt;i&gt;</span></div><div>31/02/2016 at 10:00</div>"
        "<p>Two.<br>Still two.</p>"
        "<table><tr><td>Anon 7</td><td>22/07/2016</td><td>at 00:15</td></tr></table>"
        "<p>12/03/2018 was wet.</p>"
        "<p>Add your comment</p><p>Name:</p>"
    )
    assert found.comment_state is CommentState.LISTED
    assert found.comments_claimed == 3
    assert [(c.author, c.body) for c in found.comments] == [
        ("Jim", "One.\n\nThere are no comments like mine."),
        ("O’Neil, R2/D2 <i>", "Two.\n\nStill two."),
        ("Anon 7", "12/03/2018 was wet."),
    ]
    times = [(c.posted.stated(), c.posted.note) for c in found.comments if c.posted]
    assert times == [
        ("2015-10-25T00:30:00+00:00", "ambiguous"),
        (None, "impossible"),
        ("2016-07-21T23:15:00+00:00", None),
    ]
    assert any("comment 2" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("section", "state"),
    [
        ("<p>There are no comments. Why not be the first?</p><p>Add your comment</p>", CommentState.NONE),
        ("<p>Add your comment</p>", CommentState.UNKNOWN),
        ("", CommentState.UNKNOWN),
        ("<p>Comments (4)</p><p>Jim&nbsp;&nbsp; 21/02/2017 at 20:33</p><p>Hm.</p>", CommentState.PARTIAL),
    ],
)
def test_the_comment_state_is_what_the_page_says(section: str, state: CommentState):
    assert article(f"<h1>A new roof</h1>{BODY}{section}").comment_state is state


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<h1>Page not found</h1><p>The page you asked for has gone, or never was. Try the home page.</p>",
         "soft_404"),
        ("<h1>A new roof</h1><p>There are no comments. Why not be the first?</p>", "no_body"),
        ("<div></div>", "empty_page"),
    ],
)  # fmt: skip
def test_a_page_without_an_article_says_so(html: str, reason: str):
    with pytest.raises(PageError) as refused:
        article(html)
    assert refused.value.reason == reason


def test_a_truncated_page_gives_what_it_holds():
    found = article(f"<h1>A new roof</h1>{BODY}"[:-40])
    assert found.title == "A new roof"
    assert found.body.startswith("The infirmary at Larkrigg")


def test_the_address_tells_the_layout_and_its_marks_where_there_is_none():
    marked = f"<div>Jim</div><h1>A new roof</h1>{BODY}<p>There are no comments. Why not be the first?</p>"
    assert article(marked, "").layout == "legacy"
    assert article(marked, "https://www.nationalhealthexecutive.com/articles/new-roof").layout == "current"
    assert (
        article(f"<h1>A new roof</h1>{BODY}", "https://www.nationalhealthexecutive.com/about/roofs").layout
        == "generic"
    )
    letter = read(
        Page.from_bytes(
            f"<h2>A new roof</h2>{BODY}".encode(), "http://www.publicsectorexecutive.com/Inbox/roof"
        ),
        pse.OUTLET,
    )
    assert letter.layout == "legacy"
