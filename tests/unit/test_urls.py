import pytest

from core import urls

HOME = "https://www.outlet.test/News/"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("a-story", "https://www.outlet.test/News/a-story"),
        ("/x y/ü?q=ä b#top", "https://www.outlet.test/x%20y/%C3%BC?q=%C3%A4%20b"),
        ("//other.test:8080/a", "https://other.test:8080/a"),
        ("HTTP://WWW.Outlet.TEST", "http://www.outlet.test/"),
        ("/already%20quoted", "https://www.outlet.test/already%20quoted"),
    ],
)
def test_an_address_is_made_absolute_and_loses_its_fragment(href, expected):
    assert urls.absolute(HOME, href) == expected


@pytest.mark.parametrize(
    "href",
    [
        "file:///etc/passwd",
        "data:text/html,x",
        "mailto:a@b.test",
        "javascript:void(0)",
        "http://[::1",
        "http:///x",
    ],
)
def test_what_cannot_be_followed_gives_none(href):
    assert urls.absolute(HOME, href) is None


def test_an_endless_address_gives_none():
    assert urls.absolute(HOME, "/" + "a" * 3000) is None


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.outlet.test/News/Story/",
        "https://outlet.test:443/News/Story#comments",
        "http://WWW.OUTLET.test:80/News/Story",
    ],
)
def test_spellings_of_one_address_share_its_key(spelling):
    assert urls.address_key(spelling) == "outlet.test/News/Story"


def test_only_whole_tracking_names_are_dropped_and_only_from_the_look_up_key():
    url = "https://outlet.test/a?utm_source=x&keyword=nhs&cid=9&fbclid=1&glossary=2"
    assert urls.url_key(url) == "outlet.test/a?cid=9&glossary=2&keyword=nhs"
    assert "utm_source=x" in urls.address_key(url)


def test_another_port_is_another_place():
    assert urls.address_key("http://outlet.test:8000/a") != urls.address_key("http://outlet.test/a")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.1.1",
        "::1",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "0.0.0.0",
        "x",
    ],
)
def test_inward_addresses_are_not_public(address):
    assert not urls.is_public(address)


def test_a_global_address_is_public():
    assert urls.is_public("93.184.216.34")
    assert urls.is_public("2606:2800:220:1:248:1893:25c8:1946")
