"""The key an index files an address under: host reversed, no scheme, no www, lower case."""

import re
from urllib.parse import urlsplit

_WWW = re.compile(r"^www\d*\.")
_PORTS = {"http": 80, "https": 443}


def urlkey(url: str) -> str:
    """Give the key of an address (ARCHIVE-FACTS.md section 5.1), like ``example,wardround)/comment/x``.

    Path and query are lowered, the query sorted, user, default port, fragment and a slash at the
    end dropped. A scheme may be missing.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host, _, port = parts.netloc.rpartition("@")[2].lower().partition(":")
    shown = f":{port}" if port.isdecimal() and int(port) != _PORTS.get(parts.scheme) else ""
    path = parts.path.lower().rstrip("/") or "/"
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return f"{_reversed(host)}{shown}){path}" + (f"?{query}" if query else "")


def _reversed(host: str) -> str:
    return ",".join(reversed(_WWW.sub("", host).split(".")))


def span(url: str, match: str | None) -> tuple[str, bool]:
    """Give (start of key, whether it is the whole key) of a query's address and ``matchType``.

    ``x/*`` means prefix and ``*.x`` domain where no type is given. A domain's start is the host
    without what ends it: the caller takes ``)``, ``,`` and ``:`` after it. Raises ValueError for other types.
    """
    if match in (None, "", "exact") and url.startswith("*."):
        url, match = url[2:], "domain"
    elif match in (None, "", "exact") and url.endswith("*"):
        url, match = url[:-1], "prefix"
    key = urlkey(url)
    host = key.partition(")")[0]
    if match in (None, "", "exact"):
        return key, True
    if match == "prefix":
        slash = "/" if url.endswith("/") and not key.endswith("/") else ""
        return key + slash, False
    if match == "host":
        return f"{host})/", False
    if match == "domain":
        return host, False
    raise ValueError(f"no such matchType: {match}")


def covers(start: str, key: str, *, whole: bool) -> bool:
    """Say whether a key lies in a span given by :func:`span`."""
    if whole:
        return key == start
    if ")" in start:
        return key.startswith(start)
    return key.startswith(start) and key[len(start)] in "),:"
