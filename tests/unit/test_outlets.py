"""The outlets' facts: which addresses are articles, and which are the same one."""

import pytest

from core.errors import SetupError
from crawlers import addresses
from crawlers.outlet import Form
from crawlers.registry import find, outlet_for, outlets

NHE, PSE, RTM = find("nhe"), find("pse"), find("rtm")


@pytest.mark.parametrize(
    ("outlet", "path", "key"),
    [
        (
            NHE,
            "/Health-Care-News/nhs-performance-management-putting-standards-of-care-at-risk",
            "legacy/nhs-performance-management-putting-standards-of-care-at-risk",
        ),
        (
            NHE,
            "/News/fourteen-hospitals-chosen-to-pilot-new-ae-targets/224846",
            "legacy/fourteen-hospitals-chosen-to-pilot-new-ae-targets",
        ),
        (NHE, "/Comment/peter-kyle-public-service-day", "legacy/peter-kyle-public-service-day"),
        (NHE, "/articles/womens-health-strategy", "articles/womens-health-strategy"),
        (
            PSE,
            "/Inbox/councillors-must-be-free-to-represent-their-electorate",
            "legacy/councillors-must-be-free-to-represent-their-electorate",
        ),
        (PSE, "/Editors-comment/trust-in-town-halls", "legacy/trust-in-town-halls"),
        (
            PSE,
            "/Public-sector-focus/open-source-software-finds-its-sweet-spot-in-the-public-sector-",
            "legacy/open-source-software-finds-its-sweet-spot-in-the-public-sector-",
        ),
        (
            RTM,
            "/HS2/delayed-sheffield-tram-train-completion-date-finally-set/163481",
            "legacy/delayed-sheffield-tram-train-completion-date-finally-set",
        ),
        (RTM, "/Rail-Industry-Focus-/complete-control", "legacy/complete-control"),
        (RTM, "/rail-news/A-Slug", "legacy/a-slug"),
    ],
)
def test_every_known_address_form_gives_its_slug(outlet, path, key):
    assert outlet.article_key(outlet.home.rstrip("/") + path) == key


@pytest.mark.parametrize(
    "address",
    [
        "http://www.publicsectorexecutive.com:80/Inbox/some-letter",
        "https://publicsectorexecutive.com/inbox/Some-Letter/",
        "http://www.publicsectorexecutive.com/News/some-letter",
        "http://www.publicsectorexecutive.com/News/some-letter/141433?utm_source=x",
        "http://www.publicsectorexecutive.com/Any-Topic/some-letter/141433",
    ],
)
def test_one_letter_at_many_addresses_is_one_article(address):
    assert PSE.owns(address)
    assert PSE.article_key(address) == "legacy/some-letter"


def test_a_mirror_name_is_undone_only_by_its_own_digits():
    # md5("page=2") begins 61a8; the mirror wrote the digits into the name.
    from crawlers.addresses import query_digest

    assert query_digest("pageid=11025") == "32db"
    mirrored = f"http://www.publicsectorexecutive.com/news/some-letter{query_digest('page=2')}.html?page=2"
    assert PSE.article_key(mirrored) == "legacy/some-letter.html"
    assert PSE.article_key("http://www.publicsectorexecutive.com/news/some-letterbeef?page=2") == (
        "legacy/some-letterbeef"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/News",
        "/News/",
        "/News/141433",
        "/Inbox",
        "/articles",
        "/articles/a/b",
        "/write/MediaUploads/iStock-1154962393.jpg",
        "/CoreCode/rss/rssdisplay.aspx",
        "/calendar/events/12",
        "/sites/default/1234",
        "/a/b/c/d",
    ],
)
def test_other_pages_are_no_articles(path):
    assert PSE.article_key("https://www.publicsectorexecutive.com" + path) is None


def test_the_same_slug_in_two_titles_is_not_one_article_of_either():
    address = "https://www.nationalhealthexecutive.com/News/same-slug"
    assert NHE.owns(address)
    assert not PSE.owns(address)


def test_the_slug_of_a_broken_address_is_none():
    assert PSE.article_key("http://[::1/News/x") is None


def test_legacy_and_current_addresses_of_one_slug_stay_apart():
    legacy = NHE.article_key("https://www.nationalhealthexecutive.com/News/one-slug")
    current = NHE.article_key("https://www.nationalhealthexecutive.com/articles/one-slug")
    assert legacy != current


