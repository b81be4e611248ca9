from datetime import UTC, date, datetime

import pytest

from core.records import CommentState
from crawlers.discussion.discussion import Discussion
from crawlers.discussion.reading import read
from crawlers.page import Page

ADDRESS = "https://harbourherald.example/news/crane-returns"
LEAD = "<h1>The crane returns</h1><p>The old crane is back on the quay after a winter of repairs.</p>"


def discussion(section: str, head: str = "", zone: str | None = "Europe/London") -> Discussion:
    html = f"<html><head><title>Crane</title>{head}</head><body><main>{LEAD}</main>{section}</body></html>"
    return read(Page.from_bytes(html.encode(), ADDRESS, "text/html; charset=utf-8"), zone)


def rows(found: Discussion) -> list[tuple[str | None, str | None, str, int | None]]:
    return [
        (one.author, one.posted.stated() if one.posted else None, one.body, one.parent)
        for one in found.comments
    ]


WORDPRESS = """
<div id="comments" class="comments-area"><h2 class="comments-title">3 thoughts on &ldquo;The crane
    returns&rdquo;</h2>
<ol class="comment-list">
<li id="comment-11" class="comment even thread-even depth-1 parent"><article id="div-comment-11"
    class="comment-body">
 <footer class="comment-meta"><div class="comment-author vcard"><img class="avatar" alt=""><b
    class="fn">Ada Quay</b>
 <span class="says">says:</span></div><div class="comment-metadata"><a href="#comment-11">
 <time datetime="2019-07-02T09:15:00+01:00">2 July 2019 at 9:15 am</time></a></div></footer>
 <div class="comment-content"><p>Good to see it again.</p><p>Who paid?</p></div>
 <div class="reply"><a class="comment-reply-link" href="?replytocom=11">Reply</a></div></article>
 <ol class="children"><li id="comment-12" class="comment odd alt depth-2"><article id="div-comment-12"
    class="comment-body">
 <footer class="comment-meta"><div class="comment-author vcard"><b class="fn">Ben Lock</b> <span
    class="says">says:</span></div>
 <div class="comment-metadata"><time datetime="2019-07-02T10:00:00+01:00">2 July 2019 at 10:00
    am</time></div></footer>
 <div class="comment-content"><p>The port did.</p></div></article></li></ol></li>
<li id="comment-13" class="pingback odd"><div class="comment-body">Pingback: <a href="https://x.example/">A
    list</a></div></li>
<li id="comment-14" class="comment even thread-even depth-1"><article id="div-comment-14"
    class="comment-body">
 <footer class="comment-meta"><div class="comment-author vcard"><b class="fn">Cy</b></div>
 <div class="comment-metadata"><time datetime="2019-07-03T08:00:00+01:00">3 July 2019</time></div></footer>
 <div class="comment-content"><blockquote><p>Who paid?</p></blockquote><p>All of us.</p></div></article></li>
</ol></div>"""


def test_wordpress_comments_are_read_with_their_replies_and_without_pingbacks():
    found = discussion(WORDPRESS)
    assert rows(found) == [
        ("Ada Quay", "2019-07-02T08:15:00+00:00", "Good to see it again.\n\nWho paid?", None),
        ("Ben Lock", "2019-07-02T09:00:00+00:00", "The port did.", 1),
        ("Cy", "2019-07-03T07:00:00+00:00", "Who paid?\n\nAll of us.", None),
    ]
    assert [one.outlet_id for one in found.comments] == ["11", "12", "14"]
    assert found.comments[0].posted is not None
    assert found.comments[0].posted.raw == "2 July 2019 at 9:15 am"


def test_a_count_that_holds_the_pingback_too_is_no_count_of_missing_comments():
    assert discussion(WORDPRESS).state is CommentState.LISTED
    more = WORDPRESS.replace("3 thoughts", "4 thoughts")
    assert discussion(more).state is CommentState.LISTED, "three comments and a pingback"
    assert discussion(WORDPRESS.replace("3 thoughts", "9 thoughts")).state is CommentState.PARTIAL


def test_comments_closed_is_said_of_a_whole_list_and_not_of_one_that_lacks_some():
    closed = WORDPRESS.replace("</ol></div>", '</ol><p class="no-comments">Comments are closed.</p></div>')
    assert discussion(closed).state is CommentState.CLOSED
    assert discussion(closed.replace("3 thoughts", "30 thoughts")).state is CommentState.PARTIAL


