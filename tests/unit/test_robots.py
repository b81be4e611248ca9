"""The rules of a robots.txt."""

from crawlers.sources.robots import AGENT, MAX_BYTES, NothingAllowed, Rules

URL = "https://www.townclerk.example"


def test_rules_for_us_go_before_rules_for_all():
    rules = Rules(b"User-agent: *\nDisallow: /\n\nUser-agent: Cuttings\nDisallow: /private\nCrawl-delay: 7\n")
    assert rules.allowed(f"{URL}/News/a", AGENT)
    assert not rules.allowed(f"{URL}/private/a", AGENT)
    assert rules.crawl_delay(AGENT) == 7


def test_the_longest_rule_holds_and_wildcards_count():
    rules = Rules(b"User-agent: *\nDisallow: /News/\nAllow: /News/open\nDisallow: /*.pdf$\n")
    assert not rules.allowed(f"{URL}/News/a", AGENT)
    assert rules.allowed(f"{URL}/News/open-letter", AGENT)
    assert not rules.allowed(f"{URL}/a.pdf", AGENT)


def test_a_byte_order_mark_and_broken_bytes_hide_nothing():
    rules = Rules(b"\xef\xbb\xbfUser-agent: *\n# \xff\xfe\nDisallow: /private\nSitemap: /map.xml\n")
    assert not rules.allowed(f"{URL}/private", AGENT)
    assert rules.sitemaps == ("/map.xml",)


def test_an_empty_file_and_one_without_rules_allow_everything():
    assert Rules(b"").allowed(f"{URL}/a", AGENT)
    assert Rules(b"<html><h1>Not here</h1></html>").allowed(f"{URL}/a", AGENT)


def test_what_lies_beyond_the_limit_does_not_count():
    assert Rules(b"#" * MAX_BYTES + b"\nUser-agent: *\nDisallow: /\n").allowed(f"{URL}/a", AGENT)


def test_no_rules_to_be_had_forbid_everything():
    assert not NothingAllowed("it answers 503").allowed(f"{URL}/", AGENT)
