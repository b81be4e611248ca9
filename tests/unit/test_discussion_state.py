import pytest

from core.records import CommentState
from crawlers.discussion.discussion import Discussion
from crawlers.discussion.reading import read
from crawlers.page import Page

ADDRESS = "https://harbourherald.example/news/crane-returns"
LEAD = "<h1>The crane returns</h1><p>The old crane is back on the quay after a winter of repairs.</p>"
TWO = """<li class="comment" id="comment-1"><b class="fn">Ann</b> <time datetime="2020-05-01T10:00:00Z">1
    May</time><p>One.</p></li>
<li class="comment" id="comment-2"><b class="fn">Bob</b> <time datetime="2020-05-02T10:00:00Z">2
    May</time><p>Two.</p></li>"""


def discussion(section: str, head: str = "", body: str = "", address: str = ADDRESS) -> Discussion:
    head = f"<head><title>Crane</title>{head}</head>"
    html = f"<html>{head}<body {body}><main>{LEAD}</main>{section}</body></html>"
    return read(Page.from_bytes(html.encode(), address, "text/html; charset=utf-8"), "Europe/London")


@pytest.mark.parametrize(
    "section",
    [
        "<p>There are no comments. Why not be the first?</p><p>Add your comment</p>",
        "<div id='comments'><h2>0 Comments</h2><form><textarea></textarea></form></div>",
        "<div id='comments'><h2>Comments (0)</h2></div>",
        "<section class='comments'><p>No comments yet.</p></section>",
        "<section class='comments'><p>Be the first to comment</p></section>",
        "<a href='#respond'>No Comments</a><div id='respond'><h3>Leave a Reply</h3></div>",
        "<div id='comments'><p>Noch keine Kommentare</p></div>",
    ],
)
def test_a_page_that_says_so_has_none(section):
    found = discussion(section)
    assert (found.state, found.comments) == (CommentState.NONE, ())


@pytest.mark.parametrize(
    "section",
    [
        "",
        "<p>No comment from the minister was available.</p>",
        "<div id='respond'><h3>Leave a Reply</h3><p>You must be logged in to post a comment.</p></div>",
        "<div id='comments'><p>Loading comments…</p></div>",
        "<div id='comments'><h3>Comments (0)</h3><p>Loading comments…</p></div>",
        "<div id='comments'><h3>0 Comments</h3><p>Please enable JavaScript to view the comments.</p></div>",
        "<aside><h3>Related</h3><a href='/b'>Another story</a> <a href='/b#comments'>0 comments</a></aside>",
    ],
)
def test_a_page_that_does_not_say_is_not_known_to_have_none(section):
    found = discussion(section)
    assert (found.state, found.comments) == (CommentState.UNKNOWN, ())


def test_closed_without_any_is_closed():
    found = discussion("<div id='comments'><p class='nocomments'>Comments are closed.</p></div>")
    assert (found.state, found.comments) == (CommentState.CLOSED, ())


def test_a_wordpress_page_that_counts_comments_and_shows_none_is_partial_with_its_post():
    head = """<meta name="generator" content="WordPress 6.4">
    <link rel="alternate" type="application/json"
    href="https://harbourherald.example/wp-json/wp/v2/posts/123">"""
    found = discussion("<a href='/news/crane-returns#comments'>3 Comments</a>", head)
    assert (found.state, found.claimed, found.comments) == (CommentState.PARTIAL, 3, ())
    assert (found.system, found.thread) == ("wordpress", "123")


@pytest.mark.parametrize(
    ("head", "body", "thread"),
    [
        ('<link rel="shortlink" href="https://harbourherald.example/?p=77">', "", "77"),
        ("", 'class="single postid-78"', "78"),
        ("", "", None),
    ],
)
def test_a_wordpress_post_is_known_by_shortlink_or_body_class(head, body, thread):
    found = discussion(
        f"<ol class='commentlist'>{TWO}</ol>", f'<meta name="generator" content="WordPress 6.4">{head}', body
    )
    assert (found.system, found.thread, found.state) == ("wordpress", thread, CommentState.LISTED)


def test_a_drupal_node_is_known_by_its_shortlink():
    head = '<meta name="Generator" content="Drupal 10"><link rel="shortlink" href="https://harbourherald.example/node/45">'
    found = discussion(f"<ol class='comments'>{TWO}</ol>", head)
    assert (found.system, found.thread) == ("drupal", "45")


def test_further_pages_of_a_wordpress_thread_are_given_in_their_order():
    found = discussion(f"""<div id="comments"><ol class="commentlist">{TWO}</ol><nav
    class="comment-navigation">
    <a href="/news/crane-returns/comment-page-3/#comments">3</a> <a
    href="/news/crane-returns/comment-page-2/#comments">2</a>
    <a href="https://elsewhere.example/comment-page-4/">4</a></nav></div>""")
    assert found.more == (f"{ADDRESS}/comment-page-2/", f"{ADDRESS}/comment-page-3/")
    assert found.state is CommentState.PARTIAL


