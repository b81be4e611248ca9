"""Alerts as JSON, posted to an address."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn
from urllib.parse import urlsplit

from core.errors import SetupError
from scheduler.tidings import DeliveryError, Tidings

PATIENCE = 10.0
"""Seconds the receiver has to answer."""


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is wrong here is told to the address in the settings, and nobody else."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - urllib's signature
        self,
        req: urllib.request.Request,
        fp: Any,
        code: int,
        msg: str,
        headers: Any,
        newurl: str,
    ) -> NoReturn:
        """Refuse."""
        del newurl
        raise urllib.error.HTTPError(req.full_url, code, f"{msg} (redirects are not followed)", headers, fp)


class Webhook:
    """One address; each problem is posted as one JSON object, its end as another.

    The object has ``state`` (problem or over), ``key``, ``outlet`` (or null), ``severity``,
    ``message``, ``since``, ``over_at`` (or null; ISO 8601 in UTC both) and ``archive``
    (``host``, ``version``). Any answer 2xx takes it. The address may hold a secret: only its host
    is ever shown.
    """

    def __init__(self, url: str, archive: Mapping[str, str]) -> None:
        """Raise SetupError where the address is none."""
        try:
            parts = urlsplit(url)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or any(character <= " " or character == "\x7f" for character in url):
            raise SetupError(
                "CUTTINGS_ALERT_WEBHOOK is no web address: write it as https://HOST/PATH, or unset it"
            )
        self.name = f"webhook {parts.hostname}"
        self._url = url
        self._archive = dict(archive)
        self._opener = urllib.request.build_opener(_Staying)

    def send(self, tidings: Sequence[Tidings]) -> Iterator[Tidings]:
        """Post them one by one; give each once it was taken. Raises DeliveryError."""
        for one in tidings:
            self._post({**one.as_json(), "archive": self._archive})
            yield one

    def _post(self, message: Mapping[str, Any]) -> None:
        request = urllib.request.Request(  # noqa: S310 - http and https only, see __init__
            self._url,
            data=json.dumps(message).encode(),
            headers={"Content-Type": "application/json", "User-Agent": "cuttings"},
            method="POST",
        )
        try:
            with self._opener.open(request, timeout=PATIENCE):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise DeliveryError(f"it answered {error.code} {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else type(error).__name__
            raise DeliveryError(f"it cannot be reached: {reason}") from None
