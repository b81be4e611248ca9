"""Helpers of the tests of articles that moved: pages of two layouts at a legacy and at a migrated address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine

from core.records import CommentState, Document, Moment, Outcome, ScrapedComment
from db.checks import Scope, all_checks
from db.matched import matches
from db.matched.matches import Match
from tests.integration.desk import HOME, Desk, attempt, digest, document, record

YEAR = 24.0 * 365
LEGACY, MIGRATED = f"{HOME}/News/ferry-sinks", f"{HOME}/articles/the-ferry-sinks-2"
TEXT = (
    "The ferry sank on Monday evening within sight of the quay, and three witnesses say that it had been "
    "overloaded for weeks.\n\nNobody was hurt, the harbour master told us, though several passengers lost "
    "their luggage and one a parrot that had been promised to an aunt."
)
EDITED = TEXT.replace("three witnesses", "four witnesses")
REMARKS = {
    "ann": ("Ann", "I had waited for that to happen since the spring."),
    "ben": ("Ben", "The parrot is well, it came to us by itself."),
    "cyd": ("Cyd", "What became of the luggage?"),
}


@dataclass(frozen=True, kw_only=True)
class Page:
    """What one of the two addresses served in a year; ``text`` None: it was not there."""

    legacy: bool
    year: float
    text: str | None = TEXT
    title: str = "The ferry sinks"
    day: date | None = date(2014, 5, 2)
    remarks: tuple[str, ...] = ()
    outcome: Outcome = Outcome.NOT_FOUND
    redirect_to: str | None = None


def address(page: Page, name: str = "") -> str:
    return (LEGACY if page.legacy else MIGRATED) + name


def content(page: Page) -> Document:
    """Give what the page's layout reads: each has a byline and a standfirst of its own."""
    layout = "legacy" if page.legacy else "articles"
    made = document(page.title, page.text or "", byline=f"By {layout}")
    stated = Moment(raw=str(page.day), on=page.day) if page.day else None
    return replace(made, sha256=digest(made.sha256, page.day), published=stated)


def remark(place: int, name: str, *, legacy: bool) -> ScrapedComment:
    author, body = REMARKS[name]
    posted = Moment(raw="2014-06-01" if legacy else "1 June 2014", on=date(2014, 6, 1))
    return ScrapedComment(position=place, author=author, body=body, posted=posted, raw=f"{author}\n{body}")


def items(page: Page, name: str = "") -> list[Any]:
    """Give what a crawl would put into the store for the page; ``name`` sets articles apart."""
    url, hours = address(page, name), (page.year - 2026) * YEAR
    if page.text is None:
        return [attempt(url, hours, page.outcome, redirect_to=page.redirect_to)]
    visit = attempt(url, hours, served=f"{url} {page}")
    remarks = tuple(remark(n, who, legacy=page.legacy) for n, who in enumerate(page.remarks, start=1))
    form = "legacy/ferry" if page.legacy else "articles/the-ferry"
    told = record(
        visit,
        content(page),
        identity=f"{form}{name}",
        layout="legacy" if page.legacy else "articles",
        comments=remarks,
        comment_state=CommentState.LISTED if remarks else CommentState.NONE,
    )
    return [visit, told]


class Harbour:
    """An archive whose outlet moved: pages put in by hand, matched when a test says so."""

    def __init__(self, engine: Engine) -> None:
        """Begin with nothing."""
        self.desk = Desk(engine)

    def serve(self, *pages: Page, name: str = "") -> None:
        """Store the pages in one batch."""
        self.desk.store.write([item for page in pages for item in items(page, name)])

    def match(self) -> list[Match]:
        """Do what the end of a run does, and begin the next one."""
        found = matches.match_run(self.desk.store, self.desk.run_id)
        self.desk.next_run()
        return found

    def article(self, page: Page, name: str = "") -> int:
        """Give the article that the page's address leads to."""
        query = "SELECT article_id FROM addresses WHERE url = :url AND valid_to IS NULL"
        return int(self.desk.one(query, url=address(page, name))["article_id"])

    def decisions(self) -> list[tuple[str | None, bool]]:
        found = self.desk.ask("SELECT decision, by_person FROM article_match ORDER BY id")
        return [(row["decision"], bool(row["by_person"])) for row in found]

    def broken(self) -> Sequence[str]:
        """Give the rules of the archive that its rows break."""
        # What the desk puts in by hand has no files and no digests.
        by_hand = ("payloads.", "files.", "attempts.position")
        found = [check.run(self.desk.engine, Scope()) for check in all_checks()]
        found = [finding for finding in found if not finding.name.startswith(by_hand)]
        return [finding.name for finding in found if finding.broken]


def told(desk: Desk, article_id: int, *, hide: Sequence[str] = ()) -> Mapping[str, Sequence[object]]:
    """Give all that the views tell of an article but numbers and when the archive came to know it."""
    hidden = {
        "article_id", "version_id", "comment_id", "comment_version_id", "capture_id", "parent_id",
        "recorded_at", "last_checked_at", "next_check_at", "run_id", *hide,
    }  # fmt: skip
    views = {
        "articles": "1",
        "addresses": "url, valid_from",
        "article_versions": "version",
        "article_changes": "changed_by",
        "comments": "body, first_seen_at",
        "comment_versions": "valid_from, body, position",
        "removals": "kind, shown, state_since",
    }
    return {
        view: [
            {name: value for name, value in row.items() if name not in hidden}
            for row in desk.ask(f"SELECT * FROM {view} WHERE article_id = :a ORDER BY {order}", a=article_id)
        ]
        for view, order in views.items()
    }
