"""Reading by the standards pages share: JSON-LD, Open Graph, Dublin Core, time, h1, article."""

from collections.abc import Sequence

from core.errors import PageError
from core.records import CommentState, Moment, Reason, RelatedLink, ScrapedArticle
from core.text import fold
from crawlers import content, dates, error_pages, fields, furniture, places, titles
from crawlers.blocks import Block
from crawlers.discussion import reading as discussion
from crawlers.discussion.discussion import Discussion
from crawlers.elements import Element
from crawlers.families.hints import Hints
from crawlers.page import Page
from crawlers.paragraphs import paragraphs
from crawlers.threads import addresses as threads

_NEAR = 4  # blocks around the title among which a byline or date line stands
_TEASERS = (fields.TIME, "address")  # dates that error pages bear too: of their teasers, of the address asked


def standard_article(
    page: Page, outlet: str | None, *, layout: tuple[str, int], hints: Hints
) -> ScrapedArticle:
    """Give the article of a page as hints, standards and content analysis tell it.

    ``layout`` is the name and version of what reads; ``hints`` tells what it knows of the outlet's pages.
    Raises PageError: EMPTY_PAGE, NO_TITLE, NO_BODY; SOFT_404 or NOT_AN_ARTICLE for an error page.
    """
    if not page.blocks:
        error_pages.refuse(page, None)
        raise PageError(Reason.EMPTY_PAGE, "the page shows no text")
    thread = discussion.read(page, hints.zone)
    shown = _shown(page, hints)
    title, title_way = titles.title(page, shown, fields.site_names(page, hints.names), hints.title)
    stated = fields.stated(page, hints.zone, hints.dates)
    _put_hinted(page, hints, stated)
    body, body_way, related = _body(page, _without(shown, thread.elements), title, hints)
    dated = stated.read_by.get("published", "address") not in _TEASERS
    error_pages.refuse(page, title, body, dated=dated)
    if not body:
        raise PageError(Reason.NO_BODY, f"no text belongs to the title {title!r}")
    _put_seen(shown, title, hints, stated)
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


def _without(shown: Sequence[Block], elements: Sequence[Element]) -> tuple[Block, ...]:
    inside = {inner for element in elements for inner in element.iter()}
    return tuple(block for block in shown if block.element not in inside)


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
        put("byline", ", ".join(furniture.writer(text) or text for text in texts))
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


def _is_finer(stated: Moment | None, shown: Moment) -> bool:
    """Say whether what is stated names the time of day too, of the very day that is shown."""
    return stated is not None and stated.at is not None and shown.at is None and stated.on == shown.on


def _body(
    page: Page, blocks: Sequence[Block], title: str, hints: Hints
) -> tuple[tuple[str, ...], str, tuple[RelatedLink, ...]]:
    """Give the paragraphs of the article, the way they were found, and the links kept out of them."""
    for inside in places.blocks(page, hints.body, blocks):
        kept, related = furniture.split(page, inside, title)
        if kept:
            return paragraphs(kept), places.SELECTOR, related
    chosen = content.content(page, blocks, title)
    kept, related = furniture.split(page, chosen.blocks, title)
    if kept:
        return paragraphs(kept), chosen.way, related
    if not chosen.paragraphs:
        chosen = content.unshown(page)
    aside = {block.text for block in page.blocks}.difference(block.text for block in blocks) | {title}
    return tuple(text for text in chosen.paragraphs if text not in aside), chosen.way, related


def _near_title(blocks: Sequence[Block], title: str) -> list[str]:
    """Give the unlinked lines next to the title, those beneath it first."""
    folded = fold(title)
    at = [i for i, block in enumerate(blocks) if not block.linked and fold(block.text) == folded]
    if not at:
        return []
    top = next((i for i in at if blocks[i].level == 1), at[0])
    around = [*blocks[top + 1 : top + 1 + _NEAR], *reversed(blocks[max(0, top - _NEAR) : top])]
    return [block.text for block in around if not block.linked]


def _put_seen(blocks: Sequence[Block], title: str, hints: Hints, stated: fields.Fields) -> None:
    """Put the date and the writer that lines next to the title name, where nothing else does."""
    near = _near_title(blocks, title)
    if stated.published is None and (seen := _seen_date(near, hints)):
        stated.published, stated.read_by["published"] = seen, "text"
    if stated.byline is None and (writer := next(filter(None, map(furniture.writer, near)), None)):
        stated.byline, stated.read_by["byline"] = writer, "text"


def _seen_date(near: Sequence[str], hints: Hints) -> Moment | None:
    """Give the date shown on its own or after a byline."""
    for text in near:
        if seen := dates.moment(text, hints.zone, hints.dates):
            return seen
        if furniture.is_byline(text) and (seen := dates.first(text, hints.zone, hints.dates)):
            return seen
    return None


def _state(thread: Discussion, claimed: int | None) -> CommentState:
    missing = claimed is not None and claimed > len(thread.comments)
    return CommentState.PARTIAL if thread.state is CommentState.LISTED and missing else thread.state


def _odd(published: Moment | None) -> tuple[str, ...]:
    if published and published.note == dates.IMPOSSIBLE:
        return (f"the page states a date that does not exist: {published.raw}",)
    return ()
