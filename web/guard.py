"""What every request passes: known hosts only, reading only, strict headers, a time limit."""

import asyncio
from collections.abc import Iterable, Mapping

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import Settings

METHODS = ("GET", "HEAD")
SECONDS_PER_RESPONSE = 60.0
"""A client that takes longer to fetch its response loses it: it would hold one of few places."""

# Texts of outlets are shown here (titles, reasons, log lines): should one ever escape the escaping,
# nothing it could say is carried out (OPS-FACTS.md section 7.2, stored XSS).
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
OWN_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class Guard:
    """ASGI middleware; a foreign Host is a page elsewhere that had its name pointed here (DNS rebinding)."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Iterable[str],
        headers: Mapping[str, str] = HEADERS,
        seconds: float | None = None,
    ) -> None:
        """Answer to these host names, with any port; ``seconds``: the time limit of a response."""
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or let through with the headers on the response."""
        if scope["type"] != "http":
            return

        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        refusal = self._refusal(scope)
        try:
            async with asyncio.timeout(self._seconds or SECONDS_PER_RESPONSE) as limit:
                await (refusal or self._app)(scope, receive, send_with_headers)
        except TimeoutError:
            if not limit.expired():
                raise
            if not begun:  # else the server cuts the connection, which tells the client as much
                late = PlainTextResponse("The archive takes too long to answer.\n", status_code=503)
                await late(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(named) != 1 or host_of(named[0]) not in self._hosts:
            return PlainTextResponse(
                "This host name is not known here. Ask for the address the page listens on, "
                "or add the name to CUTTINGS_WEB_HOSTS.\n",
                status_code=400,
            )
        if scope["method"] not in METHODS:
            allowed = {"allow": ", ".join(METHODS)}
            return PlainTextResponse(
                "Nothing can be changed here: only GET and HEAD.\n", status_code=405, headers=allowed
            )
        return None


def hosts(settings: Settings) -> frozenset[str]:
    """Give the host names that are answered: this machine's own, and those of the settings."""
    return frozenset({*OWN_HOSTS, in_address(settings.web_host), *map(in_address, settings.web_hosts)})


def host_of(header: str) -> str:
    """Give the name in a Host header, without its port, in lower case; brackets stay."""
    name, colon, port = header.strip().lower().rpartition(":")
    return name if colon and port.isdecimal() and name else header.strip().lower()


def in_address(host: str) -> str:
    """Give a host as it stands in an address: in brackets where it is an IPv6 address."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
