"""What the archives took of the newsstand: which page, when, with what answer, and why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import cache

from newsstand import days
from newsstand.archives.captures import Capture, Coding
from newsstand.articles import Article, Role
from newsstand.shelf import PlannedShelf
from newsstand.site import Site
from newsstand.titles import TITLES, Title

YEARLY = (date(2016, 8, 20), date(2018, 6, 2), date(2019, 11, 9))
"""Days on which a broad crawl passed every page that stood; the last one is the legacy system's last."""

_CODINGS = (Coding.PLAIN, Coding.EMPTY_FIRST, Coding.PLAIN, Coding.EMPTY_LAST, Coding.PLAIN, Coding.DOUBLE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One request an archive made: a path of a title at a moment (aware UTC), and what for."""

    path: str
    moment: datetime
    why: str
    article: str | None = None


def edition(moment: datetime) -> int:
    """Give the newsstand's day whose wording stood at a moment: 1 until its calendar begins."""
    return min(max((moment.date() - days.DAY_ONE).days + 1, 1), days.LAST_DAY)


def standing(title: str, moment: datetime) -> tuple[Article, ...]:
    """Give the articles of a title as they read at a moment: only what was out, only comments made by then.

    An article that has moved stands at its former address, on a legacy page, for its first two days.
    """
    local = moment.replace(tzinfo=None)
    found = []
    for article in days.articles(title, edition(moment)):
        if article.stamp > local:
            continue
        comments = tuple(comment for comment in article.comments if comment.instant() <= moment)
        now = replace(article, comments=comments)
        moving = article.former and local < article.stamp + timedelta(days=2)
        found.append(before_the_move(now) if moving else now)
    return tuple(found)


def before_the_move(article: Article) -> Article:
    """Give a migrated article as it read on the legacy system, at the first of its former addresses."""
    section, slug = article.former[0].strip("/").split("/")[:2]
    return replace(
        article,
        generation="legacy",
        markup="paragraphs",
        section=section,
        slug=slug,
        shown_date=f"{article.stamp:%d.%m.%y}",
        former=(),
    )


@cache
def captures(title: str) -> tuple[Capture, ...]:
    """Give everything the Wayback Machine holds of a title, in no particular order."""
    outlet = TITLES[title]
    taken: list[Capture] = []
    for number, article in enumerate(days.articles(title, days.LAST_DAY)):
        visits = (*_visits(article), *(_of_former(article)))
        taken += _marked([_capture(outlet, visit) for visit in visits], number)
    taken += [_capture(outlet, visit) for visit in _elsewhere(outlet)]
    return (*taken, *_oddities(outlet, taken))


def everything() -> tuple[Capture, ...]:
    """Give everything the Wayback Machine holds of all titles."""
    return tuple(capture for title in TITLES for capture in captures(title))


def _visits(article: Article) -> list[Visit]:
    out = article.stamp.replace(tzinfo=UTC)
    begin = out + timedelta(days=3 if article.former else 1, minutes=7)
    moments = [
        (begin, "first"),
        (begin + timedelta(hours=2), "same day"),
        (begin + timedelta(days=33), "comments complete"),
    ]
    if article.generation == "legacy":
        moments += [(datetime(d.year, d.month, d.day, 3, 14, 15, tzinfo=UTC), "broad crawl") for d in YEARLY]
    opened = datetime(days.DAY_ONE.year, days.DAY_ONE.month, days.DAY_ONE.day, 21, tzinfo=UTC)
    moments += [(opened + timedelta(days=n), f"day {n + 1}") for n in range(days.LAST_DAY)]
    seen = [(moment, why) for moment, why in moments if moment >= begin]
    visits = [Visit(path=article.path, moment=m, why=why, article=article.key) for m, why in seen]
    for address in article.addresses():
        if address.role is Role.ALIAS:
            moment = begin + timedelta(days=12)
            visits.append(Visit(path=address.path, moment=moment, why="alias", article=article.key))
    return visits


def _of_former(article: Article) -> list[Visit]:
    if not article.former:
        return []
    out = article.stamp.replace(tzinfo=UTC)
    first = Visit(
        path=article.former[0], moment=out + timedelta(hours=12), why="before the move", article=article.key
    )
    later = [
        Visit(path=path, moment=out + timedelta(days=5), why="moved", article=article.key)
        for path in article.former
    ]
    return [first, *later]


def _elsewhere(title: Title) -> list[Visit]:
    """Give visits of pages that are no articles, and of pages that never were."""
    paths = ["/", "/robots.txt", f"/{title.front.segment}", "/write/MediaUploads/logo.gif", "/never-was"]
    moments = [datetime(d.year, d.month, d.day, 4, tzinfo=UTC) for d in YEARLY]
    return [Visit(path=path, moment=moment, why="no article") for path in paths for moment in moments]


def _capture(title: Title, visit: Visit) -> Capture:
    shelf = PlannedShelf(standing(title.key, visit.moment))
    day = (visit.moment.date() - days.DAY_ONE).days + 1
    origin = f"http://{title.host}"
    answer = Site(title, shelf, day=day, origin=origin).answer(visit.path)
    legacy = visit.moment.year < 2020  # noqa: PLR2004 - the year the legacy system's servers went
    headers = [
        ("Date", format_datetime(visit.moment, usegmt=True)),
        ("Server", "Microsoft-IIS/7.5" if legacy else "nginx"),
        *answer.headers,
    ]
    if answer.last_modified:
        headers.append(("Last-Modified", answer.last_modified))
    return Capture(
        url=origin + visit.path,
        taken=visit.moment,
        title=title.key,
        why=visit.why,
        article=visit.article,
        status=answer.status,
        phrase=_phrase(answer.status, legacy=legacy),
        headers=tuple(headers),
        body=answer.body,
    )


def _phrase(status: int, *, legacy: bool) -> str:
    words = {
        200: "Document follows" if legacy else "OK",
        301: "Moved Permanently",
        404: "Not Found",
        410: "Gone",
    }
    return words.get(status, "")


def _marked(taken: list[Capture], number: int) -> list[Capture]:
    """Give an article's captures with the defects its number brings: codings, repeats, ports, schemes.

    What was fetched twice on one day with the same body is a revisit the second time.
    """
    coding = _CODINGS[number % len(_CODINGS)]
    marked: list[Capture] = []
    for at, capture in enumerate(taken):
        host = capture.url.split("/")[2]
        spellings = {1: f"http://{host}:80", 2: f"https://{host}", 3: f"http://{host.removeprefix('www.')}"}
        spelling = spellings.get((number + at) % 7)
        url = capture.url.replace(f"http://{host}", spelling) if spelling else capture.url
        ok = capture.status == 200  # noqa: PLR2004 - the HTTP status
        same = any(before.status == 200 and before.body == capture.body for before in marked)  # noqa: PLR2004
        marked.append(
            replace(
                capture,
                url=url,
                coding=coding if ok else Coding.PLAIN,
                repeats=2 + number % 3 if at == 0 and number % 4 == 1 else 1,
                revisit=ok and same and capture.why == "same day",
            )
        )
    return marked


def _oddities(title: Title, taken: list[Capture]) -> list[Capture]:
    """Give what no outlet means to be archived: errors of a bad day, junk, rows without a memento."""
    page = [c for c in taken if c.why == "comments complete"][-1]  # of the oldest article
    host = f"http://{title.host}"

    def odd(why: str, hours: int, change: Callable[[Capture], Capture]) -> Capture:
        moment = page.taken + timedelta(hours=hours)
        return change(replace(page, taken=moment, why=why, coding=Coding.PLAIN, revisit=False, repeats=1))

    html = (("Content-Type", "text/html"),)
    home = (*html, ("Location", f"{host}/"))
    stray = page.taken + timedelta(hours=50)
    listed = f"{stray:%Y}00{stray:%m%d%H%M}"  # two digits put in, the seconds fallen off
    return [
        odd(
            "archived 503",
            10,
            lambda c: replace(c, status=503, phrase="Service Unavailable", headers=html, body=b"Busy\n"),
        ),
        odd(
            "archived 429",
            20,
            lambda c: replace(c, status=429, phrase="Slow down", headers=html, body=b"Slower\n"),
        ),
        odd("led home", 30, lambda c: replace(c, status=302, phrase="Found", headers=home, body=b"")),
        odd("no memento", 40, lambda c: replace(c, playable=False)),
        odd("malformed timestamp", 50, lambda c: replace(c, listed=listed)),
        odd("empty body", 60, lambda c: replace(c, body=b"")),
        odd(
            "junk address",
            70,
            lambda c: replace(c, url=f"http://mailto:desk@{title.host}/", status=404, playable=False),
        ),
    ]
