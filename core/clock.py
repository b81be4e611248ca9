"""The one place that asks what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present instant, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)
