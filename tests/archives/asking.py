"""One raw request, without a client that mends anything."""

import http.client
from typing import NamedTuple
from urllib.parse import urlsplit


class Told(NamedTuple):
    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(served, name, target, **headers: str) -> Told:
    """Give an answer as it came over the wire."""
    connection = http.client.HTTPConnection(urlsplit(served.address(name)).netloc, timeout=60)
    try:
        connection.request("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        return Told(response.status, response.reason, response.getheaders(), response.read())
    finally:
        connection.close()


def cdx(served, query, **headers: str) -> Told:
    """Give the answer of the Wayback Machine's index."""
    return ask(served, "wayback", f"/cdx/search/cdx?{query}", **headers)
