"""WordPress's interface (wp-json): posts and comments, paged as the real one pages them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from newsstand.answer import Answer
from newsstand.platforms import parts
from newsstand.platforms.stories import Remark, Story

_MOST = 100
_DEFAULT = 10


def answer(origin: str, stories: Sequence[Story], path: str, asked: Mapping[str, str]) -> Answer:
    """Give the answer to a request for posts or comments."""
    route = path.removeprefix("/wp-json/wp/v2/").strip("/")
    if route == "posts":
        rows = [_post(origin, story, embed="_embed" in asked) for story in stories]
        return _paged(rows, asked, end="rest_post_invalid_page_number")
    if route.startswith("posts/"):
        found = [one for one in stories if str(one.number) == route.removeprefix("posts/")]
        return _answer(_post(origin, found[0], embed=True)) if found else refused(404, "rest_post_invalid_id")
    if route == "comments":
        of = [story for story in stories if asked.get("post") in {None, str(story.number)}]
        remarks = sorted(((one, story) for story in of for one in story.remarks), key=lambda p: p[0].posted)
        if asked.get("order", "desc") != "asc":
            remarks.reverse()
        return _paged([_comment(origin, story, one) for one, story in remarks], asked, end=None)
    return refused(404, "rest_no_route")


def refused(status: int, code: str) -> Answer:
    """Give the interface's answer where it refuses."""
    told = {"code": code, "message": "Sorry.", "data": {"status": status}}
    return replace(_answer(told), status=status, etag=None, last_modified=None)


def uncounted(given: Answer) -> Answer:
    """Give an answer without its counts, as sites behind some caches give it."""
    return replace(given, headers=tuple(one for one in given.headers if not one[0].startswith("X-WP-")))


def root(origin: str, name: str) -> Answer:
    """Give what the interface says of the site."""
    routes = {f"/wp/v2/{kind}": {"methods": ["GET"]} for kind in ("posts", "comments")}
    told = {"name": name, "url": origin, "home": origin, "timezone_string": "Europe/London"}
    return _answer({**told, "namespaces": ["oembed/1.0", "wp/v2"], "routes": routes})


def graph(origin: str, site: str, story: Story, changed: datetime, here: str) -> str:
    """Give the JSON-LD that an SEO plug-in writes into an article's page."""
    url = f"{origin}{here}"
    writer = f"{origin}/#/schema/person/{story.author.lower().replace(' ', '-')}"
    article = {
        "@type": "Article",
        "@id": f"{url}#article",
        "isPartOf": {"@id": url},
        "author": {"name": story.author, "@id": writer},
        "headline": story.title,
        "datePublished": story.stamp.astimezone(UTC).isoformat(),
        "dateModified": changed.astimezone(UTC).isoformat(),
        "wordCount": sum(len(text.split()) for text in story.paragraphs),
        "commentCount": len(story.remarks),
        "articleSection": [story.section.name],
        "keywords": [tag.name for tag in story.tags],
        "inLanguage": "en-GB",
    }
    things = [
        article,
        {"@type": "WebPage", "@id": url, "url": url, "name": f"{story.title} - {site}"},
        {"@type": "WebSite", "@id": f"{origin}/#website", "url": f"{origin}/", "name": site},
        {"@type": "Person", "@id": writer, "name": story.author},
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": things}).replace("</", "<\\/")


def _paged(rows: Sequence[Mapping[str, Any]], asked: Mapping[str, str], *, end: str | None) -> Answer:
    size, page = int(asked.get("per_page", _DEFAULT)), int(asked.get("page", 1))
    if not 1 <= size <= _MOST or page < 1:
        return refused(400, "rest_invalid_param")
    pages = math.ceil(len(rows) / size)
    if end and page > max(1, pages):
        return refused(400, end)
    shown = rows[(page - 1) * size : page * size]
    if wanted := asked.get("_fields"):
        names = wanted.split(",")
        shown = [{name: row[name] for name in names if name in row} for row in shown]
    given = _answer(list(shown))
    counts = (("X-WP-Total", str(len(rows))), ("X-WP-TotalPages", str(pages)))
    return replace(given, headers=(*given.headers, *counts))


def _post(origin: str, story: Story, *, embed: bool) -> dict[str, Any]:
    writer = {"id": len(story.author), "name": story.author}
    terms = [
        [{"id": 1, "taxonomy": "category", "name": story.section.name, "slug": story.section.slug}],
        [{"id": 9, "taxonomy": "post_tag", "name": tag.name, "slug": tag.slug} for tag in story.tags],
    ]
    row: dict[str, Any] = {
        "id": story.number,
        **_times(story.stamp),
        **{f"modified{k[4:]}": v for k, v in _times(story.stamp + timedelta(minutes=5)).items()},
        "slug": story.slug,
        "status": "publish",
        "type": "post",
        "link": f"{origin}/{story.stamp:%Y/%m}/{story.slug}/",
        "title": {"rendered": escape(story.title)},
        "content": {"rendered": parts.texts(story.paragraphs), "protected": False},
        "excerpt": {"rendered": f"<p>{escape(story.standfirst)}</p>", "protected": False},
        "comment_status": "open" if story.open else "closed",
    }
    return row | {"_embedded": {"author": [writer], "wp:term": terms}} if embed else row


def _comment(origin: str, story: Story, one: Remark) -> dict[str, Any]:
    return {
        "id": one.number,
        "post": story.number,
        "parent": one.parent or 0,
        "author": 0,
        "author_name": one.author,
        **_times(one.posted),
        "content": {"rendered": parts.texts(one.paragraphs) + "\n"},
        "link": f"{origin}/{story.stamp:%Y/%m}/{story.slug}/#comment-{one.number}",
        "status": "approved",
        "type": "comment",
    }


def _times(stamp: datetime) -> dict[str, str]:
    form = "%Y-%m-%dT%H:%M:%S"
    return {"date": stamp.strftime(form), "date_gmt": stamp.astimezone(UTC).strftime(form)}


def _answer(told: object) -> Answer:
    return replace(parts.document(json.dumps(told), kind=parts.JSON), last_modified=None)
