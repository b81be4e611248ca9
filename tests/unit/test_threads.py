"""Discussions that lie on other pages: where they go on, what those pages hold, the whole put together."""

import json
from dataclasses import replace

import pytest

from core.errors import PageError
from core.records import CommentState, ScrapedArticle, ScrapedComment
from crawlers.discussion.discussion import Discussion
from crawlers.page import Page
from crawlers.threads import addresses, reading
from crawlers.threads.disqus import with_key
from crawlers.threads.following import MOST_PAGES, Following
from crawlers.threads.part import Part
from newsstand.platforms.disqus import FORUM, KEY, DisqusListing
from newsstand.platforms.wordpress import WordPressSite, address
from newsstand.platforms.wordpress_days import COMMENTED, PAGED
from newsstand.platforms.wordpress_themes import AT_DISQUS
from newsstand.server import Request

HERE = "https://site.example/2024/02/a-story/"
ZONE = "Europe/London"
LISTING = "https://a.example/wp-json/wp/v2/comments?post=1"
DISQUS = "https://disqus.com/api/3.0/threads/listPosts.json?forum=a"


def comment(position, number=None, *, parent=None, body="Well said."):
    name = f"comment {number}" if number else None
    return ScrapedComment(
        position=position, author=name, posted=None, body=body, raw=body, parent=parent, outlet_id=number
    )


def article(*comments: ScrapedComment, more=(), claimed=None, state=CommentState.PARTIAL):
    return ScrapedArticle(
        url=HERE,
        outlet="dispensary",
        layout="wordpress",
        layout_version=1,
        title="A story",
        body="Text.",
        comment_state=state,
        comments=comments,
        comments_claimed=claimed,
        thread_pages=more,
    )


def page_number(number):
    return f"{HERE}comment-page-{number}/"


def followed(found, parts):
    """Follow an article's discussion; ``parts`` are what its addresses give, None for the others."""
    following = Following(found=found)
    while (url := following.next()) is not None:
        following.take(url, parts.get(url))
    return following


def numbers(found):
    return [one.outlet_id for one in found.comments]


def test_the_pages_of_a_discussion_come_in_their_order_its_own_where_its_number_is_lacking():
    parts = {
        page_number(1): Part(comments=(comment(1, "a"), comment(2, "b", parent=1))),
        page_number(2): Part(comments=(comment(1, "c"),), more=(page_number(1), HERE)),
    }
    found = article(comment(1, "d"), comment(2, "e", parent=1), more=(page_number(2),), claimed=5)
    whole = followed(found, parts).article()
    assert numbers(whole) == ["a", "b", "c", "d", "e"]
    assert [one.position for one in whole.comments] == [1, 2, 3, 4, 5]
    assert [one.parent for one in whole.comments] == [None, 1, None, None, 4]
    assert whole.comment_state is CommentState.LISTED
    assert whole.warnings == ()


def test_a_comment_that_several_pages_show_is_one():
    parts = {page_number(1): Part(comments=(comment(1, "a"), comment(2, "b")), more=(page_number(2),))}
    parts[page_number(2)] = Part(comments=(comment(1, "b"), comment(2, "c", parent=1)))
    whole = followed(article(comment(1, "c"), more=(page_number(1),)), parts).article()
    assert numbers(whole) == ["a", "b", "c"]
    assert whole.comments[2].parent == 2


def test_the_same_words_twice_on_one_page_are_two_comments_without_numbers():
    twice = (comment(1, body="Hear, hear."), comment(2, body="Hear, hear."))
    parts = {page_number(2): Part(comments=twice)}
    whole = followed(article(comment(1, body="First."), more=(page_number(2),)), parts).article()
    assert [one.body for one in whole.comments] == ["First.", "Hear, hear.", "Hear, hear."]


