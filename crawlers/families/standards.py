"""Reading by the standards pages share: JSON-LD, Open Graph, Dublin Core, time, h1, article."""

from collections.abc import Sequence
from typing import NamedTuple

from core.errors import PageError
from core.records import CommentState, Moment, Reason, RelatedLink, ScrapedArticle
from core.text import fold
from crawlers.article import (
    bylines,
    content,
    datelines,
    dates,
    error_pages,
    fields,
    furniture,
    places,
    titles,
    walls,
)
from crawlers.article.blocks import Block
from crawlers.article.class_names import Asides
from crawlers.article.headline import is_prose
from crawlers.article.paragraphs import paragraphs
from crawlers.discussion import reading as discussion
from crawlers.discussion.discussion import Discussion
from crawlers.families.hints import Hints
from crawlers.page import Page
from crawlers.threads import addresses as threads

_MOST_TALK = 3  # times the comments' text that the running text of their containers may be
_TEASERS = (
    fields.TIME,
    fields.ADDRESS,
)  # dates that error pages bear too: of their teasers, of the address asked


class _Scene(NamedTuple):
    """What an article is looked for in: the blocks that may be its, its title, what is beside it."""

    blocks: tuple[Block, ...]
    title: str
    asides: Asides


def standard_article(
    page: Page, outlet: str | None, *, layout: tuple[str, int], hints: Hints
) -> ScrapedArticle:
    """Give the article of a page as hints, standards and content analysis tell it.

    ``layout`` is the name and version of what reads; ``hints`` tells what it knows of the outlet's pages.
    Raises PageError: EMPTY_PAGE, NO_TITLE, NO_BODY; SOFT_404 or NOT_AN_ARTICLE for an error page;
    WALLED where a wall stands in the article's stead.
    """
    if not page.blocks:
        error_pages.refuse(page, None)
        raise PageError(Reason.EMPTY_PAGE, "the page shows no text")
    thread = discussion.read(page, hints.zone)
    shown = _shown(page, hints)
    title, title_way = titles.title(page, shown, fields.site_names(page, hints.names), hints.title)
    stated = fields.stated(page, hints.zone, hints.dates)
    _put_hinted(page, hints, stated)
    shown = _without(shown, thread)
    scene = _Scene(shown, title, Asides(shown))
    _put_shown(page, scene, hints, stated)
    body, body_way, related = _body(page, scene, hints)
    dated = stated.read_by.get("published", "address") not in _TEASERS
    error_pages.refuse(page, title, body, dated=dated)
    walls.refuse(page, body)
    body = tuple(text for text in body if not walls.is_wall(text))
    if not body:
        raise PageError(Reason.NO_BODY, f"no text belongs to the title {title!r}")
    stated.read_by |= {"title": title_way, "body": body_way}
    claimed = thread.claimed if thread.claimed is not None else stated.comments_claimed
    if thread_pages := threads.elsewhere(page, thread, claimed):
        stated.read_by["comments"] = threads.kind(thread_pages[0])
    return ScrapedArticle(
        url=page.url,
        outlet=outlet,
        layout=layout[0],
        layout_version=layout[1],
        title=title,
        body="\n\n".join(body),
        canonical_url=stated.canonical_url,
        standfirst=stated.standfirst,
        byline=stated.byline,
        section=stated.section,
        published=stated.published,
        modified=stated.modified,
        tags=stated.tags,
        image_url=stated.image_url,
        language=stated.language,
        related=related,
        comment_state=_state(thread, claimed),
        comments_claimed=claimed,
        comments=thread.comments,
        thread_pages=thread_pages,
        read_by=stated.read_by,
        warnings=(*page.warnings, *page.metadata.warnings, *_odd(stated.published), *thread.warnings),
    )


def _shown(page: Page, hints: Hints) -> tuple[Block, ...]:
    """Give the blocks that may be the article's: none of the containers aside, none the outlet shares."""
    shown = places.without(page, hints.aside, page.blocks)
    if hints.chrome is None or not hints.chrome.digests:
        return shown
    return tuple(block for block in shown if not hints.chrome.holds(block.text))


def _without(shown: Sequence[Block], thread: Discussion) -> tuple[Block, ...]:
    """Give the blocks outside the discussion; a container that holds the article as well stays."""
    said = sum(len(comment.body) for comment in thread.comments)
    half = sum(len(block.text) for block in shown if is_prose(block)) / 2
    for element in thread.elements:
        inside = set(element.iter())
        prose = sum(len(block.text) for block in shown if block.element in inside and is_prose(block))
        if prose < half or prose <= _MOST_TALK * said:
            shown = [block for block in shown if block.element not in inside]
    return tuple(shown)


