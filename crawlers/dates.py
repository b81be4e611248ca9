"""Dates as pages write them, read without a guess."""

from core.records import Moment


def moment(raw: str, zone: str | None) -> Moment | None:
    """Give when the wording says, None where it is no date; ``zone`` is of times without one."""
    raise NotImplementedError
