"""PublicTechnology: news of government computing, on WordPress."""

from crawlers.addresses import dated_form
from crawlers.expectations import Expectations
from crawlers.families.wordpress import WordPressLayout
from crawlers.outlet import Outlet

_POSTS = dated_form()

OUTLET = Outlet(
    key="publictechnology",
    title="PublicTechnology",
    home="https://www.publictechnology.net/",
    hosts=("publictechnology.net",),
    publisher="Total Politics",
    forms=(_POSTS,),
    layouts=(WordPressLayout(names=("PublicTechnology", "Public Technology"), addresses=(_POSTS.pattern,)),),
    feeds=("/feed/",),
    sitemaps=("/wp-sitemap.xml", "/sitemap_index.xml"),
    posts=("/wp-json/wp/v2/posts",),
    unverified=True,
    expects=Expectations(articles_a_week=3, dated=0.9),  # WordPress states the date of every post
    caveats=(
        "Nobody has seen the site's HTML: the layout stands on WordPress's marks, standards and text.",
        "That the site is on WordPress is inferred; feed, sitemaps and wp-json are the platform's defaults.",
        "Articles of before the site's move to WordPress may stand at other addresses (/articles/…).",
        "Whether readers' comments are open is unknown.",
    ),
)
