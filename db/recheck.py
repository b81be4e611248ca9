"""When an article is asked for again: one pure rule."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from db.histories.history import ABSENCES, ABSENT_FOR
from db.words import ArticleState

SHARE = 0.2  # of the time since anything moved; diffengine asks again at the same share of an age
SHORTEST = timedelta(minutes=30)
LONGEST = timedelta(days=30)
WARM = timedelta(days=14)  # how long a comment keeps its article warm
WARM_LONGEST = timedelta(days=1)  # while it does
AUDIT = timedelta(days=365)
JITTER = 0.1  # of the interval at most

_DAY = timedelta(days=1)
_DOUBLINGS = 15  # 30 minutes doubled so often are more than a year
_STATED_END = frozenset({ArticleState.GONE, ArticleState.MERGED, ArticleState.ERASED})
_SEEN_END = frozenset({ArticleState.MISSING, ArticleState.REDIRECTED})
_ENDED = _STATED_END | _SEEN_END
_NONE = timedelta(0)
_WHOLE = 1 << 64
_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: its multiples spread evenly
_ODD = 0x2545F4914F6CDD1D  # any large odd number: instants and articles must not offset each other


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """An article as its last visit left it; instants are aware.

    ``changed_at`` is when its text last changed (or came back); of a first version, when it was
    published (:func:`known_by`). ``commented_at`` is when its newest comment was written, None
    without comments. ``absences`` are the times its address was found without it since it was last
    seen, ``absent_since`` the first of them. ``failures`` are the visits in a row, this one
    included, that told nothing of it: server errors, timeouts, refusals, robots.txt.
    """

    article_id: int
    checked_at: datetime
    changed_at: datetime
    state: ArticleState
    state_since: datetime
    commented_at: datetime | None = None
    absences: int = 0
    absent_since: datetime | None = None
    failures: int = 0


def next_check(checked: Checked) -> datetime:
    """Give when to ask for the article again, in the zone of ``checked_at``.

    It is :func:`interval` after the check, moved by up to a tenth of it (never out of the bounds), so
    that articles published or found together drift apart. The move follows from the article and
    the instant alone: worked out again it is the same. A confirmation is only ever moved later,
    because one that comes before the 48 hours are over confirms nothing; all else only earlier.
    """
    wait = interval(checked)
    moved = wait * (JITTER * _spread(checked.article_id, checked.checked_at))
    if _confirms(checked):
        return checked.checked_at + wait + moved
    return checked.checked_at + max(wait - moved, SHORTEST)


def interval(checked: Checked) -> timedelta:
    """Give how long to wait after the check, before it is moved.

    Watching (live): a fifth of the time since the text changed or the newest comment was written,
    at least 30 minutes and at most 30 days (ARCHIVE-FACTS.md section 1.2, rule 7). A comment keeps
    its article warm for 14 days: it is visited daily at least, but for comments alone not more often
    either. An edit takes the place of a text, which is lost if nobody looked; a comment joins the
    others, and following each from half an hour on took half as many requests as a daily recheck of
    everything (benchmarks/rechecking.py, which allows a third). Where a fifth of the quiet time
    comes to a year (nothing moved for five), the 30 days give way to a yearly audit, which never
    ends: a younger article's silent removal is found within a month, and the long tail of an archive
    costs a request a year each.

    Confirming (found absent, not established): what is left of the 48 hours, shared among the
    observations still wanting of the 3 that make an article missing (rule 5): a day, then what is
    left; so a removal is established two days and at most a tenth after it is first met.

    Ended: an article the outlet called gone, a year. One found missing or redirected, as long again
    as it has been away, between a day and a year: an outage that looked like a removal is found
    out soon, and a dozen requests later only the audit remains.

    After a failure: 30 minutes, doubled with each failure in a row up to a day (OPS-FACTS.md
    section 5, rule R4, has the day; doubling is common practice), and to what the article would
    wait anyway where that is longer: weather is no evidence, and no reason to ask more often.
    """
    regular = _regular(checked)
    if not checked.failures:
        return regular
    backed_off = SHORTEST * (1 << min(checked.failures - 1, _DOUBLINGS))
    return min(backed_off, max(regular, _DAY))


def known_by(seen_at: datetime, stated: datetime | date | None) -> datetime:
    """Give when something appeared: as its page states it, but never later than it was first seen.

    A day without a time is taken to its end in UTC: the article is rather watched a day too closely
    than a day too little. A date in the future would keep its article warm for years.
    """
    if stated is None:
        return seen_at
    if not isinstance(stated, datetime):
        stated = datetime.combine(stated, time.max, UTC)
    return min(stated, seen_at)


def _confirms(checked: Checked) -> bool:
    return bool(checked.absences) and not checked.failures and checked.state not in _ENDED


def _regular(checked: Checked) -> timedelta:
    if checked.state in _STATED_END:
        return AUDIT
    if checked.state in _SEEN_END:
        return min(max(checked.checked_at - checked.state_since, _DAY), AUDIT)
    if checked.absences:
        return _confirming(checked)
    return _watching(checked)


def _watching(checked: Checked) -> timedelta:
    wait = max(checked.checked_at - checked.changed_at, _NONE) * SHARE
    if checked.commented_at is not None:
        since_comment = checked.checked_at - checked.commented_at
        wait = min(wait, WARM_LONGEST if since_comment < WARM else since_comment * SHARE)
    return AUDIT if wait >= AUDIT else min(max(wait, SHORTEST), LONGEST)


def _confirming(checked: Checked) -> timedelta:
    since = checked.absent_since or checked.checked_at
    left = since + ABSENT_FOR - checked.checked_at
    return max(left / max(ABSENCES - checked.absences, 1), SHORTEST)


def _spread(article_id: int, checked_at: datetime) -> float:
    """Give a number from 0 up to 1 that looks random and is not."""
    seed = article_id + int(checked_at.timestamp()) * _ODD
    return (seed * _GOLDEN % _WHOLE) / _WHOLE
