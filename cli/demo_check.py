"""Whether the archive tells of the newsstand's second day exactly what was planned, and nothing else."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsstand import plan

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from db.news import News

Named = tuple[str, str]
"""An article as the plan names it: title and key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayTwo:
    """What happened between two days, by the plan or by the archive; comments are counted."""

    new: frozenset[Named]
    changed: frozenset[Named]
    gone: frozenset[Named]
    comments_new: int
    comments_changed: int
    comments_removed: int

    def line(self) -> str:
        """Give it in one line."""
        return (
            f"{len(self.new)} new, {len(self.changed)} changed, {len(self.gone)} gone; comments: "
            f"{self.comments_new} new, {self.comments_changed} edited, {self.comments_removed} removed"
        )


def planned() -> DayTwo:
    """Give what the newsstand did between day 1 and day 2."""
    changes = {title: plan.changes(title, 1, 2) for title in plan.TITLES}
    with_comments = sum(
        len(article.comments)
        for title, change in changes.items()
        for article in plan.expected(title, 2)
        if article.key in change.new
    )
    return DayTwo(
        new=frozenset((title, key) for title, change in changes.items() for key in change.new),
        changed=frozenset(
            (title, article.key) for title, change in changes.items() for article in change.changed
        ),
        gone=frozenset((title, key) for title, change in changes.items() for key, _ in change.removed),
        comments_new=with_comments + sum(len(change.comments_added) for change in changes.values()),
        comments_changed=sum(len(change.comments_edited) for change in changes.values()),
        comments_removed=sum(len(change.comments_removed) for change in changes.values()),
    )


def told(engine: "Engine", news: "News") -> DayTwo:
    """Give what the archive tells of the runs of day 2, in the plan's names."""
    names = article_names(engine)
    return DayTwo(
        new=frozenset(names[line.article_id] for line in news.new),
        changed=frozenset(names[line.article_id] for line in news.changed),
        gone=frozenset(names[line.article_id] for line in news.gone),
        comments_new=news.comments_new,
        comments_changed=news.comments_changed,
        comments_removed=news.comments_removed,
    )


def shortfalls(plan_says: DayTwo, archive_says: DayTwo, news: "News") -> list[str]:
    """Give a sentence for each difference; empty when the archive tells exactly what was planned."""
    found: list[str] = []
    for kind in ("new", "changed", "gone"):
        expected, got = getattr(plan_says, kind), getattr(archive_says, kind)
        found += [f"{title}/{key} is {kind} but not reported" for title, key in sorted(expected - got)]
        found += [f"{title}/{key} is reported as {kind} but is not" for title, key in sorted(got - expected)]
        twice = Counter(line.article_id for line in getattr(news, kind))
        found += [f"article {id_} is reported as {kind} {n} times" for id_, n in twice.items() if n > 1]
    for kind in ("comments_new", "comments_changed", "comments_removed"):
        expected, got = getattr(plan_says, kind), getattr(archive_says, kind)
        if expected != got:
            found.append(f"{kind.replace('_', ' ')}: {expected} planned, {got} reported")
    return found


def article_names(engine: "Engine") -> dict[int, Named]:
    """Give the plan's name of each article of the archive; one it does not know is named by its address."""
    from sqlalchemy import text

    paths = {(title, path): key for title in plan.TITLES for key, path in _paths(title)}
    with engine.connect() as connection:
        rows: Sequence[tuple[int, str, str]] = [
            (row.article_id, row.outlet, row.url)
            for row in connection.execute(text("SELECT article_id, outlet, url FROM articles"))
        ]
    return {id_: (outlet, paths.get((outlet, _path(url)), url)) for id_, outlet, url in rows}


def _paths(title: str) -> Iterator[tuple[str, str]]:
    for day in (1, 2):
        for article in plan.expected(title, day):
            for address in article.addresses:
                yield article.key, address.path


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
