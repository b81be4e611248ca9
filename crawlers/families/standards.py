"""Reading by the standards pages share: JSON-LD, Open Graph, Dublin Core, time, h1, article."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import PageError
from core.records import CommentState, Moment, Reason, ScrapedArticle, ScrapedComment
from core.text import fold, paragraphs
from crawlers import content, dates, error_pages, fields, furniture, metadata
from crawlers.blocks import Block
from crawlers.families.hints import Hints
from crawlers.page import Page
from crawlers.paragraphs import paragraphs as joined

_H1 = "h1"
_CUT = ("...", "\u2026")
_LONGEST_STATED = 100  # characters; JSON-LD headlines are cut at 110
_NEAR = 4  # blocks around the title among which a byline or date line stands
_MOST_COMMENTS = 5000
_TEASERS = (fields.TIME, "address")  # dates that error pages bear too: of their teasers, of the address asked


def standard_article(
    page: Page, outlet: str | None, *, layout: tuple[str, int], hints: Hints
) -> ScrapedArticle:
    """Give the article of a page as standards and content analysis tell it.

    ``layout`` is the name and version of what reads; ``hints`` tells what it knows of the outlet's pages.
    Raises PageError: EMPTY_PAGE, NO_TITLE, NO_BODY; SOFT_404 or NOT_AN_ARTICLE for an error page.
    """
    names, zone = hints.names, hints.zone
    if not page.blocks:
        error_pages.refuse(page, None)
        raise PageError(Reason.EMPTY_PAGE, "the page shows no text")
    title, title_way = _title(page, fields.site_names(page, names))
    stated = fields.stated(page, zone)
    chosen = content.content(page, title)
    blocks, related = furniture.split(page, chosen.blocks, title)
    if not blocks and not chosen.paragraphs:
        chosen = content.unshown(page)
    body = joined(blocks) if blocks else tuple(text for text in chosen.paragraphs if text != title)
    dated = stated.read_by.get("published", "address") not in _TEASERS
    error_pages.refuse(page, title, body, dated=dated)
    if not body:
        raise PageError(Reason.NO_BODY, f"no text belongs to the title {title!r}")
    if stated.published is None and (seen := _seen_date(page.blocks, title, zone)):
        stated.published, stated.read_by["published"] = seen, "text"
    if stated.byline is None and (writer := _seen_byline(page.blocks, title)):
        stated.byline, stated.read_by["byline"] = writer, "text"
    found = _comments(page.metadata.article, zone)
    stated.read_by |= {"title": title_way, "body": chosen.way}
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
        comment_state=_state(found, stated.comments_claimed),
        comments_claimed=stated.comments_claimed,
        comments=found,
        read_by=stated.read_by,
        warnings=(*page.warnings, *page.metadata.warnings, *_odd(stated.published)),
    )


def _title(page: Page, names: frozenset[str]) -> tuple[str, str]:
    """Give the title and its way: JSON-LD, Open Graph, Dublin Core, the top heading, ``<title>``."""
    headings = [block.text for block in page.blocks if block.level == 1 and fold(block.text) not in names]
    for stated, way in fields.titles(page):
        title = fields.without_site(stated, names)
        if title:
            return _whole(title, headings), way
    whole = fields.without_site(page.metadata.title or "", names)
    agreed = [text for text in headings if fold(whole).startswith(fold(text))]
    for text in agreed or headings:
        return text, _H1
    if whole:
        return whole, "title"
    for block in page.blocks:
        if block.level and not block.part and fold(block.text) not in names:
            return block.text, "heading"
    raise PageError(Reason.NO_TITLE, "neither metadata nor a heading names a title")


def _whole(title: str, headings: Sequence[str]) -> str:
    """Give the heading of which a stated title is a part: cut short, or with a site's name after it."""
    cut = title.removesuffix(_CUT[0]).removesuffix(_CUT[1]).rstrip()
    for text in headings:
        folded = fold(text)
        is_cut = cut != title or len(cut) >= _LONGEST_STATED
        longer = is_cut and len(text) > len(cut) and folded.startswith(fold(cut))
        if longer or fold(title) == folded or fold(title).startswith((f"{folded} | ", f"{folded} - ")):
            return text
    return title


def _near_title(blocks: Sequence[Block], title: str) -> list[str]:
    """Give the unlinked lines next to the title, those beneath it first."""
    folded = fold(title)
    at = [i for i, block in enumerate(blocks) if not block.linked and fold(block.text) == folded]
    if not at:
        return []
    top = next((i for i in at if blocks[i].level == 1), at[0])
    around = [*blocks[top + 1 : top + 1 + _NEAR], *reversed(blocks[max(0, top - _NEAR) : top])]
    return [block.text for block in around if not block.linked]


def _seen_date(blocks: Sequence[Block], title: str, zone: str | None) -> Moment | None:
    """Give the date shown on its own or after a byline next to the title."""
    for text in _near_title(blocks, title):
        if seen := dates.moment(text, zone):
            return seen
        if furniture.is_byline(text) and (seen := dates.first(text, zone)):
            return seen
    return None


def _seen_byline(blocks: Sequence[Block], title: str) -> str | None:
    """Give the writer a line next to the title names, without "By" and without a date."""
    return next((name for text in _near_title(blocks, title) if (name := furniture.writer(text))), None)


def _comments(article: Mapping[str, Any], zone: str | None) -> tuple[ScrapedComment, ...]:
    """Give the schema.org comments of a JSON-LD article, in its order."""
    found: list[ScrapedComment] = []
    listed = article.get("comment")
    for node in (listed if isinstance(listed, list) else [listed])[:_MOST_COMMENTS]:
        if not isinstance(node, Mapping):
            continue
        raw = node.get("text") or node.get("description")
        if not isinstance(raw, str) or not (body := paragraphs(raw)):
            continue
        when = metadata.text(node.get("datePublished") or node.get("dateCreated"))
        found.append(
            ScrapedComment(
                position=len(found) + 1,
                author=metadata.text(node.get("author") or node.get("creator")),
                posted=(dates.moment(when, zone) or Moment(raw=when)) if when else None,
                body=body,
                raw=raw,
                outlet_id=metadata.text(node.get("@id") or node.get("identifier")),
            )
        )
    return tuple(found)


def _state(found: Sequence[ScrapedComment], claimed: int | None) -> CommentState:
    if not found:
        return CommentState.UNKNOWN
    return CommentState.PARTIAL if claimed and claimed > len(found) else CommentState.LISTED


def _odd(published: Moment | None) -> tuple[str, ...]:
    if published and published.note == dates.IMPOSSIBLE:
        return (f"the page states a date that does not exist: {published.raw}",)
    return ()
