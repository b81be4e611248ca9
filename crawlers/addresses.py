"""The address forms of the platforms our outlets run on (OUTLETS.md sections 1 to 3)."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from crawlers.outlet import Form

# A slug holds at least one character that is no digit: a last segment of digits alone is the id. It is
# asked for behind leading digits: a pattern that may find it anywhere takes seconds for a long address.
_SLUG = r"(?P<slug>\d*[^/\d][^/]*)"
# The ids seen run from 141433 (2016) to 224846 (2019); shorter numbers are page numbers and years.
_ID = r"\d{4,9}"
# First segments that hold no articles although two segments may follow.
_NOT_A_TOPIC = r"(?!(?:articles|write|corecode|sites|node|user|admin|search|tag|taxonomy|rss)/)"
# A slug of the other platforms: no dot, so no file; not the pages that stand beneath an article's own.
_NO_WORDS = r"(?:feed|amp|embed|trackback|print|comment-page-\d+)"
_WORDS = rf"(?P<slug>(?!{_NO_WORDS}$)\d*[^/.\d][^/.]*)"
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


def titled_form() -> Form:
    """Give the form of .NET trade systems: ``/<Title-With-Caps>/<id>``; the id tells the article."""
    return Form(
        name="titled",
        pattern=re.compile(rf"/{_NOT_A_TOPIC}\d*[^/.\d][^/.-]*-[^/.]*/(?P<slug>{_ID})", re.IGNORECASE),
    )


def numbered_form() -> Form:
    """Give the form of Webvision: ``/<section>/<slug>/<id>.article``; the id tells the article."""
    return Form(
        name="numbered", pattern=re.compile(r"(?:/[^/]+)*/(?P<slug>\d{4,10})\.article", re.IGNORECASE)
    )


def item_form(*sections: str) -> Form:
    """Give the form of Joomla: ``/<section>/<id>-<slug>``, also beneath ``/index.php``; the id tells it.

    Without ``sections`` any path of up to four segments may stand before the item.
    """
    before = rf"/(?:{_any(sections)})(?:/[^/.]+)*" if sections else r"(?:/[^/.]+){1,4}"
    return Form(
        name="items",
        pattern=re.compile(rf"(?:/index\.php)?{before}/(?P<slug>\d{{1,9}})-[^/.]+", re.IGNORECASE),
    )


def day_form(*sections: str) -> Form:
    """Give the form ``/<section>/DDMMYYYY/<slug>``; day and slug together tell the article."""
    return Form(
        name="days",
        pattern=re.compile(rf"/(?:{_any(sections)})/(?P<slug>\d{{8}}/\d*[^/.\d][^/.]*)", re.IGNORECASE),
    )


def kind_form(kind: str = "article") -> Form:
    """Give the form ``/<section>/article/<slug>``, under whichever section."""
    return Form(name=kind, pattern=re.compile(rf"/[^/.]+/{re.escape(kind)}/{_WORDS}", re.IGNORECASE))


def dated_form() -> Form:
    """Give the form of WordPress with dates: ``/yyyy/mm/dd/<slug>/``, at times with a section between."""
    return Form(
        name="posts",
        pattern=re.compile(
            rf"/(?:19|20)\d\d/\d\d(?:/\d\d)?(?:/[^/.\d][^/.]*){{0,2}}/{_WORDS}", re.IGNORECASE
        ),
    )


def section_form(*sections: str) -> Form:
    """Give the form of WordPress with sections: ``/<section>/[<more>/…]<slug>/``.

    Only a last segment of three words or more counts: shorter ones are sections within sections.
    """
    return Form(
        name="posts",
        pattern=re.compile(
            rf"/(?:{_any(sections)})(?:/(?!page/)[^/.]+){{0,3}}/(?P<slug>[^/.-]+-[^/.-]+-[^/.]+)",
            re.IGNORECASE,
        ),
    )


def plain_form() -> Form:
    """Give the form of WordPress without dates: ``/<slug>/``, of three words or more.

    Shorter slugs are those of pages and sections, which stand at the top too.
    """
    return Form(
        name="posts",
        pattern=re.compile(r"/(?!wp-|comment-page-)(?P<slug>[^/.-]+-[^/.-]+-[^/.]+)", re.IGNORECASE),
    )


def _any(sections: tuple[str, ...]) -> str:
    return "|".join(re.escape(section) for section in sections)


@dataclass(frozen=True)
class Parameters:
    """Gives an address's path with those parameters that tell its articles apart, in this order.

    Their names are compared in lower case, whatever else the query holds is left out: of all spellings
    of one address comes one path.
    """

    names: tuple[str, ...]

    def __call__(self, url: str) -> str:
        """Give ``/article.php?id=12`` of ``https://…/article.php?utm_source=x&ID=12``."""
        parts = urlsplit(url)
        stated = {name.lower(): value for name, value in reversed(parse_qsl(parts.query))}
        told = [f"{name}={quote(stated[name], safe='')}" for name in self.names if name in stated]
        return f"{parts.path.rstrip('/') or '/'}?{'&'.join(told)}" if told else parts.path


def with_parameters(*names: str) -> Parameters:
    """Give the ``path`` of an outlet whose articles are told apart by these parameters of their query."""
    return Parameters(tuple(name.lower() for name in names))


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
