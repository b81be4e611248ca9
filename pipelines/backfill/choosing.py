"""Which of the captures that archives list of an address are worth fetching: one pure rule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from itertools import pairwise

from db.mementos import EMPTY_BODY, Judged, Listed
from db.words import Choice, MementoState

LATER = 10  # ranks by which a capture falls back each time that the archive does not give it
SETTLED_AFTER = timedelta(days=30)  # by then the comments of an article are complete
RANKS = {choice: rank for rank, choice in enumerate(Choice)}
"""The order in which chosen captures are fetched: the words' own."""

_READABLE = frozenset({"text/html", "application/xhtml+xml"})
# What indexes write where they do not know; a page is not lost for that.
_UNSTATED = frozenset({"", "-", "unk", "no-type", "warc/revisit", "application/octet-stream"})
_OK, _REDIRECTS, _NOT_MODIFIED = 200, range(300, 400), 304
_ABSENT = frozenset({404, 410})


class _Kind(Enum):
    PAGE = auto()
    REDIRECT = auto()
    ABSENCE = auto()
    NOTHING = auto()  # it tells nothing of the article


@dataclass(frozen=True, slots=True)
class _Told:
    """A row with what kind of answer it was; rows with one ``key`` showed the same bytes."""

    row: Listed
    kind: _Kind
    key: str


def choose(
    group: Iterable[Listed], *, is_article: bool, published_on: date | None, held: Mapping[str, str]
) -> list[Judged]:
    """Judge all listed captures of one address, in any order; give one judgement for each, oldest first.

    Chosen are (ARCHIVE-FACTS.md section 5.4) the first page, the last one before the address died, the
    nearest at or after publication and 30 days, and every page with another digest, each digest once: a
    digest that comes back is the same bytes. Those whose digest is stated nowhere are all chosen. Of
    redirects, whose target is in their record only, those with another digest; where the digest says
    nothing (no bytes), the first and the last of each run of them.

    ``published_on`` is a day in the outlet's zone, None while unknown; ``held`` gives the SHA-256 of the
    pages held of this address by their digest (:func:`db.mementos.known`): they are observed. So are
    404 and 410. What tells nothing of an article (5xx, 429, 403, other kinds of content, no bytes) is
    passed over, and all is where the address ``is_article`` of nothing. What a run has settled stays.
    """
    ordered = sorted(group, key=lambda row: (row.memento.archived_at, row.id))
    told = _told(ordered) if is_article else [_Told(row, _Kind.NOTHING, "") for row in ordered]
    bytes_of = {_page_key(digest): sha256 for digest, sha256 in held.items()} | _shown(told)
    chosen = _chosen(told, bytes_of, published_on)
    return [_kept(one.row) if one.row.is_settled() else _judged(one, chosen, bytes_of) for one in told]


def _told(ordered: Sequence[Listed]) -> list[_Told]:
    stated: dict[str, _Kind] = {}
    for row in ordered:
        kind = _kind(row)
        if row.memento.status is not None and row.memento.digest and kind is not _Kind.NOTHING:
            # The same bytes with several answers (a page that says "not found" in words): a page.
            stated[row.memento.digest] = min(kind, stated.get(row.memento.digest, kind), key=_order)
    told: list[_Told] = []
    runs = 0
    for row in ordered:
        kind = _kind(row)
        if row.memento.status is None and kind is _Kind.PAGE:  # a revisit: it is what its like was
            kind = stated.get(row.memento.digest, kind)
            if kind is _Kind.ABSENCE:  # which of the two is not said
                kind = _Kind.NOTHING
        if kind in {_Kind.PAGE, _Kind.ABSENCE}:
            runs += 1
        told.append(_Told(row, kind, _key(row, kind, runs)))
    return told


def _order(kind: _Kind) -> int:
    return kind.value


def _kind(row: Listed) -> _Kind:
    status = row.memento.status
    if status in _ABSENT:
        return _Kind.ABSENCE
    if status in _REDIRECTS and status != _NOT_MODIFIED:
        return _Kind.REDIRECT
    if status not in {_OK, None} or not _may_be_page(row):
        return _Kind.NOTHING
    return _Kind.PAGE


def _may_be_page(row: Listed) -> bool:
    content_type = (row.memento.content_type or "").split(";")[0].strip().lower()
    return row.memento.digest != EMPTY_BODY and content_type in _READABLE | _UNSTATED


