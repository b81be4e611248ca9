"""What a crawl came to, held against what its outlet declares."""

from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.expectations import Expectations

ENOUGH = 10  # articles read in one crawl that say something; of fewer, one more or less is chance
COMMENTS_AMONG = 200  # articles read lately: readers comment on a few of them only


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What expectations are held against.

    ``read`` are the articles whose pages this crawl read, among them those with a date, with a byline
    and with comments; ``lately_read`` and ``lately_commented`` those of the newest crawls, this one
    among them; ``of_the_week`` are the articles of the last seven days, None where nobody knows
    because the outlet was not crawled all the time.
    """

    read: int = 0
    dated: int = 0
    with_byline: int = 0
    with_comments: int = 0
    lately_read: int = 0
    lately_commented: int = 0
    of_the_week: int | None = None


def shortfalls(expects: Expectations, seen: Seen) -> Iterator[str]:
    """Give a sentence for each expectation that was not met."""
    if seen.read >= ENOUGH:
        yield from _of_shares(expects, seen)
        if expects.comments is False and seen.with_comments:
            yield (
                f"{seen.with_comments} of {seen.read} articles have comments, and the outlet is declared to "
                "have none: the page's make-up may have changed"
            )
    if expects.comments and not seen.lately_commented and seen.lately_read >= COMMENTS_AMONG:
        yield (
            f"no comment on the last {seen.lately_read} articles read, and the outlet is declared to have "
            "some: the page's make-up may have changed"
        )
    least = expects.articles_a_week
    if least is not None and seen.of_the_week is not None and seen.of_the_week < least:
        yield (
            f"{_articles(seen.of_the_week)} of the last seven days, fewer than the {least} a week the outlet "
            "is declared to publish: look whether its listings and feeds have moved"
        )


def _of_shares(expects: Expectations, seen: Seen) -> Iterator[str]:
    shares = (("a date", expects.dated, seen.dated), ("a byline", expects.with_byline, seen.with_byline))
    for name, least, count in shares:
        if least is not None and count < least * seen.read:
            yield (
                f"{count} of {seen.read} articles read have {name}, {least:.0%} are expected: the page's "
                "make-up may have changed"
            )


def _articles(count: int) -> str:
    return {0: "no article", 1: "1 article"}.get(count, f"{count} articles")
