"""Dates a page shows its readers: next to the title, in time elements, in lines named or labelled so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.records import Moment
from crawlers.article import dates
from crawlers.article.blocks import Block
from crawlers.article.class_names import Asides, named
from crawlers.article.elements import Element, inner_text, search
from crawlers.article.headline import is_prose
from crawlers.page import Page

TIME, TEXT = "time", "text"
_TIMES = search("//time | //abbr[@title] | //*[contains(@itemprop, 'datePublished')]")
_MARKED = search(
    "//time | //abbr[@title] | //*[contains(@class, 'updat') or contains(@itemprop, 'dateModified')]"
)
_NAMED = search(
    "//*[self::div or self::span or self::p or self::li or self::small or self::a or self::i or self::em"
    " or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or self::td or self::dd or self::ul]"
    "[contains(@class, 'date') or contains(@class, 'Date') or contains(@class, 'datum')"
    " or contains(@class, 'time') or contains(@class, 'publi') or contains(@class, 'posted')"
    " or contains(@class, 'meta') or contains(@class, 'byline') or contains(@id, 'date')]"
)
_DATE_NAME = re.compile(
    r"(?<![a-z])(?:\w*date|datum|\w*dateline|time|timestamp|\w*published|pubdate|posted|posted-on|\w*meta|byline)(?![a-z])",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updat|modif|aktualis|\u00e4nder|revis|mis \u00e0 jour|edited|review|aggiorn|actualiz|changed|accessed",
    re.IGNORECASE,
)
_UPDATED_NEXT = re.compile(r"[^\w/]*(?:last )?(?:updated|aktualisiert|modified)\b", re.IGNORECASE)
_SAID_UPDATED = re.compile(
    r"(?:updated|modified|aktualisiert|\u00e4nderung|ge\u00e4ndert|revised|mise? \u00e0 jour|edited"
    r"|reviewed|aggiornat[oa]|actualizad[oa]|last changed)[^.!?]{0,20}$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:publish|posted|ver\u00f6ffentlich|erschienen|publizi|publi\u00e9|pubblicat|publicad|geplaatst|datum|\bdate\b"
    r"|\bstand\b|created|erstellt|eingestellt)[^.!?]{0,25}$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\W*(?:(?:this|the|dieser|der) )?(?:article|story|post|page|item|piece|entry|artikel|beitrag)?\s*"
    r"(?:(?:was|is|has been|wurde|first|originally)\s+)*",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"clos(?:es|ing)|deadline|\bdue\b|event date|\bdate of (?!publi|issue|release|post)|expir"
    r"|\b(?:start|end)(?:s|ing)? (?:date|on)\b"
    r"|valid (?:from|until)|\buntil\b|tak(?:es|ing) place|\bheld\b|\bborn\b|\bdied\b|\bapply\b|schluss\b",
    re.IGNORECASE,
)  # what a date that is not the article's is said to be of
_BENEATH, _ABOVE = 14, 6  # blocks around the title among which its date stands
_NEXT = 4  # blocks next to the title that are its own, whatever their containers are called
_LONGEST_LINE = 120  # characters of a line that holds little but its date
_BESIDE = 16  # characters beside the date in a line that is one: its weekday, "Published"
_LONGEST_LABEL = 200
_LONGEST_ORIGIN = 40  # characters before the day that a report begins with
_ORIGIN = re.compile(
    r"\W*|.*,\s*|(?:(?:press|news|media) release|press notice|pressemitteilung|medienmitteilung"
    r"|communiqu\u00e9)\W*(?:of|from|dated|vom|du)?\W*",
    re.IGNORECASE | re.DOTALL,
)
_WIRE = re.compile(r"\s?\)?\s*(?:[|:]|[-\u2013\u2014]\s)[^.]")  # what parts it from the report
_MOST = 200


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How a page writes dates: the zone of times without one, the order of numbers."""

    zone: str | None
    order: str | None


