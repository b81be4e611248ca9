"""The rows of invented comments: some are edited and some removed when their page is read again."""

import json
import random

from benchmarks.large.lives import COMMENTED, OUTLETS, Life, comments
from benchmarks.large.plan import Plan
from benchmarks.large.rows import COMMENTER, Rows, at, day, digest, run

COMMENTER_OF = 15  # articles: one more name in each outlet
REMOVED, EDITED = 0.08, 0.04  # of the comments under articles that were read again

LIST = "comment_list (id, sha256, comments)"
COMMENT = "comment (id, article_id, first_sight_key, dup_no, first_seen_at, last_seen_at, state, state_since)"
VERSION = (
    "comment_version (comment_id, seq, run_id, extractor_id, commenter_id, position, posted_at, posted_on, "
    "posted_raw, body, raw, word_count, first_capture_id, last_capture_id, valid_from, valid_to, ended_by, "
    "ended_run_id, end_recorded_at, changed_after, last_seen_at, recorded_at)"
)


def names(plan: Plan) -> Rows:
    """Give the names under comments, each in one outlet."""
    return {
        COMMENTER: [
            (n, 1 + n % OUTLETS, f"reader {n}", f"Reader {n}", f"reader-{digest(n)[:12]}")
            for n in range(1, _names(plan) + 1)
        ]
    }


def under(plan: Plan, several: range, numbers: range) -> Rows:
    """Give the comments under a range of articles; the comments have a range of numbers."""
    found: Rows = {LIST: [], COMMENT: [], VERSION: []}
    number = numbers.start
    for article in several:
        count = comments(article)
        if count:
            _page(plan, article, range(number, number + count), found)
            number += count
    return found


def _page(plan: Plan, article: int, numbers: range, found: Rows) -> None:
    """Give the comments of one page, which all stood there when it was first read."""
    chance, life = random.Random(article * 3 + 2), plan.lives[article - 1]
    again = life.spells[1] if len(life.spells) > 1 else None
    shown: tuple[list[object], list[object]] = ([], [])
    for position, number in enumerate(numbers, start=1):
        words, body = plan.texts.comment(chance)
        # As unequal as people are: some write much.
        name = 1 + life.outlet - 1 + OUTLETS * int(_names(plan) // OUTLETS * chance.random() ** 3)
        posted = life.published + position * 60
        fate = chance.random() if again else 1.0
        entry = {"author": name, "posted": at(posted), "body": body}
        shown[0].append(entry)
        if fate >= REMOVED:
            shown[1].append(entry)
        head = (number, article, digest(name, posted, body), 0)
        wrote = (1, name, position, at(posted), day(posted), at(posted))
        found[COMMENT].append((*head, *_presence(life, removed=fate < REMOVED)))
        found[VERSION] += _spells(
            plan, article, number, (*wrote, body, f"Reader {name}\n{body}", words), fate
        )
    for place, entries in enumerate(shown[: 1 + bool(again)]):
        listed = 2 * (article // COMMENTED) + place
        found[LIST].append((listed, digest("list", listed), json.dumps(entries)))


def _presence(life: Life, *, removed: bool) -> tuple[object, ...]:
    first = life.spells[0]
    if removed:
        return at(first.since), at(first.seen), "removed", at(life.spells[1].since)
    return at(first.since), at(life.spells[-1].seen), "visible", at(first.since)


def _spells(
    plan: Plan, article: int, number: int, wrote: tuple[object, ...], fate: float
) -> list[tuple[object, ...]]:
    """Give the versions of one comment: one, or two where it was edited when the page was read again."""
    life, captures = plan.lives[article - 1], plan.numbers[article - 1]
    first, last = life.spells[0], life.spells[-1]
    ran, since = run(life.outlet, first.since), at(first.since)
    if fate >= REMOVED + EDITED:
        shown = (captures[0], captures[-1], since, None, None, None, None, None, at(last.seen), since)
        return [(number, 1, ran, *wrote, *shown)]
    again = life.spells[1]
    ended_by, ran_again, then = (
        "removed" if fate < REMOVED else "edited",
        run(life.outlet, again.since),
        at(again.since),
    )
    ended = (captures[0], captures[0], since, then, ended_by, ran_again, then, None, at(first.seen), since)
    found: list[tuple[object, ...]] = [(number, 1, ran, *wrote, *ended)]
    if fate >= REMOVED:
        seen = (captures[1], captures[-1], then, None, None, None, None, at(first.seen), at(last.seen), then)
        found.append((number, 2, ran_again, *wrote, *seen))
    return found


def _names(plan: Plan) -> int:
    return OUTLETS * (1 + plan.articles // COMMENTER_OF)
