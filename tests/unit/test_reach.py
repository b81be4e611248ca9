"""How far a crawl reaches: own addresses only, never inwards, all on --base-url where one is given."""

from datetime import date
from typing import Any

import pytest
from scrapy.settings import Settings

from core import urls
from core.errors import SetupError
from core.orders import CrawlOrder
from crawlers.orders import order_of
from crawlers.reach import Reach, literal_address, reach_of
from crawlers.registry import find

PSE = find("pse")
OWN = "https://www.publicsectorexecutive.com"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "[::1]",
        "::ffff:127.0.0.1",
        "[fe80::1%eth0]",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "100.64.0.1",
        "224.0.0.1",
    ],
)
def test_every_spelling_of_an_inward_address_is_seen_through(host):
    address = literal_address(host)
    assert address is not None
    assert not urls.is_public(address)


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]"])
def test_a_public_address_is_public(host):
    assert urls.is_public(literal_address(host))


@pytest.mark.parametrize("host", ["www.publicsectorexecutive.com", "127.0.0.1.example", "localhost", ""])
def test_a_name_is_no_address(host):
    assert literal_address(host) is None


def test_one_server_is_asked_under_one_name():
    reach = Reach(outlet=PSE)
    for spelling in ("http://publicsectorexecutive.com/News/a?b=1", f"{OWN}:443/News/a?b=1#c"):
        assert reach.place(spelling) == f"{OWN}/News/a?b=1"
    assert (
        reach.place("http://www.publicsectorexecutive.com:8080/a")
        == "http://www.publicsectorexecutive.com:8080/a"
    )
    assert reach.place("http://elsewhere.example/a") == "http://elsewhere.example/a"


def test_a_base_address_takes_the_place_of_the_outlet_and_of_nothing_else():
    reach = Reach(outlet=PSE, base_url="http://127.0.0.1:8000")
    assert reach.place(f"{OWN}/News/a?b=1") == "http://127.0.0.1:8000/News/a?b=1"
    assert reach.place("http://elsewhere.example/a") == "http://elsewhere.example/a"
    assert reach.allows("http://127.0.0.1:8000/x")
    assert not reach.allows(f"{OWN}/News/a")
    for other in (
        "http://127.0.0.1:8001/",
        "https://127.0.0.1:8000/",
        "http://127.0.0.2:8000/",
        "http://[bad",
    ):
        assert not reach.exempts(other)


def order(**told: Any) -> CrawlOrder:
    return CrawlOrder(outlet="pse", **told)


def test_a_live_crawl_needs_a_contact():
    with pytest.raises(SetupError, match="CUTTINGS_CONTACT"):
        reach_of(PSE, order(), " ")
    assert reach_of(PSE, order(), "desk@example.org").allows(OWN)
    assert reach_of(PSE, order(base_url="http://127.0.0.1:1"), "").base_url


def test_an_invented_outlet_is_not_looked_for_on_the_web():
    with pytest.raises(SetupError, match="--base-url"):
        reach_of(find("townclerk"), CrawlOrder(outlet="townclerk"), "desk@example.org")


@pytest.mark.parametrize("base", ["127.0.0.1:8000", "file:///srv", "http://", "http://host:port"])
def test_a_base_that_is_no_web_address_is_told(base):
    with pytest.raises(SetupError, match="--base-url"):
        reach_of(PSE, order(base_url=base), "")


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/a", "file:///etc/passwd", "a-slug", "http://127.0.0.1/News/a"]
)
def test_an_ordered_address_of_someone_else_is_told(url):
    with pytest.raises(SetupError, match="--url"):
        reach_of(PSE, order(urls=(url,)), "desk@example.org")


def test_scrapys_own_arguments_make_an_order():
    made = order_of(Settings(), "pse", {"since": "2020-01-31", "limit": "5", "recheck": "true", "url": "a b"})
    assert made == order(since=date(2020, 1, 31), limit=5, recheck=True, urls=("a", "b"))


@pytest.mark.parametrize("arguments", [{"limit": "many"}, {"since": "31.01.2020"}, {"sinse": "2020-01-31"}])
def test_an_argument_that_cannot_be_meant_is_told(arguments):
    with pytest.raises(SetupError):
        order_of(Settings(), "pse", arguments)
