"""LocalGov: daily news of local government, on a .NET system of its own."""

from crawlers.addresses import titled_form
from crawlers.expectations import Expectations
from crawlers.families.dotnet import DotnetLayout
from crawlers.outlet import Outlet

_ARTICLES = titled_form()

OUTLET = Outlet(
    key="localgov",
    title="LocalGov",
    home="https://www.localgov.co.uk/",
    hosts=("localgov.co.uk",),
    publisher="Hemming Group",
    forms=(_ARTICLES,),
    layouts=(DotnetLayout(names=("LocalGov", "LocalGov.co.uk"), addresses=(_ARTICLES.pattern,)),),
    feeds=("/rss",),
    sitemaps=("/sitemap.xml",),
    unverified=True,
    expects=Expectations(articles_a_week=5, dated=0.5),
    caveats=(
        "Nobody has seen the site's HTML: the layout stands on addresses, the usual labels of .NET and text.",
        "Only the form of the addresses and that /rss answers are known; the sitemap is a usual address.",
        "Items of the feed have a number for a guid and a10:updated in place of a date of publication.",
        "No comments have been seen.",
    ),
)
