"""Helpers of the stories' tests: outlets that print invented texts, put into the store in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine

from core.records import Document, Moment, StoredArticle
from db.copies.linking import Linked, link
from newsstand.agency import Copy
from tests.integration.desk import Desk, Title, at, attempt, digest, document, record

GAZETTE, COURIER, HERALD = "gazette", "courier", "herald"


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A text as an outlet prints it at an hour; what it states of its date."""

    copy: Copy
    hours: float
    stated: Moment | None = None

    @property
    def document(self) -> Document:
        """The text as it is stored."""
        found = document(self.copy.title, self.copy.body)
        return replace(found, published=self.stated, sha256=digest(found.sha256, str(self.stated)))


def at_hour(hours: float) -> Moment:
    """Give what a page states that names the instant."""
    return Moment(raw=f"hour {hours}", at=at(hours))


def on_day(day: date) -> Moment:
    """Give what a page states that names the day only."""
    return Moment(raw=day.isoformat(), on=day)


@dataclass
class Press:
    """An archive of several outlets."""

    engine: Engine
    desks: dict[str, Desk] = field(default_factory=dict)
    printed: int = 0

    def desk(self, outlet: str) -> Desk:
        """Give the outlet's desk, begun when it is first asked for."""
        if outlet not in self.desks:
            home = f"https://{outlet}.example.org"
            self.desks[outlet] = Desk(self.engine, Title(key=outlet, title=outlet.title(), home=home))
        return self.desks[outlet]

    def print(self, outlet: str, several: Sequence[Printed]) -> list[int]:
        """Store articles of an outlet, each at an address of its own; give their numbers."""
        batch = []
        for one in several:
            self.printed += 1
            url = f"https://{outlet}.example.org/news/{self.printed}"
            visit = attempt(url, one.hours, served=url)
            batch += [visit, record(visit, one.document, outlet=outlet)]
        return [stored.article_id for stored in self.desk(outlet).store.write(batch) if stored]

    def one(self, outlet: str, copy: Copy, hours: float = 0, stated: Moment | None = None) -> int:
        """Store one article that states the hour it was printed at, or what is given; give its number."""
        printed = Printed(copy=copy, hours=hours, stated=stated or at_hour(hours))
        return self.print(outlet, [printed])[0]

    def again(self, article_id: int, copy: Copy, hours: float, stated: Moment) -> StoredArticle:
        """Store a later visit of an article that shows another text."""
        row = self.ask("SELECT outlet, url FROM articles WHERE article_id = :a", a=article_id)[0]
        visit = attempt(row["url"], hours, served=f"{row['url']} {hours}")
        found = Printed(copy=copy, hours=hours, stated=stated).document
        stored = self.desk(row["outlet"]).store.write([visit, record(visit, found, outlet=row["outlet"])])[1]
        assert stored is not None
        return stored

    def link(self, *outlets: str) -> Linked:
        """Look for copies, outlet by outlet."""
        done = Linked()
        for outlet in outlets or sorted(self.desks):
            done += link(self.engine, outlet)
        return done

    def ask(self, query: str, **values: object) -> list[Mapping[str, Any]]:
        """Ask the database as an analyst would."""
        return next(iter(self.desks.values())).ask(query, **values)

    def stories(self) -> list[list[int]]:
        """Give the articles of each story in order, the stories by their first article."""
        query = (
            "SELECT story_id, article_id FROM stories ORDER BY first_article_id, is_first DESC, article_id"
        )
        found: dict[int, list[int]] = {}
        for row in self.ask(query):
            found.setdefault(row["story_id"], []).append(row["article_id"])
        return list(found.values())

    def member(self, article_id: int) -> Mapping[str, Any]:
        """Give the row of an article in the view ``stories``."""
        return self.ask("SELECT * FROM stories WHERE article_id = :a", a=article_id)[0]
