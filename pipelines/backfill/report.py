"""What a backfill is while it runs, and what it came to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.records import Change, StoredArticle, Via
from db.words import Verdict


class Phase(StrEnum):
    """What a backfill is doing."""

    LISTING = "listing"  # the archive's index is read
    CHOOSING = "choosing"
    FETCHING = "fetching"


@dataclass(kw_only=True, slots=True)
class Tally:
    """What was counted in one run; of stored captures only what is durable.

    ``fetched`` captures were kept; ``same_bytes`` were listed as the bytes of one that was; ``absences``
    are listed answers that the page was not there; ``lacking`` captures cannot be had, by why;
    ``unread`` gave no article, by why; ``other_bytes`` are not those whose digest the index states.
    ``put_off`` were asked for and not given, and are asked for again later.
    ``merged`` and ``proposed`` are pairs of articles that are, or may be, one; ``matched`` is 1 once
    they were looked for.
    """

    listed: int = 0
    refused: int = 0
    fetched: int = 0
    bytes: int = 0
    same_bytes: int = 0
    absences: int = 0
    other_bytes: int = 0
    errors: int = 0
    put_off: int = 0
    merged: int = 0
    proposed: int = 0
    matched: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    comments: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        """Chosen captures that were dealt with, whatever came of them."""
        return self.fetched + self.lacking.total() + self.errors

    def add(self, stored: Iterable[StoredArticle | None]) -> None:
        """Count what storing came to."""
        for one in stored:
            if one is not None:
                self.changes[one.change.value] += 1
                self.comments += one.comments_new

    def counts(self) -> dict[str, int]:
        """Give the counts by name, for the run's row, without those that are nought but the first."""
        numbers = {name: int(getattr(self, name)) for name in _NUMBERS}
        numbers |= {change.value: self.changes[change.value] for change in Change}
        numbers["comments_new"] = self.comments
        for name in ("lacking", "unread"):
            numbers |= {f"{name}_{why}": count for why, count in sorted(getattr(self, name).items())}
        return {
            name: count for place, (name, count) in enumerate(numbers.items()) if count or place < _ALWAYS
        }


_NUMBERS = (
    "fetched",
    "listed",
    "refused",
    "bytes",
    "same_bytes",
    "absences",
    "other_bytes",
    "errors",
    "put_off",
    "merged",
    "proposed",
    "matched",
)
_ALWAYS = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How far a backfill is; ``total`` is how many captures this run is to fetch, None while nobody knows."""

    outlet: str
    phase: Phase
    tally: Tally
    total: int | None
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a backfill would fetch; ``bytes`` as far as the index states sizes, ``seconds`` at its rate.

    ``listed`` are captures the archive lists, ``of_articles`` those of articles' pages, ``addresses``
    how many pages these are of; ``first`` and ``last`` are when the earliest and the latest was taken
    (aware UTC).
    """

    outlet: str
    via: Via
    listed: int
    of_articles: int
    addresses: int
    chosen: int
    by_choice: dict[str, int]
    bytes: int
    seconds: float
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillReport:
    """How a backfill went; ``left`` are chosen captures that were not asked for yet."""

    outlet: str
    via: Via
    run_id: int | None
    verdict: Verdict
    reason: str
    plan: Plan | None
    tally: Tally
    left: int
    seconds: float
    peak_memory_bytes: int
    captures: tuple[str, ...] = ()

    @property
    def carried_out(self) -> bool:
        """Whether it went as asked: to its end, or to the bound that was set."""
        return self.verdict in {Verdict.OK, Verdict.PARTIAL}
