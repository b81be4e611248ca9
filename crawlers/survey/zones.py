"""The time zone of a site, where it says so or its country has but one; never a guess."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core import urls

# Endings and language regions of countries that keep one clock. Australia, Brazil, Canada, Indonesia,
# Mexico, Russia and the United States keep several: for them nothing follows.
_OF_COUNTRY = {
    "uk": "Europe/London", "gb": "Europe/London", "ie": "Europe/Dublin", "fr": "Europe/Paris",
    "de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich", "nl": "Europe/Amsterdam",
    "be": "Europe/Brussels", "dk": "Europe/Copenhagen", "se": "Europe/Stockholm", "no": "Europe/Oslo",
    "fi": "Europe/Helsinki", "it": "Europe/Rome", "pl": "Europe/Warsaw", "cz": "Europe/Prague",
    "gr": "Europe/Athens", "in": "Asia/Kolkata", "jp": "Asia/Tokyo", "sg": "Asia/Singapore",
    "za": "Africa/Johannesburg",
}  # fmt: skip
_OF_ENDING = _OF_COUNTRY | dict.fromkeys(("scot", "wales", "cymru", "london"), "Europe/London")
_NO_COUNTRY = frozenset({"in"})  # used as a word by sites of anywhere
_REGION = re.compile(r"[a-z]{2,3}[-_](?P<country>[a-z]{2})\b", re.IGNORECASE)


def stated(name: str) -> str | None:
    """Give a zone's name where it is one (``Europe/London``), else None: offsets keep no summer time."""
    try:
        return ZoneInfo(name).key if "/" in name or name == "UTC" else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def of_site(home: str, languages: tuple[str, ...]) -> tuple[str, str] | None:
    """Give the zone and why: by the ending of the host, else by the region of a language (``en-GB``)."""
    ending = urls.host(home).rpartition(".")[2]
    if ending in _OF_ENDING and ending not in _NO_COUNTRY:
        return _OF_ENDING[ending], f"the address ends in .{ending}"
    for language in languages:
        match = _REGION.match(language)
        if match and (zone := _OF_COUNTRY.get(match["country"].lower())):
            return zone, f"the pages are in {language}"
    return None