def test_the_older_list_markup_with_everything_in_one_block_is_read():
    found = discussion("""
    <h3 id="comments">2 Responses to &#8220;The crane returns&#8221;</h3>
    <ol class="commentlist"><li class="alt" id="comment-7"><cite><a
    href="http://dee.example">Dee</a></cite> Says:<br />
    <small class="commentmetadata"><a href="#comment-7">March 5th, 2012 at 3:07 pm</a></small>
    <p>I remember the old one.</p></li>
    <li id="comment-8"><cite>Eli</cite> Says:<br /><small class="commentmetadata">March 6th, 2012 at 8:00
    am</small>
    <p>So do I.</p></li></ol>""")
    assert rows(found) == [
        ("Dee", "2012-03-05T15:07:00+00:00", "I remember the old one.", None),
        ("Eli", "2012-03-06T08:00:00+00:00", "So do I.", None),
    ]
    assert found.claimed == 2
    assert [element.tag for element in found.elements] == ["h3", "ol"]


def test_the_block_theme_is_read():
    found = discussion("""
    <div class="wp-block-comments"><h2>One response</h2><ol class="wp-block-comment-template">
    <li id="comment-5" class="comment even depth-1"><div class="wp-block-columns"><div
    class="wp-block-column">
    <div class="wp-block-comment-author-name"><a href="https://f.example">Fay</a></div>
    <div class="wp-block-comment-date"><time datetime="2024-01-05T10:00:00+00:00"><a
    href="#comment-5">January 5, 2024</a></time></div>
    <div class="wp-block-comment-content"><p>Splendid.</p></div>
    <div class="wp-block-comment-reply-link"><a class="comment-reply-link"
    href="#">Reply</a></div></div></div></li></ol></div>""")
    assert rows(found) == [("Fay", "2024-01-05T10:00:00+00:00", "Splendid.", None)]


def test_wpdiscuz_gives_relative_times_as_their_wording_alone():
    found = discussion("""
    <div id="comments"><div id="wpdcom" class="wpdiscuz_unauth wpd-comments-open"><div id="wpd-threads"
    class="wpd-thread-wrapper">
    <div id="wpd-comm-39_0" class="comment even depth-1 wpd-comment wpd_comment_level-1"><div
    class="wpd-comment-wrap">
    <div class="wpd-comment-left"><div class="wpd-avatar"></div></div><div id="comment-39"
    class="wpd-comment-right">
    <div class="wpd-comment-header"><div class="wpd-comment-author">Gus</div><div class="wpd-comment-date"
    title="x">4 years ago</div></div>
    <div class="wpd-comment-text"><p>More cranes, please.</p></div>
    <div class="wpd-comment-footer"><div class="wpd-vote"><span>3</span></div><div
    class="wpd-reply-button">Reply</div></div>
    </div></div>
    <div id="wpd-comm-40_39" class="comment odd depth-2 wpd-comment wpd-reply wpd_comment_level-2"><div
    class="wpd-comment-wrap">
    <div id="comment-40" class="wpd-comment-right"><div class="wpd-comment-header"><div
    class="wpd-comment-author">Hal</div>
    <div class="wpd-comment-date">3 years ago</div></div><div
    class="wpd-comment-text"><p>Fewer.</p></div></div></div></div></div>
    </div></div></div>""")
    assert rows(found) == [("Gus", None, "More cranes, please.", None), ("Hal", None, "Fewer.", 1)]
    assert [one.posted.raw for one in found.comments if one.posted] == ["4 years ago", "3 years ago"]


