"""What a person and a machine see of a re-reading: the line while it runs, the counts, what differs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli import progress
from cli.talk import READABLE_WIDTH, out, talk
from core.diff import BREAK, Mark, Piece, word_diff
from core.records import Moment

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.records import Document
    from core.settings import Settings
    from pipelines.reread_report import Difference, Rereading, Standing, Wishes

COLOURS = {"ok": "green", "partial": "yellow"}
"""Of the verdicts; every other one is red."""

NUMBERS = (
    "read",
    "texts_changed",
    "versions_retracted",
    "versions_returned",
    "comments_changed",
    "recovered",
    "errors",
)
REASONS = ("unread", "still_unread", "damaged")
"""Counts that are told by reason as well."""

_MEANING = {
    "unread": "today's layouts cannot read them; their last reading stays",
    "still_unread": "never gave an article, and do not now",
    "damaged": "their bytes cannot be had",
}
_FIELDS = ("title", "standfirst", "byline", "section", "language", "tags", "body")
_CONTEXT = 6  # words of unchanged text shown on each side of a change


def line(standing: "Standing") -> progress.Standing:
    """Give a standing as the displays of progress take it."""
    tally = standing.tally
    said = f"{tally.done} of {standing.total} captures: {tally.texts_changed} texts read otherwise"
    shown = {
        "versions retracted": tally.versions_retracted,
        "recovered": tally.recovered,
        "unread": tally.unread.total(),
        "damaged": tally.damaged.total(),
    }
    said += "".join(f", {count} {name}" for name, count in shown.items() if count)
    return progress.Said(
        outlet=standing.outlet,
        counts={},
        visited=tally.done,
        waiting=standing.total - tally.done,
        total=standing.total,
        seconds=standing.seconds,
        said=said,
    )


def summary(done: "Sequence[Rereading]", wishes: "Wishes", seconds: float) -> dict[str, Any]:
    """Give the report in JSON's types: the sums over all outlets, then each outlet's own."""
    outlets = [_outlet(one) for one in done]
    sums = {name: sum(outlet[name] for outlet in outlets) for name in NUMBERS}
    for name in REASONS:
        sums[name] = sum(sum(outlet[name].values()) for outlet in outlets)
    return {
        "dry_run": wishes.dry_run,
        "jobs": wishes.jobs,
        **sums,
        "seconds": round(seconds, 3),
        "pages_per_second": round(sum(one.tally.done for one in done) / seconds, 1) if done else 0.0,
        "outlets": outlets,
    }


def show(report: Mapping[str, Any], done: "Sequence[Rereading]", settings: "Settings") -> None:
    """Print the report for a person."""
    if not done:
        talk().print("nothing to read again: today's layouts have read every kept capture")
        return
    console = out()
    console.print(_table(report))
    for outlet in report["outlets"]:
        if outlet["verdict"] != "ok":
            console.print(f"{outlet['outlet']}: {outlet['reason']}", markup=False)
        for name in REASONS:
            if outlet[name]:
                counts = ", ".join(f"{count} {reason}" for reason, count in outlet[name].items())
                console.print(f"{name.replace('_', ' ')} ({_MEANING[name]}): {counts}", markup=False)
    for one in done:
        for difference in one.differences:
            console.print()
            console.print(_difference(difference), width=min(console.width, READABLE_WIDTH))
    console.print(f"database  {settings.database_shown()}", markup=False, soft_wrap=True)
    if report["dry_run"]:
        talk().print("dry run: nothing was stored; leave out --dry-run to keep it", style="dim")
    elif report["versions_retracted"] or report["texts_changed"]:
        said = "next: `cuttings article ID --versions` shows an article's history as it is believed now"
        talk().print(said, style="dim", markup=False)


def _outlet(one: "Rereading") -> dict[str, Any]:
    numbers = {name: getattr(one.tally, name) for name in NUMBERS}
    reasons = {name: dict(getattr(one.tally, name)) for name in REASONS}
    return {
        "outlet": one.outlet,
        "run_id": one.run_id,
        "verdict": one.verdict.value,
        "reason": one.reason,
        **numbers,
        **reasons,
        "seconds": round(one.seconds, 3),
        "pages_per_second": round(one.tally.done / one.seconds, 1) if one.seconds else 0.0,
        "differences": [_plain(difference) for difference in one.differences],
    }


def _plain(difference: "Difference") -> dict[str, Any]:
    changed = _changed(difference.before, difference.after)
    return {
        "url": difference.url,
        "article_id": difference.article_id,
        "fields": [{"field": name, "before": before, "after": after} for name, before, after in changed],
    }


def _table(report: Mapping[str, Any]) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("outlet", "run", "verdict"):
        table.add_column(heading)
    for name in (*NUMBERS, *REASONS, "seconds", "pages_per_second"):
        table.add_column(name.replace("_", "\n"), justify="right")
    for outlet in report["outlets"]:
        table.add_row(
            outlet["outlet"],
            str(outlet["run_id"] or "-"),
            Text(outlet["verdict"], COLOURS.get(outlet["verdict"], "red")),
            *(str(outlet[name]) for name in NUMBERS),
            *(str(sum(outlet[name].values())) for name in REASONS),
            f"{outlet['seconds']:.1f}",
            f"{outlet['pages_per_second']:.0f}",
        )
    return table


def _difference(difference: "Difference") -> "RenderableType":
    """Give what reads otherwise: removed words struck in red, added ones in green, the rest around them."""
    from rich.text import Text

    shown = Text(difference.url, "bold")
    shown.append(f"  article {difference.article_id}" if difference.article_id else "  never read before")
    for name, before, after in _changed(difference.before, difference.after):
        shown.append(f"\n{name}: ", "dim")
        for piece in _around(word_diff(before, after)):
            if piece.mark is Mark.SAME:
                shown.append(piece.text)
            elif piece.mark is Mark.REMOVED:
                shown.append(f"[-{piece.text}-]", "red")
            else:
                shown.append(f"{{+{piece.text}+}}", "green")
            shown.append(" ")
    return shown


def _changed(before: "Document | None", after: "Document") -> Iterator[tuple[str, str, str]]:
    """Give the fields that differ, as text."""
    for name in _FIELDS:
        old, new = _as_text(getattr(before, name, None)), _as_text(getattr(after, name))
        if old != new:
            yield name, old, new
    old, new = _as_text(before and before.published), _as_text(after.published)
    if old != new:
        yield "published", old, new


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return (value.stated() or value.raw) if isinstance(value, Moment) else str(value or "")


def _around(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Give the pieces, unchanged ones cut to the words next to a change."""
    for place, piece in enumerate(pieces):
        words = piece.text.replace(BREAK, " ¶ ").split(" ")
        if piece.mark is Mark.SAME and len(words) > 2 * _CONTEXT:
            head = words[:_CONTEXT] if place else []
            foot = words[-_CONTEXT:] if place < len(pieces) - 1 else []
            words = [*head, "…", *foot]
        yield Piece(piece.mark, " ".join(words))
