"""What is told of a problem, and who can be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.errors import CuttingsError
from db.words import Severity


class DeliveryError(CuttingsError):
    """A target did not take what it was told; the message says why, without any secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tidings:
    """That a problem was met, or with ``over_at`` that it is over; times are aware UTC."""

    key: str
    outlet: str | None
    severity: Severity
    message: str
    since: datetime
    over_at: datetime | None = None

    @property
    def state(self) -> str:
        """Either ``problem`` or ``over``."""
        return "over" if self.over_at else "problem"

    def sentence(self) -> str:
        """Say it to a person."""
        if self.over_at is None:
            return self.message
        began, ended = (f"{at:%Y-%m-%d %H:%M} UTC" for at in (self.since, self.over_at))
        return f"over: what was wrong from {began} to {ended} is so no more. It was: {self.message}"

    def as_json(self) -> Mapping[str, Any]:
        """Give the object that machines are told."""
        return {
            "state": self.state,
            "key": self.key,
            "outlet": self.outlet,
            "severity": self.severity.value,
            "message": self.message,
            "since": self.since.isoformat(),
            "over_at": self.over_at.isoformat() if self.over_at else None,
        }


class Target(Protocol):
    """Somebody to be told; ``name`` is for logs and holds no secret."""

    name: str

    def send(self, tidings: Sequence[Tidings]) -> Iterator[Tidings]:
        """Tell them; give each once it was taken. Blocks; raises DeliveryError at the first refused."""


def subject(tidings: Sequence[Tidings]) -> str:
    """Give the heading of a message: ``cuttings: 2 problems, 1 over (no_success:nhe, ...)``."""
    begun, over = (sum(one.state == state for one in tidings) for state in ("problem", "over"))
    parts = [f"{begun} problem{'s' if begun > 1 else ''}"] if begun else []
    parts += [f"{over} over"] if over else []
    keys = ", ".join(one.key for one in tidings[:3]) + (", ..." if len(tidings) > 3 else "")  # noqa: PLR2004 - as many as fit
    return " ".join(f"cuttings: {', '.join(parts)} ({keys})".split())


def text(tidings: Sequence[Tidings], archive: Mapping[str, str]) -> str:
    """Give the text of a message to people."""
    told = "\n\n".join(f"{one.severity.value}: {one.sentence()}" for one in tidings)
    by = f"cuttings {archive['version']} on {archive['host']}"
    return f"{told}\n\nTold by {by}; `cuttings status` shows all.\n"
