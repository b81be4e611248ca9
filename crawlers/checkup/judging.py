"""What is wrong with an outlet, judged from what a check found: one pure function."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.records import CommentState, Reason
from crawlers.checkup.card import ArticleFacts, Examined, RobotsAnswer, RobotsFacts
from crawlers.families.generic import GenericLayout
from crawlers.outlet import Outlet

FEW = 3  # articles that have to be alike before it is no chance
SHORT = 40  # words; what is shorter is a teaser or a wall (as health counts texts: db/running/operation.py)
STALE = timedelta(days=60)  # since the newest item of a source
AHEAD = timedelta(days=1)  # a page's day may be tomorrow's, where it lies east of us
APART = timedelta(days=2)  # a page's day from its feed's: feeds mislabel zones (OUTLETS.md section 1)
LONG_DELAY = 60.0  # seconds between two requests, at which a crawl takes hours


class Grade(StrEnum):
    """The verdict of a check."""

    GOOD = "good"
    GAPS = "usable with gaps"
    BROKEN = "broken"


class Weight(StrEnum):
    """How much a finding matters."""

    BROKEN = "broken"
    GAP = "gap"
    NOTE = "note"  # nothing is wrong


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, in a sentence that says what to do."""

    weight: Weight
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What findings are made from; ``today`` is in UTC, ``live`` says whether the site itself was asked."""

    outlet: Outlet
    robots: RobotsFacts
    examined: Examined
    today: date
    live: bool = True


def grade(findings: Sequence[Finding]) -> Grade:
    """Give the verdict: the worst finding decides."""
    weights = {finding.weight for finding in findings}
    if Weight.BROKEN in weights:
        return Grade.BROKEN
    return Grade.GAPS if Weight.GAP in weights else Grade.GOOD


def findings(checked: Checked) -> list[Finding]:
    """Give what was found, the worst first; the same facts give the same findings."""
    found = [finding for rule in _RULES for finding in rule(checked)]
    return sorted(found, key=lambda one: list(Weight).index(one.weight))


Rule = Callable[[Checked], Iterator[Finding]]


def _robots(checked: Checked) -> Iterator[Finding]:
    robots = checked.robots
    if robots.answer is RobotsAnswer.UNREACHABLE:
        yield Finding(Weight.BROKEN, "robots.txt cannot be had, so nothing may be asked: try again later")
    elif not robots.allowed:
        yield Finding(
            Weight.BROKEN, "robots.txt forbids the home page: ask the outlet for leave, or leave it alone"
        )
    if robots.crawl_delay and robots.crawl_delay > LONG_DELAY:
        yield Finding(
            Weight.GAP,
            f"robots.txt asks for {robots.crawl_delay:g} s between two requests: a crawl takes hours; "
            "keep the listings few, and schedule it once a day",
        )


def _sources(checked: Checked) -> Iterator[Finding]:
    examined, sources = checked.examined, checked.examined.sources
    if not examined.told_of:
        if checked.robots.answer is not RobotsAnswer.UNREACHABLE:
            yield Finding(
                Weight.BROKEN,
                "no source tells of an article that a crawl would follow: compare the outlet's `forms` with "
                "the addresses of its articles, and its `listings` and `feeds` with what the home page links",
            )
        return
    working = {source.kind for source in sources if source.articles}
    for source in sources:
        if source.articles or source.kind == "home":
            continue
        why = source.problem or ("tells of nothing" if not source.items else "tells of no article's address")
        others = f"another {source.kind} works" if source.kind in working else f"no {source.kind} works"
        weight = Weight.NOTE if source.kind in working or source.named_by != "the outlet" else Weight.GAP
        yield Finding(
            weight, f"{source.kind} {source.url}: {why} ({others}): mend or remove it in the outlet"
        )
    dated = [source for source in sources if source.newest is not None and source.articles]
    newest = max((source.newest for source in dated if source.newest), default=None)
    if checked.live and newest is not None and checked.today - newest > STALE:
        yield Finding(
            Weight.GAP,
            f"the newest article that a source dates is of {newest}: look whether its listings and "
            "feeds have moved, or the outlet sleeps",
        )


def _articles(checked: Checked) -> Iterator[Finding]:
    articles = checked.examined.articles
    unread = [article for article in articles if article.problem is not None]
    walled = [article for article in unread if article.reason is Reason.WALLED]
    if articles and 2 * len(unread) > len(articles):
        first = unread[0]
        yield Finding(
            Weight.BROKEN,
            f"{len(unread)} of {len(articles)} articles could not be read, the first is {first.url} "
            f"({first.problem}): see with `cuttings extract URL --outlet {checked.outlet.key}`",
        )
    elif unread:
        yield Finding(
            Weight.GAP,
            f"{len(unread)} of {len(articles)} articles could not be read, the first is {unread[0].url} "
            f"({unread[0].problem})",
        )
    if walled:
        yield Finding(
            Weight.GAP,
            f"{len(walled)} of {len(articles)} articles stand behind a paywall, a sign-in or a consent page: "
            "only what is free to read is kept",
        )


def _addresses(checked: Checked) -> Iterator[Finding]:
    outlet, articles = checked.outlet, checked.examined.articles
    strange = [article.url for article in articles if outlet.article_key(article.url) is None]
    if strange and outlet.forms:
        yield Finding(
            Weight.GAP,
            f"{len(strange)} of {len(articles)} articles have an address that none of the outlet's `forms` "
            f"knows, the first is {strange[0]}: only feeds lead to such articles",
        )


def _texts(checked: Checked) -> Iterator[Finding]:
    read = checked.examined.read
    if len(read) >= FEW and len({article.title for article in read}) == 1:
        yield Finding(
            Weight.BROKEN,
            f"every article has the headline '{read[0].title}': the layout reads chrome for it",
        )
    if len(read) >= FEW and len({article.opening for article in read}) == 1:
        yield Finding(
            Weight.BROKEN, "every article begins with the same text: the layout reads chrome for the body"
        )
    short = [article for article in read if article.words < SHORT]
    if short:
        yield Finding(
            Weight.BROKEN if 2 * len(short) > len(read) else Weight.GAP,
            f"{len(short)} of {len(read)} texts have fewer than {SHORT} words, the first is {short[0].url}: "
            "a teaser, or a layout that stops too early",
        )
    own = {layout.name for layout in checked.outlet.layouts}
    generic = [article for article in read if article.layout == GenericLayout.name]
    if generic and own - {GenericLayout.name}:
        yield Finding(
            Weight.GAP,
            f"{len(generic)} of {len(read)} articles were read by the generic layout, because none of the "
            f"outlet's own ({', '.join(sorted(own))}) knows them; the first is {generic[0].url}",
        )


def _dates(checked: Checked) -> Iterator[Finding]:
    read = checked.examined.read
    dated = [
        (article, article.published.on) for article in read if article.published and article.published.on
    ]
    ahead = [(article, day) for article, day in dated if day > checked.today + AHEAD]
    if ahead:
        yield Finding(
            Weight.BROKEN,
            f"{len(ahead)} of {len(read)} articles are dated in the future, {ahead[0][0].url} on "
            f"{ahead[0][1]}: look whether day and month are taken for each other",
        )
    apart = [
        (article, day, article.told.on)
        for article, day in dated
        if article.told and article.told.on and abs(day - article.told.on) > APART
    ]
    if apart:
        article, day, told = apart[0]
        yield Finding(
            Weight.BROKEN if 2 * len(apart) > len(dated) else Weight.GAP,
            f"{len(apart)} of {len(dated)} dates are not those of the source, {article.url} says {day}, "
            f"{article.source} {told}: the page's date may be another one's",
        )
    alike = {article.published.stated() for article, _ in dated if article.published}
    told_alike = {article.told.on for article, _ in dated if article.told} - {None}
    if len(dated) >= FEW and len(alike) == 1 and len(told_alike) != 1:
        yield Finding(
            Weight.BROKEN if told_alike else Weight.GAP,
            f"all {len(dated)} dates are {alike.pop()}: the layout may read that of the page's frame",
        )


def _shares(checked: Checked) -> Iterator[Finding]:
    read, expects = checked.examined.read, checked.outlet.expects
    if not read:
        return
    counts: dict[str, tuple[int, float | None]] = {
        "date": (sum(_is_dated(article) for article in read), expects.dated),
        "byline": (sum(article.byline is not None for article in read), expects.with_byline),
    }
    for name, (count, least) in counts.items():
        wanted = 1.0 if least is None and name == "date" else least or 0.0
        if count < wanted * len(read) or (count == 0 and least is None):
            declared = f", {least:.0%} are declared" if least is not None else ""
            yield Finding(
                Weight.GAP,
                f"{count} of {len(read)} articles have a {name}{declared}: look whether the page states one; "
                "what is never there is declared in the outlet's `expects`",
            )


def _is_dated(article: ArticleFacts) -> bool:
    return article.published is not None and article.published.stated() is not None


def _comments(checked: Checked) -> Iterator[Finding]:
    read, expected = checked.examined.read, checked.outlet.expects.comments
    if not read:
        return
    states = {article.comment_state for article in read}
    some = sum(article.comments > 0 for article in read)
    if some and expected is False:
        yield Finding(
            Weight.GAP,
            f"{some} of {len(read)} articles have comments, and the outlet is declared to have none",
        )
    elif states == {CommentState.UNKNOWN} and expected is not False:
        yield Finding(
            Weight.GAP if expected else Weight.NOTE,
            "no comment section was recognised: where readers never comment, declare "
            "`expects=Expectations(comments=False)`",
        )
    if CommentState.UNSUPPORTED in states:
        yield Finding(
            Weight.NOTE, "comments are kept by a system that cannot be read: they are not collected"
        )


_RULES: tuple[Rule, ...] = (_robots, _sources, _articles, _addresses, _texts, _dates, _shares, _comments)
