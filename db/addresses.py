"""The addresses of articles, and the roles they play."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from db import rows
from db.identity import Visit
from db.models import Article, ArticleUrl, table
from db.words import AddressRole
from db.work import Work

ARTICLE, ARTICLE_URL = table(Article), table(ArticleUrl)


@dataclass(frozen=True, slots=True)
class _Claim:
    """That an address leads to an article."""

    url_id: int
    article_id: int
    role: AddressRole
    at: datetime


@dataclass(frozen=True, slots=True)
class _Held:
    id: int
    article_id: int
    role: str


@dataclass(frozen=True, slots=True)
class _Addresses:
    """What is known of the addresses of a visit, and of its article's own one."""

    ids: Mapping[str, int]
    own: int
    held: Mapping[int, _Held]

    def canonical(self, visit: Visit, article_id: int) -> int:
        """Give the article's own address, by this visit: stated, else as it was, never another's."""
        stated = visit.record.canonical_url
        for url_id in (self.ids[stated] if stated else None, self.own):
            holder = self.held.get(url_id) if url_id else None
            if url_id and (holder is None or holder.article_id == article_id):
                return url_id
        return self.ids[visit.record.url]


def record(
    work: Work,
    visits: Sequence[Visit],
    article_ids: Sequence[int],
    url_ids: Mapping[str, int],
    late: Collection[int] = (),
) -> None:
    """Keep every address of the visits with its role.

    An address that was followed leads to the article it led to now, whatever it led to before. A
    ``rel=canonical`` is only the page's word: it does not take an address from another article.
    Visits of ``late`` articles are older than what is known: they add addresses that nobody holds
    and let those held by their article begin earlier, and change nothing else.
    """
    own = _canonical_ids(work, article_ids)
    named = {address for visit in visits for address in (*visit.addresses(), *visit.thread())}
    held = _held(work, {url_ids[address] for address in named})
    claims = [
        claim
        for visit, article_id in zip(visits, article_ids, strict=True)
        for claim in _claims(visit, article_id, _Addresses(url_ids, own[article_id], held))
    ]
    fresh, moved, ended, earlier, canonical = [], [], [], [], {}
    for claim in claims:
        holder = held.get(claim.url_id)
        if claim.article_id in late:
            if holder and holder.article_id == claim.article_id:
                earlier.append({"of": holder.id, "since": claim.at})
            elif holder is None:
                fresh.append(
                    _row(
                        claim, AddressRole.ALIAS if claim.url_id != own.get(claim.article_id) else claim.role
                    )
                )
            continue
        if holder and holder.article_id != claim.article_id:
            ended.append({"of": holder.id, "ended": claim.at})
            holder = None
        if claim.role is AddressRole.CANONICAL:
            canonical[claim.article_id] = claim.url_id
        if holder is None:
            fresh.append(_row(claim, claim.role))
        elif holder.role != claim.role:
            moved.append({"of": holder.id, "now": claim.role.value})
    _write(work, fresh, moved, ended)
    _begin_earlier(work, earlier)
    _write_canonical(work, {key: url for key, url in canonical.items() if own.get(key) != url}, own)


def _claims(visit: Visit, article_id: int, known: _Addresses) -> Iterator[_Claim]:
    """Give the claims of one visit, each address once, its strongest role first."""
    here, canonical = known.ids[visit.record.url], known.canonical(visit, article_id)
    roles = {canonical: AddressRole.CANONICAL}
    roles.setdefault(here, AddressRole.ALIAS)
    for alias in visit.record.aliases:
        roles.setdefault(known.ids[alias], AddressRole.REDIRECT_FROM)
    for page in visit.thread():
        roles.setdefault(known.ids[page], AddressRole.ALIAS)
    for url_id, role in roles.items():
        yield _Claim(url_id, article_id, role, visit.fetched.attempt.fetched_at)


def _row(claim: _Claim, role: AddressRole) -> dict[str, object]:
    return {
        "article_id": claim.article_id,
        "url_id": claim.url_id,
        "role": role.value,
        "valid_from": claim.at,
    }


def _begin_earlier(work: Work, earlier: Sequence[rows.Values]) -> None:
    if earlier:
        held = (ARTICLE_URL.c.id == bindparam("of")) & (ARTICLE_URL.c.valid_from > bindparam("since"))
        since = update(ARTICLE_URL).where(held).values(valid_from=bindparam("since"))
        work.connection.execute(since, list(earlier))


def _canonical_ids(work: Work, article_ids: Sequence[int]) -> dict[int, int]:
    query = select(ARTICLE.c.id, ARTICLE.c.canonical_url_id)
    return {row[0]: row[1] for row in rows.among(work.connection, query, ARTICLE.c.id, article_ids)}


def _held(work: Work, url_ids: set[int]) -> dict[int, _Held]:
    query = select(
        ARTICLE_URL.c.url_id, ARTICLE_URL.c.id, ARTICLE_URL.c.article_id, ARTICLE_URL.c.role
    ).where(ARTICLE_URL.c.valid_to.is_(None))
    found = rows.among(work.connection, query, ARTICLE_URL.c.url_id, url_ids)
    return {row[0]: _Held(*row[1:]) for row in found}


def _write(
    work: Work,
    fresh: Sequence[rows.Values],
    moved: Sequence[rows.Values],
    ended: Sequence[rows.Values],
) -> None:
    if ended:
        close = update(ARTICLE_URL).where(ARTICLE_URL.c.id == bindparam("of"))
        work.connection.execute(close.values(valid_to=bindparam("ended")), list(ended))
    rows.put_missing(work.connection, ARTICLE_URL, fresh)
    if moved:
        turn = update(ARTICLE_URL).where(ARTICLE_URL.c.id == bindparam("of"))
        work.connection.execute(turn.values(role=bindparam("now")), list(moved))


def _write_canonical(work: Work, changed: Mapping[int, int], own: Mapping[int, int]) -> None:
    """Give articles their new canonical address; the old one stays as an alias."""
    if not changed:
        return
    work.connection.execute(
        update(ARTICLE).where(ARTICLE.c.id == bindparam("of")).values(canonical_url_id=bindparam("to")),
        [{"of": key, "to": url_id} for key, url_id in changed.items()],
    )
    work.connection.execute(
        update(ARTICLE_URL)
        .where(
            ARTICLE_URL.c.url_id == bindparam("was"),
            ARTICLE_URL.c.article_id == bindparam("of"),
            ARTICLE_URL.c.valid_to.is_(None),
            ARTICLE_URL.c.role == AddressRole.CANONICAL.value,
        )
        .values(role=AddressRole.ALIAS.value),
        [{"was": own[key], "of": key} for key in changed],
    )
