"""Problems of the archive's operation, from when each was met until it was over."""

from dataclasses import dataclass
from datetime import datetime

from db.words import Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenProblem:
    """A problem that is not over; ``message`` says what is wrong and what to do."""

    key: str
    outlet: str | None
    severity: Severity
    message: str
    first_seen_at: datetime