def test_the_page_itself_is_no_further_page():
    found = discussion(
        f'<div id="comments"><ol class="commentlist">{TWO}</ol><a href="?cpage=1#comments">Older</a>'
        f'<a href="?cpage=2#comments">2</a></div>',
        address=f"{ADDRESS}?cpage=2",
    )
    assert found.more == (f"{ADDRESS}?cpage=1",)


def test_a_drupal_pager_within_the_section_is_followed_and_one_beside_it_is_not():
    inner = '<ul class="pager"><li><a href="?page=1">2</a></li><li><a href="?page=1">next</a></li></ul>'
    found = discussion(f'<section id="comments"><ol>{TWO}</ol>{inner}</section>')
    assert found.more == (f"{ADDRESS}?page=1",)
    assert discussion(f'<section id="comments"><ol>{TWO}</ol></section>{inner}').more == ()


def test_rel_next_within_the_section_is_a_further_page():
    found = discussion(
        f'<section id="comments"><ol>{TWO}</ol><a rel="next" href="/t/9/older">Older</a></section>'
    )
    assert found.more == ("https://harbourherald.example/t/9/older",)


@pytest.mark.parametrize(
    "control",
    [
        "<button class='load-more'>Load more comments</button>",
        "<a href='#' class='more'>Show more comments</a>",
        "<button>Load more</button>",
        "<a href='/older?start=10'>\u2190 Older comments</a>",
        "<button>View 12 more comments</button>",
        "<button>Weitere Kommentare laden</button>",
    ],
)
def test_a_control_that_brings_more_comments_leaves_the_list_a_part(control):
    listed = f"<ol class='commentlist'>{TWO}</ol>{control}"
    found = discussion(f"<div id='comments'>{listed}</div>")
    assert (found.state, len(found.comments)) == (CommentState.PARTIAL, 2)
    assert discussion(f"<div id='comments'><h2>2 comments</h2>{listed}</div>").state is CommentState.LISTED


@pytest.mark.parametrize(
    ("heading", "count"),
    [("Three comments", 3), ("two responses to The crane returns", 2), ("Twelve thoughts", 12)],
)
def test_a_count_in_words_is_a_count(heading, count):
    found = discussion(f"<div id='comments'><h2>{heading}</h2><ol class='commentlist'>{TWO}</ol></div>")
    whole = CommentState.PARTIAL if count > 2 else CommentState.LISTED
    assert (found.claimed, found.state) == (count, whole)


@pytest.mark.parametrize(
    "control",
    [
        "<button hidden>Load more comments</button>",
        "<button style='display:none'>Load more</button>",
        "<button>Post comment</button>",
        "<p>More comments are welcome by e-mail.</p>",
    ],
)
def test_other_controls_leave_the_list_whole(control):
    found = discussion(f"<div id='comments'><ol class='commentlist'>{TWO}</ol>{control}</div>")
    assert found.state is CommentState.LISTED


def test_the_elements_hold_list_heading_and_form_and_never_the_article():
    found = discussion(f"""<div class="comments-area-wrapper"><h3>2 comments</h3><ol
    class="commentlist">{TWO}</ol></div>
    <div id="respond"><h3>Leave a Reply</h3></div>""")
    texts = [" ".join("".join(element.itertext()).split()) for element in found.elements]
    joined = " ".join(texts)
    assert "2 comments" in joined
    assert "Two." in joined
    assert "Leave a Reply" in joined
    assert "crane" not in joined


def test_a_wrapper_named_after_comments_that_holds_the_article_is_no_section():
    article = '<div class="comments"><h1>The crane</h1><p>Is back.</p></div>'
    html = f'<html><body>{article}<ol class="commentlist">{TWO}</ol></body></html>'
    found = read(Page.from_bytes(html.encode(), ADDRESS, "text/html; charset=utf-8"), None)
    assert [element.tag for element in found.elements] == ["ol"]


def test_a_form_or_an_embed_alone_is_a_section_too():
    found = discussion(
        '<div id="respond"><form id="commentform"><p>Your name</p></form></div><div id="disqus_thread"></div>'
    )
    assert [element.get("id") for element in found.elements] == ["respond", "disqus_thread"]


def test_a_section_that_counts_none_is_believed_over_comments_of_other_pages():
    found = discussion(
        f"""<div id="comments"><h2>0 comments</h2></div><div class="widget"><ul
    class="latest">{TWO}</ul></div>"""
    )
    assert (found.state, found.comments) == (CommentState.NONE, ())


def test_a_time_that_does_not_exist_is_a_warning():
    found = discussion("""<ol class="commentlist"><li class="comment" id="comment-1"><b class="fn">Ann</b>
    <span class="date">31 April 2020 at 10:00</span><p>One.</p></li></ol>""")
    assert found.warnings == ("comment 1 states a time that does not exist: 31 April 2020 at 10:00",)
    assert found.comments[0].posted is not None
    assert found.comments[0].posted.note == "impossible"
