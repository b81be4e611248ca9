"""Invented agency copy: stories, and what sister titles make of them; monthly figures and briefs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_OPENINGS = (
    "On Tuesday",
    "After months of argument",
    "In a letter to members",
    "Late last night",
    "Despite earlier promises",
    "At a packed meeting",
    "According to board papers",
    "For the first time",
    "With winter near",
    "To general surprise",
    "Under a new agreement",
    "By a narrow vote",
)
_BODIES = (
    "Fallowmere Trust",
    "the Ousel Valley board",
    "Pennick General",
    "the Larkrigg ambulance service",
    "Saltholme Infirmary",
    "the Dunnock care group",
    "Thornwick council",
    "the Estuary commissioners",
    "Marram district",
    "the Coldharbour mayor",
    "Westing County",
    "the Tarn rail users",
    "the harbour police",
    "Brackwater academy",
    "the fire authority",
    "Skerry water company",
)
_VERBS = (
    "agreed to replace",
    "declined to discuss",
    "published its review of",
    "set aside money for",
    "asked the minister about",
    "withdrew support from",
    "promised to reopen",
    "lost patience with",
    "appointed a director for",
    "counted the cost of",
    "consulted residents on",
    "handed back",
    "rewrote the contract for",
    "postponed a decision on",
)
_THINGS = (
    "the linen contract",
    "two operating theatres",
    "the bus station roof",
    "a plan for nurseries",
    "its fleet of gritters",
    "the coastal footpath",
    "the discharge lounge",
    "school meals",
    "a backlog of letters",
    "the town hall clock",
    "the pharmacy hatch",
    "an empty retail park",
    "the night rota",
    "its parking charges",
    "the sea wall",
    "a shared call centre",
    "the recycling depot",
    "library opening hours",
)
_TAILS = (
    "and nobody at the meeting objected",
    "which unions had asked for since spring",
    "once the money is found",
    "although the figures are disputed",
    "before the new financial year begins",
    "while inspectors look on",
    "as neighbouring areas did long ago",
    "in the hope of shorter queues",
    "without saying when",
    "for reasons it would not give",
    "after a survey of local families",
    "and will report back in summer",
    "on the advice of its auditors",
    "until a better offer comes",
)
_WORTH = ("about {} people", "{} homes", "some {} patients", "{} pounds a week", "{} signatures", "{} hours")
_REMARKS = ("affecting", "worth", "with", "to the delight of", "to the dismay of", "in the name of")
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
        """Give so many sentences; their phrases come again in others, they as a whole do not."""
        return [self._sentence() for _ in range(number)]

    def title(self) -> str:
        """Give a headline without figures or dates."""
        chance = self._chance
        said = f"{chance.choice(_BODIES)} {chance.choice(_VERBS)} {chance.choice(_THINGS)}"
        return said[0].upper() + said[1:]

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
        chance = self._chance
        said = (
            f"{chance.choice(_OPENINGS)} {chance.choice(_BODIES)} {chance.choice(_VERBS)} "
            f"{chance.choice(_THINGS)} {chance.choice(_REMARKS)} "
            f"{chance.choice(_WORTH).format(chance.randrange(20, 9_999))}"
        )
        return f"{said} {chance.choice(_TAILS)}." if chance.random() < 0.7 else f"{said}."  # noqa: PLR2004 - most have one


def _paragraphs(sentences: Sequence[str], house: str) -> str:
    parts = [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3)]
    return "\n\n".join([*parts, house] if house else parts)
