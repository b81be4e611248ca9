"""Which platform a site runs on, by the marks it leaves in its pages, and what that platform offers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from crawlers.layout import Layout
from crawlers.page import Page

_ENOUGH = 2  # a generator's own name counts as much as two other marks


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """A platform: its marks, the addresses it serves sources at by default, its family layout.

    ``generator`` is matched against the page's generator meta, ``marks`` against its source; each
    mark has the words a report shows. ``family`` is the module of its layout.
    """

    name: str
    title: str
    generator: str
    marks: tuple[tuple[str, str], ...]
    family: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ("/sitemap.xml",)
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """A platform with the marks it was recognised by."""

    platform: Platform
    marks: tuple[str, ...]


PLATFORMS = (
    Platform(
        name="wordpress",
        title="WordPress",
        generator=r"wordpress",
        marks=(
            (r"/wp-content/", "/wp-content/"),
            (r"/wp-includes/", "/wp-includes/"),
            (r"https://api\.w\.org/|/wp-json/", "a link to wp-json"),
        ),
        feeds=("/feed/",),
        sitemaps=("/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml"),
        posts=("/wp-json/wp/v2/posts",),
        family="crawlers.families.wordpress",
    ),
    Platform(
        name="drupal",
        title="Drupal",
        generator=r"drupal",
        marks=(
            (r"/sites/[\w.-]+/(?:files|themes|modules)/", "/sites/default/"),
            (r"drupal-settings-json|Drupal\.settings|data-drupal-", "Drupal's settings"),
            (r"""class=["'][^"']*\b(?:views-row|field--name-|node--type-|field-name-)""", "Drupal's classes"),
        ),
        feeds=("/rss.xml",),
        family="crawlers.families.drupal",
    ),
    Platform(
        name="joomla",
        title="Joomla",
        generator=r"joomla",
        marks=(
            (r"com_content", "com_content"),
            (r"/media/(?:jui|system)/js/|/components/com_|joomla-script-options", "Joomla's scripts"),
            (r"""class=["'][^"']*\b(?:item-page|blog-items|article-info)\b""", "Joomla's classes"),
        ),
        feeds=("/?format=feed&type=rss", "/index.php?format=feed&type=rss"),
        family="crawlers.families.joomla",
    ),
    Platform(
        name="webvision",
        title="Webvision",
        generator=r"webvision",
        marks=(
            (r"""href=["'][^"'#?]*/\d+\.article\b""", "addresses that end in .article"),
            (r"navsectionRSS\.aspx|/magazine/graphics/|webvision", "Webvision's own addresses"),
        ),
        feeds=("/XmlServers/navsectionRSS.aspx?navsectioncode=1",),
        family="crawlers.families.webvision",
    ),
    Platform(
        name="dotnet",
        title=".NET",
        generator=r"asp\.net|rss\.net|umbraco|sitefinity|kentico",
        marks=(
            (r"__VIEWSTATE|__EVENTVALIDATION", "__VIEWSTATE"),
            (r"""(?:href|src|action)=["'][^"']*\.(?:aspx|axd|ashx)\b""", "addresses that end in .aspx"),
            (r"/CoreCode/|/umbraco/", "a .NET system's folders"),
        ),
        feeds=("/rss",),
        family="crawlers.families.dotnet",
    ),
)


def recognised(pages: Iterable[Page]) -> Recognised | None:
    """Give the platform most of whose marks are on the pages, None where none is certain enough."""
    seen = list(pages)
    generators = " ".join(value for page in seen for value in page.metadata.meta.get("generator", ()))
    best: Recognised | None = None
    most = _ENOUGH - 1
    for platform in PLATFORMS:
        marks = [
            words
            for pattern, words in platform.marks
            if any(re.search(pattern, page.text, re.IGNORECASE) for page in seen)
        ]
        weight = len(marks)
        if re.search(platform.generator, generators, re.IGNORECASE):
            weight += _ENOUGH
            marks.insert(0, "its generator line")
        if weight > most:
            best, most = Recognised(platform=platform, marks=tuple(marks)), weight
    return best


def layout_class(platform: Platform) -> type[Layout]:
    """Give the class of the platform's family layout: the one its module defines."""
    module = import_module(platform.family)
    return next(
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Layout) and thing.__module__ == module.__name__
    )
