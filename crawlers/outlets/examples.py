"""The invented outlets of the newsstand, in the forms of NHE, PSE, RTM and WordPress; on loopback only."""

import re
from dataclasses import replace

from crawlers.expectations import Expectations
from crawlers.families.current import CurrentLayout
from crawlers.families.legacy import LegacyLayout
from crawlers.families.wordpress import WordPressLayout
from crawlers.outlet import Form, Outlet
from crawlers.outlets import nhe, pse, rtm


def _invented(
    model: Outlet, *, key: str, title: str, names: tuple[str, ...], feeds: tuple[str, ...]
) -> Outlet:
    """Give an outlet in the form of ``model`` whose pages bear other names."""
    layouts = tuple(
        replace(layout, names=names) if isinstance(layout, LegacyLayout | CurrentLayout) else layout
        for layout in model.layouts
    )
    return replace(
        model,
        key=key,
        title=title,
        home=f"http://www.{key}.example/",
        hosts=(f"{key}.example",),
        publisher="The newsstand (invented)",
        layouts=layouts,
        feeds=feeds,
        example=True,
        expects=Expectations(),  # the newsstand publishes when it is told to
        caveats=("Invented: served on loopback by the newsstand.",),
    )


WARDROUND = _invented(
    nhe.OUTLET,
    key="wardround",
    title="The Ward Round",
    names=("The Ward Round", "WR"),
    feeds=("/rss.xml", "/CoreCode/rss/rssdisplay.aspx?pageid=10442"),
)
TOWNCLERK = _invented(
    pse.OUTLET,
    key="townclerk",
    title="The Town Clerk",
    names=("The Town Clerk", "TC"),
    feeds=pse.OUTLET.feeds,
)
POINTSMAN = _invented(
    rtm.OUTLET,
    key="pointsman",
    title="The Pointsman",
    names=("The Pointsman", "PTM"),
    feeds=("/CoreCode/rss/rssdisplay.aspx?pageid=9120",),
)
_POST = re.compile(r"/\d{4}/\d{2}/(?P<slug>[a-z0-9-]+)")
DISPENSARY = Outlet(
    key="dispensary",
    title="The Dispensary",
    home="http://www.dispensary.example/",
    hosts=("dispensary.example",),
    publisher="The newsstand (invented)",
    forms=(Form(name="post", pattern=_POST),),
    layouts=(WordPressLayout(names=("The Dispensary",), addresses=(_POST,)),),
    feeds=("/feed/",),
    sitemaps=("/wp-sitemap.xml",),
    posts=("/wp-json/wp/v2/posts",),
    example=True,
    caveats=("Invented: stands for a title on WordPress, served on loopback by newsstand.platforms.",),
)
OUTLETS = (WARDROUND, TOWNCLERK, POINTSMAN, DISPENSARY)
