"""The captures of an article: which bytes were served when, where they lie, who read them."""

from typing import TYPE_CHECKING

from cli.article_text import at, count, instant

if TYPE_CHECKING:
    from cli.article_records import Capture, History, Sight
    from cli.article_sheet import Sheet

SHORT = 12  # hexadecimal digits of a hash: enough to tell captures apart


def write_captures(sheet: "Sheet", history: "History") -> None:
    """Write every capture: time, address, WARC position, size, hash, reading, how often met again."""
    sheet.heading("Captures")
    if not history.captures:
        sheet.prose("no captures")
    for capture in history.captures:
        _write(sheet, capture, history.sights.get(capture.capture_id))


def _write(sheet: "Sheet", capture: "Capture", sight: "Sight | None") -> None:
    lead = f"{capture.capture_id:>5} "
    indent = len(lead)
    status = f"{capture.status} {capture.outcome}" if capture.status else capture.outcome
    sheet.prose(f"{instant(capture.captured_at, seconds=True)} UTC, {status}", lead=lead, style="bold")
    sheet.unbroken(capture.url, indent=indent)
    sheet.unbroken(
        f"{capture.warc_file} offset {capture.warc_offset} length {capture.warc_length}", indent=indent
    )
    cut = ", cut at the size limit" if capture.truncated else ""
    content_type = f", {capture.content_type}" if capture.content_type else ""
    digest = f"sha256 {capture.sha256[:SHORT]}"
    sheet.prose(f"{count(capture.size, 'byte')}{content_type}, {digest}{cut}", indent=indent)
    sheet.prose(f"{_reading(capture)}; {_again(sight)}", indent=indent, style="dim")


def _reading(capture: "Capture") -> str:
    if capture.article_id is None:
        return "not read as an article"
    comments = f", comments {capture.comment_state}" if capture.comment_state else ""
    return f"read by layout {capture.layout}, version {capture.layout_version}{comments}"


def _again(sight: "Sight | None") -> str:
    if sight is None or not sight.again:
        return "not seen again"
    same = sight.again - sight.not_modified
    ways = ((sight.not_modified, "answered 304"), (same, "the same bytes"))
    said = ", ".join(f"{number} x {way}" for number, way in ways if number)
    return f"seen again unchanged {count(sight.again, 'time')} ({said}), last {at(sight.last_at)}"
