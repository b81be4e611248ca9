"""What single documents tell of a site: its zone, its names, its platform."""

import pytest

from crawlers.page import Page
from crawlers.survey import names, zones
from crawlers.survey.platform import PLATFORMS, layout_class, recognised


@pytest.mark.parametrize(
    ("home", "languages", "zone"),
    [
        ("https://www.localgov.co.uk/", (), "Europe/London"),
        ("https://www.holyrood.scot/", (), "Europe/London"),
        ("https://www.medical.ie/", (), "Europe/Dublin"),
        ("https://www.example.com/", ("en-GB",), "Europe/London"),
        ("https://www.example.com/", ("en_IE",), "Europe/Dublin"),
        ("https://www.example.com/", ("en",), None),
        ("https://www.example.com/", ("en-US",), None),
        ("https://www.link.in/", (), None),
        ("https://www.news.com.au/", (), None),
    ],
)
def test_a_zone_is_told_by_a_country_with_one_clock_and_never_guessed(home, languages, zone):
    found = zones.of_site(home, languages)
    assert (found[0] if found else None) == zone


@pytest.mark.parametrize("name", ["+00:00", "", "GMT+1", "Europe/Lundon", "../etc/passwd", "Europe"])
def test_what_is_no_zone_is_none(name):
    assert zones.stated(name) is None


@pytest.mark.parametrize(
    ("home", "key"),
    [
        ("https://www.localgov.co.uk/", "localgov"),
        ("https://civilserviceworld.com/news", "civilserviceworld"),
        ("https://www.digitalhealth.net/", "digitalhealth"),
        ("https://news.some-title.org.uk/", "sometitle"),
        ("https://24housing.co.uk/", "the24housing"),
        ("https://class.net/", "theclass"),
        ("http://localhost/", "localhost"),
    ],
)
def test_a_key_is_the_registered_name(home, key):
    assert names.key(home) == key


def page(html: str) -> Page:
    return Page.from_bytes(html.encode(), "https://www.example.co.uk/", "text/html; charset=utf-8")


def test_a_site_is_called_as_its_titles_end():
    home = page("<title>The Estates Bulletin | News for estates</title><p>x</p>")
    samples = [page(f"<title>{title} | The Estates Bulletin</title><p>x</p>") for title in "ABC"]
    assert names.names(home, samples)[0] == "The Estates Bulletin"


def test_home_is_no_name_and_a_feeds_title_is_one():
    home = page("<title>Home</title><p>x</p>")
    assert names.names(home, [], ["Harbour and Quay - News"]) == ("Harbour and Quay",)
    assert names.names(home, []) == ()


def test_the_publisher_is_who_the_foot_names_as_owner():
    home = page("<p>Text</p><footer>© 2019-2024 Quay Publishing Ltd. All rights reserved.</footer>")
    assert names.publisher(home, [], ["Harbour"]) == "Quay Publishing Ltd"
    assert names.publisher(page("<p>© 2024</p>"), [], []) == ""
    assert names.publisher(page("<p>Copyright 2024, all rights are with the working group</p>"), [], []) == ""


@pytest.mark.parametrize(
    ("html", "platform"),
    [
        ('<meta name="generator" content="WordPress 6.5"><p>x</p>', "wordpress"),
        ('<link rel="https://api.w.org/" href="/wp-json/"><img src="/wp-content/x.png">', "wordpress"),
        ('<meta name="Generator" content="Drupal 10 (https://www.drupal.org)"><p>x</p>', "drupal"),
        ('<p>x</p><a href="/one-mention-of/wp-content/alone">x</a>', None),
        ("<p>Nothing at all</p>", None),
    ],
)
def test_a_platform_is_told_by_its_generator_or_by_two_marks(html, platform):
    found = recognised([page(html)])
    assert (found.platform.name if found else None) == platform


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_every_platform_has_the_layout_of_its_name(platform):
    assert layout_class(platform).name == platform.name
