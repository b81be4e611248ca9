"""What a re-reading is asked to do, and what it came to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from core.kept_records import Reread
from core.records import Document
from db.words import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What to read again: see :class:`db.kept.Selection`; ``limit`` is over all outlets together."""

    layout: str | None = None
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    dry_run: bool = False
    jobs: int = 1

    def as_json(self) -> dict[str, object]:
        """Give what was asked for, for the run row."""
        asked = {
            "layout": self.layout,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "limit": self.limit,
            "jobs": self.jobs,
        }
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A text that today's layouts read otherwise; ``before`` is None where nothing had been read."""

    url: str
    article_id: int | None
    before: Document | None
    after: Document


@dataclass(kw_only=True, slots=True)
class Tally:
    """What was counted of one outlet so far; of stored ones only what is durable.

    ``unread`` are captures that had been read before and stay as they were read, ``still_unread``
    those that never gave an article, ``damaged`` those whose bytes cannot be had; by reason each.
    """

    read: int = 0
    texts_changed: int = 0
    versions_retracted: int = 0
    versions_returned: int = 0
    comments_changed: int = 0
    recovered: int = 0
    errors: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    still_unread: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        """Captures that were dealt with, whatever came of them."""
        others = (self.unread, self.still_unread, self.damaged)
        return self.read + self.errors + sum(counter.total() for counter in others)

    def add(self, stored: Iterable[Reread]) -> None:
        """Count what storing a batch came to."""
        for reread in stored:
            self.texts_changed += reread.text_changed
            self.versions_retracted += reread.versions_retracted
            self.versions_returned += reread.versions_returned
            self.comments_changed += reread.comments_changed
            self.recovered += reread.recovered

    def counts(self) -> dict[str, int]:
        """Give the counts by name; those that are nought are left out, but for the first three."""
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        by_reason = {
            f"{name}_{reason}": count
            for name in ("unread", "still_unread", "damaged")
            for reason, count in sorted(getattr(self, name).items())
        }
        return {
            name: count
            for place, (name, count) in enumerate((numbers | by_reason).items())
            if count or place < len(_ALWAYS)
        }


_ALWAYS = ("read", "texts_changed", "versions_retracted")
_NUMBERS = (*_ALWAYS, "versions_returned", "comments_changed", "recovered", "errors")


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How far the re-reading of one outlet is; ``total`` is what there was to read at its start."""

    outlet: str
    tally: Tally
    total: int
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Rereading:
    """How the re-reading of one outlet went.

    ``run_id`` is None for a dry run, which alone gives ``differences``.
    """

    outlet: str
    run_id: int | None
    verdict: Verdict
    reason: str
    tally: Tally
    seconds: float
    differences: tuple[Difference, ...] = ()

    @property
    def carried_out(self) -> bool:
        """Whether every capture was read, or is known to hold nothing that today's layouts can read."""
        whole = not self.tally.damaged and not self.tally.errors
        return self.verdict in {Verdict.OK, Verdict.PARTIAL} and whole
