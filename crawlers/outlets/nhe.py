"""National Health Executive (NHE): legacy ASP.NET site to 2020, Drupal since."""

from crawlers.addresses import current_form, legacy_forms, unmirrored
from crawlers.expectations import Expectations
from crawlers.families.current import CurrentLayout
from crawlers.families.legacy import LegacyLayout
from crawlers.outlet import Outlet

_NAMES = ("National Health Executive", "NHE")
_LEGACY = legacy_forms("Health-Care-News", "Comment")
_CURRENT = current_form()

OUTLET = Outlet(
    key="nhe",
    title="National Health Executive",
    home="https://www.nationalhealthexecutive.com/",
    hosts=("nationalhealthexecutive.com",),
    publisher="Cognitive Publishing",
    forms=(_CURRENT, *_LEGACY),
    layouts=(
        CurrentLayout(names=_NAMES, addresses=(_CURRENT.pattern,)),
        LegacyLayout(
            banners=("latest health care news",),
            names=_NAMES,
            addresses=tuple(form.pattern for form in _LEGACY),
        ),
    ),
    listings=("/articles", "/Health-Care-News", "/News", "/Comment"),
    feeds=("/rss.xml", "/rss", "/feed"),
    sitemaps=("/sitemap.xml",),
    path=unmirrored,
    # Several a day on working days; legacy pages with a number in their address show no date.
    expects=Expectations(articles_a_week=3, dated=0.5),
    caveats=(
        "Nobody has seen the site's HTML: the layouts stand on text anchors and metadata standards.",
        "The page number of the legacy feed is unknown.",
        "Listings, pager, sitemap and feed of the current site are the platform's defaults, unverified.",
        "Legacy stories were moved to /articles/ with new slugs: the two addresses meet by text only.",
        "Legacy pages may be gone from the live site.",
    ),
)
