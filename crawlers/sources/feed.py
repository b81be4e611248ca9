"""Feeds: RSS 2.0, RSS.NET's with all its traps, Atom."""

import html
import math
import re
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from core import text, urls
from core.errors import PageError
from core.records import Moment, Reason
from crawlers.sources.entry import Entry, Found

_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
MAX_ENTRIES = 5_000  # the feeds seen hold tens; more is a trap
MAX_TTL = timedelta(days=365)  # what is above is no statement about this feed
_PERIODS = {  # of the RSS module "syndication"
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def read(body: bytes, url: str, content_type: str | None, zone: str) -> Found:
    """Give a feed's entries, newest first; ``zone`` is the one days are told in.

    Entries without a usable link keep ``url`` None. Raises :class:`PageError` (``bad_feed``)
    where the bytes are no feed.
    """
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    # BytesIO, because feedparser takes a bare string or bytes for the name of a file or page.
    parsed = feedparser.parse(BytesIO(body), response_headers=headers)
    if not parsed.get("version") and not parsed.entries:
        problem = parsed.get("bozo_exception") or "no feed element"
        raise PageError(Reason.BAD_FEED, f"not a feed: {text.line(str(problem))[:200]}")
    entries = [_entry(item, url, zone) for item in parsed.entries[:MAX_ENTRIES]]
    return Found(entries=tuple(sorted(entries, key=_age)), ttl=_ttl(parsed.feed))


def _ttl(stated: Any) -> timedelta | None:
    """Give how long the feed need not be asked again: RSS's ttl (minutes), or its update period."""
    minutes = str(stated.get("ttl", "")).strip()
    if minutes.isdecimal() and len(minutes) <= len(str(MAX_TTL // timedelta(minutes=1))):
        return min(timedelta(minutes=int(minutes)), MAX_TTL) or None
    period = _PERIODS.get(str(stated.get("sy_updateperiod", "")).strip().lower())
    times = str(stated.get("sy_updatefrequency", "1")).strip()
    if period is None or not times.isdecimal() or not 0 < int(times[:9]) <= period / timedelta(minutes=1):
        return period
    return period / int(times[:9])


def _entry(item: Any, base: str, zone: str) -> Entry:
    link, guid = item.get("link"), item.get("id")
    if number := _bare_number(item, base):
        link, guid = None, number
    title = text.line(_plain(item.get("title", "")))
    summary = text.paragraphs(_TAG.sub(" ", _plain(item.get("summary", ""))))
    return Entry(
        url=urls.absolute(base, link) if link else None,
        title=title or None,
        published=moment(item.get("published"), zone),
        # feedparser answers an absent "updated" with the date of publication.
        modified=moment(dict.get(item, "updated"), zone),
        guid=guid,
        summary=summary or None,
    )


def _bare_number(item: Any, base: str) -> str | None:
    """Give the guid that is a number, where feedparser made an address of it for want of a link."""
    link = item.get("link") or ""
    number: str = link.rpartition("/")[2]
    made = item.get("guidislink") and number.isdecimal() and link == urls.absolute(base, number)
    return number if made else None


def _plain(wording: str) -> str:
    """RSS.NET escapes twice: after the XML one more unescape is due (OUTLETS.md section 1, Feeds)."""
    return html.unescape(wording)


def moment(raw: str | None, zone: str) -> Moment | None:
    """Give the moment of a feed's or sitemap's date: RFC 1123 or ISO 8601, else the wording alone.

    The instant is taken as labelled; RSS.NET labels UK local time GMT, so summer times may be an
    hour off (OUTLETS.md): the wording stays beside it.
    """
    wording = text.line(raw) if raw else ""
    if not wording:
        return None
    try:
        stated = datetime.fromisoformat(wording)
        if len(wording) <= len("2020-08-25"):
            return Moment(raw=wording, on=stated.date())
    except ValueError:
        try:
            stated = parsedate_to_datetime(wording)
        except ValueError:
            return Moment(raw=wording)
    if stated.tzinfo is None:
        return Moment(raw=wording, on=stated.date())
    try:
        return Moment(raw=wording, at=stated.astimezone(UTC), on=stated.astimezone(ZoneInfo(zone)).date())
    except OverflowError:  # year 1 or 9999 moved over the calendar's edge
        return Moment(raw=wording, note="impossible")


def _age(entry: Entry) -> float:
    """Sort key, newest first; entries without a date come last, in the feed's order."""
    told = entry.published or entry.modified
    if told is None or told.on is None:
        return math.inf
    return -(told.at or datetime.combine(told.on, time(), UTC)).timestamp()
