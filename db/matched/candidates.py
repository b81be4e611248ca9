"""Which articles may be one: of a title, and of a day as far as stated, or led from one to another."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.sql.selectable import NamedFromClause

from core.text import fold
from db import identity, rows
from db.matched import merged
from db.matched.likeness import Text, titles_are_alike
from db.models import (
    Article,
    ArticleText,
    ArticleUrl,
    ArticleVersion,
    Document,
    Extraction,
    FetchAttempt,
    table,
)
from db.words import ArticleState, Reading
from db.work import Work

ARTICLE, ARTICLE_URL, ATTEMPT = table(Article), table(ArticleUrl), table(FetchAttempt)
VERSION, TEXT, DOCUMENT = table(ArticleVersion), table(ArticleText), table(Document)
EXTRACTION = table(Extraction)

AT_ONCE = 200  # days asked for in one question
NEAR = 3  # days: pages may state when an article was written, printed, or put online
CROWD = 300  # articles of one day whose titles are compared with each other; of more, equal ones only
NAMESAKES = 12  # articles that may share a title by chance; more are a column, whose dates tell

_SOURCE, _TARGET = ARTICLE_URL.alias("source"), ARTICLE_URL.alias("target")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles that may be one, the lower number first.

    ``redirected``: an address of one led to one of the other; ``certain``: both have an identity of the
    outlet's own, so that its forms tell them from its other articles.
    """

    article_id: int
    other_id: int
    redirected: bool = False
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Titled:
    article_id: int
    published_on: date | None
    heading: str


def touched(work: Work, run_id: int) -> set[int]:
    """Give the outlet's articles that a run read otherwise than before, or that a redirect of it met."""
    told = (Reading.UNCHANGED.value, Reading.COSMETIC.value)
    read = select(EXTRACTION.c.article_id).where(
        EXTRACTION.c.run_id == run_id, EXTRACTION.c.outcome.not_in(told)
    )
    found = set(work.connection.execute(read.distinct()).scalars())
    return found | {article_id for pair in _redirects_of(work, run_id) for article_id in pair}


def find(work: Work, run_id: int, article_ids: Collection[int], *, thorough: bool) -> list[Pair]:
    """Give the pairs that are worth comparing, at least one of each among these articles.

    Asked of the database: the articles published within three days of these, by an index, and those
    without a date; all titles, once, where some of these have no date, or with ``thorough`` (of
    300,000 articles some 3 s). An outlet whose articles are all of one form of addresses costs one
    question.
    """
    forms = _forms(work, article_ids)
    if not any(_has_others(work, one) for one in set(forms.values())):
        return []
    own = _titled(work, article_ids)
    found = {*_of_days(work, own), *_by_title(work, own, thorough=thorough)}
    redirected = {_ordered(*pair) for pair in (*_redirects_of(work, run_id), *_redirects_from(work, own))}
    forms |= _forms(work, {key for pair in found | redirected for key in pair} - forms.keys())
    return [
        Pair(*pair, redirected=pair in redirected)
        for pair in sorted(found | redirected)
        if all(key in forms for key in pair)
    ]


def expand(work: Work, pairs: Iterable[Pair]) -> list[tuple[Pair, Pair]]:
    """Give the pairs with those they stand for: of an article others were merged into, each of them.

    The first of a tuple are the articles that stay now, the second those that are compared: of two
    different forms. Where both forms are met in one that stays, the second is another one than the first.
    """
    wanted = list(pairs)
    members = merged.members(work, {key for pair in wanted for key in (pair.article_id, pair.other_id)})
    everyone = {key for pair in wanted for key in (pair.article_id, pair.other_id)}
    forms = _forms(work, everyone | {key for several in members.values() for key in several}, states=())
    found = []
    for pair in wanted:
        groups = [sorted({key, *members.get(key, ())}) for key in (pair.article_id, pair.other_id)]
        found += [
            (pair, Pair(*_ordered(one, other), pair.redirected, bool(forms[one] and forms[other])))
            for one, other in product(*groups)
            if forms[one] != forms[other]
        ]
    return found


def texts(work: Work, article_ids: Collection[int]) -> dict[int, list[Text]]:
    """Give the believed texts of these articles, the oldest first; standfirst and body are one text."""
    columns = (DOCUMENT.c.title, DOCUMENT.c.published_on, DOCUMENT.c.standfirst, DOCUMENT.c.body)
    query = _versions(VERSION.c.article_id, *columns).order_by(VERSION.c.article_id, VERSION.c.seq)
    found: dict[int, list[Text]] = defaultdict(list)
    for row in rows.among(work.connection, query, VERSION.c.article_id, article_ids):
        body = "\n\n".join(part for part in (row.standfirst, row.body) if part)
        found[row.article_id].append(Text(title=row.title, published_on=row.published_on, body=body))
    return found


def _forms(
    work: Work,
    article_ids: Collection[int],
    states: Collection[str] = (ArticleState.MERGED.value, ArticleState.ERASED.value),
) -> dict[int, str]:
    """Give the form of each article's addresses, those in some states left out."""
    query = select(ARTICLE.c.id, ARTICLE.c.identity).where(
        ARTICLE.c.outlet_id == work.outlet_id, ARTICLE.c.state.not_in(states)
    )
    found = rows.among(work.connection, query, ARTICLE.c.id, article_ids)
    return {row.id: identity.form(row.identity) for row in found}


def _has_others(work: Work, form: str) -> bool:
    """Say whether the outlet has articles of another form: two looks into an index."""
    if not form:
        return True  # addresses have no order of their own
    # "0" follows "/": what begins with the form lies between the two.
    other = or_(ARTICLE.c.identity < f"{form}/", ARTICLE.c.identity >= f"{form}0")
    query = select(ARTICLE.c.id).where(ARTICLE.c.outlet_id == work.outlet_id, other).limit(1)
    return work.connection.execute(query).first() is not None