def slug(form: Form, path: str) -> str | None:
    match = form.pattern.fullmatch(path.rstrip("/"))
    return match["slug"] if match else None


@pytest.mark.parametrize(
    ("form", "path", "key"),
    [
        (addresses.titled_form(), "/Marrowby-council-to-halve-parking-charges/58013", "58013"),
        (addresses.titled_form(), "/News/2024", None),
        (addresses.titled_form(), "/node/58013", None),
        (addresses.titled_form(), "/images/upload/58013.jpg", None),
        (addresses.titled_form(), "/Tag/transport-and-roads", None),
        (addresses.numbered_form(), "/news/a-headline/7030001.article", "7030001"),
        (addresses.numbered_form(), "/news/clinical/a-headline/20038541.article", "20038541"),
        (addresses.numbered_form(), "/7030001.article", "7030001"),
        (addresses.numbered_form(), "/news/12.more?navcode=1", None),
        (addresses.item_form(), "/news/124-a-headline", "124"),
        (addresses.item_form(), "/index.php/news/ports/124-a-headline", "124"),
        (addresses.item_form("news"), "/news/ports/124-a-headline", "124"),
        (addresses.item_form("news"), "/shop/124-a-rope", None),
        (addresses.item_form(), "/124-a-category", None),
        (addresses.item_form(), "/images/124-quay.jpg", None),
        (addresses.day_form("news"), "/news/05022024/a-headline", "05022024/a-headline"),
        (addresses.day_form("news"), "/features/05022024/a-headline", None),
        (addresses.day_form("news"), "/news/05022024", None),
        (addresses.kind_form(), "/professions/article/a-headline", "a-headline"),
        (addresses.kind_form(), "/professions/article", None),
        (addresses.kind_form(), "/professions/video/a-headline", None),
        (addresses.dated_form(), "/2024/02/05/a-headline/", "a-headline"),
        (addresses.dated_form(), "/2024/02/a-headline/", "a-headline"),
        (addresses.dated_form(), "/2024/02/05/business-and-industry/a-headline/", "a-headline"),
        (addresses.dated_form(), "/2024/02/05/", None),
        (addresses.dated_form(), "/2024/02/page/2/", None),
        (addresses.dated_form(), "/2024/02/05/a-headline/feed/", None),
        (addresses.dated_form(), "/2024/02/05/a-headline/comment-page-2/", None),
        (addresses.dated_form(), "/wp-content/uploads/2024/02/a-picture.jpg", None),
        (addresses.section_form("news"), "/news/workforce/a-longer-headline/", "a-longer-headline"),
        (addresses.section_form("news"), "/news/a-longer-headline/", "a-longer-headline"),
        (addresses.section_form("news"), "/news/workforce/", None),
        (addresses.section_form("news"), "/news/page/2/", None),
        (addresses.section_form("news"), "/jobs/a-longer-headline/", None),
        (addresses.plain_form(), "/a-longer-headline/", "a-longer-headline"),
        (addresses.plain_form(), "/about-us/", None),
        (addresses.plain_form(), "/wp-json-old-thing/", None),
        (addresses.plain_form(), "/category/a-longer-headline/", None),
    ],
)
def test_the_neighbours_address_forms_tell_articles_from_other_pages(form, path, key):
    assert slug(form, path) == key


def test_an_outlet_is_found_by_its_address_and_by_its_key():
    assert outlet_for("http://nationalhealthexecutive.com/News/x") is NHE
    assert outlet_for("http://nationalhealthexecutive.com.evil.example/News/x") is None
    with pytest.raises(SetupError, match="known are: nhe, pse, rtm"):
        find("nhs")


@pytest.mark.parametrize("outlet", outlets().values(), ids=lambda outlet: outlet.key)
def test_every_outlet_is_well_formed(outlet):
    assert outlets()[outlet.key] is outlet
    assert outlet.owns(outlet.home)
    assert outlet.article_key(outlet.home) is None
    assert not any(outlet.article_key(outlet.home.rstrip("/") + path) for path in outlet.listings)
    assert outlet.feeds
    assert outlet.sitemaps
    assert outlet.caveats
    assert len({layout.name for layout in outlet.layouts}) == len(outlet.layouts)
