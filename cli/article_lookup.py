"""Which article a person means: by its number, or by any address in any spelling."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.article_text import day, plainly
from core import urls
from core.errors import CuttingsError

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_DIGITS = 18  # of a row's number in either database
ENDED = {"erased": "was erased: nothing of it is shown", "merged": "was merged into another article"}
# Both kinds of key, the certain one first: `url_key`, without tracking parameters, only suggests.
_KEYS = (("address_key", urls.address_key), ("url_key", urls.url_key))


def find(connection: "Connection", name: str) -> int:
    """Give the number of the article a person names; CuttingsError that says what to do otherwise.

    An address is found in any spelling (no scheme, ``www``, trailing slash, other parameters' order),
    one with tracking parameters by the one without; where it leads now counts before where it led.
    """
    if name.isascii() and name.isdigit():
        return int(name) if len(name) <= MOST_DIGITS else 0
    url = _address(name)
    for column, key in _KEYS:
        for leads in ("valid_to IS NULL", "valid_to IS NOT NULL"):
            claims = _claims(connection, column, key(url), leads)
            exact = {article_id for article_id, claimed in claims if claimed == url}
            found = sorted(exact or {article_id for article_id, _ in claims})
            if len(found) == 1:
                return found[0]
            if found:
                raise CuttingsError(_candidates(connection, name, found))
    raise CuttingsError(_unknown(connection, url))


def stays_for(connection: "Connection", article_id: int) -> int | None:
    """Give the article that a merged one was merged into, and that one into; None for one not merged."""
    query = "SELECT article_id FROM article_match WHERE other_id = :article AND decision = 'merged'"
    found = None
    while rows := _ask(connection, query, article=article_id):
        found = article_id = rows[0]["article_id"]
    return found


def brought_by(connection: "Connection", article_id: int, name: str) -> int | None:
    """Give the merged article that brought the address by which a person named one; None for a number."""
    if name.isascii() and name.isdigit():
        return None
    query = (
        "SELECT m.other_id, m.url_ids FROM article_match m "
        "WHERE m.article_id = :article AND m.decision = 'merged' ORDER BY m.id"
    )
    key = urls.address_key(_address(name))
    ids = {row["id"] for row in _ask(connection, "SELECT id FROM url WHERE address_key = :key", key=key)}
    return next(
        (row["other_id"] for row in _ask(connection, query, article=article_id) if ids & _ids(row)), None
    )


def _ids(row: Mapping[str, Any]) -> set[int]:
    """Give a JSON list of numbers, which SQLite gives as text."""
    value = row["url_ids"]
    return set(json.loads(value) if isinstance(value, str) else value)


def absent(connection: "Connection", article_id: int, name: str) -> CuttingsError:
    """Give why an article is not shown although it was named: erased, merged, or never there."""
    rows = _ask(connection, "SELECT state FROM article WHERE id = :article", article=article_id)
    said = plainly(name)
    if not rows:
        return CuttingsError(f"the archive has no article {said}; the view `articles` lists them")
    if known := ENDED.get(rows[0]["state"]):
        return CuttingsError(f"article {article_id} {known}")
    return CuttingsError(f"the archive shows no version of article {article_id}")


def _address(name: str) -> str:
    """Give what a person typed as an address; a missing scheme is added."""
    typed = name.strip()
    url = urls.absolute("", typed)
    if url is None and "://" not in typed and "." in typed.partition("/")[0]:
        url = urls.absolute("", f"https://{typed}")
    if url is None:
        raise CuttingsError(f"{plainly(name)!r} is neither the number of an article nor an address")
    return url


def _claims(connection: "Connection", column: str, key: str, leads: str) -> list[tuple[int, str]]:
    """Give the articles, each with the address as it was stored, that a key leads to, or led to."""
    # The views have no keys: which spellings an address has is asked of the table it stands in.
    query = (
        "SELECT s.article_id, s.url FROM addresses s "  # noqa: S608 - column and condition are ours
        f"WHERE s.url IN (SELECT u.url FROM url u WHERE u.{column} = :key) AND s.{leads}"
    )
    return [(row["article_id"], row["url"]) for row in _ask(connection, query, key=key)]


def _candidates(connection: "Connection", name: str, article_ids: Sequence[int]) -> str:
    lines = [f"{plainly(name)} may be any of {len(article_ids)} articles; name one by its number:"]
    for article_id in article_ids:
        query = "SELECT outlet, title, url FROM articles WHERE article_id = :article"
        for row in _ask(connection, query, article=article_id):
            title = plainly(" ".join(row["title"].split()))
            lines.append(f"  {article_id}  {row['outlet']}  {title}  {plainly(row['url'])}")
    return "\n".join(lines)


def _unknown(connection: "Connection", url: str) -> str:
    """Give what is known of an address without an article, and what would bring one."""
    from crawlers import registry

    said = plainly(url)
    parts = [f"the archive has no article at {said}"]
    of_key = "url IN (SELECT u.url FROM url u WHERE u.address_key = :key)"
    rejected = f"SELECT reason, detail, rejected_at FROM rejections WHERE {of_key} ORDER BY rejected_at DESC"  # noqa: S608 - text of ours only
    announced = f"SELECT source, first_seen_at FROM sightings WHERE {of_key} ORDER BY first_seen_at"  # noqa: S608 - the same
    key = urls.address_key(url)
    if rows := _ask(connection, rejected, key=key):
        reason = f"{rows[0]['reason']}: {plainly(rows[0]['detail'])}"
        parts.append(
            f"a page was fetched from there on {day(rows[0]['rejected_at'])}, but gave none ({reason})"
        )
    elif rows := _ask(connection, announced, key=key):
        announced_on = day(rows[0]["first_seen_at"])
        parts.append(f"{plainly(rows[0]['source'])} announced it on {announced_on}, but it is not read yet")
    outlet = registry.outlet_for(url)
    parts.append(
        f"`cuttings crawl {outlet.key} --url {said}` fetches it"
        if outlet
        else "no known outlet has that address (`cuttings outlets list`)"
    )
    return "; ".join(parts)


def _ask(connection: "Connection", query: str, **values: object) -> list[Mapping[str, Any]]:
    from sqlalchemy import text

    from db.types import UtcDateTime

    instants = ("rejected_at", "first_seen_at")
    types = {name: UtcDateTime() for name in instants if name in query.partition(" FROM ")[0]}
    statement = text(query).columns(**types)
    return [dict(row) for row in connection.execute(statement, values).mappings()]
