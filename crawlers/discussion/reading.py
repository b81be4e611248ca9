"""Reading the discussion on a page."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.records import CommentState, Moment, ScrapedComment
from crawlers.article import dates
from crawlers.article.blocks import Block
from crawlers.discussion import (
    candidates,
    lines,
    names,
    replies,
    sayings,
    schema,
    section,
    selection,
    structure,
    systems,
    threads,
    times,
)
from crawlers.discussion.details import Details
from crawlers.discussion.discussion import Discussion
from crawlers.page import Page

_UNVERIFIED = re.compile(r"\s*\(not verified\)$")  # what Drupal adds to a name that is no account's
_SURE = 0.6  # below it nothing is given: fewer comments, but no teasers


def read(page: Page, zone: str | None) -> Discussion:
    """Give what a page tells of its reader comments.

    ``zone`` is the zone of times that name none, None where it is unknown. Nothing is guessed: a
    page on which no comment section is recognised has the state ``unknown``, and so has one whose
    blocks are likely but not surely comments.
    """
    called = names.named(page.tree)
    chosen, sure = _chosen(page, called)
    if chosen.members and _denied(page, called):
        chosen, sure = selection.Selection(), 0.0
    elements = [member.element for member in chosen.members]
    found = _records(chosen, zone)
    stated = schema.comments(page.metadata.article, zone)
    headed = lines.comments(page.blocks, zone) if not found else ()
    for others in (stated, headed):
        if len(others) > len(found):
            found, sure = others, 1.0
    sections = section.containers(called.whole, elements)
    around = section.lines(page, sections, elements)
    controls = (*(block.text for block in around), *section.buttons(sections, elements))
    claimed = _claimed(page, around)
    more = section.pages(page, sections)
    system = systems.platform(page) if found else systems.elsewhere(page, called) or systems.platform(page)
    away = system is not None and system.name not in (systems.WORDPRESS, systems.DRUPAL)
    said = _Said(
        held=len(found) + max(chosen.pings, selection.pingbacks(called.single)),
        claimed=claimed,
        # A count that is met is surer than a button, which may stay where nothing is left to load.
        more=bool(more) or chosen.cut or (claimed is None and any(map(sayings.more, controls))),
        away=away,
        closed=any(sayings.closed(block.text) for block in around),
        none=_says_none(page, around),
        loading=any(sayings.loading(block.text) for block in around),
    )
    return Discussion(
        state=_state(said, given=bool(found)),
        comments=found,
        claimed=claimed,
        more=more,
        system=system.name if system else None,
        thread=system.thread if system else None,
        sure=sure,
        elements=sections,
        warnings=_warnings(found, chosen),
    )


class _Said(NamedTuple):
    """What the page says of its comments beside them."""

    held: int
    claimed: int | None
    more: bool
    away: bool
    closed: bool
    none: bool
    loading: bool


def _state(said: _Said, *, given: bool) -> CommentState:
    if given:
        if said.more or (said.claimed or 0) > said.held:
            return CommentState.PARTIAL
        return CommentState.CLOSED if said.closed else CommentState.LISTED
    if said.away:
        return CommentState.UNSUPPORTED
    if (said.claimed or 0) > said.held:
        return CommentState.PARTIAL
    if said.closed:
        return CommentState.CLOSED
    none = (said.none or said.claimed in (0, said.held)) and not said.loading
    return CommentState.NONE if none else CommentState.UNKNOWN


def _chosen(page: Page, called: names.Named) -> tuple[selection.Selection, float]:
    """Give the elements that are comments, by their names, else by their build, and how sure that is."""
    chosen = replies.added(selection.choose(candidates.kinds(called.single)), page.blocks)
    sure, pings = structure.sure(chosen, page.blocks, named=True), chosen.pings
    if sure < _SURE:
        chosen = replies.added(structure.choose(structure.dated(page.blocks)), page.blocks)
        sure = structure.sure(chosen, page.blocks, named=False)
    return (chosen, sure) if sure >= _SURE else (selection.Selection(pings=pings), 0.0)


def _denied(page: Page, called: names.Named) -> bool:
    """Say whether the page's own section states a count of none: what was found belongs elsewhere."""
    around = section.lines(page, section.containers(called.whole, ()), ())
    return next((count for block in around if (count := sayings.claimed(block.text)) is not None), None) == 0


def _claimed(page: Page, around: Sequence[Block]) -> int | None:
    """Give the count the section states, else a link to it, else the page's JSON-LD."""
    for block in around:
        if (count := sayings.claimed(block.text)) is not None:
            return count
    if (count := section.own_count(page)) is not None:
        return count
    return schema.claimed(page.metadata.article)


def _says_none(page: Page, around: Sequence[Block]) -> bool:
    """Say whether a line of the section, or the one such line of the page, says that there are none."""
    if any(sayings.none(block.text) for block in around):
        return True
    lines = [block for block in page.blocks if not block.linked and sayings.none(block.text)]
    return len(lines) == 1


def _warnings(found: Sequence[ScrapedComment], chosen: selection.Selection) -> tuple[str, ...]:
    odd = [
        f"comment {comment.position} states a time that does not exist: {comment.posted.raw}"
        for comment in found
        if comment.posted and comment.posted.note == dates.IMPOSSIBLE
    ]
    if chosen.cut or len(found) >= selection.MOST:
        odd.append(f"the page holds more than {selection.MOST} comments; the rest was left out")
    return tuple(odd)


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
            author=_named(member.details.author),
            posted=_posted(member.details, zone, swapped=swapped),
            body="\n\n".join(member.details.body),
            raw=member.details.raw,
            parent=None if parent is None else parent + 1,
            outlet_id=candidates.outlet_id(member.element),
        )
        for position, (member, parent) in enumerate(zip(chosen.members, parents, strict=True), start=1)
    )


def _named(author: str | None) -> str | None:
    return (_UNVERIFIED.sub("", author) or None) if author else None


def _posted(found: Details, zone: str | None, *, swapped: bool | None) -> Moment | None:
    """Give when a comment was posted: by the machine's stamp, else by the wording."""
    told = [moment for stamp in found.stamps if (moment := times.machine(stamp, zone))]
    best = next((moment for moment in told if moment.at), told[0] if told else None)
    if best is not None:
        raw = found.found.raw if found.found else best.raw
        return Moment(raw=raw, at=best.at, on=best.on, note=best.note)
    return times.moment(found.found, zone, swapped=swapped) if found.found else None