def test_answers_are_told_across_pages():
    first, second = "https://site.example/wp-json/wp/v2/comments?post=1&page=1", "https://site.example/x"
    parts = {
        first: Part(comments=(comment(1, "a"),), more=(second,)),
        second: Part(comments=(comment(1, "b"),), answers={"b": "a"}),
    }
    whole = followed(article(more=(first,), claimed=2), parts).article()
    assert [one.parent for one in whole.comments] == [None, 1]
    assert whole.comment_state is CommentState.LISTED


def test_what_cannot_be_had_leaves_a_discussion_partial():
    parts = {page_number(1): Part(comments=(comment(1, "a"),), more=(page_number(2),))}
    whole = followed(article(comment(1, "c"), more=(page_number(1),)), parts).article()
    assert whole.comment_state is CommentState.PARTIAL
    assert numbers(whole) == ["a", "c"]
    assert len(whole.warnings) == 1


def test_fewer_comments_than_the_page_counts_are_partial_but_in_a_listing():
    parts = {page_number(1): Part(comments=(comment(1, "a"),))}
    found = article(comment(1, "b"), more=(page_number(1),), claimed=3)
    assert followed(found, parts).article().comment_state is CommentState.PARTIAL
    listing = (
        "https://site.example/wp-json/wp/v2/comments?post=1&page=1"  # it leaves out links from elsewhere
    )
    found = article(more=(listing,), claimed=3)
    parts = {listing: Part(comments=(comment(1, "a"), comment(2, "b")))}
    assert followed(found, parts).article().comment_state is CommentState.LISTED
    assert followed(found, {listing: Part()}).article().comment_state is CommentState.PARTIAL


def test_a_listing_nobody_had_leaves_an_unsupported_discussion_so():
    found = article(more=("https://disqus.com/api/3.0/threads/listPosts.json?x=1",))
    found = replace(found, comment_state=CommentState.UNSUPPORTED)
    assert followed(found, {}).article().comment_state is CommentState.UNSUPPORTED


def test_an_endless_discussion_is_bounded():
    def endless(url: str) -> Part:
        number = int(url.rstrip("/").rpartition("-")[2])
        return Part(comments=(comment(1, str(number)),), more=(page_number(number + 1),))

    following = Following(found=article(more=(page_number(1),)))
    while (url := following.next()) is not None:
        following.take(url, endless(url))
    assert len(following.had) == MOST_PAGES
    assert following.article().comment_state is CommentState.PARTIAL


def test_a_discussion_that_is_stopped_keeps_what_was_had():
    following = Following(found=article(comment(1, "c"), more=(page_number(1),)))
    following.take(page_number(1), Part(comments=(comment(1, "a"),), more=(page_number(2),)))
    following.stop()
    assert following.next() is None
    assert (numbers(following.article()), following.article().comment_state) == (
        ["a", "c"],
        CommentState.PARTIAL,
    )


def test_it_is_told_which_page_brought_which_comments():
    parts = {page_number(1): Part(comments=(comment(1, "a"), comment(2, "b")))}
    following = followed(article(comment(1, "b"), comment(2, "c"), more=(page_number(1),)), parts)
    assert following.brought() == {page_number(1): {1, 2}}


@pytest.mark.parametrize(
    "served", [HERE, "https://site.example/", "https://site.example/login?page=2", page_number(3)]
)
def test_what_another_page_was_served_for_was_not_had(served):
    part = Part(comments=(comment(1, "x"),), served=served)
    found = followed(article(comment(1, "a"), more=(page_number(2),)), {page_number(2): part})
    assert (numbers(found.article()), found.article().comment_state) == (["a"], CommentState.PARTIAL)
    assert found.brought() == {}


def test_the_page_that_others_name_and_that_leads_to_the_article_is_its_own():
    own = Part(comments=(comment(1, "a"),), more=(page_number(2),), served=HERE)
    elsewhere = "http://www.site.example/2024/02/a-story/comment-page-2"
    second = Part(comments=(comment(1, "b"),), more=(page_number(1),), served=elsewhere)
    parts = {page_number(1): own, page_number(2): second}
    found = followed(article(comment(1, "a"), more=(page_number(2),)), parts).article()
    assert (numbers(found), found.comment_state) == (["a", "b"], CommentState.LISTED)


