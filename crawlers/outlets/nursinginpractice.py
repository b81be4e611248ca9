"""Nursing in Practice: news for nurses outside hospitals, on a WordPress-like system."""

from crawlers.addresses import section_form
from crawlers.expectations import Expectations
from crawlers.families.wordpress import WordPressLayout
from crawlers.outlet import Outlet

_POSTS = section_form(
    "latest-news", "news", "clinical", "professional", "community-nursing", "analysis", "views", "opinion"
)

OUTLET = Outlet(
    key="nursinginpractice",
    title="Nursing in Practice",
    home="https://www.nursinginpractice.com/",
    hosts=("nursinginpractice.com",),
    publisher="Cogora",
    forms=(_POSTS,),
    layouts=(WordPressLayout(names=("Nursing in Practice",), addresses=(_POSTS.pattern,)),),
    listings=("/latest-news", "/clinical", "/professional"),
    feeds=("/feed/",),
    sitemaps=("/wp-sitemap.xml", "/sitemap_index.xml"),
    posts=("/wp-json/wp/v2/posts",),
    unverified=True,
    expects=Expectations(articles_a_week=3, dated=0.9),  # WordPress states the date of every post
    caveats=(
        "Nobody has seen the site's HTML: the layout stands on WordPress's marks, standards and text.",
        "The site has answered plain clients with 403: a crawl may find every page forbidden.",
        "That /feed/ answers is known; sections, sitemaps and wp-json are usual addresses.",
        "Lines that begin 'Related Article:' stand within the text; they are kept as links, not as text.",
        "Whether readers' comments are open is unknown.",
    ),
)
