"""The times comments bear, in the wordings and languages comment systems print."""

import re
from dataclasses import replace
from typing import NamedTuple

from core.records import Moment
from core.text import line
from crawlers.article import dates

# English, German, French, Spanish, Italian, Dutch and Portuguese, as WordPress and Drupal print them.
_MONTHS = (
    "jan january januar janvier janv enero ene gennaio januari janeiro jänner",
    "feb february februar février fevrier févr fev febrero febbraio februari fevereiro",
    "mar march märz mrz maerz mars marzo maart mrt março",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august août aout agosto ago augustus",
    "sep sept september septembre septiembre settembre set setembro",
    "oct october oktober okt octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro",
)
_NUMBER = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_MONTH = "|".join(sorted(map(re.escape, _NUMBER), key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20)\d{2}|(?:'|\u2019)?\d{2}(?![\d:.]))"
_CLOCK = (
    r"(?:[\s,;|/@(\u2013\u2014\u00b7\u2022-]|\b(?:at|um|on|à|a\slas|las|a|alle|ore|om|às|kl|the|u\.)\b){0,12}"
    r"(?P<hour>\d{1,2})\s?(?:[:.]|h(?=\s?\d)|\sh\s)\s?(?P<minute>\d{2})(?!\d)(?:[:.](?P<second>\d{2})(?!\d))?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?(?:\s?(?P<offset>Z|UTC|GMT|BST|[+-]\d{2}:?\d{2})\b)?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|ère|[.º°])?"
_ISO = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"
    r"(?:[T\s]\s?(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<offset>Z|UTC|GMT|BST|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?(?P<half>(?!))?",
    re.IGNORECASE,
)
_WORDED = re.compile(
    rf"(?<!\d){_DAY}(?:\s?(?:of|de)\s)?[\s./-]{{0,3}}\b(?P<month>{_MONTH})\b\.?(?:\s?(?:de"
    rf"|del)\s)?[\s,./-]{{0,3}}{_YEAR}"
    rf"(?:{_CLOCK})?",
    re.IGNORECASE,
)
_WORD_FIRST = re.compile(
    rf"\b(?P<month>{_MONTH})\b\.?\s{{0,3}}{_DAY}\s?,?\s{{0,3}}{_YEAR}(?:{_CLOCK})?", re.IGNORECASE
)
_NUMBERS = re.compile(
    rf"(?<![\d.,/-])(?P<day>\d{{1,2}})\s?(?P<mark>[./-])\s?(?P<month>\d{{1,2}})(?:(?P=mark)|\.?,)\s?"
    rf"(?P<year>(?:19|20)\d{{2}}|\d{{2}}(?![\d:]))(?!\d)(?:{_CLOCK})?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    r"(?<![\d./-])(?P<year>(?:19|20)\d{2})(?P<mark>[./])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"
    rf"(?:{_CLOCK})?",
    re.IGNORECASE,
)
_ABSOLUTE = (_ISO, _WORDED, _WORD_FIRST, _YEAR_FIRST, _NUMBERS)
_YEARLESS = re.compile(
    rf"(?:(?<![\d./])\d{{1,2}}[./]\d{{1,2}}\.?(?=\s*(?:à|at|um|a las|,|-))"
    rf"|\b(?:{_MONTH})\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?|(?<!\d)\d{{1,2}}(?:st|nd|rd|th"
    rf"|\.)?\s(?:{_MONTH})\b\.?){_CLOCK}",
    re.IGNORECASE,
)
_UNIT = (
    r"(?:sec(?:ond)?s?|mins?|minutes?|h(?:ou)?rs?|hours?|days?|weeks?|wks?|months?|mos?|years?|yrs?|[smhdwy]"
    r"|sekunden?|minuten?|stunden?|tag(?:en?)?|wochen?|monat(?:en?)?|jahr(?:en?)?"
    r"|secondes?|heures?|jours?|semaines?|mois|ans?|années?"
    r"|segundos?|minutos?|horas?|días?|dias?|semanas?|mes(?:es)?|años?|anos?"
    r"|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]"
    r"|seconden|uur|uren|dag(?:en)?|weken|maand(?:en)?|jaar|jaren)"
)
_AMOUNT = r"(?:\d{1,4}|an?|one|eine[mnr]?|une?|una?|een)"
_RELATIVE = re.compile(
    rf"\b(?:(?:about|over|almost|etwa|ca\.|environ)\s)?(?:{_AMOUNT}\s?\+?\s?{_UNIT}(?:,?\s(?:and\s|und\s"
    rf"|et\s)?\d{{1,3}}\s{_UNIT})?\s(?:ago|her|fa|geleden|atrás)"
    rf"|(?:vor|il\sy\sa|hace|há)\s(?:(?:etwa|über|fast|ca\.|environ)\s)?{_AMOUNT}\s{_UNIT}"
    r"|just\snow|moments?\sago|yesterday|gerade\seben|gestern|hier(?=\sà)|ayer|ieri)"
    rf"(?:{_CLOCK})?\b",
    re.IGNORECASE,
)
_RELATIVE_HINT = re.compile(
    r"ago|her\b|vor\s|il y a|hace|há\s|fa\b|geleden|atrás|now|yesterday|gestern|eben|ayer|ieri", re.IGNORECASE
)
# What every absolute time has: a year, numbers with marks between, a time of day, a month and a short year.
_NUMBERED = re.compile(
    r"(?:19|20)\d\d|\d[./-]\s?\d{1,2}[./,-]|\d\s?[:.h]\s?\d\d|[^\W\d_]{3}\.?[\s./-]{0,2}['\u2019]?\d\d(?!\d)"
)
_LONGEST = 200  # characters; no time is worded longer
_TWO_DIGITS = 2
_NOON = 12


class Found(NamedTuple):
    """A time within a text: where it stands, its wording, and its numbers where it is absolute."""

    start: int
    end: int
    raw: str
    match: re.Match[str] | None


def find(text: str) -> Found | None:
    """Give the first time a text of a comment's head names, absolute before relative, or None."""
    text = text[:_LONGEST]
    best: re.Match[str] | None = None
    if _NUMBERED.search(text):
        for form in _ABSOLUTE:
            match = form.search(text)
            if match and (best is None or match.start() < best.start()):
                best = match
        if best is None and (match := _YEARLESS.search(text)):
            return Found(match.start(), match.end(), match[0].strip(), None)
    if best:
        return Found(best.start(), best.end(), best[0].strip(" \t,;|(@-"), best)
    if _RELATIVE_HINT.search(text) and (match := _RELATIVE.search(text)):
        return Found(match.start(), match.end(), match[0].strip(), None)
    return None


def month_first(found: Found) -> bool | None:
    """Say whether a time of numbers writes the month first, None where both readings exist."""
    match = found.match
    if match is None or match.re is not _NUMBERS or match["mark"] != "/":
        return None
    first, second = int(match["day"]), int(match["month"])
    if first > _NOON >= second:
        return False
    return True if second > _NOON >= first else None


def moment(found: Found, zone: str | None, *, swapped: bool | None) -> Moment:
    """Give the moment of a time found.

    ``swapped`` says that this page writes the month first, None that it is not known: then numbers
    parted by slashes that read both ways give a day only where ``zone`` is known (day first).
    A relative time gives its wording alone: a page has no clock.
    """
    match = found.match
    if match is None:
        return Moment(raw=found.raw)
    if match.re is _NUMBERS and match["mark"] == "/" and swapped is None and zone is None:
        return Moment(raw=found.raw)
    word = match["month"].lower()
    month = _NUMBER.get(word) or int(word)
    day = int(match["day"])
    if swapped and match.re is _NUMBERS and match["mark"] == "/":
        day, month = month, day
    year = match["year"].lstrip("'\u2019")
    year = f"20{year}" if len(year) == _TWO_DIGITS else year
    wording = f"{year}-{month:02}-{day:02}{_clock(match)}"
    told = dates.moment(wording, zone)
    if told is None or told.note == dates.IMPOSSIBLE:
        return Moment(raw=found.raw, note=dates.IMPOSSIBLE)
    return replace(told, raw=found.raw)


def machine(raw: str, zone: str | None) -> Moment | None:
    """Give the moment of a ``datetime`` or ``content`` attribute, None where it is no date."""
    if told := dates.moment(raw, zone):
        return told if told.on or told.at else None
    found = find(line(raw))
    if found is None or found.match is None:
        return None
    told = moment(found, zone, swapped=None)
    return told if told.on or told.at else None


def _clock(match: re.Match[str]) -> str:
    """Give the time of day in ISO form, empty where none is stated or it does not exist."""
    if not match["hour"]:
        return ""
    hour, minute = int(match["hour"]), int(match["minute"])
    half = (match["half"] or "")[:1].lower()
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 - the last hour and minute of a day
        return ""
    second = int(match["second"] or 0)
    return f"T{hour:02}:{minute:02}:{min(second, 59):02}{match['offset'] or ''}"
