"""WARC records of several makes, written by hand, and how a test reads them back."""

import gzip
import hashlib
from base64 import b32encode
from datetime import date
from pathlib import Path

from crawlers.archives.warc import WarcFiles
from crawlers.outlets.nhe import OUTLET

HOME = "http://www.nationalhealthexecutive.com"
MAX_BYTES = 1 << 20


def sha1(body):
    return b32encode(hashlib.sha1(body).digest()).decode()


def http(body, *, status="200 OK", headers=()):
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(kind, url, block, *, version="WARC/1.0", when="2016-05-03T14:20:00Z", length=None, **more: str):
    """Give one record; ``more`` are headers of its own, with underscores for hyphens."""
    headers = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": when}
    headers |= {"Content-Type": "application/http; msgtype=response"} if kind != "warcinfo" else {}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    headers["Content-Length"] = str(len(block) if length is None else length)
    lines = [version, *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def page(number, **more: str):
    """Give the response record of one page of the outlet."""
    return record("response", f"{HOME}/News/story-{number}", http(text(number)), **more)


def text(number):
    return f"<html><p>Story number {number} of the ward</p></html>".encode()


def zipped(*records: bytes):
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def pages(archive, cursor=None, since=None, until=None):
    (query,) = archive.queries(OUTLET, since, until)
    return list(archive.listed(query, cursor))


def opened(path: Path, content: bytes | None = None):
    if content is not None:
        path.write_bytes(content)
    return WarcFiles([path], max_bytes=MAX_BYTES)


def listed(archive, **days: date):
    """Give all mementos and all refusals."""
    told = pages(archive, **days)
    return [m for one in told for m in one.mementos], [r for one in told for r in one.refused]
