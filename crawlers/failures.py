"""What the failures of a request mean: how loud to tell them, and whether a page was had."""

import logging
from dataclasses import dataclass

from scrapy.exceptions import IgnoreRequest

from core import text
from core.records import Reason
from crawlers.middlewares.guard import BlockedAddress, OffOutlet
from crawlers.middlewares.retry import Stopping
from crawlers.middlewares.robots import RobotsDenied
from crawlers.middlewares.size import BodyTooLarge, Undecodable


class Suppressed(IgnoreRequest):
    """The address was erased from the archive, and is not asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A failure in words; ``reason`` is set where bytes had come, so that there is a page unread."""

    word: str
    detail: str
    level: int
    reason: Reason | None


_KINDS: tuple[tuple[type[Exception], str, int, Reason | None], ...] = (
    (RobotsDenied, "robots_denied", logging.INFO, None),
    (BlockedAddress, "blocked_address", logging.WARNING, None),
    (OffOutlet, "off_outlet", logging.WARNING, None),
    # Quietly: the address itself has no place in a log any more.
    (Suppressed, "suppressed", logging.DEBUG, None),
    (Stopping, "stopping", logging.INFO, None),
    (BodyTooLarge, "too_large", logging.WARNING, Reason.TOO_LARGE),
    (Undecodable, "undecodable", logging.WARNING, Reason.UNREADABLE),
    # What Scrapy itself ignores once bytes have come: an endless chain of redirects.
    (IgnoreRequest, "redirect_loop", logging.WARNING, Reason.NOT_AN_ARTICLE),
    (Exception, "network_error", logging.WARNING, None),
)


def told(error: BaseException | None) -> Told:
    """Give the meaning of what a request's errback was handed."""
    for kind, word, level, reason in _KINDS:
        if isinstance(error, kind):
            named = str(error) if isinstance(error, IgnoreRequest) else f"{type(error).__name__}: {error}"
            return Told(word=word, detail=text.line(named)[:500], level=level, reason=reason)
    return Told(word="unknown", detail=type(error).__name__, level=logging.ERROR, reason=None)
