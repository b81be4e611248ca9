"""The recheck schedule over an invented year, against asking for every article once a day.

What is assumed, not measured: three newsrooms of 1,500 articles a year each, published evenly over
the year. *Quick fixers* edit close to half of their articles, mostly within hours. *Slow correctors*
edit a third, half of the edits within days and half at any time in the year after (evenly in the
logarithm of the age). *Heavy commenters* edit a third and have a dozen comments under most articles, a
few of them weeks late. A part of the edits is undone after hours or days; one article in fifty is
removed (404) at any age. Every article is known within the hour; a recheck run begins at every full
hour and asks for all that is due then, without a bound. The daily one asks at midnight for all that is
known and not established missing.

An edit counts where it stands for a day within the year; it is caught where a visit sees its text
before another takes its place, and tells it from the text seen before: a text that came and went
between two visits is lost, and so is the return to the one before. One that is still unseen when the
year ends is lost too. Articles of earlier years, of which the daily recheck would ask every one and
the schedule one in thirty, are left out: they would flatter the schedule.
"""

import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from benchmarks.arguments import parser, positive
from benchmarks.figure import Bound, Figure
from db.histories.history import ABSENCES, ABSENT_FOR
from db.recheck import LONGEST, Checked, next_check
from db.words import ArticleState

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ENDED = BEGAN + timedelta(days=365)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ARTICLES = 1500  # of each newsroom
REMOVED = 0.02  # of the articles
CAUGHT, ASKED = 0.95, 1 / 3  # what is promised: of the edits, and of the daily requests


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """How one edits: ``delay`` and ``undone_after`` are medians in hours of log-normal distributions.

    ``edits`` is the mean number of an article's edits, ``late`` the share of them at any time in the
    year after, ``undone`` the share taken back; ``comments`` the mean number under an article.
    """

    name: str
    edits: float
    delay: float
    late: float
    undone: float
    undone_after: float
    comments: float = 1.0


NEWSROOMS = (
    Newsroom(name="quick fixers", edits=0.8, delay=3, late=0.1, undone=0.1, undone_after=6),
    Newsroom(name="slow correctors", edits=0.4, delay=48, late=0.5, undone=0.15, undone_after=48),
    Newsroom(
        name="heavy commenters", edits=0.4, delay=12, late=0.2, undone=0.1, undone_after=24, comments=12
    ),
)


@dataclass(frozen=True, kw_only=True)
class Life:
    """One article: when it showed which text, when comments came, when it was removed."""

    number: int
    texts: tuple[tuple[datetime, int], ...]
    comments: tuple[datetime, ...]
    removed_at: datetime | None

    @property
    def published_at(self) -> datetime:
        """When its first text came."""
        return self.texts[0][0]

    def stood_a_day(self) -> set[int]:
        """Give which of its texts, by their place, are edits that stood for a day within the year.

        A text that merely takes back one that stood for hours is none: it was there before. So is
        one that came before the article was known.
        """
        ends = [at for at, _ in self.texts[1:]] + [min(self.removed_at or ENDED, ENDED)]
        stood, before = set(), self.texts[0][1]
        for place, ((at, text), end) in enumerate(zip(self.texts, ends, strict=True)):
            if at <= _next_run(self.published_at):
                before = text
            elif min(end, ENDED) - at >= DAY:
                if text != before:
                    stood.add(place)
                before = text
        return stood


@dataclass(kw_only=True)
class Watched:
    """What watching one article came to; ``caught`` are places of its texts."""

    requests: int = 0
    caught: set[int] = field(default_factory=set)
    removal_known_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Year:
    """What a year of one newsroom came to; ``delays`` are from removal to its being established."""

    edits: int
    caught: int
    requests: int
    removals: int
    delays: tuple[timedelta, ...]


Rule = Callable[[Checked], datetime]


def figures() -> list[Figure]:
    """Give the worst newsroom's figures; the promises are of the schedule itself."""
    years = {newsroom.name: _years(newsroom) for newsroom in NEWSROOMS}
    caught = {name: ours.caught / ours.edits for name, (ours, _) in years.items()}
    asked = {name: ours.requests / daily.requests for name, (ours, daily) in years.items()}
    known = {name: len(ours.delays) / ours.removals for name, (ours, _) in years.items()}
    worst, greediest = min(caught, key=caught.__getitem__), max(asked, key=asked.__getitem__)
    blindest = min(known, key=known.__getitem__)
    return [
        Figure(
            name=f"edits that stand for a day, caught by the recheck schedule (worst: {worst})",
            ours=_share(years[worst][0].caught, years[worst][0].edits),
            yardstick=_share(years[worst][1].caught, years[worst][1].edits),
            ratio=caught[worst],
            bound=Bound.AT_LEAST,
            wanted=CAUGHT,
        ),
        Figure(
            name=f"requests for that, against a daily recheck (worst: {greediest})",
            ours=f"{years[greediest][0].requests:,} a year",
            yardstick=f"{years[greediest][1].requests:,} a year",
            ratio=asked[greediest],
            bound=Bound.AT_MOST,
            wanted=round(ASKED, 3),
        ),
        Figure(
            name=f"removals established by the year's end (worst: {blindest})",
            ours=_delays(years[blindest][0].delays),
            yardstick=_delays(years[blindest][1].delays),
            ratio=known[blindest],
            bound=Bound.AT_LEAST,
            wanted=1.0,
        ),
    ]


