"""The address forms of the platforms our outlets run on (OUTLETS.md sections 1 and 2)."""

import hashlib
import re
from urllib.parse import urlsplit

from crawlers.outlet import Form

# A slug holds at least one character that is no digit: a last segment of digits alone is the id.
_SLUG = r"(?P<slug>[^/]*[^/\d][^/]*)"
# The ids seen run from 141433 (2016) to 224846 (2019); shorter numbers are page numbers and years.
_ID = r"\d{4,9}"
# First segments that hold no articles although two segments may follow.
_NOT_A_TOPIC = r"(?!(?:articles|write|corecode|sites|node|user|admin|search|tag|taxonomy|rss)/)"
_MIRROR_NAME = re.compile(r"(?P<stem>.*[^/])(?P<digest>[0-9a-f]{4})(?P<extension>\.[A-Za-z0-9]{1,5})?")


def legacy_forms(*sections: str) -> tuple[Form, ...]:
    """Give the forms of the publisher's legacy system; ``sections`` are first path segments.

    All share the name ``legacy``: one slug is one article under whichever section it stands. The
    preferred form comes first: its own section, then ``/News/``, then ``/<Topic>/<slug>/<id>``.
    """
    own = "|".join(re.escape(section) for section in sections)
    patterns = (
        rf"/(?:{own})/{_SLUG}(?:/{_ID})?",
        rf"/News/{_SLUG}(?:/{_ID})?",
        rf"/{_NOT_A_TOPIC}[A-Za-z][^/]*/{_SLUG}/{_ID}",
    )
    return tuple(Form(name="legacy", pattern=re.compile(pattern, re.IGNORECASE)) for pattern in patterns)


def current_form() -> Form:
    """Give the form of the publisher's current sites: ``/articles/<slug>``."""
    return Form(name="articles", pattern=re.compile(r"/articles/(?P<slug>[^/]+)", re.IGNORECASE))


def unmirrored(url: str) -> str:
    """Give the path of the address a mirror program renamed, else the path as it is.

    HTTrack wrote an address with a query as ``<stem><4 hex><ext>``, the digits being the first
    four of the query's MD5; they are taken away only where they are exactly that.
    """
    parts = urlsplit(url)
    match = _MIRROR_NAME.fullmatch(parts.path) if parts.query else None
    if match is None or match["digest"] != query_digest(parts.query):
        return parts.path
    return match["stem"] + (match["extension"] or "")


def query_digest(query: str) -> str:
    """Give the four hex digits HTTrack puts into the name of an address with this query."""
    return hashlib.md5(query.encode(), usedforsecurity=False).hexdigest()[:4]
