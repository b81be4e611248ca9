import pytest

from core.records import CommentState
from crawlers.discussion.discussion import Discussion
from crawlers.discussion.reading import read
from crawlers.page import Page

ADDRESS = "https://harbourherald.example/news/crane-returns"


def discussion(section: str, head: str = "") -> Discussion:
    html = (
        f"<html><head>{head}</head><body><h1>The crane returns</h1><p>It is back.</p>{section}</body></html>"
    )
    return read(Page.from_bytes(html.encode(), ADDRESS, "text/html; charset=utf-8"), None)


@pytest.mark.parametrize(
    ("system", "section"),
    [
        ("facebook", '<div class="fb-comments" data-numposts="5"></div>'),
        ("coral", '<div id="coral_talk_stream"></div>'),
        (
            "openweb",
            '<script src="https://launcher.spot.im/spot/sp_x"></script><div data-spotim-module="x"></div>',
        ),
        ("viafoura", "<vf-conversations></vf-conversations>"),
        ("livefyre", '<div id="livefyre-comments"></div>'),
        ("hyvor", "<hyvor-talk-comments website-id='1'></hyvor-talk-comments>"),
        (
            "commento",
            '<script src="https://cdn.commento.io/js/commento.js"></script><div id="commento"></div>',
        ),
        ("giscus", '<script src="https://giscus.app/client.js" data-repo="x/y"></script>'),
        ("utterances", '<script src="https://utteranc.es/client.js"></script>'),
        ("isso", '<section id="isso-thread"></section>'),
        ("vk", "<script>VK.Widgets.Comments('vk_comments', {limit: 10});</script>"),
    ],
)
def test_a_system_that_keeps_the_comments_elsewhere_is_unsupported_and_named(system, section):
    found = discussion(section)
    assert (found.state, found.system, found.comments) == (CommentState.UNSUPPORTED, system, ())


def test_disqus_tells_its_forum_and_identifier():
    found = discussion("""<div id="disqus_thread"></div><script>var disqus_shortname = 'harbour-herald';
    var disqus_identifier = 'node/45'; s.src = '//' + disqus_shortname + '.disqus.com/embed.js';</script>""")
    assert (found.state, found.system) == (CommentState.UNSUPPORTED, "disqus")
    assert found.thread == "harbour-herald/ident:node/45"


def test_disqus_config_tells_the_address_and_the_embed_script_the_forum():
    found = discussion("""<div id="disqus_thread"></div><script>var disqus_config = function () {
    this.page.url = 'https://harbourherald.example/n/9'; }; s.src =
    'https://harbour.disqus.com/embed.js';</script>""")
    assert found.thread == "harbour/link:https://harbourherald.example/n/9"


def test_disqus_without_either_goes_by_the_canonical_address():
    found = discussion(
        '<div id="disqus_thread"></div><script src="https://harbour.disqus.com/embed.js"></script>',
        '<link rel="canonical" href="https://harbourherald.example/c">',
    )
    assert found.thread == "harbour/link:https://harbourherald.example/c"


def test_the_facebook_plugin_tells_the_address_commented_on():
    found = discussion('<div class="fb-comments" data-href="/news/crane" data-numposts="5"></div>')
    assert found.thread == "https://harbourherald.example/news/crane"


def test_a_mere_counter_or_a_word_in_the_text_is_no_system():
    found = discussion(
        "<p>We moved our comments from Disqus to hyvor-talk, muut and giscus.</p>"
        "<span class='fb-comments-count'></span>"
    )
    assert (found.state, found.system) == (CommentState.UNKNOWN, None)


def test_comments_that_stand_on_the_page_are_read_whatever_is_embedded():
    found = discussion("""<div id="disqus_thread"></div><ol class="commentlist"><li class="comment"
    id="comment-1">
    <b class="fn">Ann</b> <time datetime="2020-05-01T10:00:00Z">1 May 2020</time><p>One.</p></li></ol>""")
    assert (found.state, len(found.comments)) == (CommentState.LISTED, 1)
