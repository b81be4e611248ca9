"""Helpers of the tests of exported captures: answers of an outlet, kept by hand as crawls keep them."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from core.records import FetchAttempt
from crawlers.registry import find
from db.running import runs
from db.store import Store
from db.words import Verdict
from pipelines.capture import outcome_of
from pipelines.exchange import Earlier, Exchange
from pipelines.warc import WarcFiles
from tests.integration.desk import KEY, at

OUTLET = "wardround"
HOST = find(OUTLET).home.rstrip("/")


@dataclass
class Press:
    """One outlet's archive; each run of it gives its answers one after another."""

    engine: Engine
    home: Path
    given: dict[tuple[str, datetime], bytes] = field(default_factory=dict)

    def run(self, *answers: tuple[str, float, bytes, int]) -> None:
        """Keep answers (path, hours, body, status) in one run; a body its address gave before is known."""
        outlet = find(OUTLET)
        run_id = runs.start(self.engine, outlet, software_version="test")
        store = Store(self.engine, outlet=outlet, run_id=run_id, pseudonym_key=KEY)
        files = WarcFiles(self.home, outlet=OUTLET, label=f"run{run_id}", max_bytes=10**9, about={})
        known = dict(self.given)
        for number, (path, hours, body, status) in enumerate(answers):
            url = HOST + path
            exchange = Exchange(
                url=url,
                fetched_at=at(hours),
                method="GET",
                request_headers=((b"User-Agent", b"Cuttings/1"),),
                status=status,
                headers=((b"Content-Type", b"text/html"), (b"X-Asked", f"{path} {hours}".encode())),
                body=body,
            )
            sha256 = hashlib.sha256(body).hexdigest()
            times = [when for (one, when), old in known.items() if one == url and old == body]
            earlier = Earlier(sha256=sha256, url=url, captured_at=min(times)) if times else None
            attempt = FetchAttempt(
                key=f"{run_id}-{number}",
                url=url,
                fetched_at=at(hours),
                outcome=outcome_of(status),
                status=status,
                page=files.write(exchange, earlier),
            )
            store.write([attempt])
            self.given[url, at(hours)] = body
        files.close()
        runs.finish(self.engine, run_id, Verdict.OK)

    def fill(self) -> None:
        """Keep three runs on three days: bytes met twice in one run, and bytes met again in the next ones."""
        page, missing = b"<p>The ward opens again.</p>", b"<h1>Nothing here</h1>"
        self.run(("/a", 0, page, 200), ("/b", 1, page, 200), ("/x", 2, missing, 404), ("/y", 3, missing, 404))
        self.run(("/a", 24, page, 200), ("/c", 25, b"<p>And closes.</p>", 200))
        self.run(("/a", 48, page, 200), ("/e", 49, b"", 301))
