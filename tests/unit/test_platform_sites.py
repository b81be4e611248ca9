"""The platforms' layouts and sources on invented sites: every story is read exactly as it was written."""

import urllib.request
from dataclasses import dataclass
from types import ModuleType
from urllib.parse import urlsplit

import pytest

from core.errors import PageError
from core.records import CommentState, Reason, ScrapedArticle
from crawlers import addresses
from crawlers.families.dotnet import DotnetLayout
from crawlers.families.drupal import DrupalLayout
from crawlers.families.joomla import JoomlaLayout
from crawlers.families.platform import PlatformLayout
from crawlers.families.webvision import WebvisionLayout
from crawlers.outlet import Form, Outlet
from crawlers.page import Page
from crawlers.reach import Reach
from crawlers.sources import feed, listing, robots, sitemap
from newsstand.platforms import Platform, dotnet, drupal, joomla, serve, webvision
from newsstand.platforms.stories import STORIES, Story

ZONE = "Europe/London"


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A platform site, its module, and the layout and address form an outlet on it would have."""

    site: Platform
    module: ModuleType
    layout: PlatformLayout
    form: Form
    listing: str
    feed: str

    @property
    def key(self) -> str:
        return self.layout.name

    def url(self, story: Story) -> str:
        return self.site.origin + self.module.address(story)

    def page(self, target: str) -> Page:
        answer = self.site.fetch(target)
        return Page.from_bytes(
            answer.body,
            self.site.origin + target.removeprefix(self.site.origin),
            dict(answer.headers)["Content-Type"],
        )

    def read(self, story: Story) -> ScrapedArticle:
        return self.layout.read(self.page(self.url(story)), "invented")

    def outlet(self) -> Outlet:
        return Outlet(
            key="invented",
            title=self.module.NAME,
            home=f"{self.site.origin}/",
            hosts=(urlsplit(self.site.origin).hostname,),
            publisher="nobody",
            forms=(self.form,),
            layouts=(self.layout,),
        )


def stand(site: Platform, module: ModuleType, layout: type[PlatformLayout], form: Form, **told: str) -> Stand:
    made = layout(names=(module.NAME,), addresses=(form.pattern,))
    return Stand(site=site, module=module, layout=made, form=form, **told)


STANDS = (
    stand(
        drupal.DrupalSite(),
        drupal,
        DrupalLayout,
        addresses.day_form("news"),
        listing="/news",
        feed="/rss.xml",
    ),
    stand(dotnet.DotnetSite(), dotnet, DotnetLayout, addresses.titled_form(), listing="/News", feed="/rss"),
    stand(
        webvision.WebvisionSite(),
        webvision,
        WebvisionLayout,
        addresses.numbered_form(),
        listing="/news",
        feed=webvision.FEED,
    ),
    stand(
        joomla.JoomlaSite(),
        joomla,
        JoomlaLayout,
        addresses.item_form("news"),
        listing="/news",
        feed="/?format=feed&type=rss",
    ),
)
DRUPAL, DOTNET, WEBVISION, JOOMLA = STANDS
every_stand = pytest.mark.parametrize("stand", STANDS, ids=lambda stand: stand.key)


@every_stand
def test_every_story_is_read_as_it_was_written(stand):
    for story in stand.site.stories:
        if stand is WEBVISION and webvision.is_walled(story):
            continue
        article = stand.read(story)
        assert article.title == story.title
        assert article.body.split("\n\n") == list(story.paragraphs)
        assert article.byline == story.author
        assert article.published is not None
        assert article.published.on == story.stamp.date()
        if stand is not DOTNET:  # whose pages tell no time of day
            assert article.published.at == story.stamp
        assert article.tags == tuple(tag.name for tag in story.tags)


@pytest.mark.parametrize("stand", [DRUPAL, JOOMLA], ids=lambda stand: stand.key)
def test_the_section_is_read_where_the_platform_shows_it(stand):
    assert [stand.read(story).section for story in STORIES] == [story.section.name for story in STORIES]


def shown(article: ScrapedArticle) -> list[tuple[object, ...]]:
    return [
        (
            c.author,
            c.posted and c.posted.at,
            c.body,
            article.comments[c.parent - 1].body if c.parent else None,
        )
        for c in article.comments
    ]


def written(story: Story, *, nested: bool, size: int) -> list[tuple[object, ...]]:
    bodies = {remark.number: "\n\n".join(remark.paragraphs) for remark in story.remarks}
    return [
        (one.author, one.posted, bodies[one.number], bodies[one.parent] if nested and one.parent else None)
        for one in story.remarks[:size]
    ]


@pytest.mark.parametrize("stand", [DRUPAL, WEBVISION], ids=lambda stand: stand.key)
def test_every_comment_is_read_with_what_it_answers(stand):
    nested = stand is DRUPAL
    size = drupal.REMARKS_PER_PAGE if nested else 100
    for story in STORIES:
        if story.remarks and not (stand is WEBVISION and webvision.is_walled(story)):
            article = stand.read(story)
            assert shown(article) == written(story, nested=nested, size=size)
            whole = len(story.remarks) <= size
            assert article.comment_state is (CommentState.LISTED if whole else CommentState.PARTIAL)


def test_a_long_thread_goes_on_at_the_next_page_of_the_article():
    story = next(story for story in STORIES if len(story.remarks) > drupal.REMARKS_PER_PAGE)
    page = DRUPAL.page(f"{drupal.address(story)}?page=1")
    assert DRUPAL.layout.fits(page)
    rest = DRUPAL.layout.read(page, "invented")
    assert [comment.author for comment in rest.comments] == [one.author for one in story.remarks[10:]]


def test_a_walled_page_is_no_article():
    walled = [story for story in STORIES if webvision.is_walled(story)]
    assert walled
    for story in walled:
        with pytest.raises(PageError) as caught:
            WEBVISION.read(story)
        assert caught.value.reason is Reason.WALLED


@every_stand
def test_only_the_platforms_own_layout_takes_an_article(stand):
    page = stand.page(stand.url(STORIES[0]))
    assert [one.key for one in STANDS if one.layout.fits(page)] == [stand.key]


@every_stand
def test_no_layout_takes_a_page_that_is_no_article(stand):
    for target in ("/", stand.listing, "/nowhere"):
        page = stand.page(target)
        assert not [one.key for one in STANDS if one.layout.fits(page)], target


@every_stand
def test_a_file_without_an_address_is_known_by_its_marks(stand):
    page = Page.from_bytes(stand.site.fetch(stand.url(STORIES[0])).body, "", "text/html; charset=utf-8")
    assert [one.key for one in STANDS if one.layout.fits(page)] == [stand.key]


@every_stand
def test_the_pager_leads_to_every_story_once(stand):
    reach = Reach(outlet=stand.outlet())
    found: list[str] = []
    target, asked = stand.site.origin + stand.listing, []
    while target and len(asked) < 10:
        asked.append(target)
        told = listing.read(stand.page(target).tree, target, reach)
        found += [entry.url for entry in told.entries]
        target = next(iter(told.more), None)
    assert len(asked) == -(-len(STORIES) // (joomla.PER_PAGE if stand is JOOMLA else 8))
    assert set(found) == {stand.url(story) for story in STORIES}


@every_stand
def test_the_feed_tells_of_the_newest_stories(stand):
    answer = stand.site.fetch(stand.feed)
    told = feed.read(
        answer.body, stand.site.origin + stand.feed, dict(answer.headers)["Content-Type"], ZONE
    ).entries
    assert len(told) >= 10
    for entry, story in zip(told, STORIES, strict=False):
        assert (entry.url, entry.title) == (stand.url(story), story.title)
        assert (entry.published or entry.modified).at == story.stamp
    assert all(entry.published is None for entry in told) is (stand is DOTNET)


@pytest.mark.parametrize("stand", [DRUPAL, WEBVISION], ids=lambda stand: stand.key)
def test_the_sitemap_that_robots_txt_names_tells_of_every_story(stand):
    (address,) = robots.Rules(stand.site.fetch("/robots.txt").body).sitemaps
    answer = stand.site.fetch(address)
    entries = sitemap.read(answer.body, address, ZONE, 1_000_000).entries
    assert {entry.url for entry in entries} == {stand.url(story) for story in STORIES}


def test_a_joomla_story_is_one_article_under_both_its_addresses():
    story, outlet = STORIES[0], JOOMLA.outlet()
    long = f"{JOOMLA.site.origin}/index.php{joomla.address(story)}"
    assert outlet.article_key(long) == outlet.article_key(JOOMLA.url(story)) == f"items/{100 + story.number}"
    assert JOOMLA.page(long).body == JOOMLA.page(JOOMLA.url(story)).body


@pytest.mark.parametrize("site", [drupal.DrupalSite, joomla.JoomlaSite])
def test_a_served_site_stands_at_the_address_it_is_served_from(site):
    with serve(site()) as served:
        with urllib.request.urlopen(f"{served.address}/", timeout=60) as answer:
            html = answer.read().decode()
        assert [(request.target, request.status) for request in served.requests] == [("/", 200)]
    assert f'href="{served.address}/' in html
    assert "site.example" not in html


def test_a_drupal_article_in_several_fields_is_read_whole_and_its_writers_field_left_out():
    story = STORIES[1]
    html = DRUPAL.page(DRUPAL.url(story)).text
    more = '<div class="field field--name-field-more field--type-text-long field__item"><p>{}</p></div>'
    second = "A second field of the same node says what became of the matter in the end, and to whom."
    about = "Ada Quill has written of car parks for longer than there have been cars in some of them."
    section = '<div class="field field--name-field-section'
    assert section in html
    added = f'{more.format(second)}<div class="node__author">{more.format(about)}</div>{section}'
    page = Page.from_bytes(
        html.replace(section, added).encode(), DRUPAL.url(story), "text/html; charset=utf-8"
    )
    assert DRUPAL.layout.read(page, "invented").body.split("\n\n") == [*story.paragraphs, second]
