"""The Wayback Machine's playback and time maps (ARCHIVE-FACTS.md section 5.2)."""

import gzip
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import unquote, urljoin

from newsstand.archives.captures import STAMP, Capture, Coding, Holdings
from newsstand.archives.wire import Reply, gzipped

TARGET = re.compile(r"/web/(\d{1,14}|)(\w\w_)?/?(\S+)")
_HTML = ("Content-Type", "text/html; charset=utf-8")
_SERVER = ("Server", "nginx")
_LINKS = re.compile(rb"""((?:href|src|action)=["'])(https?://[^"']+)""")
_LOUD_UNTIL = datetime(2016, 1, 1, tzinfo=UTC)
"""Header names of captures before are written with capitals: their case varies by year."""


def wanted(rest: str) -> str:
    """Give the address asked for in a memento's path; it may be percent-encoded as a whole."""
    url = unquote(rest) if rest.lower().startswith(("http%3a", "https%3a")) else rest
    url = re.sub(r"^(https?):/(?=[^/])", r"\1://", url)
    return url if "://" in url else f"http://{url}"


def memento(holdings: Holdings, base: str, stamp: str, mode: str, url: str) -> Reply:
    """Give what stands at ``/web/<stamp><mode>/<url>``: a hit, the way to the nearest one, or a 404.

    ``base`` is the archive's own origin, which its links and redirects begin with.
    """
    found = holdings.mementos(url)
    if not found:
        return missing()
    exact = [capture for capture in found if capture.timestamp == stamp]
    if not exact:
        near = nearest(found, stamp)
        location = f"{base}/web/{near.timestamp}{mode}/{near.url}"
        reason = ("x-archive-redirect-reason", f"found capture at {near.timestamp}")
        return Reply(status=302, phrase="FOUND", headers=(_SERVER, _HTML, ("location", location), reason))
    capture = next((capture for capture in exact if capture.url == url), exact[0])
    return _hit(capture, found, base, mode)


def nearest(found: Sequence[Capture], stamp: str) -> Capture:
    """Give the capture nearest to a timestamp; an impossible or short one is read as far as it goes."""
    moment = _moment(stamp)
    return min(found, key=lambda capture: abs((capture.taken - moment).total_seconds()))


def _moment(stamp: str) -> datetime:
    padded = stamp + "20000101000000"[len(stamp) :]
    for text in (padded, padded[:4] + padded[6:] + "00", padded[:6] + padded[8:] + "00"):
        try:
            return datetime.strptime(text, STAMP).replace(tzinfo=UTC)
        except ValueError:
            continue
    return datetime(2000, 1, 1, tzinfo=UTC)


def missing() -> Reply:
    """Give the 404 of an address that was never captured: no memento."""
    head = "<head><title>Wayback Machine</title></head>"
    html = f"<html>{head}<body>The Wayback Machine has not archived that URL.</body></html>\n"
    return Reply(status=404, headers=(_SERVER, _HTML), body=html.encode())


def _hit(capture: Capture, found: Sequence[Capture], base: str, mode: str) -> Reply:
    kind = capture.header("content-type")
    own = [_SERVER, *([("Content-Type", kind)] if kind else [])]
    own += _provenance(capture, found, base)
    target = capture.header("location")
    if target is not None:
        target = f"{base}/web/{capture.timestamp}{mode}/{urljoin(capture.url, target)}"
    if not mode:
        return _viewed(capture, own, base, target)
    own += [("location", target)] if target is not None else []
    reply = Reply(status=capture.status, phrase=capture.phrase, headers=tuple(own), body=capture.body)
    return _coded(reply, capture.coding)


def _provenance(capture: Capture, found: Sequence[Capture], base: str) -> list[tuple[str, str]]:
    loud = capture.taken < _LOUD_UNTIL
    name = capture.taken.strftime("NEWSSTAND-%Y%m%d")
    headers = [
        (f"x-archive-orig-{key.lower()}", value)
        for key, value in capture.headers
        if key.lower() != "location"
    ]
    headers += [
        ("memento-datetime", format_datetime(capture.taken, usegmt=True)),
        ("link", links(capture, found, base)),
        ("x-archive-src", f"{name}/{name}-00000.warc.gz"),
        ("server-timing", "exclusion.robots;dur=0.1, cdx.remote;dur=4.2"),
    ]
    return [(key.title() if loud else key, value) for key, value in headers]


