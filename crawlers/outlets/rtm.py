"""Rail Technology Magazine (RTM): the sister title of NHE and PSE, legacy ASP.NET site."""

from crawlers.addresses import legacy_forms, unmirrored
from crawlers.expectations import Expectations
from crawlers.families.legacy import LegacyLayout
from crawlers.outlet import Outlet

_LEGACY = legacy_forms("Rail-News", "Rail-Industry-Focus-")

OUTLET = Outlet(
    key="rtm",
    title="Rail Technology Magazine",
    home="https://www.railtechnologymagazine.com/",
    hosts=("railtechnologymagazine.com",),
    publisher="Cognitive Publishing",
    forms=_LEGACY,
    layouts=(
        LegacyLayout(
            banners=("latest rail news", "rail industry focus"),
            names=("Rail Technology Magazine", "RTM"),
            addresses=tuple(form.pattern for form in _LEGACY),
        ),
    ),
    listings=("/Rail-News", "/News", "/Rail-Industry-Focus-"),
    feeds=("/rss.xml", "/rss", "/feed"),
    sitemaps=("/sitemap.xml",),
    path=unmirrored,
    # Pages under a topic show no date, and nobody has seen the site as it is today.
    expects=Expectations(articles_a_week=3, dated=0.3),
    caveats=(
        "Nobody has seen the site's HTML: the layout stands on text anchors.",
        "The page number of the feed is unknown.",
        "Articles stand under any topic (/<Topic>/<slug>/<id>); the topics are discovered, not listed.",
        "A page of the site as it is today falls to the generic layout: its form is unknown.",
    ),
)
