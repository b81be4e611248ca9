"""An article's history as a timeline: versions, the windows of their edits, absences, returns."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.article_difference import words, write_difference
from cli.article_text import at, window
from db.words import ArticleState, Edit, Ending

if TYPE_CHECKING:
    from cli.article_records import Article, Change, History, Version
    from cli.article_sheet import Sheet

KINDS = {
    Edit.COSMETIC: "cosmetic change (quotes, dashes or spaces only)",
    Edit.CORRECTION_NOTE: "correction note added",
    Edit.TYPO: "typo corrected",
    Edit.MINOR: "minor edit",
    Edit.MAJOR: "major edit",
    Edit.REWRITE: "rewritten",
    Edit.HEADLINE_ONLY: "headline changed, and nothing else",
    Edit.DETAILS_ONLY: "details changed, the text did not",
    Edit.REVERTED: "reverted to an earlier text",
    Edit.REAPPEARED: "reappeared with the same text",
}
"""How each kind of change is said (db/histories/changes.py tells them apart)."""

ABSENCES = {
    Ending.MISSING: "MISSING (not found any more)",
    Ending.GONE: "GONE (the outlet says so: 410)",
    Ending.REDIRECTED: "REDIRECTED (to the home page)",
}
FIELDS = ("title", "standfirst", "byline", "section", "date", "tags", "body")
INDENT = 4  # columns before a version's lines; its number stands in them


def write_timeline(sheet: "Sheet", history: "History", *, with_words: bool = False) -> None:
    """Write every version, what was seen of each edit and each absence; ``with_words``: what it changed."""
    sheet.heading("History")
    befores: list[Version | None] = [None, *history.versions]
    for before, version in zip(befores, history.versions, strict=False):
        began, within = _split(version, [c for c in history.changes if c.version == version.version])
        _begin(sheet, before, version, began)
        if with_words and before is not None:
            write_difference(sheet, before, version, indent=INDENT)
        for change in within:
            _within(sheet, change)
        _end(sheet, version, history.article)


def _split(version: "Version", changes: "Sequence[Change]") -> "tuple[Change | None, list[Change]]":
    """Give the change that began a version, None for the first, and those that fell into it."""
    within = [c for c in changes if c.kind == Edit.COSMETIC or c.changed_by > version.valid_from]
    return next((c for c in changes if c not in within), None), within


def _begin(sheet: "Sheet", before: "Version | None", version: "Version", change: "Change | None") -> None:
    lead = f"{version.version:>{INDENT - 1}} "
    if before is None:
        sheet.prose(f"first seen {at(version.valid_from)}", lead=lead, style="bold")
        sheet.prose(version.title, indent=INDENT)
        return
    happened = window(version.changed_after, version.valid_from)
    sheet.prose(f"{_said(before, version)} {happened}", lead=lead, style="bold")
    if change is not None and change.kind != Edit.REAPPEARED:
        _extent(sheet, change)
    if version.title != before.title:
        sheet.prose(version.title, indent=INDENT)
    if (version.layout, version.layout_version) != (before.layout, before.layout_version):
        reader = f"read by layout {version.layout}, version {version.layout_version}"
        sheet.prose(f"{reader}, unlike the one before", indent=INDENT, style="dim")


def _said(before: "Version", version: "Version") -> str:
    kind = KINDS[Edit(version.change_kind)] if version.change_kind else "another text"
    if not away(before) or version.change_kind == Edit.REAPPEARED:
        return kind
    return f"reappeared with another text ({kind})"  # when it was edited, nobody saw


def _extent(sheet: "Sheet", change: "Change") -> None:
    fields = ", ".join(_fields(change)) or "none"
    sheet.prose(
        f"+{change.words_added} -{change.words_removed} words, {change.similarity:.0%} kept; "
        f"fields changed: {fields}",
        indent=INDENT,
    )
    if change.correction_note:
        sheet.prose(change.correction_note, indent=INDENT, lead="the page states: ", style="yellow")


def _within(sheet: "Sheet", change: "Change") -> None:
    happened = window(change.changed_after, change.changed_by)
    sheet.prose(f"{KINDS[Edit(change.kind)]} {happened}", indent=INDENT, style="dim")
    if change.title_before != change.title_after:
        sheet.prose(words(change.title_before, change.title_after), indent=INDENT + 2)


def _fields(change: "Change") -> Iterator[str]:
    return (name for name in FIELDS if getattr(change, f"{name}_changed"))


def away(version: "Version") -> bool:
    """Say whether what ended a version was the article's absence, not another text."""
    return version.ended_by in {ending.value for ending in ABSENCES}


def _end(sheet: "Sheet", version: "Version", article: "Article") -> None:
    """Write until when a version was seen; an absence has a line of its own in the timeline."""
    if version.valid_to is None:
        still = "" if article.state == ArticleState.LIVE else f" ({article.state})"
        sheet.prose(f"last seen {at(version.last_seen_at)}{still}", indent=INDENT, style="dim")
        return
    sheet.prose(f"last seen {at(version.last_seen_at)}", indent=INDENT, style="dim")
    if away(version):
        said = f"{ABSENCES[Ending(str(version.ended_by))]}: went"
        happened = window(version.last_seen_at, version.valid_to)
        sheet.prose(f"{said} {happened}", lead=" " * (INDENT - 2) + "x ", style="bold red")
