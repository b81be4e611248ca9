"""Helpers of the store's tests: an invented outlet whose pages are put into the store by hand."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine, text

from core import text as texts
from core import urls
from core.records import (
    ArticleRecord,
    CommentState,
    Document,
    FetchAttempt,
    Moment,
    Outcome,
    ScrapedComment,
    StoredArticle,
    StoredPage,
)
from db.running import runs
from db.store import Store

KEY = b"a key that is only for tests"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOME = "https://www.example.org"


@dataclass(frozen=True, kw_only=True)
class Title:
    """The facts of an invented outlet, in the shape the store wants."""

    key: str = "gazette"
    title: str = "The Gazette"
    home: str = HOME
    publisher: str = "Nobody"
    timezone: str = "Europe/London"
    example: bool = True


def at(hours: float) -> datetime:
    """Give an instant so many hours after the first."""
    return START + timedelta(hours=hours)


def digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def document(title: str, body: str, **fields: Any) -> Document:
    parts = (
        title,
        body,
        fields.get("standfirst"),
        fields.get("byline"),
        fields.get("section"),
        fields.get("tags"),
    )
    return Document(
        sha256=digest(*parts),
        fingerprint=digest(*(texts.plain(str(part or "")) for part in parts)),
        title=title,
        body=body,
        word_count=len(texts.words(body)),
        published=Moment(raw="02.03.26", on=date(2026, 3, 2)),
        **fields,
    )


def comment(
    position: int, author: str | None, body: str, posted: str = "02/03/2026 at 10:00", **more: Any
) -> ScrapedComment:
    return ScrapedComment(
        position=position,
        author=author,
        body=body,
        posted=Moment(raw=posted),
        raw=f"{author} {posted}\n{body}",
        **more,
    )


def attempt(url: str, hours: float, outcome: Outcome = Outcome.OK, **more: Any) -> FetchAttempt:
    """Give an attempt; ``served`` are the bytes it brought, if any."""
    served = more.pop("served", None)
    page = None
    if served is not None:
        page = StoredPage(
            warc_file="captures/one.warc.gz",
            offset=int(hours * 1000),
            length=100,
            sha256=digest(served),
            sha1_base32=digest("sha1", served)[:32].upper(),
            size=len(served),
            content_type="text/html",
        )
    status = {Outcome.OK: 200, Outcome.NOT_MODIFIED: 304, Outcome.NOT_FOUND: 404, Outcome.GONE: 410}.get(
        outcome
    )
    return FetchAttempt(
        key=f"{url} {hours}", url=url, fetched_at=at(hours), outcome=outcome, status=status, page=page, **more
    )


def record(visit: FetchAttempt, content: Document, **more: Any) -> ArticleRecord:
    fields: dict[str, Any] = {
        "outlet": "gazette",
        "source": f"{HOME}/feed",
        "url_key": urls.url_key(visit.url),
        "identity": urls.address_key(more.get("canonical_url") or visit.url),
        "canonical_url": None,
        "aliases": (),
        "layout": "plain",
        "layout_version": 1,
        "modified": None,
        "related": (),
        "comment_state": CommentState.NONE,
        "comments_claimed": None,
        "comments": (),
        "read_by": MappingProxyType({"title": "h1"}),
        "warnings": (),
    }
    return ArticleRecord(fetch_key=visit.key, url=visit.url, document=content, **(fields | more))


@dataclass
class Desk:
    """One archive, one outlet, one run at a time."""

    engine: Engine
    outlet: Title = field(default_factory=Title)
    run_id: int = 0
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        """Begin the first run."""
        self.next_run()

    def next_run(self) -> int:
        """Begin a run; give its id."""
        self.run_id = runs.start(self.engine, self.outlet, software_version="test")
        self.store = Store(self.engine, outlet=self.outlet, run_id=self.run_id, pseudonym_key=KEY)
        return self.run_id

    def show(self, url: str, hours: float, content: Document, **more: Any) -> StoredArticle:
        """Store one visit of a page: new bytes at each hour, as of a page with a changing sidebar."""
        etag = more.pop("etag", None)
        visit = attempt(url, hours, served=more.pop("served", f"{url} {hours}"), etag=etag)
        stored = self.store.write([visit, record(visit, content, **more)])[1]
        assert stored is not None
        return stored

    def visit(self, url: str, hours: float, outcome: Outcome = Outcome.OK, **more: Any) -> None:
        """Store an attempt that no item follows."""
        self.store.write([attempt(url, hours, outcome, **more)])

    def ask(self, query: str, **values: object) -> list[Mapping[str, Any]]:
        """Ask the database as an analyst would, times made aware."""
        with self.engine.connect() as connection:
            return [
                {name: _aware(name, value) for name, value in row.items()}
                for row in connection.execute(text(query), values).mappings()
            ]

    def one(self, query: str, **values: object) -> Mapping[str, Any]:
        """Give the only row of a query."""
        (row,) = self.ask(query, **values)
        return row

    def counts(self) -> dict[str, int]:
        """Count the rows of every table."""
        names = [
            row["relation"]
            for row in self.ask("SELECT DISTINCT relation FROM dictionary WHERE relation_kind = 'table'")
        ]
        return {name: self.one(f'SELECT count(*) AS n FROM "{name}"')["n"] for name in names}

    def spells(self, article_id: int) -> list[tuple[str, float, float | None, float | None, float]]:
        """Give an article's spells: body, and hours of valid_from, valid_to, changed_after, last_seen_at."""
        found = self.ask(
            "SELECT * FROM article_versions WHERE article_id = :a ORDER BY version", a=article_id
        )
        names = ("valid_from", "valid_to", "changed_after", "last_seen_at")
        return [(row["body"], *(hours(row[name]) for name in names)) for row in found]


def hours(value: datetime | None) -> float | None:
    return None if value is None else (value - START) / timedelta(hours=1)


def _aware(name: str, value: Any) -> Any:
    if (
        isinstance(value, str)
        and name.endswith(("_at", "_from", "_to", "_after", "_since", "_by"))
        and value[:2] == "20"
    ):
        return datetime.fromisoformat(value)
    return value


def without(mapping: Mapping[str, int], *names: str) -> dict[str, int]:
    return {name: value for name, value in mapping.items() if name not in names}
