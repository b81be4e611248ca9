"""Whether the archive tells of the newsstand's second day exactly what was planned, and nothing else."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsstand import plan

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from db.news import News

NOT_FOUND, GONE = 404, 410  # HTTP

Named = tuple[str, str]
"""An article as the plan names it: title and key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayTwo:
    """What happened between two days, by the plan or by the archive; comments are counted.

    ``gone`` are articles the outlet itself calls gone (410), ``not_found`` those that answer 404:
    the archive calls these missing only after three times over 48 hours.
    """

    new: frozenset[Named]
    changed: frozenset[Named]
    gone: frozenset[Named]
    not_found: frozenset[Named]
    comments_new: int
    comments_changed: int
    comments_removed: int

    def line(self) -> str:
        """Give it in one line."""
        return (
            f"{len(self.new)} new, {len(self.changed)} changed, {len(self.gone)} gone, "
            f"{len(self.not_found)} not found; comments: {self.comments_new} new, "
            f"{self.comments_changed} edited, {self.comments_removed} removed"
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
        gone=_removed(changes, GONE),
        not_found=_removed(changes, NOT_FOUND),
        comments_new=with_comments + sum(len(change.comments_added) for change in changes.values()),
        comments_changed=sum(len(change.comments_edited) for change in changes.values()),
        comments_removed=sum(len(change.comments_removed) for change in changes.values()),
    )


def told(engine: "Engine", news: "News", run_ids: Sequence[int]) -> DayTwo:
    """Give what the archive tells of the runs of day 2, in the plan's names."""
    names = article_names(engine)
    return DayTwo(
        new=frozenset(names[line.article_id] for line in news.new),
        changed=frozenset(names[line.article_id] for line in news.changed),
        gone=frozenset(names[line.article_id] for line in news.gone),
        not_found=frozenset(names[article_id] for article_id in _not_found(engine, run_ids)),
        comments_new=news.comments_new,
        comments_changed=news.comments_changed,
        comments_removed=news.comments_removed,
    )


def shortfalls(plan_says: DayTwo, archive_says: DayTwo, news: "News") -> list[str]:
    """Give a sentence for each difference; empty when the archive tells exactly what was planned."""
    found: list[str] = []
    for kind in ("new", "changed", "gone", "not_found"):
        expected, got = getattr(plan_says, kind), getattr(archive_says, kind)
        said = kind.replace("_", " ")
        found += [f"{title}/{key} is {said} but not reported" for title, key in sorted(expected - got)]
        found += [f"{title}/{key} is reported as {said} but is not" for title, key in sorted(got - expected)]
    for kind in ("new", "changed", "gone"):
        twice = Counter(line.article_id for line in getattr(news, kind))
        found += [f"article {id_} is reported as {kind} {n} times" for id_, n in twice.items() if n > 1]
    for kind in ("comments_new", "comments_changed", "comments_removed"):
        expected, got = getattr(plan_says, kind), getattr(archive_says, kind)
        if expected != got:
            found.append(f"{kind.replace('_', ' ')}: {expected} planned, {got} reported")
    return found


def _removed(changes: Mapping[str, plan.Changes], status: int) -> frozenset[Named]:
    return frozenset(
        (title, key) for title, change in changes.items() for key, code in change.removed if code == status
    )


def _not_found(engine: "Engine", run_ids: Sequence[int]) -> list[int]:
    """Give the ids of articles whose address answered 404 in these runs."""
    from sqlalchemy import bindparam, text

    query = text(
        "SELECT DISTINCT a.article_id FROM captures c JOIN articles a ON a.url = c.url "
        "WHERE c.outcome = 'not_found' AND c.run_id IN :runs"
    ).bindparams(bindparam("runs", expanding=True))
    with engine.connect() as connection:
        return [row.article_id for row in connection.execute(query, {"runs": list(run_ids)})]


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