def _key(row: Listed, kind: _Kind, run: int) -> str:
    """Give what rows of the same bytes have in common; for redirects that show none, their run."""
    if row.memento.digest and row.memento.digest != EMPTY_BODY:
        return f"{kind.name} {row.memento.digest}"
    return f"{kind.name} run {run}" if kind is _Kind.REDIRECT else f"{kind.name} row {row.id}"


def _page_key(digest: str) -> str:
    return f"{_Kind.PAGE.name} {digest}"


def _shown(told: Sequence[_Told]) -> dict[str, str]:
    """Give the SHA-256 of bytes that runs have fetched or observed, by their key."""
    return {
        one.key: one.row.sha256
        for one in told
        if one.row.is_settled() and one.row.sha256 and one.row.state is not MementoState.LACKING
    }


def _chosen(told: Sequence[_Told], held: Mapping[str, str], published_on: date | None) -> dict[int, Choice]:
    """Give why each row that is to be fetched is, by its id; of rows with the same bytes one."""
    done = {
        one.key
        for one in told
        if one.key in held
        or one.row.state is MementoState.FETCHED
        or (one.row.state is MementoState.OBSERVED and one.row.is_settled())
    }
    open_still = [one for one in told if one.row.state is not MementoState.LACKING]
    fullest: dict[str, _Told] = {}
    for one in open_still:
        if one.row.memento.status is not None:
            fullest.setdefault(one.key, one)
    chosen: dict[int, Choice] = {}
    for choice, one in _wanted(open_still, published_on):
        if one.key in done:
            continue
        done.add(one.key)
        # A revisit's own record has no bytes: its like's does.
        taken = one if one.row.memento.status is not None else fullest.get(one.key, one)
        chosen[taken.row.id] = choice
    return chosen | _ends_of_runs(open_still, chosen)


def _wanted(told: Sequence[_Told], published_on: date | None) -> Iterator[tuple[Choice, _Told]]:
    """Give the rows worth fetching, each with why, those that tell most first; some more than once."""
    pages = [one for one in told if one.kind is _Kind.PAGE]
    yield from ((Choice.FIRST, one) for one in pages[:1])
    telling = [one for one in told if one.kind is not _Kind.NOTHING]
    yield from (
        (Choice.LAST, one)
        for one, after in pairwise(telling)
        if one.kind is _Kind.PAGE and after.kind is not _Kind.PAGE
    )
    yield from ((Choice.LAST, one) for one in pages[-1:])
    if published_on is not None:
        settled = datetime.combine(published_on, time.min, UTC) + SETTLED_AFTER
        late = (one for one in pages if one.row.memento.archived_at >= settled)
        yield from ((Choice.SETTLED, one) for one in list(late)[:1])
    yield from ((Choice.CHANGED, one) for one in pages)
    yield from ((Choice.REDIRECT, one) for one in told if one.kind is _Kind.REDIRECT)


def _ends_of_runs(told: Sequence[_Told], chosen: Mapping[int, Choice]) -> dict[int, Choice]:
    """Give the last redirect of each run that says nothing by its digest, beside the first."""
    ends: dict[str, Listed] = {}
    for one in told:
        if one.key.startswith(f"{_Kind.REDIRECT.name} run "):
            ends[one.key] = one.row
    return {row.id: Choice.REDIRECT for row in ends.values() if row.id not in chosen and not row.is_settled()}


def _judged(one: _Told, chosen: Mapping[int, Choice], held: Mapping[str, str]) -> Judged:
    row = one.row
    if one.kind is _Kind.NOTHING:
        return Judged(memento_id=row.id, state=MementoState.PASSED_OVER)
    if one.kind is _Kind.ABSENCE:
        return Judged(memento_id=row.id, state=MementoState.OBSERVED)
    if sha256 := held.get(one.key):
        return Judged(memento_id=row.id, state=MementoState.OBSERVED, sha256=sha256)
    if choice := chosen.get(row.id):
        put_off = row.rank // LATER * LATER if row.state is MementoState.CHOSEN else 0
        rank = RANKS[choice] + put_off
        return Judged(memento_id=row.id, state=MementoState.CHOSEN, choice=choice, rank=rank)
    return Judged(memento_id=row.id, state=MementoState.SPARED)


def _kept(row: Listed) -> Judged:
    return Judged(memento_id=row.id, state=row.state, choice=row.choice, rank=row.rank, sha256=row.sha256)
