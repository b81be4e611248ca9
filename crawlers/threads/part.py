"""What one of the other pages that comments lie on gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.records import ScrapedComment


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a thread: its comments, positions and parents as on this page alone.

    ``answers`` gives, by a comment's ``outlet_id``, that of the comment it answers where that may
    be on another page. ``more`` are absolute addresses of further pages, in their order. ``served``
    is where the page was served in the end, None where that tells nothing. ``rows`` is how many entries a
    listing's page has, comments or not; ``total`` is how many the listing says it has on all its pages;
    ``claimed`` is how many comments a page of comments says there are on all of them.
    """

    comments: tuple[ScrapedComment, ...] = ()
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    more: tuple[str, ...] = ()
    served: str | None = None
    rows: int = 0
    total: int | None = None
    claimed: int | None = None
