"""The text of a page comes in the order and in the pieces a browser shows."""

import time

import pytest

from core.errors import PageError
from crawlers.article.blocks import MOST, Block
from crawlers.article.paragraphs import paragraphs
from crawlers.outlets import pse
from crawlers.page import Page
from crawlers.reading import read


def blocks(html: str) -> tuple[Block, ...]:
    return Page.from_bytes(html.encode(), "http://a.example/x").blocks


def texts(html: str) -> list[str]:
    return [block.text for block in blocks(html)]


def test_blocks_follow_elements_breaks_cells_and_items():
    html = (
        "<h2>A <i>b</i></h2>loose<p>one<br>two<br><br>three</p><table><tr><td>c1</td><td>c2</td></tr></table>"
        "<ul><li>i1<li><p>i2</p></ul><dl><dt>t<dd>d</dl>tail<div>in<p>p</p>out</div>"
    )
    assert texts(html) == [
        "A b", "loose", "one", "two", "three", "c1", "c2", "i1", "i2", "t", "d", "tail", "in", "p", "out",
    ]  # fmt: skip


def test_white_space_is_collapsed_and_nbsp_becomes_a_space_but_stays_in_raw():
    (block,) = blocks("<p>\n  a&nbsp;&nbsp;\tb <b> c</b>\u200bd </p>")
    assert block.text == "a b cd"
    assert "a\xa0\xa0" in block.raw


def test_what_no_browser_shows_is_no_text():
    html = (
        "<p>a<script>x</script><style>y</style><noscript>z</noscript><template>t</template>b"
        "<span hidden>h</span><i style='DISPLAY : none'>i</i><!-- c -->c</p>"
        "<div style='visibility:hidden'><p>v</p></div><select><option>o</option></select>"
        "<textarea>t</textarea><button>b</button><img alt='banner'><p hidden>h</p>d"
    )
    assert texts(html) == ["abc", "d"]


def test_old_character_references_are_read_as_browsers_do():
    assert texts("<p>it&#146;s &#150; &pound;5</p>") == ["it’s – £5"]


def test_links_headings_and_parts_are_known():
    heading, linked, mixed, foot = blocks(
        "<h3>H</h3><p><a href='/a'>one</a> | <a href='/b'>two</a></p>"
        "<p>see <a href='/c'>x</a></p><footer>f</footer>"
    )
    assert (heading.level, linked.linked, mixed.linked, foot.part) == (3, True, False, "footer")
    assert [(link.text, link.href) for link in linked.links] == [("one", "/a"), ("two", "/b")]


def test_a_headline_over_two_lines_is_one():
    assert texts("<h1>Big<br>news</h1>") == ["Big news"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div>a<br>b<br><br>c</div>", ["a b", "c"]),
        ("<div>a<br>b<br>c</div>", ["a", "b", "c"]),
        ("<p>a<br>b</p><p>c</p>", ["a b", "c"]),
        ("<div><b>Head</b><br>text<br><br>more</div>", ["Head", "text", "more"]),
        ("<div>List:<br>• one<br>• two<br><br>end</div>", ["List:", "• one", "• two", "end"]),
        ("<div>a<br>&nbsp;<br>b</div>", ["a", "b"]),
    ],
)
def test_a_single_break_parts_lines_only_where_paragraphs_are_parted_otherwise(
    html: str, expected: list[str]
):
    assert list(paragraphs(blocks(html))) == expected


def test_a_page_of_endless_lines_is_cut_with_a_warning():
    page = Page.from_bytes(b"<h1>A</h1>" + b"a<br>" * 400_000, "http://a.example/x")
    started = time.process_time()
    assert len(page.blocks) == MOST
    assert "the rest was left out" in page.warnings[0]
    assert time.process_time() - started < 30  # of this process alone; quadratic work would take an hour


@pytest.mark.parametrize("tag", ["div", "table><tr><td", "a href=x", "li"])
def test_five_megabytes_of_nested_tags_end_soon_in_an_article_or_a_page_error(tag: str):
    opened = f"<{tag}>"
    body = (opened * (5_000_000 // len(opened)) + "deep text").encode()
    url = "http://www.publicsectorexecutive.com/News/deep"
    started = time.process_time()
    page = Page.from_bytes(body, url)
    with pytest.raises(PageError):
        read(page, pse.OUTLET)
    with pytest.raises(PageError):
        read(Page.from_bytes(body, url), None)
    assert time.process_time() - started < 30  # of this process alone; quadratic work would take an hour