def year(newsroom: Newsroom, rule: Rule, *, seed: int = 3) -> Year:
    """Watch every article of a newsroom for a year by a rule."""
    edits = caught = requests = removals = 0
    delays = []
    for life in _lives(newsroom, seed):
        watched = watch(life, rule)
        counting = life.stood_a_day()
        edits += len(counting)
        caught += len(counting & watched.caught)
        requests += watched.requests
        # A removal of the last weeks cannot be known before the year ends, whoever looks.
        if life.removed_at and life.removed_at < ENDED - LONGEST - 2 * ABSENT_FOR:
            removals += 1
            if watched.removal_known_at:
                delays.append(watched.removal_known_at - life.removed_at)
    return Year(edits=edits, caught=caught, requests=requests, removals=removals, delays=tuple(delays))


def watch(life: Life, rule: Rule) -> Watched:
    """Visit an article whenever the rule says so, until the year ends."""
    watched = Watched()
    at = _next_run(life.published_at)
    state, state_since, changed_at = ArticleState.LIVE, life.published_at, life.published_at
    appeared = [came for came, _ in life.texts]
    absences, absent_since, seen = 0, None, bisect_right(appeared, at) - 1
    while at < ENDED:
        removed = life.removed_at is not None and life.removed_at <= at
        if removed:
            absences, absent_since = absences + 1, absent_since or at
            if state is ArticleState.LIVE and absences >= ABSENCES and at - absent_since >= ABSENT_FOR:
                state, state_since, watched.removal_known_at = ArticleState.MISSING, absent_since, at
        else:
            place = bisect_right(appeared, at) - 1
            if life.texts[place][1] != life.texts[seen][1]:
                watched.caught.add(place)
                changed_at = at
            seen = place
        comments = bisect_right(life.comments, at)
        checked = Checked(
            article_id=life.number,
            checked_at=at,
            changed_at=changed_at,
            state=state,
            state_since=state_since,
            commented_at=life.comments[comments - 1] if comments and not removed else None,
            absences=absences,
            absent_since=absent_since,
        )
        at = _next_run(rule(checked))
        watched.requests += at < ENDED
    return watched


def daily(checked: Checked) -> datetime:
    """Give the next midnight; never again for an article that is established missing."""
    if checked.state is ArticleState.MISSING:
        return ENDED
    return BEGAN + math.floor((checked.checked_at - BEGAN) / DAY + 1) * DAY


def _years(newsroom: Newsroom) -> tuple[Year, Year]:
    return year(newsroom, next_check), year(newsroom, daily)


def _next_run(due: datetime) -> datetime:
    return BEGAN + math.ceil((due - BEGAN) / HOUR) * HOUR


@cache
def _lives(newsroom: Newsroom, seed: int) -> tuple[Life, ...]:
    chance = random.Random(f"{newsroom.name} {seed}")
    return tuple(_life(newsroom, number, chance) for number in range(1, ARTICLES + 1))


def _life(newsroom: Newsroom, number: int, chance: random.Random) -> Life:
    published = BEGAN + chance.random() * 365 * DAY
    removed = published + _any_age(chance) if chance.random() < REMOVED else None
    texts = [(published, 0)]
    edits = sorted(_edited(newsroom, chance) for _ in range(_number(newsroom.edits, chance)))
    for text, after in enumerate(edits, start=1):
        if published + after <= texts[-1][0]:
            continue  # an undoing that is still to come has made it pointless
        texts.append((published + after, text))
        if chance.random() < newsroom.undone:
            texts.append((texts[-1][0] + _log_normal(newsroom.undone_after, 1.5, chance), texts[-2][1]))
    comments = sorted(
        published + _log_normal(18, 1.6, chance) for _ in range(_number(newsroom.comments, chance))
    )
    last = min(removed or ENDED, ENDED)
    return Life(
        number=number,
        texts=tuple(entry for entry in texts if entry[0] == published or entry[0] < last),
        comments=tuple(at for at in comments if at < last),
        removed_at=removed,
    )


def _edited(newsroom: Newsroom, chance: random.Random) -> timedelta:
    late = chance.random() < newsroom.late
    return _any_age(chance) if late else _log_normal(newsroom.delay, 1.5, chance)


def _any_age(chance: random.Random) -> timedelta:
    """Give an age from a day to a year, evenly in its logarithm."""
    return DAY * float(365 ** chance.random())


def _log_normal(median: float, sigma: float, chance: random.Random) -> timedelta:
    return HOUR * chance.lognormvariate(math.log(median), sigma)


def _number(mean: float, chance: random.Random) -> int:
    """Give how many there are of what few have much of and most have little: geometric from 0."""
    return int(math.log(1 - chance.random()) / math.log(mean / (1 + mean)))


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def _delays(found: Sequence[timedelta]) -> str:
    if not found:
        return "none"
    days = statistics.median(delay / DAY for delay in found)
    return f"after {days:.1f} d, {max(found) / DAY:.0f} d at most"


if __name__ == "__main__":
    wishes = parser("benchmarks.rechecking", __doc__)
    wishes.add_argument("seed", type=positive, nargs="?", default=3, help="another invented year (3)")
    chosen = wishes.parse_args().seed
    for room in NEWSROOMS:
        for label, rule_of in (("schedule", next_check), ("daily", daily)):
            print(room.name, label, year(room, rule_of, seed=chosen))