def shown(
    page: Page, blocks: Sequence[Block], top: int | None, wording: Wording, asides: Asides
) -> Iterator[tuple[Moment, str]]:
    """Give the days of publication a page shows, most telling first, with the way they were read.

    ``top`` is the index of the title among the blocks. Dates said to be of an update are none; beyond
    the title's neighbourhood, several different days of one kind tell nothing.
    """
    if top is not None:
        at_the_title = near(blocks, top, wording, asides) or _in_heading(blocks[top], wording)
        if at_the_title:
            yield at_the_title
    for kind in (_timed, _named):
        days = list(kind(page, wording, asides))
        if len({moment.on for moment, _ in days}) == 1:
            yield days[0]
    lines = [block for block in blocks[top or 0 :] if not asides.holds(block.element)]
    for block in lines:
        if len(block.text) <= _LONGEST_LABEL:
            yield from (
                (m, TEXT) for before, m in _dates(block.text, wording) if _says_published(block, before)
            )
    labels = ["", *(block.text for block in lines)]
    alone = [
        (label, found)
        for block, label in zip(lines, labels, strict=False)
        if len(block.text) <= _LONGEST_LINE // 2 and (found := _in_line(block, label, wording))
    ]
    labelled = [(label, found) for label, found in alone if _PUBLISHED.search(label[-_LONGEST_LINE:])]
    for several in (labelled, alone):
        if len({found[0].on for _, found in several}) == 1:
            yield several[0][1]
    if top is not None and (of_wire := _of_wire(blocks, top, wording)):
        yield of_wire


def updated(
    page: Page, blocks: Sequence[Block], top: int | None, wording: Wording, asides: Asides
) -> tuple[Moment, str] | None:
    """Give the day of the last update a page shows in a line that says so, with the way it was read.

    The lines next to the title first; elsewhere several different days tell nothing.
    """
    around = blocks[max(0, top - _ABOVE) : top + 1 + _BENEATH] if top is not None else ()
    for lines in (around, blocks):
        labels = ["", *(block.text for block in lines)]
        told = [
            moment
            for block, label in zip(lines, labels, strict=False)
            if len(block.text) <= _LONGEST_LABEL and not asides.holds(block.element)
            for before, moment in _dates(block.text, wording)
            if _SAID_UPDATED.search(before) or (not before.strip() and _SAID_UPDATED.search(label))
        ]
        if told and (lines is around or len({moment.on for moment in told}) == 1):
            return told[0], TEXT
    marked = (one for one in _MARKED(page.tree)[:_MOST] if _is_update(one) and not asides.holds(one))
    timed = [moment for one in marked if (moment := _of_time(one, wording))]
    return (timed[0], TIME) if len({moment.on for moment in timed}) == 1 else None


def agreed(stated: Moment, shown: tuple[Moment, str] | None, zone: str | None) -> tuple[Moment, str] | None:
    """Give the day the page shows where it puts right what the page states for machines, else None.

    A day next to it is that of the page's own zone (:func:`in_own_zone`). An earlier day is the day of
    publication, and what is stated that of the site's last build; numbers that are the stated day with
    day and month changed round say nothing.
    """
    if shown is None or stated.on is None or shown[0].on is None or shown[0].on == stated.on:
        return None
    if found := in_own_zone(stated, shown, zone):
        return found
    moment, way = shown
    days = (moment.on - stated.on).days if moment.on else 0
    turned = moment.on and (moment.on.day, moment.on.month) == (stated.on.month, stated.on.day)
    return (moment, way) if days < -1 and not turned and moment.note is None else None


def in_own_zone(
    stated: Moment, shown: tuple[Moment, str] | None, zone: str | None
) -> tuple[Moment, str] | None:
    """Give a stated instant on the day that the page or its address has for it, else None.

    Where the page's zone is not known, the two may be a day apart.
    """
    if shown is None or zone is not None or stated.at is None or stated.on is None or shown[0].on is None:
        return None
    if abs((shown[0].on - stated.on).days) != 1:
        return None
    return replace(stated, on=shown[0].on), shown[1]


def near(blocks: Sequence[Block], top: int, wording: Wording, asides: Asides) -> tuple[Moment, str] | None:
    """Give the day of publication shown next to the title, which is at the index ``top``."""
    beneath: list[int] = []
    prose = 0
    for index in range(top + 1, min(top + 1 + _BENEATH, len(blocks))):
        beneath.append(index)
        prose += is_prose(blocks[index])
        if prose > 1:
            break
    lines: list[tuple[Block, str]] = []
    for index in (*beneath, *range(top - 1, max(-1, top - 1 - _ABOVE), -1)):
        block = blocks[index]
        beside = abs(index - top) > _NEXT and asides.holds(block.element)
        if len(block.text) <= _LONGEST_LINE and not beside:
            lines.append((block, blocks[index - 1].text if index else ""))
    for of_line in (_alone, _in_line):  # a date on its own tells more than one in a caption
        for block, label in lines:
            if found := of_line(block, label, wording):
                return found
    return None


