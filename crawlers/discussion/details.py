"""Who wrote a comment, when, and what: worked out from its lines."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.text import line
from crawlers.discussion import sayings, times
from crawlers.discussion.roles import Role
from crawlers.discussion.unit import Line, Unit

_SAYS = (
    r"(?:says?|said|wrote|writes|commented|replied|responded|added|posted|asked|schreibt|schrieb"
    r"|sagte?|meinte?|kommentierte?|antwortete?|dit|a\s(?:écrit|dit|répondu)|dice|dijo|escribió"
    r"|ha\sscritto|zegt|schreef)"
)
_AT = r"(?:on|am|at|um|le|el|il|op|the|den|vom|from|in|uhr|à)"
_TRAIL = re.compile(
    rf"(?:[\s,:;|\u2022\u00b7\u2013\u2014>/@(\[-]|\b{_SAYS}\b|\b{_AT}\b|\bdies\b|\bthis\b|\b(?:mon|tues?"
    rf"|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?|\b(?:montag|dienstag|mittwoch|donnerstag"
    rf"|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b)+$|\s+$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:[\s,:;|\u2022\u00b7\u2013\u2014/@)\]#*\u00bb\u2190\u21b3-]+|\d+\.\s|(?:comment|kommentar"
    r"|response|antwort|reply|posted|submitted|written|geschrieben|verfasst|publié|soumis|envoyé|message"
    r"|from|name)\s(?:by|von|par|de|from|of)\b|(?:by|von|par|from|name|por)\b(?=[\s:])|permalink\b|#\d+\b)+",
    re.IGNORECASE,
)
_OWNED = re.compile(r"(?P<name>.{1,100}?)['\u2019]s?\s(?:comment|reply|post)\s*$", re.IGNORECASE)
_BARE = re.compile(
    rf"(?:[\W\d_]|\b(?:{_SAYS}|{_AT}|posted|submitted|published|date|datum|author|permalink|link|reply|uhr"
    rf"|by|von|par|edited|gepostet|comment|kommentar|no\.?|nr\.?|and|is)\b)*",
    re.IGNORECASE,
)
_LONGEST_NAME = 100  # characters
_LONGEST_TRIMMED = 400  # characters in which a name is sought
_MOST_WORDS = 12
_SHORT_NAME = 60  # characters of a name that nothing calls one
_FEW_WORDS = 6
_HEAD_LINES, _FOOT_LINES = 4, 3
_LONGEST_HEAD = 220  # characters of a line of who and when


class Details(NamedTuple):
    """What a unit holds: the writer's name, the time, its paragraphs, its text before cleaning.

    ``stated`` says that the markup itself names the writer; ``linked`` is the share of links in the text,
    ``further`` counts the lines of who and when past the first.
    """

    author: str | None
    found: times.Found | None
    stamps: tuple[str, ...]
    body: tuple[str, ...]
    raw: str
    stated: bool
    linked: float
    further: int


def details(unit: Unit) -> Details:
    """Give a unit's details; whatever it does not hold is None or empty."""
    text_lines = _text_lines(unit)
    author, owner = _stated_author(unit.lines)
    when = _Time(unit, text_lines)
    if author is None:
        author = _seen_author(unit.lines, when, text_lines)
    kept = sorted(text_lines) if text_lines else _remaining(unit.lines, when, author)
    body = _paragraphs(unit, kept, when, author, whole=bool(text_lines))
    raw = "\n".join(text for one in unit.lines if (text := "".join(run.text for run in one.runs).strip()))
    return Details(
        author,
        when.found,
        unit.stamps,
        body,
        raw,
        owner,
        _linked(unit.lines, kept),
        _further(unit.lines, when, text_lines),
    )


def _text_lines(unit: Unit) -> set[int]:
    """Give the lines within the containers of the text alone; a container of head and text is none.

    Empty where no container holds the text.
    """
    bodies = set(unit.bodies)
    lines = unit.lines
    while bodies:
        inside = {i for i, one in enumerate(lines) if not bodies.isdisjoint(one.bodies)}
        if not any(sum(len(run.text) for run in lines[i].runs) > 1 for i in inside):
            return set()
        outer = {number for i in inside for number in _outermost(lines[i], bodies)}
        wrapping = {number for number in outer if _wraps(lines, number)}
        if not wrapping:
            return inside
        bodies -= wrapping
    return set()


