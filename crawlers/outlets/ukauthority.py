"""UKAuthority: news of digital public services, at ``/articles/<slug>``."""

from crawlers.addresses import current_form
from crawlers.expectations import Expectations
from crawlers.families.current import CurrentLayout
from crawlers.outlet import Outlet

_ARTICLES = current_form()

OUTLET = Outlet(
    key="ukauthority",
    title="UKAuthority",
    home="https://www.ukauthority.com/",
    hosts=("ukauthority.com",),
    publisher="Informed Communications",
    forms=(_ARTICLES,),
    # The platform is unknown: metadata standards, then text.
    layouts=(CurrentLayout(names=("UKAuthority", "UKA"), addresses=(_ARTICLES.pattern,)),),
    listings=("/news", "/articles"),
    feeds=("/rss", "/feed", "/rss.xml"),
    sitemaps=("/sitemap.xml",),
    unverified=True,
    expects=Expectations(articles_a_week=3, dated=0.5),
    caveats=(
        "Nothing of the site has been seen: the form of its addresses is from memory.",
        "The platform is unknown; the layout stands on metadata standards and text.",
        "Listings, feeds and sitemap are usual addresses.",
    ),
)
