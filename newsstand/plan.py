"""The planned truth: what each title says on each day, and what changes from day to day."""

from dataclasses import dataclass
from datetime import date, datetime

from core import text
from newsstand import days
from newsstand.articles import Address, Article
from newsstand.titles import TITLES

__all__ = ["TITLES", "Changed", "Changes", "ExpectedArticle", "ExpectedComment", "changes", "expected"]

SAME_STORIES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("wardround", "night-porters"), ("townclerk", "night-porters")),
    (("townclerk", "ferry-halt"), ("pointsman", "ferry-halt")),
)
"""Stories that stand in two titles, as (title, article key), the first to print it first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedComment:
    """One comment as a reader should give it; ``posted_at`` is aware UTC."""

    key: str
    author: str
    posted_raw: str
    posted_at: datetime
    note: str | None
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """The paragraphs parted by a blank line."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedArticle:
    """One article as a reader should give it from its canonical address.

    ``published_raw`` is a legacy page's date wording; an address whose ``dated`` is False shows
    none. ``byline`` is what follows ``Source:`` on legacy pages, the metadata's author on
    current ones. ``comment_state`` is a word of :class:`core.records.CommentState`.
    """

    key: str
    generation: str
    markup: str
    path: str
    addresses: tuple[Address, ...]
    slug: str
    section: str | None
    title: str
    standfirst: str | None
    byline: str | None
    published_raw: str | None
    published_on: date | None
    published_at: datetime | None
    modified_at: datetime | None
    paragraphs: tuple[str, ...]
    related: tuple[str, ...]
    tags: tuple[str, ...]
    comment_state: str
    comments: tuple[ExpectedComment, ...]

    @property
    def body(self) -> str:
        """The paragraphs parted by a blank line."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """One article that reads otherwise; ``fields`` among title, body, standfirst, byline, published."""

    key: str
    fields: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What a crawl of the later day must report against the earlier one, and nothing else.

    Articles are named by key, comments by (article key, comment key); ``removed`` by (key, status).
    """

    new: tuple[str, ...]
    changed: tuple[Changed, ...]
    cosmetic: tuple[str, ...]
    removed: tuple[tuple[str, int], ...]
    returned: tuple[str, ...]
    comments_added: tuple[tuple[str, str], ...]
    comments_edited: tuple[tuple[str, str], ...]
    comments_removed: tuple[tuple[str, str], ...]
    comments_reordered: tuple[str, ...]


def expected(title: str, day: int) -> tuple[ExpectedArticle, ...]:
    """Give every article a title serves on a day, newest first."""
    return tuple(read(article) for article in days.articles(title, day) if article.status == 200)  # noqa: PLR2004 - the HTTP status


def gone(title: str, day: int) -> tuple[tuple[ExpectedArticle, int], ...]:
    """Give the articles that stood before and answer 404 or 410 on a day, with that status."""
    found = days.articles(title, day)
    return tuple((read(article), article.status) for article in found if article.status != 200)  # noqa: PLR2004 - the HTTP status


def read(article: Article) -> ExpectedArticle:
    """Give what a reader should make of an article's page."""
    comments = tuple(
        ExpectedComment(
            key=comment.key,
            author=" ".join(comment.author.split()),
            posted_raw=comment.posted,
            posted_at=comment.instant(),
            note=comment.note(),
            paragraphs=tuple(" ".join(part.split()) for part in comment.paragraphs),
        )
        for comment in article.comments
    )
    known = article.generation == "legacy" and article.comment_section
    return ExpectedArticle(
        key=article.key,
        generation=article.generation,
        markup=article.markup,
        path=article.path,
        addresses=article.addresses(),
        slug=article.slug,
        section=article.section if article.generation == "legacy" else None,
        title=article.headline,
        standfirst=article.standfirst,
        byline=article.source,
        published_raw=article.shown_date,
        published_on=article.published_on(),
        published_at=article.published_at(),
        modified_at=article.modified_at(),
        paragraphs=article.paragraphs(),
        related=article.related(),
        tags=article.tags,
        comment_state=("listed" if comments else "none") if known else "unknown",
        comments=comments,
    )


def changes(title: str, from_day: int, to_day: int) -> Changes:
    """Give what changed in a title between two days, the later one second."""
    before = {article.key: article for article in expected(title, from_day)}
    after = {article.key: article for article in expected(title, to_day)}
    earlier = {article.key for day in range(1, from_day) for article in expected(title, day)}
    both = [(before[key], after[key]) for key in after if key in before]
    touched = [(old, new, _fields(old, new)) for old, new in both]
    status = {article.key: code for article, code in gone(title, to_day)}
    return Changes(
        new=tuple(key for key in after if key not in before and key not in earlier),
        changed=tuple(Changed(key=new.key, fields=fields) for _, new, fields in touched if fields),
        cosmetic=tuple(new.key for old, new, fields in touched if not fields and _text(old) != _text(new)),
        removed=tuple((key, status[key]) for key in before if key not in after),
        returned=tuple(key for key in after if key not in before and key in earlier),
        comments_added=tuple(pair for old, new in both for pair in _missing(new, old)),
        comments_edited=tuple(
            (new.key, comment.key)
            for old, new in both
            for comment in new.comments
            if any(was.key == comment.key and was.body != comment.body for was in old.comments)
        ),
        comments_removed=tuple(pair for old, new in both for pair in _missing(old, new)),
        comments_reordered=tuple(new.key for old, new in both if _reordered(old, new)),
    )


def _text(article: ExpectedArticle) -> dict[str, str | None]:
    published = str(article.published_at or article.published_on)
    return {
        "title": article.title,
        "body": article.body,
        "standfirst": article.standfirst,
        "byline": article.byline,
        "published": published,
    }


def _fields(old: ExpectedArticle, new: ExpectedArticle) -> frozenset[str]:
    was, now = _text(old), _text(new)
    return frozenset(name for name in was if text.fold(was[name] or "") != text.fold(now[name] or ""))


def _missing(here: ExpectedArticle, there: ExpectedArticle) -> list[tuple[str, str]]:
    known = {comment.key for comment in there.comments}
    return [(here.key, comment.key) for comment in here.comments if comment.key not in known]


def _reordered(old: ExpectedArticle, new: ExpectedArticle) -> bool:
    was, now = [comment.key for comment in old.comments], [comment.key for comment in new.comments]
    return [key for key in was if key in now] != [key for key in now if key in was]