def _outermost(one: Line, bodies: set[int]) -> tuple[int, ...]:
    """Give the outermost of these containers around a line."""
    return next(((number,) for number in one.bodies if number in bodies), ())


def _wraps(lines: Sequence[Line], number: int) -> bool:
    """Say whether a container holds the head too: its time is in it and nowhere before."""
    inside = [i for i, one in enumerate(lines) if number in one.bodies]
    if any(times.find(lines[i].text) for i in range(inside[0])):
        return False
    for index in inside[:_HEAD_LINES]:
        text = lines[index].text
        if len(text) <= _LONGEST_HEAD and (found := times.find(text)) and _is_head(text, found, first=True):
            return True
    return False


class _Time:
    """The time a unit states in its text, and the line that states it."""

    def __init__(self, unit: Unit, text_lines: set[int]) -> None:
        self.found: times.Found | None = None
        self.at = -1
        self.owned = False
        lines = unit.lines
        for index, one in enumerate(lines):
            dated = [run.text for run in one.runs if run.role is Role.DATE]
            if dated and (found := times.find(line("".join(dated)))):
                self.found, self.at, self.owned = found, index, True
                return
        heads = [i for i in range(min(len(lines), _HEAD_LINES)) if i not in text_lines]
        feet = [i for i in range(len(lines) - 1, -1, -1) if i not in text_lines][:_FOOT_LINES]
        rest = [i for i in range(len(lines)) if i not in text_lines] if text_lines else []
        for index in dict.fromkeys([*heads, *feet, *rest]):
            text = lines[index].text
            if len(text) > _LONGEST_HEAD and index not in heads[:1]:
                continue
            found = times.find(text)
            if found and (text_lines or _is_head(text, found, first=index == 0)):
                self.found, self.at = found, index
                return


def _is_head(text: str, found: times.Found, *, first: bool) -> bool:
    """Say whether a line that holds a time is one of who and when, not somebody's sentence."""
    before, after = _trimmed(text[: found.start]), text[found.end :].strip(" :.,)|-")
    if _BARE.fullmatch(before) or _is_name(before):
        return first or len(after) <= _SHORT_NAME or sayings.control(after)
    return False


def _stated_author(lines: Sequence[Line]) -> tuple[str | None, bool]:
    """Give the name that an element of the head calls one: the surest element, the first of its kind."""
    best: dict[Role, str] = {}
    for one in lines:
        owners = dict.fromkeys(
            run.owner for run in one.runs if run.role in (Role.NAME, Role.AUTHOR, Role.CITED)
        )
        for owner in owners:
            runs = [run for run in one.runs if run.owner is owner]
            text = line("".join(run.text for run in runs))
            name = _name(text)
            if name:
                best.setdefault(runs[0].role, name)
    for kind in (Role.NAME, Role.AUTHOR, Role.CITED):
        if kind in best:
            return best[kind], True
    return None, False


def _name(text: str) -> str | None:
    """Give a name from the text of a name's element: without the time, "says", "by"."""
    if len(text) > _LONGEST_HEAD:
        return None
    if found := times.find(text):
        before, after = text[: found.start], text[found.end :]
        text = before if _trimmed(before) else after
    name = _trimmed(text)
    if not name or len(name) > _LONGEST_NAME or len(name.split()) > _MOST_WORDS or _is_bare(name):
        return None
    return name


def _trimmed(text: str) -> str:
    """Give a text without what leads to a name and what follows one."""
    text = line(text)
    if len(text) > _LONGEST_TRIMMED:  # a run of dashes this long would be tried from each of them
        return text
    if match := _OWNED.fullmatch(text):
        text = match["name"]
    before = None
    while text != before:
        before = text
        text = _TRAIL.sub("", _LEAD.sub("", text)).strip()
    return text


def _is_bare(text: str) -> bool:
    return (len(text) > 1 and sayings.control(text)) or _BARE.fullmatch(text) is not None


def _is_name(text: str) -> bool:
    """Say whether a text that nothing calls a name could be one."""
    return (
        0 < len(text) <= _SHORT_NAME
        and len(text.split()) <= _FEW_WORDS
        and any(character.isalnum() for character in text)
        and not text.endswith((".", "!", "?", ":", "\u2026"))
        and not sayings.control(text)
        and not sayings.form(text)
        and not sayings.none(text)
    )