def _titled(work: Work, article_ids: Collection[int]) -> list[_Titled]:
    found = rows.among(work.connection, _titles(), VERSION.c.article_id, article_ids)
    return [_row(row) for row in found]


def _row(row: Any) -> _Titled:
    return _Titled(row.article_id, row.published_on, fold(row.title))


def _titles() -> rows.Query:
    return _versions(VERSION.c.article_id, DOCUMENT.c.published_on, DOCUMENT.c.title)


def _versions(*columns: Any) -> rows.Query:
    return (
        select(*columns)
        .join_from(VERSION, TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .join(DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        .where(VERSION.c.retracted_at.is_(None))
    )


def _among_outlet(work: Work, condition: ColumnElement[bool]) -> Iterator[_Titled]:
    # With the plus SQLite does not begin with all articles of the outlet.
    query = _titles().join(ARTICLE, ARTICLE.c.id == VERSION.c.article_id)
    asked = query.where(ARTICLE.c.outlet_id + 0 == work.outlet_id, condition)
    for row in work.connection.execute(asked.execution_options(yield_per=1_000)):
        yield _row(row)


def _of_days(work: Work, own: Collection[_Titled]) -> Iterator[tuple[int, int]]:
    """Give the pairs of articles published on one day whose titles are alike, or within three equal."""
    by_day: dict[date, list[_Titled]] = defaultdict(list)
    for one in own:
        if one.published_on is not None:
            by_day[one.published_on].append(one)
    near = {day + timedelta(days=n) for day in by_day for n in range(-NEAR, NEAR + 1)}
    days = sorted(near)
    others: list[_Titled] = []
    for start in range(0, len(days), AT_ONCE):
        others += _among_outlet(work, DOCUMENT.c.published_on.in_(days[start : start + AT_ONCE]))
    yield from _equal([one for several in by_day.values() for one in several], others)
    of_day: dict[date | None, list[_Titled]] = defaultdict(list)
    for other in others:
        of_day[other.published_on].append(other)
    for day, several in by_day.items():
        if len(of_day[day]) <= CROWD:
            yield from _alike(several, of_day[day])


def _alike(own: Collection[_Titled], others: Collection[_Titled]) -> Iterator[tuple[int, int]]:
    for one, other in product(own, others):
        if one.article_id != other.article_id and titles_are_alike(one.heading, other.heading):
            yield _ordered(one.article_id, other.article_id)


def _equal(own: Iterable[_Titled], others: Iterable[_Titled]) -> Iterator[tuple[int, int]]:
    """Give the pairs with equal titles; of a title that many have, those of one day only."""
    wanted: dict[str, list[_Titled]] = defaultdict(list)
    for one in own:
        wanted[one.heading].append(one)
    namesakes: dict[str, list[_Titled]] = defaultdict(list)
    for other in others:
        if other.heading in wanted:
            namesakes[other.heading].append(other)
    for heading, several in namesakes.items():
        are_few = len({other.article_id for other in several}) <= NAMESAKES
        choose = product if are_few else _of_one_day
        for one, other in choose(wanted[heading], several):
            if one.article_id != other.article_id:
                yield _ordered(one.article_id, other.article_id)


def _of_one_day(own: Iterable[_Titled], others: Iterable[_Titled]) -> Iterator[tuple[_Titled, _Titled]]:
    of_day: dict[date | None, list[_Titled]] = defaultdict(list)
    for other in others:
        of_day[other.published_on].append(other)
    for one in own:
        if one.published_on is not None:
            yield from product([one], of_day[one.published_on])


def _by_title(work: Work, own: Collection[_Titled], *, thorough: bool) -> Iterator[tuple[int, int]]:
    """Give the pairs with equal titles, whatever their dates: all, or those one of which states none."""
    undated = [one for one in own if one.published_on is None]
    if thorough:
        yield from _equal(own, _among_outlet(work, true()))
        return
    if undated:
        yield from _equal(undated, _among_outlet(work, true()))
    yield from _equal(own, _among_outlet(work, DOCUMENT.c.published_on.is_(None)))


def _redirects_of(work: Work, run_id: int) -> set[tuple[int, int]]:
    """Give the pairs of articles from an address of one of which a run was led to one of the other."""
    return _led(work, [], ATTEMPT.c.run_id == run_id)


def _redirects_from(work: Work, own: Collection[_Titled]) -> set[tuple[int, int]]:
    """Give the pairs in which an address of one of these articles ever led to one of another, or back."""
    ids = {one.article_id for one in own}
    return _led(work, ids) | _led(work, ids, by=_TARGET)


def _led(
    work: Work,
    article_ids: Collection[int],
    *conditions: ColumnElement[bool],
    by: NamedFromClause[Any] = _SOURCE,
) -> set[tuple[int, int]]:
    source, target = _SOURCE, _TARGET
    query = (
        select(source.c.article_id, target.c.article_id.label("other_id"))
        .join_from(source, ATTEMPT, ATTEMPT.c.url_id == source.c.url_id)
        .join(target, target.c.url_id == ATTEMPT.c.redirect_to_url_id)
        .where(
            source.c.valid_to.is_(None),
            target.c.valid_to.is_(None),
            source.c.article_id != target.c.article_id,
            *conditions,
        )
        .distinct()
    )
    found = (
        work.connection.execute(query).all()
        if conditions
        else rows.among(work.connection, query, by.c.article_id, article_ids)
    )
    return {(row.article_id, row.other_id) for row in found}


def _ordered(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)
