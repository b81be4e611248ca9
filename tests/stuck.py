"""Steps on which a process hangs, dies or goes on, as the documents say."""

import os
from collections.abc import Generator
from dataclasses import dataclass
from threading import Event

from crawlers.survey.documents import Ask, Document


@dataclass(frozen=True)
class Stuck:
    """Asks for so many documents; ends in what each was."""

    most: int

    def steps(self) -> Generator[Ask, Document, list[str]]:
        """Do with each document what it says."""
        found = []
        for number in range(self.most):
            document = yield Ask(url=f"https://example.com/{number}", what="a document")
            if document.body == b"hang":
                Event().wait()
            if document.body == b"die":
                os._exit(3)
            found.append(document.body.decode() or document.problem or "")
        return found
