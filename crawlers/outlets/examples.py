"""The invented outlets of the newsstand, in the forms of NHE, PSE and RTM; on loopback only."""

from dataclasses import replace

from crawlers.expectations import Expectations
from crawlers.families.current import CurrentLayout
from crawlers.families.legacy import LegacyLayout
from crawlers.outlet import Outlet
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
OUTLETS = (WARDROUND, TOWNCLERK, POINTSMAN)