def _put_hinted(page: Page, hints: Hints, stated: fields.Fields) -> None:
    """Put what stands at the known places in the stead of what the page states for machines."""

    def put(name: str, value: object) -> None:
        setattr(stated, name, value)
        stated.read_by[name] = places.SELECTOR

    for texts in places.texts(page, hints.standfirst):
        put("standfirst", " ".join(texts))
        break
    for texts in places.texts(page, hints.section):
        put("section", texts[0])
        break
    for texts in places.texts(page, hints.tags):
        put("tags", fields.tags(texts))
        break
    for texts in places.texts(page, hints.byline):
        put("byline", _names(texts, fields.site_names(page, hints.names)))
        break
    for texts in places.texts(page, hints.published):
        when = [
            dates.moment(text, hints.zone, hints.dates) or dates.first(text, hints.zone, hints.dates)
            for text in texts
        ]
        if found := next(filter(None, when), None):
            if not _is_finer(stated.published, found):
                put("published", found)
            break


def _names(texts: Sequence[str], site: frozenset[str]) -> str:
    """Give the names a known place holds, or its very words where they are no names."""
    names = [name for text in texts for name in bylines.clean(text, site)]
    return bylines.joined(tuple(dict.fromkeys(names))) if names else ", ".join(texts)


def _is_finer(stated: Moment | None, shown: Moment) -> bool:
    """Say whether what is stated names the time of day too, of the very day that is shown."""
    return stated is not None and stated.at is not None and shown.at is None and stated.on == shown.on


def _body(page: Page, scene: _Scene, hints: Hints) -> tuple[tuple[str, ...], str, tuple[RelatedLink, ...]]:
    """Give the paragraphs of the article, the way they were found, and the links kept out of them."""
    blocks, title = scene.blocks, scene.title
    for inside in places.blocks(page, hints.body, blocks):
        kept, related = furniture.split(page, inside, title)
        if kept:
            return paragraphs(kept), places.SELECTOR, related
    chosen = content.content(page, blocks, title, scene.asides)
    kept, related = furniture.split(page, chosen.blocks, title)
    if kept:
        return paragraphs(kept), chosen.way, related
    if not chosen.paragraphs:
        chosen = content.unshown(page)
    aside = {block.text for block in page.blocks}.difference(block.text for block in blocks) | {title}
    return tuple(text for text in chosen.paragraphs if text not in aside), chosen.way, related


def _top(blocks: Sequence[Block], title: str) -> int | None:
    """Give the index of the title among the blocks; else that of a heading much like it, or the only one."""
    folded = fold(title)
    lines = [fold(block.text) if len(block.text) <= 2 * len(title) else "" for block in blocks]
    at = [i for i, line in enumerate(lines) if line == folded]
    tops = [i for i in at if blocks[i].level == 1] or [i for i in at if not blocks[i].linked] or at
    if not tops:
        tops = [
            i
            for i, line in enumerate(lines)
            if blocks[i].level and (folded in line or (line in folded and 2 * len(line) > len(folded)))
        ]
    if not tops:
        tops = [i for i, block in enumerate(blocks) if block.level == 1]
        return tops[0] if len(tops) == 1 else None
    return tops[0]


def _put_shown(page: Page, scene: _Scene, hints: Hints, stated: fields.Fields) -> None:
    """Put the writer, and the date the page shows where it states none for machines."""
    blocks, asides = scene.blocks, scene.asides
    top = _top(blocks, scene.title)
    wording = datelines.Wording(zone=hints.zone, order=hints.dates)
    by_place = stated.read_by.get("published") == places.SELECTOR
    if stated.published is None or (stated.published.on is None and not by_place):
        found = next(datelines.shown(page, blocks, top, wording, asides), None) or fields.in_address(page)
    elif not by_place:
        near = datelines.near(blocks, top, wording, asides) if top is not None else None
        if near:
            found = datelines.agreed(stated.published, near, hints.zone)
        else:
            found = datelines.in_own_zone(stated.published, fields.in_address(page), hints.zone)
    else:
        found = None
    if found:
        stated.published, stated.read_by["published"] = found
    if stated.modified is None and (said := datelines.updated(page, blocks, top, wording, asides)):
        stated.modified, stated.read_by["modified"] = said
    if stated.byline is None:
        site = fields.site_names(page, hints.names)
        if writers := bylines.byline(page, blocks, top, site, asides):
            stated.byline, stated.read_by["byline"] = writers


def _state(thread: Discussion, claimed: int | None) -> CommentState:
    missing = claimed is not None and claimed > len(thread.comments)
    return CommentState.PARTIAL if thread.state is CommentState.LISTED and missing else thread.state


def _odd(published: Moment | None) -> tuple[str, ...]:
    if published and published.note == dates.IMPOSSIBLE:
        return (f"the page states a date that does not exist: {published.raw}",)
    return ()
