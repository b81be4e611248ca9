"""Replies that are no captures: too many requests, blocked, overloaded, broken off."""

from dataclasses import replace

from newsstand.archives.wire import Reply

RETRY_AFTER = (None, "60", "0", "", "-5", "1.5", "soon", "3600", "Fri, 24 Nov 2017 15:13:15 GMT", "60, 60")
"""The forms of ``Retry-After`` worth standing up to; None is the Wayback Machine's of 2023: no header."""

_HTML = ("Content-Type", "text/html; charset=utf-8")
_NGINX = ("Server", "nginx")
_BLOCKED = (
    "org.archive.util.io.RuntimeIOException: org.archive.wayback.exception."
    "AdministrativeAccessControlException: Blocked Site Error"
)
_ROBOTS = (
    "org.archive.util.io.RuntimeIOException: org.archive.wayback.exception."
    "RobotAccessControlException: Blocked By Robots"
)


def _page(status: int, title: str, text: str) -> Reply:
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    return Reply(status=status, headers=(_NGINX, _HTML), body=html.encode())


def too_many(retry_after: str | None = None) -> Reply:
    """Give a 429 page, with a ``Retry-After`` of any form or without one."""
    reply = _page(429, "429 Too Many Requests", "You have sent more requests than we can take.")
    more = () if retry_after is None else (("Retry-After", retry_after),)
    return replace(reply, headers=(*reply.headers, *more))


def blocked(*, robots: bool = False) -> Reply:
    """Give the index's 403 for a site that was excluded, by its owner or by its robots.txt."""
    text = _ROBOTS if robots else _BLOCKED
    headers = (
        _NGINX,
        ("Content-Type", "text/plain"),
        ("X-Archive-Wayback-Runtime-Error", text.split(": ", 1)[1]),
    )
    return Reply(status=403, headers=headers, body=f"{text}\n".encode())


def excluded(*, status: int = 403) -> Reply:
    """Give playback's page for an excluded site; it has been seen as 403 and as 200."""
    reply = _page(status, "Wayback Machine", "This URL has been excluded from the Wayback Machine.")
    return replace(
        reply, headers=(*reply.headers, ("X-Archive-Wayback-Runtime-Error", _BLOCKED.split(": ", 1)[1]))
    )


def overloaded(status: int = 503) -> Reply:
    """Give the page of the server in front, for 500, 502, 503 and 504."""
    titles = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Time-out"}
    return _page(status, f"{status} {titles.get(status, 'Service Temporarily Unavailable')}", "nginx")


def slow_down() -> Reply:
    """Give the 503 of the store that Common Crawl's records lie in."""
    return store_error(503, "SlowDown", "Please reduce your request rate.")


def store_error(status: int, code: str, message: str) -> Reply:
    """Give an error of that store: XML with a code."""
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    headers = (("Server", "AmazonS3"), ("Content-Type", "application/xml"))
    return Reply(status=status, headers=headers, body=xml.encode())


def hung_up() -> Reply:
    """Give nothing: the connection ends without a word."""
    return Reply(sent=-1)


def cut(reply: Reply) -> Reply:
    """Give the same reply, broken off half way."""
    body = reply.squeezed if reply.squeezed is not None else reply.body
    return replace(reply, sent=len(body) // 2)
