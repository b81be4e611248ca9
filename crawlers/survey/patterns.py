"""The forms of a site's article addresses, derived from addresses of articles."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from crawlers import addresses as known
from crawlers.outlet import Form
from crawlers.survey import literals
from crawlers.survey.shapes import DATED, Address, Part, Shape

NAME = "articles"  # of all forms: one slug is one article
_FEW = 3  # addresses from which on what they share is no accident
_SHARE = 0.08  # of the addresses: a shape of fewer is an oddity
LONGEST_NUMBER = 9
_NEVER = (
    "about", "account", "admin", "author", "authors", "category", "component", "contact", "feed", "login",
    "node", "page", "privacy", "register", "rss", "search", "sites", "subscribe", "tag", "tags", "taxonomy",
    "terms", "topic", "topics", "user", "users", "wp-admin", "wp-content", "wp-json",
)  # fmt: skip
"""First segments under which no platform keeps articles."""
_MOST_REFUSED = 40
_TEXT = r"\d*[^/\d][^/]*"
_PLAIN = r"\d*[^/.\d][^/.]*"  # where no address seen has a dot: files are none
_HYPHENED = r"[^/.][^/.-]*-[^/.]*"
_CERTAIN = 5  # addresses all of which have a hyphen: where anything may stand before, one is asked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Derived:
    """A form of article addresses: how many of those seen have it, some of them, how it is written.

    ``known_as`` is the call of :mod:`crawlers.addresses` that gives it, None where the pattern itself
    is written.
    """

    name: str
    pattern: str
    count: int
    examples: tuple[str, ...] = field(default=())
    known_as: str | None = None

    @property
    def form(self) -> Form:
        """The form as an outlet declares it."""
        return Form(name=self.name, pattern=re.compile(self.pattern, re.IGNORECASE))


def derived(
    articles: Sequence[Address], others: Collection[Address], *, unique_slugs: bool = False
) -> tuple[Derived, ...]:
    """Give the forms of these article addresses, commonest first; none where they share no shape.

    ``others`` are addresses of the site that are no articles: no form takes them, as far as that can
    be. ``unique_slugs``: the platform gives a slug but once, so a date before it tells nothing more.
    """
    groups: dict[Shape, list[Address]] = defaultdict(list)
    for address in articles:
        groups[address.shape].append(address)
    least = max(2 if len(articles) < 2 * _FEW else _FEW, _SHARE * len(articles))
    found = []
    common = [item for item in groups.items() if len(item[1]) >= least or len(groups) == 1]
    bare = {shape.parts for shape, _ in common}
    common += [  # however few, the same with the article's number behind it is no oddity
        (shape, group)
        for shape, group in groups.items()
        if shape.parts not in bare and shape.parts[-1] is Part.NUMBER and shape.parts[:-1] in bare
    ]
    # Where some addresses have a number and others have none, the words are what they share.
    by_words = any(not {Part.NUMBER, Part.NUMBERED} & set(shape.parts) for shape, _ in common)
    for shape, group in sorted(common, key=lambda item: -len(item[1])):
        identity = _identity(shape, group, by_words=by_words and len(common) > 1)
        call, form = (len(common) == 1 and _known(shape, group, others)) or (None, None)
        pattern = form.pattern.pattern if form else None
        if form is None and identity is not None:
            pattern = _pattern(shape, group, identity, others, unique_slugs=unique_slugs)
        if pattern is not None:
            found.append(
                Derived(
                    name=form.name if form else NAME,
                    pattern=pattern,
                    count=len(group),
                    examples=tuple(address.path for address in group[:3]),
                    known_as=call,
                )
            )
    return tuple(found)


def _known(shape: Shape, group: Sequence[Address], others: Collection[Address]) -> tuple[str, Form] | None:
    """Give the form of a platform that takes all of the group and none of the others, with its call."""
    firsts = {address.segments[0] for address in group}
    section = (next(iter(firsts)),) if len(firsts) == 1 and len(shape.parts) > 1 else ()
    given = literals.text(section[0]) if section else ""
    calls = [("current_form()", known.current_form())]
    if section and Part.DAY in shape.parts:
        calls.append((f"day_form({given})", known.day_form(*section)))
    if Part.NUMBERED in shape.parts:
        calls.append((f"item_form({given})", known.item_form(*section)))
    calls += [
        ("numbered_form()", known.numbered_form()),
        ("titled_form()", known.titled_form()),
        ("dated_form()", known.dated_form()),
        ("kind_form()", known.kind_form()),
        ("plain_form()", known.plain_form()),
    ]
    for call, form in calls:
        takes = form.pattern.fullmatch
        if all(takes(address.path) for address in group) and not any(takes(other.path) for other in others):
            return call, form
    return None


def _pattern(
    shape: Shape, group: Sequence[Address], identity: int, others: Collection[Address], *, unique_slugs: bool
) -> str:
    """Give the pattern of whole paths of one shape; ``identity`` is the place of what names an article."""
    certain = len({address.segments[0].lower() for address in group}) == 1
    first = identity
    by_day = shape.parts[identity] is Part.TEXT and not unique_slugs
    while by_day and first and shape.parts[first - 1] in DATED:
        first -= 1
    pieces = []
    for place, part in enumerate(shape.parts):
        seen = [address.segments[place] for address in group]
        last = place == len(shape.parts) - 1
        piece = _piece(part, seen, named=place == identity, certain=certain)
        if place == first != identity:
            piece = f"(?P<slug>{piece}"
        elif place == identity and first != identity:
            piece += ")"
        elif place == identity and part is Part.NUMBERED:
            piece = rf"(?P<slug>\d+)-{_PLAIN if _no_dots(seen) else _TEXT}"
        elif place == identity:
            piece = f"(?P<slug>{piece})"
        if last and shape.extension:
            piece += re.escape(shape.extension)
        pieces.append(piece)
    return f"/{_refusal(shape, group, others)}" + "/".join(pieces)


def _identity(shape: Shape, group: Sequence[Address], *, by_words: bool) -> int | None:
    """Give the place of the segment that names an article for certain: its number, else its last words.

    Words that all have alike name none of them (``/amp``, ``/index.html``).
    """
    parts = shape.parts
    for wanted in () if by_words and Part.TEXT in parts else (Part.NUMBERED, Part.NUMBER):
        places = [place for place, part in enumerate(parts) if part is wanted]
        if places:
            return places[-1]
    places = [place for place, part in enumerate(parts) if part is Part.TEXT]
    telling = [place for place in places if len({one.segments[place].lower() for one in group}) > 1]
    return (telling or places)[-1] if places else None


def _piece(part: Part, seen: Sequence[str], *, named: bool, certain: bool) -> str:
    """Give the pattern of one segment, the most specific one that all seen have."""
    lengths = sorted({len(segment) for segment in seen})
    if part in {Part.YEAR, Part.DAY}:
        return rf"\d{{{lengths[0]}}}"
    if part is Part.SMALL:
        return r"\d{2}" if lengths == [2] else r"\d{1,2}"
    if part is Part.NUMBER:
        least = max(1, min(lengths) - 1)
        return rf"\d{{{least},{max(LONGEST_NUMBER, *lengths)}}}"
    if not named and len({segment.lower() for segment in seen}) == 1 and len(seen) >= _FEW:
        return re.escape(seen[0])
    if named and not certain and len(seen) >= _CERTAIN and _no_dots(seen):
        return _HYPHENED if all("-" in segment for segment in seen) else _PLAIN
    return _PLAIN if _no_dots(seen) else _TEXT


def _no_dots(seen: Sequence[str]) -> bool:
    return not any("." in segment for segment in seen)


def _refusal(shape: Shape, group: Sequence[Address], others: Collection[Address]) -> str:
    """Give what refuses first segments that hold no articles, "" where the first is certain anyway."""
    firsts = {address.segments[0].lower() for address in group}
    if shape.parts[0] is not Part.TEXT or (len(firsts) == 1 and len(shape.parts) > 1):
        return ""
    alike = [address.segments[0].lower() for address in others if address.shape == shape]
    words = dict.fromkeys((*_NEVER, *alike[:_MOST_REFUSED]))
    if len(shape.parts) == 1 and all("-" in first for first in firsts):
        words = {word: None for word in words if "-" in word}  # the slug's own form refuses the rest
    refused = [re.escape(word).replace(r"\-", "-") for word in words if word not in firsts]
    return rf"(?!(?:{'|'.join(refused)})(?:/|$))" if refused else ""