def _seen_author(lines: Sequence[Line], when: _Time, text_lines: set[int]) -> str | None:
    """Give the name on the line of the time, else on the line above, else bold or linked at the top."""
    if when.found and 0 <= when.at < len(lines):
        text = lines[when.at].text
        if when.owned:
            text = line("".join(run.text for run in lines[when.at].runs if run.role is not Role.DATE))
            around = (text, "")
        else:
            around = (text[: when.found.start], text[when.found.end :])
        for part in around:
            name = _trimmed(part)
            if _is_name(name) and not _is_bare(name):
                return name
    near = [i for i in (when.at - 1, when.at - 2, when.at + 1) if 0 <= i < len(lines)] if when.at >= 0 else []
    for index in (*near, *range(min(2, len(lines)))):
        if index in text_lines or index == when.at:
            continue
        name = _trimmed(lines[index].text)
        marked = all(run.strong or run.linked for run in lines[index].runs if run.text.strip())
        if _is_name(name) and not _is_bare(name) and (marked or index in near[:2]):
            return name
    first = lines[0].runs if lines else ()
    lead = next((run for run in first if run.text.strip()), None)
    if lead and (lead.strong or lead.linked) and lead is not first[-1] and 0 not in text_lines:
        name = _trimmed(lead.text)
        return name if _is_name(name) and not _is_bare(name) else None
    return None


def _remaining(lines: Sequence[Line], when: _Time, author: str | None) -> list[int]:
    """Give the lines that are neither of who and when nor controls."""
    kept: list[int] = []
    for index, one in enumerate(lines):
        text = _plain(one, when if index == when.at else None, author if index < _HEAD_LINES else None)
        if text and (kept or not _ends(text)):
            kept.append(index)
    while kept and sayings.control(lines[kept[-1]].text):
        kept.pop()
    return kept


def _plain(one: Line, when: _Time | None, author: str | None) -> str:
    """Give a line's own text without name and time; empty where nothing else is on it."""
    runs = [
        run for run in one.runs if run.role not in (Role.AUTHOR, Role.NAME, Role.DATE, Role.HEAD, Role.CITED)
    ]
    text = line("".join(run.text for run in runs))
    if when and when.found and not when.owned and (at := text.find(when.found.raw)) >= 0:
        before, after = text[:at], text[at + len(when.found.raw) :]
        text = after if author and _trimmed(before).casefold() == author.casefold() else f"{before} {after}"
    if author and text.casefold().startswith(author.casefold()):
        text = text[len(author) :]
    text = text.strip()
    if (when or author) and _BARE.fullmatch(text):
        return ""
    return (
        re.sub(rf"^(?:[:|,)\u2013\u2014-]|{_SAYS}\s*:)\s*", "", text, flags=re.IGNORECASE)
        if (when or author)
        else text
    )


def _paragraphs(
    unit: Unit, kept: Sequence[int], when: _Time, author: str | None, *, whole: bool
) -> tuple[str, ...]:
    """Give the paragraphs of the kept lines; single breaks part them only where nothing else does."""
    lines = unit.lines
    parted = any(not lines[i].lone for i in kept[1:])
    found: list[str] = []
    for index in kept:
        one = lines[index]
        if whole:
            text = one.text
            if not found and index == when.at:
                text = _plain(one, when, author)
        else:
            text = _plain(one, when if index == when.at else None, author if index < _HEAD_LINES else None)
        if not text:
            continue
        if one.lone and parted and found:
            found[-1] = f"{found[-1]} {text}"
        else:
            found.append(text)
    while len(found) > 1 and _ends(found[-1]):
        found.pop()
    while len(found) > 1 and _ends(found[0]):
        found.pop(0)
    return tuple(found)


def _further(lines: Sequence[Line], when: _Time, text_lines: set[int]) -> int:
    """Count the lines that state another time as a head does: another comment may be within."""
    if when.found is None:
        return 0
    count = 0
    for index, one in enumerate(lines):
        if index == when.at or index in text_lines or len(one.text) > _LONGEST_HEAD:
            continue
        found = times.find(one.text)
        count += found is not None and found.raw != when.found.raw and _is_head(one.text, found, first=False)
    return count


def _linked(lines: Sequence[Line], kept: Sequence[int]) -> float:
    runs = [run for i in kept for run in lines[i].runs if run.role is Role.PLAIN]
    whole = sum(len(run.text) for run in runs)
    return sum(len(run.text) for run in runs if run.linked) / whole if whole else 0.0


def _ends(text: str) -> bool:
    return sayings.control(text) and any(character.isalpha() for character in text)
