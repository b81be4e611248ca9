"""Public Sector Executive (PSE): legacy ASP.NET site to 2020, Drupal since."""

from crawlers.addresses import current_form, legacy_forms, unmirrored
from crawlers.expectations import Expectations
from crawlers.families.current import CurrentLayout
from crawlers.families.legacy import LegacyLayout
from crawlers.outlet import Outlet

_NAMES = ("Public Sector Executive", "PSE")
_LEGACY = legacy_forms("Public-Sector-News", "Inbox", "Editors-Comment", "Public-sector-focus")
_CURRENT = current_form()

OUTLET = Outlet(
    key="pse",
    title="Public Sector Executive",
    home="https://www.publicsectorexecutive.com/",
    hosts=("publicsectorexecutive.com",),
    publisher="Cognitive Publishing",
    forms=(_CURRENT, *_LEGACY),
    layouts=(
        CurrentLayout(names=_NAMES, addresses=(_CURRENT.pattern,)),
        LegacyLayout(
            banners=(
                "latest public sector news",
                "editor's comment",
                "editors comment",
                "inbox",
                "public sector focus",
            ),
            names=_NAMES,
            addresses=tuple(form.pattern for form in _LEGACY),
        ),
    ),
    listings=(
        "/articles",
        "/Public-Sector-News",
        "/News",
        "/Inbox",
        "/Editors-Comment",
        "/Public-sector-focus",
    ),
    feeds=(
        "/rss.xml",
        "/CoreCode/rss/rssdisplay.aspx?pageid=11025",  # general
        "/CoreCode/rss/rssdisplay.aspx?pageid=11979",  # INBOX, readers' letters
        "/rss",
        "/feed",
    ),
    sitemaps=("/sitemap.xml",),
    path=unmirrored,
    # Several a day on working days; legacy pages with a number in their address show no date.
    expects=Expectations(articles_a_week=3, dated=0.5),
    caveats=(
        "Nobody has seen the site's HTML: the layouts stand on text anchors and metadata standards.",
        "Feed 11025 links different items to the bare home page; they are kept as sightings.",
        "The feeds' times are labelled GMT but may be UK local time: summer times may be an hour off.",
        "The feeds are not limited to new items.",
        "Since 2020 the legacy feeds may answer only under their mirror names (rssdisplay32db.aspx).",
        "Listings, pager, sitemap and feed of the current site are the platform's defaults, unverified.",
        "Legacy stories were moved to /articles/ with new slugs: the two addresses meet by text only.",
        "Legacy pages may be gone from the live site.",
    ),
)
