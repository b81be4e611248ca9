"""Addresses: what may be followed, and under which keys two addresses are looked up as one."""

import ipaddress
import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

MAX_URL_LENGTH = 2083  # Scrapy's URLLENGTH_LIMIT; longer addresses are traps
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Whole parameter names that never select a page (ARCHIVE-FACTS.md section 7): anchored, because
# unanchored lists make false merges of different pages (?keyword=, ?glossary=, ?cid=).
_TRACKING = re.compile(
    r"(?:utm_[a-z_]+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|_ga|_gl|yclid|twclid|igshid|mtm_[a-z_]+|hsa_[a-z_]+)",
    re.IGNORECASE,
)

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are a v4 address


def absolute(base: str, href: str) -> str | None:
    """Give ``href`` against ``base`` as an absolute http(s) address without fragment, or None.

    None for other schemes (``file:``, ``data:``, ``mailto:``, ``javascript:``), for addresses
    that cannot be parsed and for those over ``MAX_URL_LENGTH`` characters.
    """
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    host = parts.hostname if port is None else f"{parts.hostname}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    url = urlunsplit((parts.scheme, host, path, quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]"), ""))
    return url if len(url) <= MAX_URL_LENGTH else None


def host(url: str) -> str:
    """Give the lower-case host without port and without ``www.``; empty where there is none."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.")


def path(url: str) -> str:
    """Give the path of an address as it is written; ValueError where there can be none."""
    return urlsplit(url).path


def address_key(url: str) -> str:
    """Give the key under which spellings of one address meet for certain.

    Scheme, ``www.``, default port, fragment and trailing slash dropped, parameters sorted; the
    path's case and every parameter stay (ARCHIVE-FACTS.md section 7).
    """
    return _key(url, keep_tracking=True)


def url_key(url: str) -> str:
    """Give the look-up key of an address: :func:`address_key` without tracking parameters.

    Two addresses with one key are only *candidates* for one page: the store confirms them by
    their text before it joins them.
    """
    return _key(url, keep_tracking=False)


def _key(url: str, *, keep_tracking: bool) -> str:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:  # an address that came from elsewhere than `absolute`: its own key is all it has
        return url
    netloc = host(url)
    if port is not None and port not in _DEFAULT_PORTS.values():
        netloc = f"{netloc}:{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = sorted(p for p in pairs if keep_tracking or not _TRACKING.fullmatch(p[0]))
    path = parts.path.rstrip("/")
    return f"{netloc}{path}" + (f"?{urlencode(kept)}" if kept else "")


def is_public(address: str) -> bool:
    """Say whether an IP address is a global one, safe to dial, and so is any v4 address inside it.

    A v6 address may carry a v4 one (mapped, 6to4, NAT64): the network dials what is carried.
    """
    try:
        ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        carried = ip.ipv4_mapped or ip.sixtofour
        if carried is None and ip in _NAT64:
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(str(carried))
    return ip.is_global and not ip.is_multicast
