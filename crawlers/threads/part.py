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
    is where the page was served in the end, None where that tells nothing.
    """

    comments: tuple[ScrapedComment, ...] = ()
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    more: tuple[str, ...] = ()
    served: str | None = None
