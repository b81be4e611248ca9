"""Helpers of the tests that read again: an archive of captures whose readers change."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import create_engine, text

from core.errors import PageError
from core.records import FetchAttempt, Outcome, PageVisit, Reason, Unread
from core.settings import Settings
from crawlers.outlet import Outlet
from crawlers.page import Page
from db.engine import open_engine
from db.running import runs
from db.store import Store
from db.words import Verdict
from pipelines.clean import clean
from pipelines.exchange import Exchange
from pipelines.reread_report import Wishes
from pipelines.rereading import reread
from pipelines.warc import WarcFiles
from tests.integration.desk import at
from tests.integration.gazette import HOME, LONG_AGO, TODAY, outlet


def page(title: str, *paragraphs: str, aside: str = "Most read: nothing", more: str = "") -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    sidebar = f"<aside>{aside}</aside>" if aside else ""
    return f"<html><body><h1>{title}</h1>{body}{sidebar}{more}</body></html>".encode()


PARAGRAPHS = ("The council has painted its bridge once more.", "Nobody had asked it to, says a clerk.")


@dataclass
class Morgue:
    """One archive with WARC files, filled as a crawl with the layout of long ago would have."""

    home: Path
    database_url: str
    captures: int = 0
    batch: list = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, database_url=SecretStr(self.database_url))

    def fill(self, pages: list[tuple[str, float, bytes]], version: int = LONG_AGO) -> None:
        """Keep pages, (path, hours, source) each, and store what the layout reads from them."""
        title = outlet(version)
        engine = open_engine(self.database_url)
        run_id = runs.start(engine, title, software_version="test")
        store = Store(engine, outlet=title, run_id=run_id, pseudonym_key=b"for tests only")
        files = WarcFiles(self.home, outlet=title.key, label=f"run{run_id}", max_bytes=10**9, about={})
        for start in range(0, len(pages), 100):
            batch = [
                item for entry in pages[start : start + 100] for item in self._visit(files, title, *entry)
            ]
            store.write(batch)
        files.close()
        runs.finish(engine, run_id, Verdict.OK)
        engine.dispose()

    def _visit(self, files: WarcFiles, title: Outlet, path: str, hours: float, source: bytes) -> list:
        url = HOME + path
        exchange = Exchange(
            url=url,
            fetched_at=at(hours),
            method="GET",
            request_headers=(),
            status=200,
            headers=((b"Content-Type", b"text/html; charset=utf-8"),),
            body=source,
        )
        self.captures += 1
        attempt = FetchAttempt(
            key=str(self.captures),
            url=url,
            fetched_at=at(hours),
            outcome=Outcome.OK,
            status=200,
            page=files.write(exchange),
        )
        try:
            article = title.layouts[0].read(Page.from_bytes(source, url), title.key)
        except PageError as error:
            reason = Reason(error.reason)
            return [
                attempt,
                Unread(fetch_key=attempt.key, url=url, source="/news", reason=reason, detail=error.detail),
            ]
        visit = PageVisit(fetch_key=attempt.key, source="/news", article=article, article_key=None)
        return [attempt, clean(visit, title.key, title.article_key)]

    def reread(self, version: int = TODAY, **wishes: object):
        """Read again; give how it went, None where there was nothing to read."""
        found = reread((outlet(version),), Wishes(**({"jobs": 1} | wishes)), self.settings)
        return found[0] if found else None

    def ask(self, query: str, **values: object) -> list[dict]:
        engine = create_engine(self.database_url)
        try:
            with engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(query), values).mappings()]
        finally:
            engine.dispose()

    def number(self, query: str) -> int:
        (row,) = self.ask(query)
        (value,) = row.values()
        return value

    def bodies(self) -> list[str]:
        """Give the texts of the believed versions, in order."""
        query = "SELECT body FROM article_versions ORDER BY article_id, valid_from"
        return [row["body"] for row in self.ask(query)]

    def sound(self) -> dict[str, object]:
        """Give all that is believed, but for when it was recorded, and what was read by what."""
        return {
            "versions": self.ask(
                "SELECT article_id, version, title, body, valid_from, valid_to, changed_after, last_seen_at "
                "FROM article_versions ORDER BY article_id, version"
            ),
            "articles": self.ask(
                "SELECT article_id, url, title, body, versions, state FROM articles ORDER BY article_id"
            ),
            "readings": self.ask(
                "SELECT e.capture_id, x.layout, x.version, d.sha256 FROM extraction e "
                "JOIN extractor x ON x.id = e.extractor_id JOIN document d ON d.id = e.document_id "
                "ORDER BY e.capture_id, x.version"
            ),
            "texts": self.ask(
                "SELECT version_id, count(*) AS n, count(superseded_at) AS superseded "
                "FROM article_text GROUP BY version_id ORDER BY version_id"
            ),
            "retracted": self.ask(
                "SELECT article_id, retract_reason, count(*) AS n FROM article_version "
                "WHERE retracted_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
            ),
        }