def _in_heading(heading: Block, wording: Wording) -> tuple[Moment, str] | None:
    """Give the day that stands in an element of its own within the title's heading."""
    for element in heading.element.iterdescendants():
        text = " ".join(inner_text(element)[:_LONGEST_LABEL].split())
        if (moment := dates.moment(text, wording.zone, wording.order)) and moment.on:
            return moment, TEXT
    return None


def _of_wire(blocks: Sequence[Block], top: int, wording: Wording) -> tuple[Moment, str] | None:
    """Give the day a report begins with, as those of agencies do: ``LONDON, 5 May 2019 - The board ...``."""
    for block in blocks[top + 1 : top + 1 + _BENEATH]:
        if is_prose(block):
            for before, moment in _dates(block.text, wording):
                rest = block.text[len(before) + len(moment.raw) :]
                if len(before) > _LONGEST_ORIGIN or not _ORIGIN.fullmatch(before) or not _WIRE.match(rest):
                    break
                return moment, TEXT
            return None
    return None


def _alone(block: Block, label: str, wording: Wording) -> tuple[Moment, str] | None:
    found = _in_line(block, label, wording)
    return found if found and len(block.text) <= len(found[0].raw) + _BESIDE else None


def _in_line(block: Block, label: str, wording: Wording) -> tuple[Moment, str] | None:
    for element in block.element.iter("time", "abbr"):
        if _is_update(element) or _UPDATED.search(" ".join(inner_text(element)[:_LONGEST_LABEL].split())):
            continue
        if moment := _of_time(element, wording):
            return moment, TIME
    for before, moment in _dates(block.text, wording):
        alone = len(moment.raw) + len("Monday, ") >= len(block.text)
        of_other = any(words.search(before) for words in (_UPDATED, _OTHERS))
        of_other = of_other or _is_updates(block.text, moment, wording)
        if of_other or (alone and len(label) <= _LONGEST_LINE // 3 and _UPDATED.search(label)):
            continue
        if alone or _may_hold_date(block) or ":" in moment.raw:  # a heading about a day names no time
            return moment, TEXT
    return None


def _says_published(block: Block, before: str) -> bool:
    """Say whether what precedes a date says that the article, not something in its text, was published."""
    match = _PUBLISHED.search(before)
    if match is None or _OTHERS.search(before):
        return False
    return _may_hold_date(block) or _LEAD.fullmatch(before[: match.start()]) is not None


def _is_updates(text: str, moment: Moment, wording: Wording) -> bool:
    """Say whether a line's last date is an update's, as in "28 November 2013 -- Updated 0203 GMT"."""
    after = text[text.find(moment.raw) + len(moment.raw) :]
    return _UPDATED_NEXT.match(after) is not None and not any(True for _ in _dates(after, wording))


def _may_hold_date(block: Block) -> bool:
    """Say whether a line that says more than a date says when the article was published."""
    return not block.level and not block.text.endswith((".", "?", "!"))


def _timed(page: Page, wording: Wording, asides: Asides) -> Iterator[tuple[Moment, str]]:
    found = [one for one in _TIMES(page.tree)[:_MOST] if not asides.holds(one) and not _is_update(one)]
    stated = [
        one for one in found if "datePublished" in one.get("itemprop", "") or one.get("pubdate") is not None
    ]
    for element in stated or found:
        if moment := _of_time(element, wording):
            yield moment, TIME


def _of_time(element: Element, wording: Wording) -> Moment | None:
    said = [element.get("datetime"), element.get("content"), element.get("title"), inner_text(element)]
    for raw in filter(None, said):
        moment = dates.moment(raw, wording.zone, wording.order) or dates.first(
            raw, wording.zone, wording.order
        )
        if moment and moment.on:
            return moment
    return None


def _is_update(element: Element) -> bool:
    said = f"{named(element)} {element.get('itemprop') or ''}".lower()
    return ("updat" in said or "modif" in said) and "publish" not in said and "entry-date" not in said


def _named(page: Page, wording: Wording, asides: Asides) -> Iterator[tuple[Moment, str]]:
    for element in _NAMED(page.tree)[:_MOST]:
        if not _DATE_NAME.search(named(element)) or _is_update(element) or asides.holds(element):
            continue
        text = " ".join(inner_text(element)[: 4 * _LONGEST_LINE].split())
        if len(text) <= _LONGEST_LINE:
            for before, moment in _dates(text, wording):
                if not _UPDATED.search(before) and not _OTHERS.search(before):
                    yield moment, TEXT
                    break


def _dates(text: str, wording: Wording) -> Iterator[tuple[str, Moment]]:
    return (
        (before, moment)
        for before, moment in dates.within(text, wording.zone, wording.order)
        if moment.on is not None
    )