def links(capture: Capture, found: Sequence[Capture], base: str) -> str:
    """Give the ``link`` header of a memento: its original, its maps, its neighbours in view mode."""
    at = found.index(capture)
    parts = [
        f'<{capture.url}>; rel="original"',
        f'<{base}/web/timemap/link/{capture.url}>; rel="timemap"; type="application/link-format"',
        f'<{base}/web/{capture.url}>; rel="timegate"',
    ]
    places: dict[int, list[str]] = {}
    for word, number in (
        ("first", 0),
        ("prev", at - 1),
        ("", at),
        ("next", at + 1),
        ("last", len(found) - 1),
    ):
        if 0 <= number < len(found):
            places.setdefault(number, []).extend([word] if word else [])
    for number, words in sorted(places.items()):
        other = found[number]
        rel = " ".join([*words, "memento"])
        stamp = format_datetime(other.taken, usegmt=True)
        parts.append(f'<{base}/web/{other.timestamp}/{other.url}>; rel="{rel}"; datetime="{stamp}"')
    return ", ".join(parts)


def _coded(reply: Reply, coding: Coding) -> Reply:
    if coding is Coding.PLAIN:
        return gzipped(reply)
    squeezed = gzip.compress(reply.body, 6, mtime=0)
    if coding is Coding.DOUBLE:
        return gzipped(_with(reply, (), squeezed))
    empty, true = ("content-encoding", ""), ("Content-Encoding", "gzip")
    return _with(reply, (empty, true) if coding is Coding.EMPTY_FIRST else (true, empty), squeezed)


def _with(reply: Reply, headers: tuple[tuple[str, str], ...], body: bytes) -> Reply:
    return Reply(status=reply.status, phrase=reply.phrase, headers=(*reply.headers, *headers), body=body)


def _viewed(capture: Capture, own: list[tuple[str, str]], base: str, target: str | None) -> Reply:
    """Give view mode: a page about a redirect, or the page with a toolbar and its links led back here."""
    if target is not None:
        text = f'Got an HTTP {capture.status} response at crawl time. <a href="{escape(target)}">Go on</a>'
        html = f"<html><head><title>Wayback Machine</title></head><body><p>{text}</p></body></html>\n"
        kept = [pair for pair in own if pair[0].lower() not in {"memento-datetime", "content-type"}]
        return Reply(headers=(*kept, _HTML), body=html.encode())
    body = capture.body
    if capture.mimetype == "text/html":
        here = f"{base}/web/{capture.timestamp}/".encode()
        body = _LINKS.sub(lambda match: match[1] + here + match[2], body)
        body += f"\n<!-- FILE ARCHIVED ON {capture.taken:%H:%M:%S %b %d, %Y} -->\n".encode()
    return gzipped(Reply(status=capture.status, phrase=capture.phrase, headers=tuple(own), body=body))


def timemap(holdings: Holdings, base: str, url: str) -> Reply:
    """Give every memento of an address as ``application/link-format`` (RFC 7089); 404 without any."""
    found = holdings.mementos(url)
    if not found:
        return missing()
    first = format_datetime(found[0].taken, usegmt=True)
    here = f'<{base}/web/timemap/link/{url}>; rel="self"; type="application/link-format"; from="{first}"'
    lines = [f'<{found[0].url}>; rel="original"', here, f'<{base}/web/{url}>; rel="timegate"']
    for number, capture in enumerate(found):
        rel = "first memento" if number == 0 else "memento"
        stamp = format_datetime(capture.taken, usegmt=True)
        lines.append(f'<{base}/web/{capture.timestamp}/{capture.url}>; rel="{rel}"; datetime="{stamp}"')
    body = ",\n".join(lines) + ",\n"
    return gzipped(Reply(headers=(_SERVER, ("Content-Type", "application/link-format")), body=body.encode()))