def test_drupal_comments_are_read_with_indented_replies():
    found = discussion("""
    <section id="comments" class="comments comment-wrapper"><h2 class="title">Comments</h2>
    <a id="comment-301"></a><article class="comment clearfix"><header><p class="submitted">
    <span class="username">Ida</span><span class="date">Tue, 05/02/2019 - 14:20</span></p>
    <h3><a href="/comment/301#comment-301" class="permalink" rel="bookmark">A thought</a></h3></header>
    <div class="content"><div class="field field-name-comment-body"><p>The rail link matters
    more.</p></div></div>
    <ul class="links inline"><li class="comment-reply"><a href="/r">reply</a></li></ul></article>
    <div class="indented"><a id="comment-302"></a><article class="comment clearfix"><header><p
    class="submitted">
    <span class="username">Jo</span><span class="date">Wed, 06/02/2019 - 09:00</span></p></header>
    <div class="content"><div class="field field-name-comment-body"><p>It
    does.</p></div></div></article></div>
    </section>""")
    assert rows(found) == [
        ("Ida", "2019-02-05T14:20:00+00:00", "The rail link matters more.", None),
        ("Jo", "2019-02-06T09:00:00+00:00", "It does.", 1),
    ]


def test_submitted_by_on_gives_name_and_time_of_a_drupal_comment():
    found = discussion("""
    <div id="comments"><div class="comment odd"><div class="submitted">Submitted by Kit Moor on Fri, 8
    March 2013 - 11:45.</div>
    <div class="content"><p>Bring the steam one back.</p></div></div>
    <div class="comment even"><div class="submitted">Submitted by Lea on Sat, 9 March 2013 - 10:00.</div>
    <div class="content"><p>Never.</p></div></div></div>""")
    assert rows(found) == [
        ("Kit Moor", "2013-03-08T11:45:00+00:00", "Bring the steam one back.", None),
        ("Lea", "2013-03-09T10:00:00+00:00", "Never.", None),
    ]


def test_schema_org_microdata_names_the_parts_whatever_their_classes():
    item = """<div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><span
    itemprop="author" itemscope
    itemtype="https://schema.org/Person"><span itemprop="name">{}</span></span> <meta
    itemprop="datePublished" content="2021-04-0{}">
    <time itemprop="dateCreated" datetime="2021-04-0{}T12:00:00Z">{} April</time><div
    itemprop="text">{}</div></div>"""
    found = discussion(item.format("Moe", 3, 3, 3, "Fine work.") + item.format("Nia", 4, 4, 4, "Indeed."))
    assert rows(found) == [
        ("Moe", "2021-04-03T12:00:00+00:00", "Fine work.", None),
        ("Nia", "2021-04-04T12:00:00+00:00", "Indeed.", None),
    ]


def test_json_ld_comments_are_read_with_their_replies():
    head = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The crane returns",
    "commentCount": 3,
    "comment": [{"@type": "Comment", "text": "First.", "author": {"name": "Oz"}, "dateCreated":
    "2022-01-02T03:04:05Z",
    "comment": {"@type": "Comment", "text": "Reply.", "author": "Pip"}}, {"@type": "Comment", "text":
    "Third."}]}</script>"""
    found = discussion("", head)
    assert rows(found) == [
        ("Oz", "2022-01-02T03:04:05+00:00", "First.", None),
        ("Pip", None, "Reply.", 1),
        (None, None, "Third.", None),
    ]
    assert (found.state, found.claimed) == (CommentState.LISTED, 3)


def test_the_legacy_header_line_parts_the_comments():
    found = discussion("""
    <div><p>Quentin, of Hull&nbsp;&nbsp; 04/05/2014 at 10:20</p><p>Well done.</p><p>About time.</p>
    <p>Ria 2&nbsp;&nbsp; 05/05/2014 at 07:01</p><p>Too late.</p><p>Add your comment</p><p>Your
    name</p></div>""")
    assert rows(found) == [
        ("Quentin, of Hull", "2014-05-04T09:20:00+00:00", "Well done.\n\nAbout time.", None),
        ("Ria 2", "2014-05-05T06:01:00+00:00", "Too late.", None),
    ]


def test_names_with_comment_and_a_time_of_day_head_comments():
    found = discussion("""
    <h3>Readers' comments (2)</h3><p>Sal Doctor's comment 30 Mar 2019 9:03am</p><p>We need more staff.</p>
    <p>Tom Nurse's comment 31 Mar 2019 5:40pm</p><p>And beds.</p>""")
    assert rows(found) == [
        ("Sal Doctor", "2019-03-30T09:03:00+00:00", "We need more staff.", None),
        ("Tom Nurse", "2019-03-31T16:40:00+00:00", "And beds.", None),
    ]


def test_a_line_of_prose_that_ends_in_a_time_heads_no_comment():
    found = discussion("<p>The lock opens&nbsp;&nbsp; 04/05/2014 at 10:20</p><p>Boats may pass.</p>")
    assert found.comments == ()


