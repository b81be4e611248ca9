"""The discussions of the WordPress title in the markup of its two themes."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from newsstand.platforms import parts, wordpress_days
from newsstand.platforms.parts import filled
from newsstand.platforms.stories import Remark, Story

LISTED_ELSEWHERE = frozenset({wordpress_days.COMMENTED, wordpress_days.REWORDED})
AT_DISQUS = 24
THREADS_PER_PAGE = 5  # top-level comments, with their answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """A theme: its name in the markup's file names, its folder in addresses, its classes of lists."""

    name: str
    folder: str
    thread: str
    answers: str
    heading: str


CLASSIC = Theme(
    name="classic",
    folder="quarterly",
    thread="comment-list",
    answers="children",
    heading="comments-title",
)
BLOCK = Theme(
    name="block",
    folder="plainblocks",
    thread="wp-block-comment-template",
    answers="",
    heading="wp-block-comments-title",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an article stands, and the forum that keeps a discussion at Disqus, if one does."""

    origin: str
    here: str
    forum: str | None = None


def discussion_pages(theme: Theme, story: Story, place: Place) -> dict[int | None, str]:
    """Give a story's comment section on each of its pages: None is the article's own.

    The article's own page shows the newest comments, as WordPress does by default.
    """
    if place.forum and story.number == AT_DISQUS:
        return {None: _at_disqus(story, place)}
    tops = [remark for remark in story.remarks if remark.parent is None]
    pages = parts.by_page(tops, THREADS_PER_PAGE)
    if story.number in LISTED_ELSEWHERE:
        pages = [()]
    last = len(pages)
    shown: dict[int | None, str] = {
        n: _section(theme, story, place, page, (n, last)) for n, page in enumerate(pages, start=1)
    }
    return {None: shown[last]} if last == 1 else {None: shown[last], **shown}


def _section(theme: Theme, story: Story, place: Place, tops: Sequence[Remark], page: tuple[int, int]) -> str:
    count = len(story.remarks)
    if not count and not story.open:
        return ""
    heading = thread = ""
    if count:
        heading = f'<h2 class="{theme.heading}">{count} responses to &ldquo;{escape(story.title)}&rdquo;</h2>'
    if tops:
        items = "".join(_remark(theme, story, place, one, 1) for one in tops)
        thread = f'<ol class="{theme.thread}">\n{items}</ol>'
    closing = (
        filled("wordpress/form", origin=place.origin)
        if story.open
        else '<p class="no-comments">Comments are closed.</p>'
    )
    return filled(
        f"wordpress/discussion_{theme.name}",
        heading=heading,
        thread=thread,
        pager=_pager(place, *page),
        closing=closing,
    )


def _remark(theme: Theme, story: Story, place: Place, one: Remark, depth: int) -> str:
    answers = "".join(
        _remark(theme, story, place, answer, depth + 1)
        for answer in story.remarks
        if answer.parent == one.number
    )
    listed = f'<ol class="{theme.answers}">\n{answers}</ol>\n' if answers else ""
    link = f'<a rel="nofollow" class="comment-reply-link" href="#comment-{one.number}">Reply</a>'
    return filled(
        f"wordpress/remark_{theme.name}",
        number=one.number,
        depth=depth,
        parent_class=" parent" if answers else "",
        origin=place.origin,
        here=place.here,
        author=escape(one.author),
        instant=one.posted.isoformat(),
        shown=f"{one.posted.day} {one.posted:%B %Y}",
        clock=f"{one.posted:%H:%M}",
        text=parts.texts(one.paragraphs),
        reply=f'<div class="reply">{link}</div>\n' if story.open else "",
        answers=listed,
    )


def _pager(place: Place, number: int, last: int) -> str:
    if last == 1:
        return ""
    links = []
    if number > 1:
        before = f"{place.origin}{place.here}comment-page-{number - 1}/#comments"
        links.append(f'<div class="nav-previous"><a href="{before}">Older Comments</a></div>')
    if number < last:
        after = f"{place.origin}{place.here}comment-page-{number + 1}/#comments"
        links.append(f'<div class="nav-next"><a href="{after}">Newer Comments</a></div>')
    return f'<nav class="navigation comment-navigation"><div class="nav-links">{"".join(links)}</div></nav>'


def _at_disqus(story: Story, place: Place) -> str:
    return filled(
        "wordpress/disqus",
        number=story.number,
        origin=place.origin.replace("/", "\\/"),
        forum=place.forum,
        title=story.title,
        url=f"{place.origin}{place.here}".replace("/", "\\/"),
    )
