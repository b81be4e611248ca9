"""How far a crawl may reach: which addresses it asks, and where it asks them."""

import ipaddress
import socket
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit, urlunsplit

from core import urls
from core.errors import SetupError
from core.orders import CrawlOrder
from crawlers.outlet import Outlet

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> tuple[str, str, int]:
    """Give scheme, lower-case host and port of an address; raise ValueError where it has none."""
    parts = urlsplit(url)
    host = parts.hostname
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise ValueError(f"'{url}' is no http or https address")
    return parts.scheme, host, parts.port or _DEFAULT_PORTS[parts.scheme]


def literal_address(host: str) -> str | None:
    """Give the IP address a host name spells, None where it is a name.

    Every spelling a C library dials counts: ``127.1``, ``2130706433``, ``0x7f000001``, ``0``
    (OPS-FACTS.md section 7.2).
    """
    name = host.strip("[]")
    try:
        return str(ipaddress.ip_address(name.split("%", maxsplit=1)[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except (OSError, UnicodeError):
        return None


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The addresses one crawl may ask: those its outlet owns, or those of ``base_url`` alone."""

    outlet: Outlet
    base_url: str | None = None

    def place(self, url: str) -> str:
        """Give the address to ask for ``url``: on ``base_url`` where one stands in for the outlet.

        Without one, the home page's spelling of scheme and host is used for its other spellings
        (http and https, with and without ``www.``, ``:80``): one server under one name.
        """
        if not self.outlet.owns(url):
            return url
        target = self.base_url
        if target is None and urls.host(url) == urls.host(self.outlet.home) and _has_default_port(url):
            target = self.outlet.home
        if target is None:
            return url
        new, old = urlsplit(target), urlsplit(url)
        return urlunsplit((new.scheme, new.netloc, old.path or "/", old.query, ""))

    def allows(self, url: str) -> bool:
        """Say whether this crawl may ask the address."""
        if self.base_url is None:
            return self.outlet.owns(url)
        return self.exempts(url)

    def exempts(self, url: str) -> bool:
        """Say whether the address is of ``base_url``'s very origin, free of the address guard."""
        if self._base is None:
            return False
        try:
            return origin(url) == self._base
        except ValueError:
            return False

    @cached_property
    def _base(self) -> tuple[str, str, int] | None:
        return origin(self.base_url) if self.base_url else None

    def is_front(self, url: str) -> bool:
        """Say whether the address is the outlet's home page."""
        return self.allows(url) and urlsplit(url).path in {"", "/"} and not urlsplit(url).query


def reach_of(outlet: Outlet, order: CrawlOrder, contact: str) -> Reach:
    """Give the reach of an order; raise :class:`SetupError` where it must not or cannot be crawled."""
    if order.base_url is None and outlet.example:
        raise SetupError(
            f"'{outlet.key}' is an invented outlet: run `cuttings demo`, or serve it and name its"
            " address with --base-url"
        )
    if order.base_url is None and not contact.strip():
        raise SetupError(
            "a live crawl needs a contact that the outlet can reach you at: set CUTTINGS_CONTACT (or"
            " 'contact' in cuttings.toml) to a web page or e-mail address"
        )
    if order.base_url is not None:
        try:
            origin(order.base_url)
        except ValueError as error:
            raise SetupError(f"--base-url: {error}; give one like http://127.0.0.1:8000") from error
    reach = Reach(outlet=outlet, base_url=order.base_url)
    for url in order.urls:
        if not reach.allows(reach.place(url)):
            hosts = ", ".join(outlet.hosts)
            raise SetupError(f"--url: '{url}' is not an address of {outlet.title} ({hosts})")
    return reach


def _has_default_port(url: str) -> bool:
    return urlsplit(url).port in {None, *_DEFAULT_PORTS.values()}
