"""Digital Health: news of computing in health care, on WordPress."""

from crawlers.addresses import dated_form
from crawlers.expectations import Expectations
from crawlers.families.wordpress import WordPressLayout
from crawlers.outlet import Outlet

_POSTS = dated_form()

OUTLET = Outlet(
    key="digitalhealth",
    title="Digital Health",
    home="https://www.digitalhealth.net/",
    hosts=("digitalhealth.net",),
    publisher="Digital Health Intelligence",
    forms=(_POSTS,),
    layouts=(WordPressLayout(names=("Digital Health", "digitalhealth.net"), addresses=(_POSTS.pattern,)),),
    feeds=("/feed/",),
    sitemaps=("/wp-sitemap.xml", "/sitemap_index.xml"),
    posts=("/wp-json/wp/v2/posts",),
    unverified=True,
    expects=Expectations(articles_a_week=5, dated=0.9),  # WordPress states the date of every post
    caveats=(
        "Nobody has seen the site's HTML: the layout stands on WordPress's marks, standards and text.",
        "That the site is on WordPress is inferred; feed, sitemaps and wp-json are the platform's defaults.",
        "Readers' comments are WordPress's own where they are open; whether they are is unknown.",
    ),
)
