"""Which pages of a title on WordPress are articles, what they read to, and discussions followed by hand."""

import pytest

from core.records import CommentState
from crawlers.discussion import reading as discussion
from crawlers.page import Page
from crawlers.reading import layouts, read
from crawlers.registry import find
from crawlers.threads import reading
from crawlers.threads.following import Following
from newsstand.platforms.drupal import DrupalSite
from newsstand.platforms.drupal import address as drupal_address
from newsstand.platforms.stories import STORIES
from newsstand.platforms.wordpress import WordPressSite, address
from newsstand.platforms.wordpress_days import PAGED

OUTLET = find("dispensary")
SITE = WordPressSite()
DRUPAL = DrupalSite()


def page(site, path):
    return Page.from_bytes(site.fetch(path).body, site.origin + path, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/", "/page/2/", "/category/health/", "/about/", "/2024/02/no-such-story/"])
def test_a_page_that_shows_no_post_is_none(path):
    assert [layout.name for layout in layouts(OUTLET) if layout.fits(page(SITE, path))] == ["generic"]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.number))
def test_a_post_of_either_theme_is_read_whole(story):
    article = read(page(SITE, address(story)), OUTLET)
    assert (article.layout, article.title, article.byline) == ("wordpress", story.title, story.author)
    assert article.body == "\n\n".join(story.paragraphs)
    assert article.published.at == story.stamp
    assert (article.section, set(article.tags)) == (story.section.name, {tag.name for tag in story.tags})


@pytest.mark.parametrize(
    ("site", "outlet", "path"),
    [(SITE, "dispensary", address), (DRUPAL, "governmenttechnology", drupal_address)],
    ids=["wordpress", "drupal"],
)
def test_a_discussion_over_pages_is_had_whole(site, outlet, path):
    story = next(one for one in STORIES if one.number == PAGED)
    first = page(site, path(story))
    assert discussion.read(first, "Europe/London").more
    following = Following(found=read(first, find(outlet)))
    while (url := following.next()) is not None:
        part = page(site, url.removeprefix(site.origin))
        following.take(url, reading.read(part, url, "Europe/London"))
    whole = following.article()
    assert whole.comment_state is CommentState.LISTED
    found = [(one.author, one.posted.at, one.body) for one in whole.comments]
    assert found == [(one.author, one.posted, "\n\n".join(one.paragraphs)) for one in story.remarks]
