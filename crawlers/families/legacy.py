"""The legacy pages of NHE, PSE and RTM (2011 to 2020), read by text anchors alone."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from core import urls
from core.errors import PageError
from core.records import Moment, Reason, RelatedLink, ScrapedArticle
from core.text import fold
from crawlers.article import comments, dates, error_pages, fields, headline
from crawlers.article.anchors import ENDS_ARTICLE, Mark, marks
from crawlers.article.blocks import Block
from crawlers.article.captions import is_caption
from crawlers.article.furniture import READ_MORE, WORDS, related_links
from crawlers.article.headline import parts_aside
from crawlers.article.paragraphs import paragraphs
from crawlers.layout import Layout
from crawlers.page import Page

ANCHOR = "anchor"
_FOOTER = re.compile(r"(?:\u00a9|copyright\b|all rights reserved)", re.IGNORECASE)
_LETTER_END = re.compile(r"re\s*:", re.IGNORECASE)
_SHORT_LINK = 40  # characters; a longer link on its own line is a sentence of the text
_HEAD = 6  # blocks after the title among which the Source line and chrome are looked for
_TRAIL = 2  # links in a row that make a bar


@dataclass(frozen=True, kw_only=True)
class LegacyLayout(Layout):
    """Legacy article pages of one outlet (OUTLETS.md section 1, Page text).

    ``banners``: section banners, any case ("latest health care news"); ``names``: the names the
    site goes by in ``<title>`` and logos ("National Health Executive", "NHE"); ``addresses``:
    patterns of whole paths of article pages; ``tv``: the sidebar's tv lines, by default each
    name plus " tv"; ``timezone``: the zone the pages' times are in.
    """

    banners: tuple[str, ...]
    names: tuple[str, ...]
    addresses: tuple[re.Pattern[str], ...]
    tv: tuple[str, ...] = ()
    timezone: str = "Europe/London"
    name: str = "legacy"
    version: int = 1

    @cached_property
    def _tv(self) -> frozenset[str]:
        return frozenset(fold(line) for line in (self.tv or tuple(f"{name} tv" for name in self.names)))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(fold(name) for name in self.names)

    @cached_property
    def _banners(self) -> frozenset[str]:
        return frozenset(fold(banner) for banner in self.banners)

    def fits(self, page: Page) -> bool:
        """Say whether the address is a legacy article's, or the text has an article's end marks."""
        path = unquote(urlsplit(page.url).path).rstrip("/")
        known = any(pattern.fullmatch(path) for pattern in self.addresses)
        if known and not _is_drupal(page):
            return True
        if not known and urls.host(page.url) and path.count("/") < 2:  # noqa: PLR2004 - a listing or the home page
            return False
        found = marks(page.blocks, self._tv)
        if any(mark in ENDS_ARTICLE for mark in found.values()):
            return True
        if urls.host(page.url):
            return False
        lines = (block.text for block in page.blocks)  # a file without an address: any mark will do
        dated = any(headline.is_date_line(text, self._banners) for text in lines)
        return dated or bool(comments.headers(page.blocks, found, 0))

    def read(self, page: Page, outlet: str | None) -> ScrapedArticle:
        """Give the article of a legacy page; PageError where it shows none.

        EMPTY_PAGE, NO_TITLE or NO_BODY; SOFT_404 or NOT_AN_ARTICLE for an error page.
        """
        blocks = page.blocks
        if not blocks:
            error_pages.refuse(page, None)
            raise PageError(Reason.EMPTY_PAGE, "the page shows no text")
        found = marks(blocks, self._tv)
        title = headline.find(self._scene(page, found))
        if title is None:
            error_pages.refuse(page, None)
            raise PageError(Reason.NO_TITLE, "no text on the page can be its title")
        headers = comments.headers(blocks, found, title + 1)
        start, source = _after_title(blocks, found, title)
        end = _end(blocks, found, headers, start)
        text, related = _body(page, blocks[start:end])
        banner, published = self._above(blocks, title)
        error_pages.refuse(page, blocks[title].text, text, dated=published is not None)
        if not text:
            raise PageError(Reason.NO_BODY, f"no text follows the title {blocks[title].text!r}")
        thread = comments.thread(blocks, found, headers, end, self.timezone)
        read_by = {"title": ANCHOR, "body": ANCHOR}
        if published is None and (stated := fields.published(page, self.timezone)):
            published, read_by["published"] = stated
        elif published:
            read_by["published"] = ANCHOR
        warnings = (*page.warnings, *page.metadata.warnings, *_odd_date(published), *thread.warnings)
        known = {"byline": source, "section": banner, "comments": thread.comments}
        canonical, image = fields.canonical(page), fields.image(page)
        read_by |= {name: ANCHOR for name, value in known.items() if value}
        read_by |= {
            name: fields.META if name == "canonical_url" else fields.OPEN_GRAPH
            for name, value in (("canonical_url", canonical), ("image_url", image))
            if value
        }
        return ScrapedArticle(
            url=page.url,
            outlet=outlet,
            layout=self.name,
            layout_version=self.version,
            title=blocks[title].text,
            body="\n\n".join(text),
            canonical_url=canonical,
            byline=source,
            section=banner,
            published=published,
            image_url=image,
            language=page.metadata.language,
            related=related,
            comment_state=thread.state,
            comments_claimed=thread.claimed,
            comments=thread.comments,
            read_by=read_by,
            warnings=warnings,
        )

    def _scene(self, page: Page, found: dict[int, Mark]) -> headline.Scene:
        names = self._names | fields.site_names(page, ())
        stated = (fields.without_site(title, names) for title, _ in fields.titles(page))
        return headline.Scene(
            blocks=page.blocks,
            marks=found,
            names=names,
            banners=self._banners,
            hints=frozenset(fold(title) for title in stated if title),
            page_title=page.metadata.title or "",
        )

    def _above(self, blocks: tuple[Block, ...], title: int) -> tuple[str | None, Moment | None]:
        """Give the banner and the date line: right above the title, the date at times beneath it."""
        banner = published = None
        for index in (title - 1, title - 2, title + 1):
            if not 0 <= index < len(blocks):
                continue
            text = blocks[index].text
            if published is None and headline.is_date_line(text, self._banners):
                raw = headline.DATE_LINE.findall(text)[-1]
                published = dates.moment(raw, self.timezone) or Moment(raw=raw, note=dates.IMPOSSIBLE)
                banner = text.removesuffix(raw).rstrip(" |-:\u2013") or banner
            elif (
                banner is None and index < title and not blocks[index].linked and fold(text) in self._banners
            ):
                banner = text
        return banner, published


def _is_drupal(page: Page) -> bool:
    generator = (page.metadata.first("generator") or ("",))[0]
    return bool(page.metadata.articles) or "drupal" in generator.lower()


def _after_title(blocks: tuple[Block, ...], found: dict[int, Mark], title: int) -> tuple[int, str | None]:
    """Give where the body may begin, and the Source line's text."""
    start, source = title + 1, None
    for index in range(title + 1, min(title + 1 + _HEAD, len(blocks))):
        text = blocks[index].text
        if headline.DATE_LINE.fullmatch(text) or _is_head_chrome(blocks[index], found.get(index)):
            continue
        if match := headline.SOURCE_LINE.fullmatch(text):
            source, start = match["source"], index + 1
            if not source and start < len(blocks):
                source, start = blocks[start].text, start + 1
        break
    while start < len(blocks) and (
        headline.DATE_LINE.fullmatch(blocks[start].text) or _is_head_chrome(blocks[start], found.get(start))
    ):
        start += 1
    return start, source or None


