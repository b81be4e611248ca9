"""Pulse: news for general practitioners; WordPress today, ``.article`` pages with many comments before."""

from crawlers.addresses import numbered_form, section_form
from crawlers.expectations import Expectations
from crawlers.families.webvision import WebvisionLayout
from crawlers.families.wordpress import WordPressLayout
from crawlers.outlet import Outlet

_NAMES = ("Pulse Today", "Pulse", "PulseToday")
_POSTS = section_form("news", "analysis", "views", "clinical", "clinical-feature", "opinion", "your-practice")
_FORMER = numbered_form()

OUTLET = Outlet(
    key="pulse",
    title="Pulse Today",
    home="https://www.pulsetoday.co.uk/",
    hosts=("pulsetoday.co.uk",),
    publisher="Cogora",
    forms=(_POSTS, _FORMER),
    layouts=(
        WordPressLayout(names=_NAMES, addresses=(_POSTS.pattern,)),
        WebvisionLayout(names=_NAMES, addresses=(_FORMER.pattern,)),
    ),
    listings=("/news", "/views", "/analysis"),
    feeds=("/feed/",),
    sitemaps=("/wp-sitemap.xml", "/sitemap_index.xml"),
    posts=("/wp-json/wp/v2/posts",),
    unverified=True,
    expects=Expectations(articles_a_week=5, dated=0.9, comments=True),
    caveats=(
        "Nobody has seen the site's HTML: the layouts stand on the platforms' marks, standards and text.",
        "Feed, sitemaps, sections and wp-json are usual addresses.",
        "Pages begin with 'This site is intended for health professionals only'; some may ask for a sign-in.",
        "Comments of former pages are headed 'NAME's comment 30 Mar 2019 9:03am'.",
        "Comments of today's pages are taken to be WordPress's own.",
        "That former pages stood at /<section>/<slug>/<id>.article is from memory; they may be gone.",
    ),
)
