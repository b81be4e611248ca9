"""Sites whose articles are told apart by their query alone."""

import pickle

import pytest

from crawlers.addresses import with_parameters
from crawlers.survey import writing
from crawlers.survey.queries import parameters
from newsstand.platforms.queries import QuerySite, StoryPageSite
from tests.surveying import of_platform

SITE = "https://www.example.com"


def many(form: str, *numbers: int) -> list[str]:
    return [SITE + form.format(number) for number in numbers or range(41, 49)]


@pytest.mark.parametrize(
    ("announced", "listed", "names"),
    [
        (many("/article.php?id={}"), [], ("id",)),
        (many("/article.php?utm_source=rss&id={}&section=2"), [], ("id",)),
        (many("/?p={}"), [], ("p",)),
        (many("/news/story.aspx?ID={}&Section=2"), [], ("id",)),
        (many("/index.php?option=content&view=article&id={}"), [], ("option", "view", "id")),
        (many("/show.cgi?rec={}"), [], ("rec",)),
        ([], many("/show.cgi?rec={}"), ()),
        ([], many("/article.php?id={}"), ("id",)),
        ([], many("/list.php?page={}"), ()),
        ([], many("/list.php?cat={}"), ()),
        ([], many("/article.php?id={}", 1, 2), ()),
        (many("/2024/02/why-ferry-number-{}-was-late?utm_source=rss"), many("/job.php?id={}"), ()),
        (many("/2024/02/why-ferry-number-{}-was-late?ref=7"), [], ()),
    ],
)
def test_the_parameters_that_tell_articles_apart_are_found(announced, listed, names):
    assert parameters(announced, listed) == names


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/article.php?id=12", "/article.php?id=12"),
        ("/article.php/?utm_source=x&ID=12&section=2#top", "/article.php?id=12"),
        ("/?id=12", "/?id=12"),
        ("?id=12&id=13", "/?id=12"),
        ("/news/a-title?utm_source=x", "/news/a-title"),
        ("/article.php?id=a%2Fb%3Fc", "/article.php?id=a%2Fb%3Fc"),
    ],
)
def test_all_spellings_of_an_address_are_one_path(url, path):
    told = pickle.loads(pickle.dumps(with_parameters("ID")))  # it crosses to the process that reads
    assert told(SITE + url) == path


@pytest.mark.parametrize(
    "site",
    [
        QuerySite(),
        QuerySite("/?p="),
        QuerySite("/index.php?view=article&id="),
        QuerySite(feed=False),
        StoryPageSite(),
    ],
    ids=["php", "p", "view", "without feed", "aspx"],
)
def test_the_written_module_knows_every_article_and_nothing_else(site):
    told = of_platform(site)
    assert told.survey.missing == ()
    outlet = writing.outlet(writing.module(told.survey))
    keys = {outlet.article_key(site.origin + site.address(story)) for story in site.stories}
    assert None not in keys
    assert len(keys) == len(site.stories)
    for other in (
        "/",
        "/list.php?cat=1",
        "/contact.php?id=1",
        "/news/story.aspx",
        "/?page=2",
        "/?utm_source=x",
    ):
        assert outlet.article_key(site.origin + other) is None
    first = site.origin + site.address(site.stories[0])
    assert outlet.article_key(f"{first}&utm_source=rss") == outlet.article_key(first)
    assert all(sample.article and sample.article.published for sample in told.survey.samples)
    assert told.survey.family is isinstance(site, StoryPageSite)
