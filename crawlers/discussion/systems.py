"""The systems that keep a page's comments elsewhere, and what they call this page's thread."""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from core import urls
from crawlers.article.elements import Element, search
from crawlers.discussion import names
from crawlers.page import Page

DISQUS, FACEBOOK, WORDPRESS, DRUPAL = "disqus", "facebook", "wordpress", "drupal"
_LONGEST_THREAD = 500  # characters
# The mark each system's embedding code leaves in a page's source, by its makers' own instructions.
_MARKS = (
    (DISQUS, re.compile(r"id=[\"']?disqus_thread|disqus_(?:shortname|config)\b|\.disqus\.com/embed\.js"
        r"|disqus-shortname|disqus_title")),
    (FACEBOOK, re.compile(r"class=[\"'][^\"']{0,80}\bfb-comments\b(?!-count)|<fb:comments\b(?!-count)")),
    ("coral", re.compile(r"coral_talk_stream|coral[_-]thread|Coral\.createStreamEmbed|id=[\"']coral"
        r"|coralproject\.net")),
    ("openweb", re.compile(r"launcher\.spot\.im|spotim-(?:comments|conversation|launcher)"
        r"|data-spotim-module=[\"']conversation|openweb-comments|data-spot-?im")),
    ("viafoura", re.compile(r"<vf-(?:conversations|comments)|vf-commenting"
        r"|class=[\"'][^\"']{0,80}\bviafoura\b[^\"']{0,80}[\"'][^>]{0,80}data-widget=[\"'](?:conversations|comments)|vf-comments")),
    ("livefyre", re.compile(r"livefyre\.com/|id=[\"']livefyre|fyre\.conv\b")),
    ("hyvor", re.compile(r"hyvor-talk-(?:view|comments)|talk\.hyvor\.com/(?:web-api/)?embed")),
    ("commento", re.compile(r"commento(?:\.io/js/commento|\.js)|id=[\"']commento[\"']")),
    ("giscus", re.compile(r"giscus\.app/client\.js")),
    ("utterances", re.compile(r"utteranc\.es/client\.js")),
    ("isso", re.compile(r"id=[\"']isso-thread|data-isso=")),
    ("remark42", re.compile(r"id=[\"']remark42|remark_config\b")),
    ("cusdis", re.compile(r"id=[\"']cusdis_thread")),
    ("intensedebate", re.compile(r"intensedebate\.com/js|id=[\"']IDCommentsInner|idcomments_acct")),
    ("graphcomment", re.compile(r"id=[\"']graphcomment|graphcomment\.com/js")),
    ("hypercomments", re.compile(r"hypercomments_widget")),
    ("cackle", re.compile(r"id=[\"']mc-container|cackle_widget")),
    ("vuukle", re.compile(r"id=[\"']vuukle-comments|vuukle\.com/platform")),
    ("insticator", re.compile(r"insticator-commenting|id=[\"']insticator-comment")),
    ("discourse", re.compile(r"id=[\"']discourse-comments|discourseEmbedUrl")),
    ("gigya", re.compile(r"gigya\.comments\.showCommentsUI|gig-comments-container")),
    ("muut", re.compile(r"cdn\.muut\.com/|class=[\"']muut[\"']")),
    ("vk", re.compile(r"VK\.Widgets\.Comments")),
    ("talkyard", re.compile(r"class=[\"']talkyard-comments|talkyardServerUrl")),
    ("fastcomments", re.compile(r"fastcomments(?:-widget|\.com/js)")),
)  # fmt: skip
_SHORTNAME = (
    re.compile(r"//(?P<value>[A-Za-z0-9_-]{1,80})\.disqus\.com/(?:embed|count)\.js"),
    re.compile(r"disqus_?[sS]hortname[\"']?\s*[:=]\s*[\"'](?P<value>[A-Za-z0-9_-]{1,80})[\"']"),
    re.compile(r"data-(?:disqus-)?shortname=[\"'](?P<value>[A-Za-z0-9_-]{1,80})[\"']"),
)
_IDENTIFIER = (
    re.compile(
        r"(?:disqus_identifier|this\.page\.identifier"
        r"|\bdisqusIdentifier)[\"']?\s*[:=]\s*[\"'](?P<value>[^\"'\n]{1,300})[\"']"
    ),
    re.compile(r"data-disqus-identifier=[\"'](?P<value>[^\"'\n]{1,300})[\"']"),
)
_THREAD_URL = (
    re.compile(r"(?:disqus_url|this\.page\.url)[\"']?\s*[:=]\s*[\"'](?P<value>https?:[^\"'\n]{1,400})[\"']"),
    re.compile(r"data-disqus-url=[\"'](?P<value>https?:[^\"'\n]{1,400})[\"']"),
)
_FACEBOOK = re.compile(
    r"(?:\bfb-comments\b[^>]{0,300}?\bdata-href"
    r"|<fb:comments\b[^>]{0,300}?\bhref)=[\"'](?P<value>[^\"'\n]{1,400})[\"']"
)
_POST_CLASS = re.compile(r"(?:^|\s)(?:postid|page-id)-(?P<id>\d{1,12})(?:\s|$)")
_API = re.compile(
    r"/wp-json/wp/v2/(?:posts|pages|[a-z0-9_-]{1,40})/(?P<id>\d{1,12})/?$"
    r"|rest_route=%?2?F?/?wp/v2/\w+/(?P<other>\d{1,12})"
)
_NODE_CLASS = re.compile(r"(?:^|\s)(?:page-node-|node-nid-|node-)(?P<id>\d{1,12})(?:\s|$)")
_NODE = re.compile(r"/node/(?P<id>\d{1,12})/?$")
_SCRIPTS = search("//script[@src]")
_ASSETS = search("//link[@href] | //script[@src]")
_WORDPRESS = re.compile(r"/wp-(?:content|includes|json)/")
_DRUPAL = re.compile(r"/sites/[^/\s]{1,80}/(?:files|themes|modules)/|/core/misc/drupal")
_MOST = 400
# Systems that may leave no element of their own before their script has run, and what to look for first.
_INLINE = {
    DISQUS: ("isqus",),
    "coral": ("Coral.createStreamEmbed", "coral_talk"),
    "openweb": ("spot.im",),
    "livefyre": ("fyre.conv",),
    "vk": ("VK.Widgets.Comments",),
    "gigya": ("gigya.comments",),
}
_LINKS = search(
    "//link[@href][@rel='shortlink' or (@rel='alternate' and @type='application/json') or @rel='https://api.w.org/']"
)
_HISTORY = search("//*[@data-history-node-id]")
_ARTICLE = search("//article[starts-with(@id, 'post-')] | //div[starts-with(@id, 'post-')]")


