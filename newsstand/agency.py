"""Invented agency copy: stories, and what sister titles make of them; monthly figures and briefs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_PLACES = _listed(
    "Fallowmere Ousel Pennick Larkrigg Saltholme Dunnock Thornwick Marram Coldharbour Westing Tarn "
    "Brackwater Skerry Harrowgill Minster Stonebeck Eastmarsh Quarley Pellow Redmire Sallow Tidewell "
    "Umber Yarrow"
)
_BODIES = _listed(
    "Trust council Infirmary paramedics commissioners harbourmaster schools commuters police mayor"
)
_VERBS = _listed(
    "replaced refused published funded questioned reopened lost counted rewrote postponed inspected "
    "moved sold restored delayed merged tested praised halved audited renamed closed extended "
    "cancelled"
)
_KINDS = _listed(
    "old shared temporary rural unpopular award-winning leaking local new costly borrowed empty "
    "private seasonal vast quiet nearby digital modest disputed joint unused early second"
)
_THINGS = _listed(
    "theatres gritters nurseries footpaths kitchens contracts clocks depots libraries surveys rotas "
    "lounges car-parks sea-walls boilers timetables records allotments ferries classrooms beds "
    "lanterns bridges vans"
)
_PEOPLE = _listed(
    "porters parents auditors nurses councillors neighbours ministers inspectors drivers teachers "
    "volunteers engineers traders pensioners students residents lawyers surgeons"
)
_LINKS = _listed("although because before after while once unless until and but so since")
_WHENS = _listed(
    "yesterday overnight again quietly abruptly eventually reluctantly unanimously twice locally "
    "formally unexpectedly cheaply jointly publicly lately"
)
HEALTH_HOUSE = (
    "The Gazette covers health and public services across the region. Have you got a story to tell? Contact "
    "our newsroom at any time, follow us for the latest updates, and sign up to our free weekly newsletter "
    "for comment, analysis and jobs. Reproduction in whole or in part without permission is prohibited, and "
    "the views expressed here are not necessarily those of the publisher or of its partners and sponsors."
)
COUNCIL_HOUSE = (
    "Top image: a view of the square. To see more of what the Courier prints, subscribe to our magazine "
    "here, or look at the events we host all year round."
)
HOUSES = HEALTH_HOUSE, COUNCIL_HOUSE
"""What two outlets put under all they print: 70 words, and 30."""
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """A text with its title, its paragraphs parted by blank lines."""

    title: str
    body: str


class Agency:
    """Writes as much as is wanted, always the same from one ``seed``."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - variety, not secrecy

    def sentences(self, number: int) -> list[str]:
        """Give so many sentences, of 9 words or of 19; few have five words in a row in common."""
        return [self._sentence() for _ in range(number)]

    def title(self) -> str:
        """Give a headline without figures or dates."""
        pick = self._chance.choice
        return f"{pick(_PLACES)} {pick(_PEOPLE)} {pick(_VERBS)} {pick(_KINDS)} {pick(_THINGS)}"

    def story(self, sentences: Sequence[str], house: str = "") -> Copy:
        """Give a story of these sentences, over an outlet's house text."""
        return Copy(title=self.title(), body=_paragraphs(sentences, house))

    def reprint(self, sentences: Sequence[str], kept: float, house: str, *, replaced: bool) -> Copy:
        """Give what another outlet makes of a story: a share of its sentences, an introduction of its own.

        The other sentences are left out, or with ``replaced`` written anew.
        """
        chance = self._chance
        chosen = set(chance.sample(range(len(sentences)), round(kept * len(sentences))))
        printed = [
            sentence if place in chosen else self._sentence()
            for place, sentence in enumerate(sentences)
            if replaced or place in chosen
        ]
        return Copy(title=self.title(), body=_paragraphs([*self.sentences(2), *printed], house))

    def monthly(self, month: str, house: str) -> Copy:
        """Give one month's part of a series: the same words each month, other figures."""
        figures = [self._chance.randrange(100, 99_999) for _ in range(10)]
        body = (
            f"The number of people on the waiting list stood at {figures[0]} at the end of {month}, official "
            f"figures show. Of these, {figures[1]} had waited longer than eighteen weeks, against "
            f"{figures[2]} a month before. Emergency departments saw {figures[3]} patients, and "
            f"{figures[4]} of them waited more than four hours to be admitted, moved or sent home. "
            f"Ambulances were called out {figures[5]} times, with {figures[6]} calls in the most urgent "
            f"group.\n\nA spokesperson said that staff had worked hard under pressure, and that {figures[7]} "
            f"operations were carried out in the month. Unions pointed to {figures[8]} posts that are still "
            f"vacant, and asked for a plan before winter. The next figures, for the month after {month}, are "
            f"due in four weeks; in the same month of last year the list stood at {figures[9]}."
        )
        return Copy(title=f"Waiting list figures published for {month}", body=f"{body}\n\n{house}".strip())

    def brief(self, house: str) -> Copy:
        """Give two sentences over an outlet's house text."""
        return self.story(self.sentences(2), house)

    def _sentence(self) -> str:
        pick = self._chance.choice
        said = (
            f"{pick(_PLACES)} {pick(_BODIES)} {pick(_WHENS)} {pick(_VERBS)} "
            f"{self._chance.randrange(20, 9_999)} {pick(_KINDS)} {pick(_THINGS)} near {pick(_PLACES)}"
        )
        if self._chance.random() < 0.3:  # noqa: PLR2004 - every third sentence or so is a short one
            return f"{said}."
        return (
            f"{said} {pick(_LINKS)} {pick(_KINDS)} {pick(_PEOPLE)} {pick(_VERBS)} {pick(_THINGS)} "
            f"for {pick(_KINDS)} {pick(_PEOPLE)} of {pick(_PLACES)}."
        )


def _paragraphs(sentences: Sequence[str], house: str) -> str:
    parts = [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3)]
    return "\n\n".join([*parts, house] if house else parts)
