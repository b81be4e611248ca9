"""One article on a terminal: its facts, its history, the words that came and went, its comments."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.talk import moment
from core.diff import BREAK, Mark, Piece, word_diff

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cli.history import Article, Comment, Version

STYLES = {Mark.SAME: "", Mark.ADDED: "bold green", Mark.REMOVED: "red strike"}
SIGNS = {Mark.SAME: ("", ""), Mark.ADDED: ("{+", "+}"), Mark.REMOVED: ("[-", "-]")}
"""Around words, so that they can be told apart without colour too, as in git's word diff."""
FIELDS = ("title", "standfirst", "byline", "section", "published_at", "published_on")
CONTEXT = 20  # unchanged words kept on each side of a change


def facts(article: "Article") -> "RenderableType":
    """Give the head of the page: title, address, dates, state."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    published = moment(article.published_at) + " UTC" if article.published_at else article.published_on
    times = "1 version" if article.versions == 1 else f"{article.versions} versions"
    seen = f"{moment(article.first_seen_at)} to {moment(article.last_seen_at)} UTC, {times}"
    state = (
        f"{article.state} since {moment(article.state_since)} UTC" if article.state_since else article.state
    )
    rows: tuple[tuple[str, object], ...] = (
        ("article", f"{article.article_id} in {article.outlet}, read by {article.layout}"),
        ("address", article.url),
        ("byline", article.byline),
        ("section", article.section),
        ("published", published or article.published_raw),
        ("seen", seen),
        ("state", state),
        ("comments", f"{article.comments} ({article.comment_state or 'unknown'})"),
    )
    for name, value in rows:
        if value is not None:
            table.add_row(name, Text(str(value)))
    return Group(Text(article.title, style="bold"), table)


def body(article: "Article") -> "RenderableType":
    """Give the article's text as it was last seen."""
    from rich.text import Text

    parts = [article.standfirst, article.body]
    return Text("\n" + "\n\n".join(part for part in parts if part) + "\n")


def history(versions: Sequence["Version"]) -> "RenderableType":
    """Give the table of versions: when each was shown, and how it differs from the one before."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("version", "changed after", "shown from", "shown to", "change", "words"):
        table.add_column(heading, justify="right" if heading == "version" else "left")
    table.add_column("title", overflow="fold")
    for version in versions:
        words = f"+{version.words_added} -{version.words_removed}" if version.change_kind else "-"
        table.add_row(
            str(version.version),
            moment(version.changed_after),
            moment(version.valid_from),
            moment(version.valid_to) if version.valid_to else "now",
            version.change_kind or "first seen",
            words,
            Text(version.title),
        )
    return table


def difference(before: "Version", after: "Version") -> "RenderableType":
    """Give the word diff of two versions: added words green, removed ones red, far unchanged ones cut."""
    from rich.text import Text

    shown = Text()
    for name in FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            shown.append(f"{name}: ", style="dim")
            _append(shown, word_diff(str(old or ""), str(new or "")))
            shown.append("\n")
    if before.body != after.body:
        _append(shown, list(_cut(word_diff(before.body, after.body))))
    return shown or Text("the two versions read the same")


def thread(comments: Sequence["Comment"]) -> "RenderableType":
    """Give the comments in page order; removed ones are struck out and say since when."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    parts: list[RenderableType] = []
    for comment in comments:
        head = Text(comment.commenter_name or "(no name)", style="bold")
        posted = moment(comment.posted_at) + " UTC" if comment.posted_at else comment.posted_raw or "no date"
        head.append(f", {posted}", style="dim")
        if comment.versions > 1:
            head.append(f"  edited: {comment.versions} versions", style="yellow")
        removed = comment.state == "removed"
        if removed:
            head.append(f"  REMOVED, seen no more since {moment(comment.state_since)} UTC", style="red")
        parts += [head, Padding(Text(comment.body, style="red strike" if removed else ""), (0, 0, 1, 2))]
    return Group(*parts) if parts else Text("no comments")


def _append(shown: "object", pieces: Sequence[Piece]) -> None:
    from rich.text import Text

    if not isinstance(shown, Text):
        raise TypeError("pieces are appended to a rich Text")
    for piece in pieces:
        start, end = SIGNS[piece.mark]
        words = piece.text.strip("\n")
        if not words:  # nothing but a paragraph break
            shown.append(piece.text)
            continue
        before, _, after = piece.text.partition(words)
        if not before and shown.plain[-1:] not in {"", "\n", " "}:
            shown.append(" ")
        shown.append(before)
        shown.append(f"{start}{words}{end}", style=STYLES[piece.mark])
        shown.append(after)


def _cut(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Give the pieces with the middle of long unchanged stretches left out."""
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        words = piece.text.replace(BREAK, f" {BREAK} ").split(" ")
        first_kept = 0 if index == 0 else CONTEXT
        last_kept = 0 if index == last else CONTEXT
        if piece.mark is not Mark.SAME or len(words) <= first_kept + last_kept:
            yield piece
            continue
        before = " ".join(words[:first_kept])
        after = " ".join(words[len(words) - last_kept :])
        yield Piece(Mark.SAME, f"{before} … {after}".strip().replace(f" {BREAK} ", BREAK))