class System(NamedTuple):
    """A comment system: its name, its own name for the page's thread where the page tells it."""

    name: str
    thread: str | None = None


def elsewhere(page: Page, called: names.Named) -> System | None:
    """Give the system that keeps the comments off the page, None where no known one is embedded.

    Disqus' thread reads ``SHORTNAME/ident:ID`` or ``SHORTNAME/link:URL``, as its public listing asks
    for it; Facebook's is the address commented on.
    """
    text = page.text
    source = _embeds(page, called)
    for name, mark in _MARKS:
        inline = name in _INLINE and any(word in text for word in _INLINE[name])
        if mark.search(text if inline else source):
            return System(name, _thread(page, name))
    return None


def platform(page: Page) -> System | None:
    """Give the platform that keeps the comments itself, with the number of this page's post or node."""
    generator = (page.metadata.first("generator") or ("",))[0].lower()
    body = page.tree.find("body")
    classes = (body.get("class") or "") if body is not None else ""
    assets = " ".join(
        element.get("href") or element.get("src") or "" for element in _ASSETS(page.tree)[:_MOST]
    )
    links = [urls.absolute(page.url, link.get("href", "")) or "" for link in _LINKS(page.tree)[:_MOST]]
    if "wordpress" in generator or _WORDPRESS.search(assets):
        return System(WORDPRESS, _post(page.tree, classes, links))
    if "drupal" in generator or _DRUPAL.search(assets):
        return System(DRUPAL, _node(page.tree, classes, links))
    return None


def _embeds(page: Page, called: names.Named) -> str:
    """Give the start tags of what is named after comments, and of scripts from elsewhere: a short source."""
    scripts = [f'<script src="{script.get("src")}">' for script in _SCRIPTS(page.tree)[:_MOST]]
    tags = []
    for element in dict.fromkeys((*called.whole, *called.single[:_MOST])):
        says = " ".join(f'{name!s}="{value!s}"' for name, value in element.items())
        tags.append(f"<{element.tag} {says}>")
    return "\n".join((*scripts, *tags))


def _thread(page: Page, name: str) -> str | None:
    text = page.text
    if name == FACEBOOK:
        address = _first((_FACEBOOK,), text)
        return urls.absolute(page.url, address) if address else None
    if name != DISQUS:
        return None
    shortname = _first(_SHORTNAME, text)
    if shortname is None:
        return None
    if identifier := _first(_IDENTIFIER, text):
        return f"{shortname}/ident:{identifier}"
    link = _first(_THREAD_URL, text) or page.metadata.canonical or page.url
    return f"{shortname}/link:{urls.absolute(page.url, link) or link}"[:_LONGEST_THREAD]


def _first(forms: tuple[re.Pattern[str], ...], text: str) -> str | None:
    for form in forms:
        if match := form.search(text):
            return match["value"].strip() or None
    return None


def _post(tree: Element, classes: str, links: list[str]) -> str | None:
    for link in links:
        if match := _API.search(link):
            return match["id"] or match["other"]
        if (number := _query(link, "p") or _query(link, "page_id")) and number.isdecimal():
            return number
    if match := _POST_CLASS.search(classes):
        return match["id"]
    articles = _ARTICLE(tree)
    number = (articles[0].get("id") or "").removeprefix("post-") if len(articles) == 1 else ""
    return number if number.isdecimal() else None


def _node(tree: Element, classes: str, links: list[str]) -> str | None:
    for link in links:
        if match := _NODE.search(link):
            return match["id"]
    if match := _NODE_CLASS.search(classes):
        return match["id"]
    nodes = {element.get("data-history-node-id", "") for element in _HISTORY(tree)[:20]}
    number = nodes.pop() if len(nodes) == 1 else ""
    return number if number.isdecimal() else None


def _query(address: str, name: str) -> str | None:
    try:
        return parse_qs(urlsplit(address).query).get(name, [None])[0]
    except ValueError:
        return None
