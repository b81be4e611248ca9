"""Helpers of the tests of coverage: months of an outlet, each with a past of its own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from core import urls
from core.records import Moment, Outcome, Reason, Unread, Via
from db.engine import writing
from db.models import Backfill, IndexQuery, Memento, Run, Sighting, Url, table
from db.words import BackfillEnding, Kind, Trigger, Verdict
from tests.integration.desk import HOME, START, Desk, attempt, document, record


class Ground:
    """An archive whose every row is dated by hand."""

    def __init__(self, engine: Engine) -> None:
        """Begin an archive of one outlet that was never crawled."""
        self.desk = Desk(engine)
        self._count = 0
        with writing(engine) as connection:  # the desk's own run would be a crawl under way
            connection.execute(table(Run).update().values(kind=Kind.IMPORT.value))
        self.outlet_id = self.desk.one("SELECT id FROM outlet")["id"]

    def url(self, name: str) -> str:
        return f"{HOME}/articles/{name}"

    def article(self, name: str, seen: datetime, *, published: date | None = None, **more: Any) -> int:
        """Hold an article; give its number."""
        visit = attempt(self.url(name), _hours(seen), served=f"{name} {seen}", via=more.pop("via", Via.LIVE))
        stated = Moment(raw="stated", on=published) if published else None
        self._count += 1
        content = document(f"{name} {self._count}", f"The text of {name}.")
        content = type(content)(**{**_fields(content), "published": stated})
        stored = self.desk.store.write([visit, record(visit, content, **more)])[1]
        assert stored is not None
        return stored.article_id

    def failed(self, name: str, seen: datetime, outcome: Outcome) -> None:
        self.desk.visit(self.url(name), _hours(seen), outcome)

    def unread(self, name: str, seen: datetime, reason: Reason) -> None:
        visit = attempt(self.url(name), _hours(seen), served=f"{name} {seen}")
        self.desk.store.write(
            [visit, Unread(fetch_key=visit.key, url=visit.url, source="", reason=reason, detail="so it is")]
        )

    def announced(self, name: str, seen: datetime, published: date | None = None) -> None:
        """Let a source have announced an address."""
        address = self.url(name)
        with writing(self.desk.engine) as connection:
            known = connection.execute(table(Url).select().where(Url.url == address)).first()
            url_id = (
                known.id
                if known
                else self._put(Url, connection, url=address, **_keys(address), first_seen_at=seen)
            )
            self._count += 1
            self._put(
                Sighting,
                connection,
                outlet_id=self.outlet_id,
                source=f"{HOME}/sitemap.xml",
                entry_key=f"{self._count}",
                url_id=url_id,
                published_on=published,
                first_seen_at=seen,
                last_seen_at=seen,
            )

    def listed(self, name: str, taken: datetime, state: str = "chosen", **more: Any) -> None:
        """Let a web archive list a capture."""
        address = more.pop("url", self.url(name))
        row = {
            "outlet_id": self.outlet_id,
            "via": "wayback",
            "archive": "wayback",
            "url": address,
            "address_key": urls.address_key(address),
            "archived_at": taken,
            "place": "",
            "digest": "",
            "status": 200,
            "state": state,
            "rank": 0,
        }
        with writing(self.desk.engine) as connection:
            self._put(Memento, connection, **(row | more))

    def backfilled(
        self, made: datetime, since: date | None = None, until: date | None = None, *, whole: bool = True
    ) -> None:
        """Let the index of a web archive have been listed, whole or not."""
        row = {
            "outlet_id": self.outlet_id,
            "via": "wayback",
        }
        query = {"archive": "wayback", "scope": f"{since} {until}", "listed": 0, "refused": 0}
        times = {"started_at": made, "advanced_at": made, "done_at": made if whole else None}
        ended = (
            {"ended_at": made + timedelta(days=40), "ended_by": BackfillEnding.DONE.value} if whole else {}
        )
        with writing(self.desk.engine) as connection:
            self._put(IndexQuery, connection, **row, **query, **times)
            asked = {"paths": [], "since": since, "until": until, "started_at": made}
            self._put(Backfill, connection, **row, **asked, **ended)

    def crawled(self, when: datetime, verdict: Verdict = Verdict.OK, **order: Any) -> None:
        """Let a crawl have run."""
        with writing(self.desk.engine) as connection:
            self._put(
                Run,
                connection,
                outlet_id=self.outlet_id,
                kind=Kind.CRAWL.value,
                trigger=Trigger.SCHEDULE.value,
                started_at=when,
                ended_at=when,
                host="here",
                pid=1,
                verdict=verdict.value,
                software_version="test",
                order_json=order,
            )

    def _put(self, model: Any, connection: Any, **values: Any) -> int:
        rows = table(model)
        return int(connection.execute(insert(rows).values(values).returning(rows.c.id)).scalar_one())


def day(text: str) -> datetime:
    """Give the noon of a day, UTC."""
    return datetime.fromisoformat(f"{text}T12:00").replace(tzinfo=UTC)


def _hours(when: datetime) -> float:
    return (when - START) / timedelta(hours=1)


def _keys(address: str) -> dict[str, str]:
    return {"address_key": urls.address_key(address), "url_key": urls.url_key(address)}


def _fields(content: Any) -> dict[str, Any]:
    return {name: getattr(content, name) for name in content.__dataclass_fields__}
