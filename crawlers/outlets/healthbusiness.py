"""Health Business: news for those who run health services, on Drupal, at ``/news/DDMMYYYY/<slug>``."""

from crawlers.addresses import day_form
from crawlers.expectations import Expectations
from crawlers.families.drupal import DrupalLayout
from crawlers.outlet import Outlet

_ARTICLES = day_form("news")

OUTLET = Outlet(
    key="healthbusiness",
    title="Health Business",
    home="https://www.healthbusinessuk.net/",
    hosts=("healthbusinessuk.net",),
    publisher="Public Sector Information",
    forms=(_ARTICLES,),
    layouts=(DrupalLayout(names=("Health Business", "HB"), addresses=(_ARTICLES.pattern,)),),
    listings=("/news",),
    feeds=("/rss.xml",),
    sitemaps=("/sitemap.xml",),
    unverified=True,
    expects=Expectations(articles_a_week=3, dated=0.9),  # the day stands in every address
    caveats=(
        "Nobody has seen the site's HTML: the layout stands on Drupal's marks, standards and text.",
        "Only news addresses are known; features and magazine pages are not collected.",
        "Listing, pager, feed and sitemap are the platform's defaults.",
        "Pages say 'Please register to comment on this article'; no comment has been seen.",
    ),
)
