"""What the store knows of addresses before their listed captures are judged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType

from sqlalchemy import Engine, func, select

from core.records import Outcome
from db import rows
from db.models import (
    Article,
    ArticleText,
    ArticleUrl,
    ArticleVersion,
    Capture,
    Document,
    Payload,
    Run,
    Url,
    table,
)

ARTICLE, ARTICLE_URL, URL = table(Article), table(ArticleUrl), table(Url)
VERSION, TEXT, DOCUMENT = table(ArticleVersion), table(ArticleText), table(Document)
CAPTURE, PAYLOAD, RUN = table(Capture), table(Payload), table(Run)


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowledge:
    """What is known of an address: when its article was published, and the bytes held of it.

    ``published_on`` is a day in the outlet's zone; ``held`` gives the SHA-256 of pages that captures of
    this address brought, by the base32 SHA-1 that archives' indexes state.
    """

    published_on: date | None = None
    held: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def known(engine: Engine, outlet_id: int, address_keys: Collection[str]) -> dict[str, Knowledge]:
    """Give what is known of each address of an outlet, by its key; nothing is knowledge too.

    Only bytes of the same address count as held: of another one they would be no capture of this page.
    """
    days: dict[str, date] = {}
    held: dict[str, dict[str, str]] = {}
    with engine.connect() as connection:
        for row in rows.among(connection, _published(outlet_id), URL.c.address_key, address_keys):
            days[row.address_key] = min(days.get(row.address_key, row.published_on), row.published_on)
        for row in rows.among(connection, _held(outlet_id), URL.c.address_key, address_keys):
            held.setdefault(row.address_key, {})[row.sha1_base32] = row.sha256
    return {key: Knowledge(published_on=days.get(key), held=held.get(key, {})) for key in address_keys}


@cache  # making a statement with its aliases costs more than running it
def _published(outlet_id: int) -> rows.Query:
    newer = VERSION.alias()
    newest = (
        select(func.max(newer.c.seq))
        .where(newer.c.article_id == ARTICLE.c.id, newer.c.retracted_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(URL.c.address_key, DOCUMENT.c.published_on)
        .join_from(URL, ARTICLE_URL, (ARTICLE_URL.c.url_id == URL.c.id) & ARTICLE_URL.c.valid_to.is_(None))
        .join(ARTICLE, ARTICLE.c.id == ARTICLE_URL.c.article_id)
        .join(VERSION, (VERSION.c.article_id == ARTICLE.c.id) & (VERSION.c.seq == newest))
        .join(TEXT, (TEXT.c.version_id == VERSION.c.id) & TEXT.c.superseded_at.is_(None))
        .join(DOCUMENT, DOCUMENT.c.id == TEXT.c.document_id)
        # Worded so that SQLite does not begin with all of the outlet's articles.
        .where(ARTICLE.c.outlet_id + 0 == outlet_id, DOCUMENT.c.published_on.is_not(None))
        .where(VERSION.c.retracted_at.is_(None))
    )


@cache  # the same
def _held(outlet_id: int) -> rows.Query:
    return (
        select(URL.c.address_key, PAYLOAD.c.sha1_base32, PAYLOAD.c.sha256)
        .join_from(URL, CAPTURE, CAPTURE.c.url_id == URL.c.id)
        .join(PAYLOAD, PAYLOAD.c.id == CAPTURE.c.payload_id)
        .join(RUN, RUN.c.id == CAPTURE.c.run_id)
        .where(RUN.c.outlet_id + 0 == outlet_id, CAPTURE.c.outcome == Outcome.OK.value)
        .distinct()
    )
