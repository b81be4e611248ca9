import pytest

from core.records import CommentState
from crawlers.discussion.discussion import Discussion
from crawlers.discussion.reading import read
from crawlers.page import Page

LEAD = """<h1>The ferry sails again</h1><p>By A Writer, 1 March 2021</p><p>The ferry is back on the estuary
    after a long
winter, and the first boats were full of people who had waited for months.</p>"""


def discussion(rest: str) -> Discussion:
    html = f"<html><head><title>Ferry</title></head><body><main>{LEAD}</main>{rest}</body></html>"
    return read(
        Page.from_bytes(html.encode(), "https://estuarynews.example/a/1", "text/html; charset=utf-8"),
        "Europe/London",
    )


def rows(found: Discussion) -> list[tuple[str | None, str, int | None]]:
    return [(one.author, one.body, one.parent) for one in found.comments]


def test_blocks_without_any_name_are_comments_under_a_heading_of_comments():
    found = discussion("""<h2>Comments</h2><div>
    <div class="x1"><b>Ann Tide</b> <span>2 March 2021, 10:15</span><p>I was on it, and it was
    lovely.</p></div>
    <div class="x1"><b>Bob Weir</b> <span>3 March 2021, 11:00</span><p>Too dear for me.</p></div></div>""")
    assert rows(found) == [
        ("Ann Tide", "I was on it, and it was lovely.", None),
        ("Bob Weir", "Too dear for me.", None),
    ]
    assert 0.6 <= found.sure <= 1


def test_nested_blocks_are_replies():
    found = discussion("""<h2>What readers say</h2><ul>
    <li class="e"><p><strong>Ann</strong> 2 March 2021 10:15</p><p>Is it open on Sundays?</p>
      <ul><li class="e"><p><strong>Bob</strong> 2 March 2021 12:00</p><p>From noon, yes.</p></li></ul></li>
    <li class="e"><p><strong>Cy</strong> 4 March 2021 09:00</p><p>Thank you both.</p></li></ul>""")
    assert rows(found) == [
        ("Ann", "Is it open on Sundays?", None),
        ("Bob", "From noon, yes.", 1),
        ("Cy", "Thank you both.", None),
    ]


def test_an_attribute_that_names_the_parent_wins_over_the_order():
    item = """<div class="post" data-comment-id="{}" data-parent="{}"><b class="user">{}</b>
    <i>{} May 2020 10:00</i><p>{}</p></div>"""
    found = discussion(
        "<div>"
        + item.format(71, "", "Ann", 1, "First.")
        + item.format(72, "", "Bob", 2, "Second.")
        + item.format(73, 71, "Cy", 3, "To the first.")
        + "</div>"
    )
    assert rows(found) == [("Ann", "First.", None), ("Bob", "Second.", None), ("Cy", "To the first.", 1)]
    assert [one.outlet_id for one in found.comments] == ["71", "72", "73"]


def test_relative_times_are_times_too():
    found = discussion("""<div class="talkback"><h3>Join the discussion</h3>
    <section class="q"><span class="nick">Ann</span> <em>3 hours ago</em><p>Lovely boat.</p><a
    href="#">Reply</a></section>
    <section class="q"><span class="nick">Bob</span> <em>2 days ago</em><p>Slow boat.</p><a
    href="#">Reply</a></section></div>""")
    assert rows(found) == [("Ann", "Lovely boat.", None), ("Bob", "Slow boat.", None)]
    assert [(one.posted.raw, one.posted.at, one.posted.on) for one in found.comments if one.posted] == [
        ("3 hours ago", None, None),
        ("2 days ago", None, None),
    ]


TEASERS = """<div class="{}"><h2>{}</h2>
<div class="card"><h3><a href="/a/2">New bridge for the estuary towns</a></h3><span>A Writer</span> <time>2
    March 2021 10:00</time>
<p>The bridge will open in spring, the council says.</p></div>
<div class="card"><h3><a href="/a/3">Harbour dues to rise once more</a></h3><span>B Writer</span> <time>3
    March 2021 11:00</time>
<p>Owners of small boats are worried about it.</p></div>
<div class="card"><h3><a href="/a/4">Old lighthouse finds a new owner</a></h3><span>C Writer</span> <time>4
    March 2021 12:00</time>
<p>It was sold for a pound.</p></div></div>"""


@pytest.mark.parametrize(
    "trap",
    [
        TEASERS.format("related", "Related"),
        TEASERS.format("most-read", "Most read"),
        TEASERS.format("latest", "Latest"),
        TEASERS.format("comment-and-analysis", "Opinion"),
        """<div class="author-box"><b class="author">A Writer</b> <span class="date">1 March 2021 10:00</span>
        <p class="bio">A Writer has sailed on ferries for thirty years.</p></div>""",
        """<div class="share"><a href="#">Share</a> <a href="#">Tweet</a> <span>1 March 2021
    10:00</span></div>""",
        """<div id="respond" class="comment-respond"><h3>Leave a Reply</h3><form><p
    class="comment-notes">Your email address
        will not be published.</p><p
    class="comment-form-comment"><label>Comment</label><textarea></textarea></p></form></div>""",
        """<div class="comments"><p>You must log in to post a comment.</p></div>""",
        """<div class="comment"><b>Join the conversation</b><p>Please log in to comment.</p></div>""",
        """<aside class="widget widget_recent_comments"><h2>Recent Comments</h2><ul>
        <li class="comment"><span class="comment-author-link">Ann</span> <time>1 March 2021 10:00</time>
    <p>On another page.</p></li>
        <li class="comment"><span class="comment-author-link">Bob</span> <time>2 March 2021 10:00</time>
    <p>And another.</p></li></ul></aside>""",
        """<div class="events"><h2>What is on</h2><div class="ev"><b>Quay Fair</b> <i>5 June 2021
    10:00</i><p>Stalls and music.</p></div>
        <div class="ev"><b>Regatta</b> <i>6 June 2021 10:00</i><p>Races all day.</p></div></div>""",
    ],
)
def test_what_only_looks_like_comments_is_none(trap):
    found = discussion(trap)
    assert (found.comments, found.sure) == ((), 0.0)
    assert found.state is CommentState.UNKNOWN


def test_a_list_of_events_by_one_writer_is_no_discussion():
    item = """<div class="entry"><span>Harbour Office</span> <i>{} June 2021 10:00</i>
    <p>Tide tables for the day are out.</p></div>"""
    found = discussion("<div>" + "".join(item.format(day) for day in range(1, 8)) + "</div>")
    assert found.comments == ()


def test_a_comment_that_cites_another_time_stays_one_comment():
    found = discussion("""<div class="comments"><div class="comment" id="comment-1"><b class="author">Ann</b>
    <span class="date">2 March 2021 10:15</span><div class="text"><p>It sank on 4 May 1982 at
    10:00.</p><p>Mind you, it floated again.</p></div></div></div>""")
    assert rows(found) == [("Ann", "It sank on 4 May 1982 at 10:00.\n\nMind you, it floated again.", None)]
