"""The forms of a site's article addresses, from addresses of its articles."""

import re

import pytest

from crawlers import addresses as known
from crawlers.survey.patterns import derived
from crawlers.survey.shapes import addresses

TITLES = (
    "council-buys-a-second-bridge",
    "why-nurses-walk",
    "budget-2024-passes",
    "ferry-late-again",
    "depot-sold-for-one-pound",
    "night-rota-ends",
)


def forms(paths, others=(), *, unique_slugs=False):
    seen = addresses(f"https://x.example{path}" for path in paths)
    return derived(seen, addresses(others), unique_slugs=unique_slugs)


def taken(found, path: str) -> str | None:
    """Give the slug by which the forms know a path."""
    for one in found:
        if match := one.form.pattern.fullmatch(path):
            return match["slug"]
    return None


@pytest.mark.parametrize(
    ("paths", "call"),
    [
        ([f"/articles/{title}" for title in TITLES], "current_form()"),
        ([f"/news/05022024/{title}" for title in TITLES], 'day_form("news")'),
        ([f"/news/{number}-{title}" for number, title in enumerate(TITLES, 120)], 'item_form("news")'),
        ([f"/health/{title}/{7030000 + n}.article" for n, title in enumerate(TITLES)], "numbered_form()"),
        ([f"/{title.title()}/{58000 + n}" for n, title in enumerate(TITLES)], "titled_form()"),
        ([f"/2024/02/{title}/" for title in TITLES], "dated_form()"),
        (
            [f"/{section}/article/{title}" for section in ("law", "digital") for title in TITLES],
            "kind_form()",
        ),
        ([f"/{title}/" for title in TITLES if title.count("-") > 1], "plain_form()"),
    ],
)
def test_a_platforms_own_form_is_taken_where_it_fits(paths, call):
    (found,) = forms(paths)
    assert found.known_as == call
    assert found.form.pattern == eval(f"known.{call}", {"known": known}).pattern


@pytest.mark.parametrize(
    ("paths", "article", "slug", "no_articles"),
    [
        (
            [f"/news/{title}" for title in TITLES],
            "/news/another-title-of-words",
            "another-title-of-words",
            ["/opinion/another-title-of-words", "/news", "/news/a/b", "/news/logo.png"],
        ),
        (
            [f"/{section}/{title}.html" for section in ("law", "digital") for title in TITLES],
            "/estates/some-other-title.html",
            "some-other-title",
            ["/estates/some-other-title", "/tag/some-other-title.html", "/estates.html"],
        ),
        (
            [f"/story/{number}" for number in (10431, 10544, 10617)],
            "/story/99812",
            "99812",
            ["/story/9", "/story/abc", "/story"],
        ),
        (
            [f"/{title}" for title in ("night-rota", "ferry-late", "depot-sold", "why-nurses-walk", "a-b")],
            "/bridge-opens",
            "bridge-opens",
            ["/about", "/wp-admin", "/news/bridge-opens"],
        ),
    ],
)
def test_other_forms_are_derived_as_narrow_as_what_was_seen(paths, article, slug, no_articles):
    found = forms(paths)
    assert all(taken(found, path.rstrip("/")) for path in paths)
    assert taken(found, article) == slug
    assert [path for path in no_articles if taken(found, path)] == []


def test_pages_that_are_no_articles_are_refused_among_addresses_of_one_segment():
    others = ["https://x.example/terms-and-conditions-of-use", "https://x.example/about-our-little-team"]
    found = forms([f"/{title}" for title in TITLES], others)
    assert not taken(found, "/about-our-little-team")
    assert taken(found, "/bridge-is-open-again")


def test_days_before_a_slug_are_part_of_it_unless_slugs_are_unique():
    paths = [f"/diary/2024/02/{day:02}/{title}.html" for day, title in enumerate(TITLES, 1)]
    assert taken(forms(paths), "/diary/2024/02/09/editorial.html") == "2024/02/09/editorial"
    assert taken(forms(paths, unique_slugs=True), "/diary/2024/02/09/editorial.html") == "editorial"


def test_one_article_with_and_without_a_number_is_known_by_its_words():
    found = forms(
        [f"/{s}/{t}" for s in ("rail", "bus") for t in TITLES] + [f"/bus/{t}/163481" for t in TITLES]
    )
    assert taken(found, "/bus/night-rota-ends/163999") == taken(found, "/rail/night-rota-ends")


def test_oddities_make_no_form():
    found = forms([f"/news/{title}" for title in TITLES] + ["/", "/special", "/a/b/c/d/e"])
    assert len(found) == 1
    assert forms([]) == ()


@pytest.mark.parametrize("path", ["/%E2%80%99/%zz", "/" + "a/" * 400, "/((((", "/news/\\d+(?P<slug>x)"])
def test_hostile_addresses_make_valid_patterns(path):
    for one in forms([path] * 3 + [f"{path}{n}" for n in range(5)]):
        assert "slug" in re.compile(one.pattern).groupindex


@pytest.mark.parametrize("end", ["%0Aimport%20os", "%0D%0Ax=1", "%00", "%1b[2J", "%E2%80%A8"])
def test_an_address_with_a_control_character_is_no_articles(end):
    assert addresses([f"https://x.example/news/{TITLES[0]}{end}"]) == ()


def test_a_long_address_is_told_apart_at_once():
    for call in (known.titled_form(), known.dated_form(), known.kind_form(), known.day_form("news")):
        assert not call.pattern.fullmatch(f"/{'a-' * 1000}")  # a pattern that tries all parts takes seconds
    found = forms([f"/{title.replace('-', '')}/{title}" for title in TITLES])
    assert taken(found, f"/depot/{'a' * 2000}.") is None


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("/category/health/page/2/", False),
        ("/news/page/12", False),
        ("/news/comment-page-3", False),
        ("/tag/money-for-the-new-bridge", False),
        ("/news/12345/budget", True),
        ("/news/why-nurses-walk-on-page-12", True),
    ],
)
def test_pages_about_articles_do_not_look_like_one(path, is_one):
    (found,) = addresses([f"https://x.example{path}"])
    assert found.looks_like_an_article is is_one


@pytest.mark.parametrize("tail", ["/amp", "/index.html", "/story.php"])
def test_words_that_all_addresses_end_in_name_no_article(tail):
    paths = [f"/journal/{title}{tail}" for title in TITLES]
    found = forms(paths)
    assert [taken(found, path) for path in paths] == list(TITLES)
    assert taken(found, f"/journal/bridge-opens{tail}") == "bridge-opens"
    assert addresses([f"https://x.example{paths[0]}"])[0].looks_like_an_article
