"""Random histories of a few articles, put into an archive step by step as if each step were its own day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, text

from core.records import CommentState, Outcome
from db.engine import writing
from tests.integration.desk import HOME, Desk, at, comment, document

APART = 20.0  # hours between two steps: three absences in a row are too few, four are enough
TEXTS = (
    "The ferry leaves at nine.",
    "The ferry leaves at ten.",
    "The ferry has sunk, say three witnesses on the quay.",
)
PEOPLE = ("Ann", "Bob", "Cyd", "Dee")
COMPARED = (
    "addresses",
    "article_changes",
    "article_versions",
    "articles",
    "captures",
    "comment_versions",
    "comments",
    "comments_named",
    "coverage",
    "outlet_daily",
    "rejections",
    "removals",
    "runs",
)
NOT_KEPT = frozenset({"next_check_at", "position"})
"""What the archive keeps the last value of only: its plan, and a comment's place on the page."""
SYSTEM_TIMES = {
    "run": ("started_at", "ended_at"),
    "extraction": ("extracted_at", "reread_at"),
    "article_version": ("recorded_at", "end_recorded_at", "retracted_at"),
    "article_text": ("recorded_at", "superseded_at"),
    "article_change": ("recorded_at", "superseded_at"),
    "comment_version": ("recorded_at", "end_recorded_at", "superseded_at"),
}


@dataclass
class History:
    """An archive that keeps time: what a step records is recorded at that step's hour."""

    engine: Engine
    desk: Desk = field(init=False)
    step: int = 0
    told: list[Mapping[str, Any]] = field(default_factory=list)  # what every view said after each step
    begun: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.begun = datetime.now(UTC)
        self.desk = Desk(self.engine)
        settle(self.engine, self.begun, at(0))

    def hours(self, step: int) -> float:
        return step * APART

    def take(self, chance: Random, *, absences: bool) -> None:
        """Let something happen to one of three articles, and keep what the archive then says."""
        self.step += 1
        if chance.random() < 0.2:
            self.desk.next_run()
        hours, url = self.hours(self.step), f"{HOME}/articles/{chance.randrange(3)}"
        roll = chance.random()
        if roll < 0.6:
            self._show(chance, url, hours)
        elif roll < 0.75:
            self.desk.visit(url, hours, Outcome.NOT_MODIFIED)
        elif roll < 0.85 or not absences:
            self.desk.visit(url, hours, Outcome.GONE if roll < 0.95 else Outcome.SERVER_ERROR)
        else:
            self.desk.visit(url, hours, Outcome.NOT_FOUND)
        settle(self.engine, self.begun, at(hours))
        with self.engine.connect() as connection:
            self.told.append(told(connection))

    def _show(self, chance: Random, url: str, hours: float) -> None:
        shown = [
            comment(
                place,
                name,
                f"{name} thinks {chance.choice(('little', 'a lot'))} of it.",
                f"0{place}/03/2026 at 10:00",
            )
            for place, name in enumerate(PEOPLE, start=1)
            if chance.random() < 0.6
        ]
        state = CommentState.LISTED if shown else CommentState.NONE
        again = {"served": f"{url} again"} if chance.random() < 0.2 else {}
        self.desk.show(
            url,
            hours,
            document(f"Ferry {url[-1]}", chance.choice(TEXTS)),
            comments=tuple(shown),
            comment_state=state,
            **again,
        )


def settle(engine: Engine, begun: datetime, moment: datetime) -> None:
    """Let everything recorded since the test began be recorded at ``moment``."""
    with writing(engine) as connection:
        value = moment if engine.dialect.name == "postgresql" else _text(moment)
        since = begun if engine.dialect.name == "postgresql" else _text(begun)
        for table, columns in SYSTEM_TIMES.items():
            for column in columns:
                connection.execute(
                    text(f"UPDATE {table} SET {column} = :moment WHERE {column} >= :since"),
                    {"moment": value, "since": since},
                )


def told(connection: Connection) -> Mapping[str, Any]:
    """Give what every view says on this connection, in an order of its own."""
    return {view: rows(connection, view) for view in COMPARED}


def rows(connection: Connection, view: str) -> list[Mapping[str, Any]]:
    found = connection.execute(text(f"SELECT * FROM {view}")).mappings()
    kept = [{name: value for name, value in row.items() if name not in NOT_KEPT} for row in found]
    return sorted(kept, key=repr)


def _text(moment: datetime) -> str:
    return moment.isoformat(" ", "microseconds").replace("+00:00", "Z")
