import pytest

from core.records import CommentState
from crawlers.discussion.reading import read
from crawlers.page import Page

ITEM = """<li class="comment" id="comment-{0}"><b class="fn">Ann {0}</b> <time
    datetime="2020-05-01T10:00:00Z">1 May 2020</time>
<p>Text {0}.</p></li>"""


def page(section: str) -> Page:
    html = f"<html><head><title>T</title></head><body><h1>T</h1><p>A page.</p>{section}</body></html>"
    return Page.from_bytes(html.encode(), "https://estuarynews.example/a/1", "text/html; charset=utf-8")


def test_more_comments_than_any_page_has_are_cut_with_a_warning():
    found = read(page(f"<ol>{''.join(ITEM.format(number) for number in range(5001))}</ol>"), None)
    assert len(found.comments) == 5000
    assert found.state is CommentState.PARTIAL
    assert found.warnings == ("the page holds more than 5000 comments; the rest was left out",)


def test_replies_four_hundred_levels_deep_are_read():
    section = (
        "".join(ITEM.format(number).removesuffix("</li>") + "<ul>" for number in range(400))
        + "</ul></li>" * 400
    )
    found = read(page(f"<ol>{section}</ol>"), None)
    assert [one.parent for one in found.comments] == [None, *range(1, 400)]
    assert found.comments[399].body == "Text 399."


def test_ids_that_answer_each_other_in_a_circle_give_no_parent_that_comes_later():
    item = """<li class="comment" data-comment-id="{}" data-parent-id="{}"><b class="fn">N{}</b>
    <i>1 May 2020 10:00</i><p>Text.</p></li>"""
    section = item.format(1, 2, 1) + item.format(2, 1, 2) + item.format(3, 3, 3)
    found = read(page(f"<ol>{section}</ol>"), None)
    assert [one.parent for one in found.comments] == [None, 1, None]


@pytest.mark.parametrize(
    "section",
    [
        "<div class='x'><b>A</b> 1 May 2020 10:00<p>Text.</p>" * 400 + "</div>" * 400,
        "<div><span>1 May 2020 10:00</span></div>" * 10_000,
        "<div class='comment-links avatar'>" * 400 + "word " * 20_000 + "</div>" * 400,
        "<p>" + "Reply " * 40_000 + "</p>",
        "<div class='comment'>" + "1 May 2020 10:00 " * 5_000 + "</div>",
        "<div class='comment comments'>" * 2_000,
        ("<div class='row'><b>Ann " + "- " * 4_000 + "x</b> <i>1 May 2020 10:00</i><p>Text.</p></div>") * 20,
    ],
)
def test_hostile_pages_are_read_to_an_end_and_give_no_more_than_they_hold(section):
    found = read(page(section), None)
    assert len(found.comments) <= 400
    assert all(one.parent is None or one.parent < one.position for one in found.comments)
