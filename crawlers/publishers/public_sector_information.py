"""Public Sector Information: trade titles for buyers in the public sector, all on one Drupal system."""

from crawlers.addresses import day_form
from crawlers.expectations import Expectations
from crawlers.families.drupal import DrupalLayout
from crawlers.outlet import Outlet

_ARTICLES = day_form("news")


def outlet(*, key: str, title: str, home: str, hosts: tuple[str, ...], short: str) -> Outlet:
    """Give one of the titles; ``short`` is what its pages call it for short.

    News stands at ``/news/DDMMYYYY/<slug>``. What is not known of one title is not known of any.
    """
    return Outlet(
        key=key,
        title=title,
        home=home,
        hosts=hosts,
        publisher="Public Sector Information",
        forms=(_ARTICLES,),
        layouts=(DrupalLayout(names=(title, short), addresses=(_ARTICLES.pattern,)),),
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