def test_controls_and_hints_are_no_part_of_a_body():
    found = discussion("""
    <div class="comments"><div class="comment" id="comment-1"><span class="comment-author">Uma</span>
    <span class="comment-date">1 May 2020 10:00</span><p>Keep the bell.</p><p>Like 4 | Reply | Report
    abuse</p></div>
    <div class="comment" id="comment-2"><span class="comment-author">Vic</span>
    <span class="comment-date">1 May 2020 11:00</span><p>Melt it.</p><p><a href="#">Permalink</a> <a
    href="#">Share</a></p></div></div>""")
    assert [one.body for one in found.comments] == ["Keep the bell.", "Melt it."]


def test_a_definition_list_gives_name_and_time_in_its_terms():
    found = discussion("""
    <div id="comments"><dl id="comment_list"><dt class="comment" id="comment-1"><span
    class="comment_author">Wes</span>
    <span class="comment_time">June 28, 2015 at 10:25 pm</span></dt><dd class="comment"><p>Loud.</p></dd>
    <dt class="comment" id="comment-2"><span class="comment_author">Xan</span> <span
    class="comment_time">July 6, 2015 at 6:57 pm</span></dt>
    <dd class="comment"><p>Louder.</p></dd></dl></div>""")
    assert rows(found) == [
        ("Wes", "2015-06-28T21:25:00+00:00", "Loud.", None),
        ("Xan", "2015-07-06T17:57:00+00:00", "Louder.", None),
    ]


def test_replies_in_markup_of_their_own_are_comments_too():
    found = discussion("""
    <div class="comments"><div class="comment"><b>Yve</b> <i>3 May 2020 10:00</i><p>Is it open?</p>
    <div class="answers"><div class="answer"><b>Zed</b> <i>3 May 2020 12:30</i><p>From
    noon.</p></div></div></div>
    <div class="comment"><b>Abe</b> <i>4 May 2020 09:00</i><p>Thanks.</p></div></div>""")
    assert rows(found) == [
        ("Yve", "2020-05-03T09:00:00+00:00", "Is it open?", None),
        ("Zed", "2020-05-03T11:30:00+00:00", "From noon.", 1),
        ("Abe", "2020-05-04T08:00:00+00:00", "Thanks.", None),
    ]


@pytest.mark.parametrize(
    ("wording", "zone", "day"),
    [
        ("05/06/2021", "Europe/London", date(2021, 6, 5)),
        ("05/06/2021", None, None),
        ("5. Juni 2021 um 14:00", None, date(2021, 6, 5)),
        ("5 juin 2021 à 14h05", None, date(2021, 6, 5)),
        ("June 5, 2021 @ 2:00 pm", None, date(2021, 6, 5)),
        ("5th June 2021", None, date(2021, 6, 5)),
        ("05.06.21, 14:00", None, date(2021, 6, 5)),
        ("vor 3 Tagen", "Europe/London", None),
        ("31/02/2021", "Europe/London", None),
    ],
)
def test_times_are_read_day_first_in_the_outlets_zone_and_never_guessed(wording, zone, day):
    item = """<div class="comment" id="comment-{}"><b class="author">{}</b> <span class="date">{}</span>
    <p>Text.</p></div>"""
    found = discussion(
        f'<div class="comments">{item.format(1, "Bo", wording)}{item.format(2, "Cat", wording)}</div>',
        zone=zone,
    )
    first = found.comments[0].posted
    assert first is not None
    assert (first.raw, first.on) == (wording, day)
    assert first.at is None or first.at == datetime(2021, 6, 5, 13 if zone else 14, tzinfo=UTC)


def test_one_day_that_reads_month_first_only_tells_how_the_page_writes_them():
    item = """<li class="comment" id="comment-{}"><b class="author">{}</b> <span class="date">{}</span>
    <p>Text.</p></li>"""
    found = discussion(
        f'<ul class="comments">{item.format(1, "Bo", "05/06/2021")}{item.format(2, "Cat", "05/26/2021")}'
        "</ul>",
        zone=None,
    )
    assert [one.posted.on for one in found.comments if one.posted] == [date(2021, 5, 6), date(2021, 5, 26)]
