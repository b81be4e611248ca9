"""The head of an article's page: what it is, where it stands, what is known of it today."""

from typing import TYPE_CHECKING

from cli.article_text import at, instant, window
from core.records import CommentState
from db.words import ArticleState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cli.article_records import Address, Article, Comment, History
    from cli.article_sheet import Sheet

COMMENT_STATES = {
    CommentState.NONE: "the page says that there are none",
    CommentState.LISTED: "all of them are on the page",
    CommentState.PARTIAL: "the page does not show all of them",
    CommentState.CLOSED: "listed, and no more are taken",
    CommentState.UNSUPPORTED: "a comment system that cannot be read",
    CommentState.UNKNOWN: "no comment section recognised",
}
ROLES = {
    "canonical": "canonical",
    "alias": "served here too",
    "redirect_from": "redirects to it",
    "feed_link": "a feed gives it",
}


def write_head(sheet: "Sheet", history: "History") -> None:
    """Write title, facts, dates, state with its evidence, and every address."""
    article, newest = history.article, history.versions[-1]
    sheet.prose(article.title, style="bold")
    sheet.fact("as of", _exactly(history.as_of))
    sheet.fact("believed", _exactly(history.believed_at))
    sheet.fact("article", f"{article.article_id} in {article.outlet}")
    sheet.fact("byline", article.byline)
    sheet.fact("section", article.section)
    sheet.fact("tags", ", ".join(article.tags))
    sheet.fact("published", _published(article))
    sheet.fact("seen", f"from {instant(article.first_seen_at)} to {at(article.last_seen_at)}")
    sheet.fact("state", state(article), style="" if article.state == ArticleState.LIVE else "bold red")
    sheet.fact("versions", _versions(history))
    sheet.fact("comments", _comments(article, history.comments))
    sheet.fact("read by", f"layout {newest.layout}, version {newest.layout_version}")
    sheet.fact("next check", _next_check(history))
    sheet.fact("addresses", str(len(history.addresses)))
    for address in history.addresses:
        _address(sheet, address)


def write_text(sheet: "Sheet", article: "Article") -> None:
    """Write the article's text as it was last seen."""
    sheet.heading("Text")
    if article.standfirst:
        sheet.paragraphs(article.standfirst, style="italic")
        sheet.blank()
    sheet.paragraphs(article.body)


def state(article: "Article") -> str:
    """Give an article's state with the evidence for it: the window in which it came about."""
    said = article.state
    if article.state == ArticleState.LIVE:
        asked_in_vain = article.last_checked_at > article.last_seen_at
        return f"{said}, last seen {at(article.last_seen_at)}" + (
            f"; last asked for in vain {at(article.last_checked_at)}" if asked_in_vain else ""
        )
    happened = window(article.last_seen_at, article.state_since)
    return f"{said}, went {happened}; last checked {at(article.last_checked_at)}"


def _exactly(value: "datetime | None") -> str | None:
    return f"{instant(value, seconds=True)} UTC" if value else None


def _next_check(history: "History") -> str | None:
    """Give when it is asked for again; of the past, only what is certain."""
    if history.article.next_check_at:
        return at(history.article.next_check_at)
    return None if history.as_of or history.believed_at else "at the next opportunity"


def _published(article: "Article") -> str:
    stated = at(article.published_at) if article.published_at else None
    stated = stated or (article.published_on.isoformat() if article.published_on else None)
    said = f"(the page says {article.published_raw})" if article.published_raw else None
    return " ".join(part for part in (stated, said) if part)


def _versions(history: "History") -> str:
    number = len(history.versions)
    if number == 1:
        return "1, never seen to change"
    return f"{number}, the newest seen since {at(history.versions[-1].valid_from)}"


def _comments(article: "Article", comments: "Sequence[Comment]") -> str:
    told = article.comment_state or CommentState.UNKNOWN.value
    counts = {word: sum(comment.state == word for comment in comments) for word in ("removed", "unknown")}
    said = [f"{article.comments} shown", *(f"{number} {word}" for word, number in counts.items() if number)]
    return f"{', '.join(said)} ({told}: {COMMENT_STATES[CommentState(told)]})"


def _address(sheet: "Sheet", address: "Address") -> None:
    sheet.unbroken(address.url, indent=2)
    until = f", until {at(address.valid_to)} (then it led elsewhere)" if address.valid_to else ""
    role = ROLES.get(address.role, address.role)
    sheet.prose(f"{role}, since {at(address.valid_from)}{until}", indent=4, style="dim")