def _is_head_chrome(block: Block, mark: Mark | None) -> bool:
    """Say whether a block between title and text is a bar of links, not text."""
    if mark is Mark.ADD_COMMENT:  # a link down to the form
        return True
    return mark is None and (
        block.text.lower() in WORDS
        or (block.linked and len(block.text) <= _SHORT_LINK and not READ_MORE.match(block.text))
    )


def _end(
    blocks: tuple[Block, ...], found: dict[int, Mark], headers: tuple[comments.Header, ...], start: int
) -> int:
    """Give where the body ends: at its first hard stop, else before the foot of the page."""
    stops = [index for index in found if index >= start]
    stops += [header.start for header in headers if header.start >= start]
    end = min(stops, default=len(blocks))
    for index in range(start, end):
        if blocks[index].part == "footer" or (
            _FOOTER.match(blocks[index].text) and not stops and index > start
        ):
            end = index
            break
    while end > start and comments.claimed(blocks[end - 1].text) is not None:
        end -= 1
    return _without_bar(blocks, start, end)


def _without_bar(blocks: tuple[Block, ...], start: int, end: int) -> int:
    """Give the end of the text before share words and the bars of links that may follow it."""
    last = end
    while last > start:
        block = blocks[last - 1]
        bar = block.linked and len(block.text) <= _SHORT_LINK and not _LETTER_END.match(block.text)
        if not (block.text.lower() in WORDS or (bar and not READ_MORE.match(block.text))):
            break
        last -= 1
    dropped = blocks[last:end]
    certain = len(dropped) >= _TRAIL or all(block.text.lower() in WORDS for block in dropped)
    return last if certain else end


def _body(page: Page, inside: tuple[Block, ...]) -> tuple[tuple[str, ...], tuple[RelatedLink, ...]]:
    """Give the paragraphs, and the links kept out of them."""
    kept: list[Block] = []
    related: list[RelatedLink] = []
    waiting, out = False, parts_aside(inside) - {"header", "footer"}
    for block in inside:
        if waiting and block.linked:
            related += related_links(page, block, block.text)
        elif match := READ_MORE.fullmatch(block.text):
            waiting = not match["headline"]
            related += related_links(page, block, match["headline"]) if not waiting else []
            continue
        elif block.part not in out and not is_caption(block, alone=len(inside) == 1):
            kept.append(block)
        waiting = False
    return paragraphs(kept), tuple(related)


def _odd_date(published: Moment | None) -> tuple[str, ...]:
    if published and published.note == dates.IMPOSSIBLE:
        return (f"the page states a date that does not exist: {published.raw}",)
    return ()
