"""The texts of real pages, put into markups of our own, come back exactly."""

import re
from html import escape
from itertools import product
from pathlib import Path

import pytest

from core.records import CommentState
from core.text import line
from crawlers.outlets import nhe, pse, rtm
from crawlers.page import Page
from crawlers.reading import read
from tests.markups import BODIES, HEADERS, SIDES, TITLES, WINDOWS, Comment, Look, Story, render

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
OUTLETS = {"nhe": nhe.OUTLET, "pse": pse.OUTLET, "rtm": rtm.OUTLET}
LEGACY = (
    "nhe_legacy_HCN_gloucestershire-cash-machine",
    "pse_legacy_News_councillors-must-be-free_COMPLETE",
    "pse_legacy_editors-comment-trust-in-town-halls",
    "pse_legacy_labour-pledges-devolution",
    "rtm_legacy_HS2_163481_tram-train_WITH_COMMENT",
)
_BANNERS = ("latest health care news", "latest public sector news", "editor's comment", "latest rail news")
_HEADER = re.compile(r"(?P<name>.+?)\s+(?P<when>\d\d/\d\d/\d{4} at \d\d:\d\d)")


def _lines(name: str) -> tuple[str, list[str]]:
    path = SAMPLES / f"{name}.txt"
    if not path.exists():
        pytest.skip(f"no samples here: {SAMPLES.parent.name}/{SAMPLES.name} is not beside the repository")
    url, *rest = path.read_text(encoding="utf-8").split("\n")
    return url, [line(text) for text in rest if line(text)]


def _story(lines: list[str]) -> Story:
    banner = lines.pop(0) if lines[0].lower() in _BANNERS else None
    date = lines.pop(0) if re.fullmatch(r"\d\d\.\d\d\.\d\d", lines[0]) else None
    title = lines.pop(0)
    source = lines.pop(0).removeprefix("Source: ") if lines[0].startswith("Source: ") else None
    call_out = next(
        (i for i, text in enumerate(lines) if text.startswith("Have you got a story")), len(lines)
    )
    comments = []
    for text in lines[call_out + 1 :]:
        if match := _HEADER.fullmatch(text):
            comments.append(Comment(author=match["name"], when=match["when"], paragraphs=()))
        else:
            last = comments.pop()
            comments.append(Comment(author=last.author, when=last.when, paragraphs=(*last.paragraphs, text)))
    return Story(
        title=title,
        paragraphs=tuple(lines[:call_out]),
        banner=banner,
        date=date,
        source=source,
        call_out=call_out < len(lines),
        comments=tuple(comments) or None,
    )


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", LEGACY)
def test_a_legacy_text_is_read_exactly_in_every_markup(name: str, window: str, side: str):
    url, lines = _lines(name)
    story = _story(lines)
    outlet = OUTLETS[name[:3]]
    headers = HEADERS if story.comments else ("line",)
    for body, title, header in product(BODIES, TITLES, headers):
        look = Look(body=body, title=title, header=header, window=window, side=side)
        article = read(Page.from_bytes(render(story, look, outlet.title).encode(), url, "text/html"), outlet)
        assert article.layout == "legacy", look
        assert article.title == story.title, look
        assert article.body.split("\n\n") == list(story.paragraphs), look
        assert article.byline == story.source, look
        assert (article.published.raw if article.published else None) == story.date, look
        comments = [(c.author, c.posted and c.posted.raw, c.body) for c in article.comments]
        assert comments == [(c.author, c.when, "\n\n".join(c.paragraphs)) for c in story.comments or ()], look
        state = CommentState.LISTED if story.comments else CommentState.UNKNOWN
        assert article.comment_state is state, look


_SITE = "National Health Executive"
_CURRENT_HEADS = {
    "json-ld": '<script type="application/ld+json">{{"@context":"https://schema.org","@graph":[{{"@type":'
    '"NewsArticle","headline":"{title}","datePublished":"2022-07-20"}}]}}</script><title>{title} | '
    + _SITE
    + "</title>",
    "open graph": '<meta property="og:title" content="{title}"><meta property="og:type" content="article">',
    "dublin core": f'<meta name="dcterms.title" content="{{title}} - {_SITE}"><title>{_SITE}</title>',
    "title": f"<title>{{title}} | {_SITE}</title>",
}
_CURRENT_FRAMES = {
    "article": "<main><article>{banner}<h1>{title}</h1><div>{body}</div></article></main>",
    "divs": '<div class="a"><div>{banner}</div><div><h1>{title}</h1></div><div><div>{body}</div></div></div>',
    "heading outside": "<div>{banner}</div><h1><span>{title}</span></h1><article><div>{body}</div></article>",
    "span": '<div>{banner}</div><span class="t">{title}</span><section><div>{body}</div></section>',
}


@pytest.mark.parametrize("frame", _CURRENT_FRAMES)
@pytest.mark.parametrize("head", _CURRENT_HEADS)
def test_a_current_text_is_read_exactly_in_every_markup(head: str, frame: str):
    url, lines = _lines("nhe_current_womens-health-strategy")
    alt, title, *texts = lines
    expected = [text.removeprefix("\u2022 ") for text in texts]
    html, listed = "", False
    for text, plain in zip(texts, expected, strict=True):
        item = text.startswith("\u2022")
        html += "<ul>" if item and not listed else "</ul>" if listed and not item else ""
        listed = item
        html += f"<li>{escape(plain)}</li>" if item else f"<p>{escape(plain)}</p>"
    banner = f'<img alt="{alt}" src="/sites/nhe/files/styles/banner/public/2022-07/x.jpg?itok=12345678">'
    page = (
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8>"
        f"{_CURRENT_HEADS[head].format(title=title)}</head><body>"
        '<div><a href="/">Home</a><a href="/articles">Articles</a></div>'
        '<header><nav><a href="/a">NHS</a></nav></header>'
        + _CURRENT_FRAMES[frame].format(banner=banner, title=title, body=html)
        + "<div><h2>Related articles</h2>"
        '<div><a href="/articles/x">Wards to be painted yellow in the spring</a></div>'
        '<div><a href="/articles/y">Buses to the infirmary will run on Sundays</a></div></div>'
        "<div>Sign up to our newsletter</div>"
        "<footer><p>© National Health Executive</p></footer></body></html>"
    )
    article = read(Page.from_bytes(page.encode(), url, "text/html; charset=utf-8"), nhe.OUTLET)
    assert article.layout == "current"
    assert article.title == title
    assert article.body.split("\n\n") == expected
    assert article.comment_state is CommentState.UNKNOWN
