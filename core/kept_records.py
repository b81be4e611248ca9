"""What crosses where kept captures are read again: the page, and what reading it again came to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPage:
    """A kept capture to be read again, and where its bytes lie.

    ``article_id`` and ``document_sha256`` are of the reading that is believed now, None for a page
    that gave no article when it was captured; ``captured_at`` is aware UTC; ``sha256`` is over the
    bytes as served; ``source`` is what led to the page (``reextract`` where nobody noted it).
    """

    capture_id: int
    url: str
    captured_at: datetime
    outlet: str
    source: str
    warc_file: str
    offset: int
    length: int
    sha256: str
    content_type: str | None
    article_id: int | None = None
    document_sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """What reading an article's kept captures again came to; it is durable when this is given.

    ``recovered``: the archive had no article of it before.
    """

    article_id: int
    url: str
    text_changed: bool = False
    versions_retracted: int = 0
    versions_returned: int = 0
    comments_changed: int = 0
    recovered: bool = False