def test_a_page_without_a_comment_is_no_page_of_comments():
    markup = b"<html><body><h1>Before you go on</h1><p>We would like to use cookies.</p></body></html>"
    asked = page_number(2)
    with pytest.raises(PageError, match="without a comment"):
        reading.read(Page.from_bytes(markup, asked, "text/html"), asked, ZONE)


def shown(site, number):
    story = next(one for one in site.stories if one.number == number)
    answer = site.fetch(address(story))
    return story, Page.from_bytes(answer.body, site.origin + address(story), "text/html; charset=utf-8")


def test_wordpress_lists_the_comments_its_page_only_counts():
    site = WordPressSite()
    story, page = shown(site, COMMENTED)
    (url,) = addresses.elsewhere(page, Discussion(), 3)
    assert addresses.kind(url) == "wp-json"
    assert addresses.elsewhere(page, Discussion(), None) == ()
    small = url.replace("per_page=100", "per_page=2")
    read = []
    while small:
        answer = site.fetch(small)
        pages = int(dict(answer.headers)["X-WP-TotalPages"])
        part = reading.read(Page.from_bytes(answer.body, small, "application/json"), small, ZONE, pages)
        read += [(one.outlet_id, one.author, one.posted.at, one.body) for one in part.comments]
        small = next(iter(part.more), None)
    assert read == [
        (str(one.number), one.author, one.posted, "\n\n".join(one.paragraphs)) for one in story.remarks
    ]


def test_comment_pages_are_those_the_page_links():
    _, page = shown(WordPressSite(), PAGED)
    more = (page.url + "comment-page-2/",)
    assert addresses.elsewhere(page, Discussion(more=more), 14) == more


def test_disqus_lists_a_thread_by_the_page_s_own_words():
    site, listing = WordPressSite(forum=FORUM), DisqusListing(most=2)
    story, page = shown(site, AT_DISQUS)
    (url,) = addresses.elsewhere(page, Discussion(system="disqus"), None)
    assert addresses.kind(url) == "disqus"
    read, answers = [], {}
    while url:
        target = with_key(url, KEY).partition("disqus.com")[2]
        answer = listing.answer(Request(method="GET", target=target, headers={}))
        part = reading.read(Page.from_bytes(answer.body, url, "application/json"), url, ZONE)
        read += [(one.outlet_id, one.author, one.posted.at) for one in part.comments]
        answers |= part.answers
        url = next(iter(part.more), None)
    assert read == [(str(one.number), one.author, one.posted) for one in story.remarks]
    assert answers == {str(one.number): str(one.parent) for one in story.remarks if one.parent}


@pytest.mark.parametrize("at", [LISTING, DISQUS])
@pytest.mark.parametrize("said", [{"code": "rest_forbidden"}, {"code": 5, "response": "no"}, 3, None])
def test_what_is_no_listing_is_refused(said, at):
    with pytest.raises(PageError):
        reading.read(Page.from_bytes(json.dumps(said).encode(), at, "application/json"), at, ZONE)


@pytest.mark.parametrize("rows", [[], [3], [{}], [{"id": 1, "content": {"rendered": " "}, "message": ""}]])
def test_rows_that_are_no_comments_are_passed_over(rows):
    for at, said in ((LISTING, rows), (DISQUS, {"response": rows})):
        page = Page.from_bytes(json.dumps(said).encode(), at, "application/json")
        assert reading.read(page, at, ZONE).comments == ()


def test_a_page_that_is_no_json_is_refused():
    at = LISTING
    with pytest.raises(PageError):
        reading.read(Page.from_bytes(b"<html><body>Sorry</body></html>", at, "text/html"), at, ZONE)
