"""Reading the discussion on a page."""

from core.records import CommentState, Moment, ScrapedComment
from crawlers.discussion import candidates, schema, selection, threads, times
from crawlers.discussion.details import Details
from crawlers.discussion.discussion import Discussion
from crawlers.page import Page


def read(page: Page, zone: str | None) -> Discussion:
    """Give what a page tells of its reader comments.

    ``zone`` is the zone of times that name none, None where it is unknown. Nothing is guessed: a
    page on which no comment section is recognised has the state ``unknown``.
    """
    chosen = selection.choose(candidates.named(page.tree))
    if chosen.members:
        found = _records(chosen, zone)
        return Discussion(state=CommentState.LISTED, comments=found, sure=chosen.quality)
    found = schema.comments(page.metadata.article, zone)
    if not found:
        return Discussion()
    return Discussion(state=CommentState.LISTED, comments=found, sure=1.0)


def _records(chosen: selection.Selection, zone: str | None) -> tuple[ScrapedComment, ...]:
    elements = [member.element for member in chosen.members]
    parents = threads.parents(elements)
    swapped = next(
        (
            told
            for member in chosen.members
            if member.details.found and (told := times.month_first(member.details.found)) is not None
        ),
        None,
    )
    return tuple(
        ScrapedComment(
            position=position,
            author=member.details.author,
            posted=_posted(member.details, zone, swapped=swapped),
            body="\n\n".join(member.details.body),
            raw=member.details.raw,
            parent=None if parent is None else parent + 1,
            outlet_id=candidates.outlet_id(member.element),
        )
        for position, (member, parent) in enumerate(zip(chosen.members, parents, strict=True), start=1)
    )


def _posted(found: Details, zone: str | None, *, swapped: bool | None) -> Moment | None:
    """Give when a comment was posted: by the machine's stamp, else by the wording."""
    for stamp in found.stamps:
        if told := times.machine(stamp, zone):
            raw = found.found.raw if found.found else told.raw
            return Moment(raw=raw, at=told.at, on=told.on, note=told.note)
    return times.moment(found.found, zone, swapped=swapped) if found.found else None
