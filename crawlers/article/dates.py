"""Dates as pages write them, read without a guess."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from core.records import Moment
from core.text import line
from crawlers.article import month_names

AMBIGUOUS = "ambiguous"
NONEXISTENT = "nonexistent"
IMPOSSIBLE = "impossible"
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"

_MONTH = rf"(?P<month>{month_names.PATTERN})\b\.?"
_CLOCK = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>[ap]\.?m\b\.?)?"
)
_OFFSET = r"\s?(?P<offset>Z|UTC|GMT|BST|UT|[+-]\d{2}:?\d{2})\b"
_LATER = (
    rf"(?:(?:\s*[,|–-]\s*(?:um\s+)?|\s+(?:at|um|à|alle|a\slas)\s+|\s+)(?P<clock>{_CLOCK}(?:{_OFFSET})?))?"
)
_ISO = re.compile(
    r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"
    r"(?:[T ]\s?(?P<clock>(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<offset>Z|UTC|GMT|BST|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)))?))?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    rf"(?<![\d.,/])(?P<day>\d{{1,2}})(?P<mark>[./-]|\s\|\s)(?P<number>\d{{1,2}})(?P=mark)"
    # a time glued to a year of two digits is no year of four: 28.09.1912:44
    rf"(?P<year>\d{{4}}(?!:\d\d)(?![\d/])|\d{{2}}(?=\d\d:\d\d)|\d{{2}}(?![\d/])){_LATER}",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"(?<![\d.,/])(?P<year>(?:19|20)\d{{2}})(?P<mark>[./])(?P<number>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?![\d/])"
    rf"{_LATER}",
    re.IGNORECASE,
)
_EAST_ASIAN = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d{{2}})\s?[年년]\s?(?P<number>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})\s?[日일]"
    rf"{_LATER}",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s?(?:(?:of|de|di)\s)?[\s-]?{_MONTH}"
    rf",?[\s,-]\s?(?:(?:de|del|of)\s)?(?P<year>\d{{4}}(?!\d)|\d{{2}}(?!\s?[:.\d])\b){_LATER}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s(?P<year>\d{{4}})(?!\d){_LATER}", re.IGNORECASE
)
# ISO first: day-first readers turn it round
_FORMS = (_ISO, _YEAR_FIRST, _NUMBERS, _DAY_FIRST, _MONTH_FIRST, _EAST_ASIAN)
_AROUND = re.compile(
    r"(?:(?:(?:first\s)?(?:published|posted|updated|last\supdated|last\smodified|date|created|on"
    r"|veröffentlicht|erschienen|erstellt|publiziert|datum|stand|vom|am|publié|le|pubblicato|il|publicado"
    r"|el|geplaatst)\b\s?(?:on\b|at\b|am\b|le\b|il\b|el\b|op\b)?:?\s?){1,2})?"
    rf"(?:{month_names.WEEKDAY}\b\.?,?\s?(?:(?:den|le|the)\s)?)?",
    re.IGNORECASE,
)
_PATH_DAY = re.compile(r"/(?P<day>\d{2})(?P<number>\d{2})(?P<year>20\d{2}|19\d{2})/")
_PATH_PLAIN = re.compile(
    r"/(?P<year>20\d{2}|19\d{2})(?P<number>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?=[/_-]|$)"
)
_PATH_NUMBERS = re.compile(r"[/~](?P<day>\d{2})-(?P<number>\d{2})-(?P<year>20\d{2})(?=[/-]|$)")
_PATH_ISO = re.compile(r"/(?P<year>20\d{2}|19\d{2})[/-](?P<number>\d{1,2})[/-](?P<day>\d{1,2})(?=[/-]|$)")
_EARLIEST, _LATEST = 1800, 2200  # outside of which a year is a slip of the pen
_SUMMER_HOUR = {"bst": 1}
_LONGEST = 200  # characters; no date is longer
_DIGITS = re.compile(r"\d")


def moment(raw: str, zone: str | None, order: str | None = None) -> Moment | None:
    """Give when a wording that is nothing but a date says, None where it is no date.

    ``zone`` is the zone of times that name none, and where the day is told; ``order`` that of numbers
    ("dmy", "mdy"), by default day first. Without a zone (an outlet unknown) a time that names none
    gives only the day, and without an order as well, numbers that could be month first give nothing.
    """
    text = line(raw[:_LONGEST])
    start = around.end() if (around := _AROUND.match(text)) else 0
    for form in _FORMS:
        if (match := form.match(text, start)) and not text[match.end() :].strip(" .,|()"):
            return _moment(raw, match, zone, order)
    return None


def first(text: str, zone: str | None, order: str | None = None) -> Moment | None:
    """Give the first date written within a text (``By A Writer2017-05-01T07:00:00``), or None."""
    return next((moment for _, moment in within(text, zone, order)), None)


def within(text: str, zone: str | None, order: str | None = None) -> Iterator[tuple[str, Moment]]:
    """Give the dates written within a text, each with what stands between it and the one before."""
    text = text[:_LONGEST]
    end = 0
    while _DIGITS.search(text, end):
        found = [match for form in _FORMS if (match := form.search(text, end))]
        if not found:
            return
        match = min(found, key=lambda match: (match.start(), -match.end()))
        yield text[end : match.start()], _moment(match[0], match, zone, order)
        end = match.end()


def from_path(path: str) -> Moment | None:
    """Give the day a path names (``/news/31012016/slug``, ``/2016/01/31/slug``), or None."""
    for form in (_PATH_DAY, _PATH_ISO, _PATH_PLAIN, _PATH_NUMBERS):
        if match := form.search(path):
            day = _day(match)
            return Moment(raw=match[0].strip("/"), on=day) if day else None
    return None


def local(raw: str, day: date, clock: time, zone: str) -> Moment:
    """Give the instant of a local time in a zone, noting what the clock change makes of it."""
    where = ZoneInfo(zone)
    naive = datetime.combine(day, clock)
    early, late = naive.replace(tzinfo=where), naive.replace(tzinfo=where, fold=1)
    note = None
    if early.utcoffset() != late.utcoffset():  # twice or never; fold=0 is first, or the offset before
        back = early.astimezone(UTC).astimezone(where).replace(tzinfo=None)
        note = AMBIGUOUS if back == naive else NONEXISTENT
    return Moment(raw=raw, at=early.astimezone(UTC), on=day, note=note)


def _moment(raw: str, match: re.Match[str], zone: str | None, order: str | None) -> Moment:
    raw = raw.strip()
    either = zone is None and order is None and match.re is _NUMBERS
    day = _either_way(match) if either else _day(match, month_first=order == MONTH_FIRST)
    if day is None:
        return Moment(raw=raw, note=None if either else IMPOSSIBLE)
    if match["clock"] is None:
        return Moment(raw=raw, on=day)
    clock, offset = _time(match), _offset(match["offset"])
    if clock is None:
        return Moment(raw=raw, note=IMPOSSIBLE)
    if offset is None:
        return local(raw, day, clock, zone) if zone else Moment(raw=raw, on=day)
    at = datetime.combine(day, clock, timezone(offset)).astimezone(UTC)
    return Moment(raw=raw, at=at, on=at.astimezone(ZoneInfo(zone)).date() if zone else day)


def _day(match: re.Match[str], *, month_first: bool = False) -> date | None:
    groups = match.groupdict()
    if month_first and match.re is _NUMBERS:
        groups |= {"day": groups["number"], "number": groups["day"]}
    word = groups.get("month")
    number = month_names.NUMBERS[word.lower()] if word else int(groups["number"])
    year = int(groups["year"])
    year += 2000 if len(groups["year"]) == len("yy") else 0  # no outlet of ours is older
    try:
        return date(year, number, int(groups["day"])) if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None


def _either_way(match: re.Match[str]) -> date | None:
    """Give the day of numbers that read one way only; the writer's custom is not known."""
    swapped = {"year": match["year"], "number": match["day"], "day": match["number"]}
    day_first = _day(match)
    try:
        month_first = date(
            int(swapped["year"]) + (2000 if len(swapped["year"]) == len("yy") else 0),
            int(swapped["number"]),
            int(swapped["day"]),
        )
    except ValueError:
        month_first = None
    if day_first and month_first and day_first != month_first:
        return None
    return day_first or month_first


def _time(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    half = (match.groupdict().get("half") or "").replace(".", "").lower()
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of a half day
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute, min(second, 59))
    except ValueError:
        return None


def _offset(word: str | None) -> timedelta | None:
    if not word:
        return None
    if word[0] not in "+-":
        return timedelta(hours=_SUMMER_HOUR.get(word.lower(), 0))
    hours, minutes = int(word[1:3]), int(word[-2:]) if len(word) > len("+01") else 0
    size = timedelta(hours=hours, minutes=minutes)
    if size >= timedelta(hours=24):
        return None
    return -size if word[0] == "-" else size
