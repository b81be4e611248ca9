"""Blanks the samples of chrome that hold what is erased; their digests, which tell nothing, go on to work."""

import re

from sqlalchemy import select

from core.text import fold
from db.erasures.transaction import Blanking
from db.models import ChromeBlock, ChromeLesson, table
from db.suppressing import OWN_WORDING

BLOCK, LESSON = table(ChromeBlock), table(ChromeLesson)
HEADLINE = 3  # words from which on a headline is looked for: "News" is in many a menu


def blank(work: Blanking) -> None:
    """Blank the samples of the outlets that hold an erased name, headline or wording, or are part of one.

    What other pages go on to show as well is sampled again by the next lesson.
    """
    scope = work.scope
    wordings = [fold(text) for text in (*scope.texts, *(said.body for said in scope.said))]
    own = [wording for wording in wordings if len(wording.split()) >= OWN_WORDING]
    words = [*scope.names, *(title for title in map(fold, scope.titles) if len(title.split()) >= HEADLINE)]
    names = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in words]
    query = (
        select(BLOCK.c.digest, BLOCK.c.sample)
        .join(LESSON, LESSON.c.id == BLOCK.c.lesson_id)
        .where(LESSON.c.outlet_id.in_(scope.outlets), BLOCK.c.sample != "")
    )
    found = set()
    for row in work.connection.execute(query):
        sample = fold(row.sample)
        holds = any(name.search(sample) for name in names) or any(wording in sample for wording in own)
        if holds or any(sample in wording for wording in wordings):
            found.add(row.digest)
    if found:
        work.blank(BLOCK, found, {"sample": ""}, "digest")
