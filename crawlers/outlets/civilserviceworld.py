"""Civil Service World: news and interviews for officials, at ``/<section>/article/<slug>``."""

from crawlers.addresses import kind_form
from crawlers.expectations import Expectations
from crawlers.families.current import CurrentLayout
from crawlers.families.hints import Hints
from crawlers.outlet import Outlet

_ARTICLES = kind_form("article")
# Beneath the title stand an introduction, "By Andy Cowper", "23 Feb 2022" (OUTLETS.md section 3).
_BYLINE = (
    "(//h1/following::*[not(*)][starts-with(normalize-space(), 'By ')]"
    "[string-length(normalize-space()) < 80])[1]"
)
_DAY = f"{_BYLINE}/following-sibling::*[1][string-length(normalize-space()) < 20]"
_INTRODUCTION = f"{_BYLINE}/preceding-sibling::p[preceding-sibling::h1]"

OUTLET = Outlet(
    key="civilserviceworld",
    title="Civil Service World",
    home="https://www.civilserviceworld.com/",
    hosts=("civilserviceworld.com",),
    publisher="Total Politics",
    forms=(_ARTICLES,),
    layouts=(
        CurrentLayout(
            names=("Civil Service World", "CSW"),
            addresses=(_ARTICLES.pattern,),
            places=Hints(
                standfirst=(_INTRODUCTION,),
                byline=(_BYLINE,),
                published=(_DAY,),
                aside=(_INTRODUCTION, _BYLINE, _DAY),
            ),
        ),
    ),
    listings=("/news", "/professions", "/in-depth"),
    feeds=("/rss", "/feed", "/rss.xml"),
    sitemaps=("/sitemap.xml",),
    unverified=True,
    expects=Expectations(articles_a_week=3, dated=0.5),
    caveats=(
        "Nobody has seen the site's HTML: the layout stands on metadata standards and text.",
        "Only addresses under /professions/article/ are known; other sections are taken to be alike.",
        "Whether there is a feed is unknown: listings, feeds and sitemap are usual addresses.",
        "No comments have been seen.",
    ),
)
