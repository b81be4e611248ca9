"""The sheet an article is written on: prose is wrapped, addresses never are, nothing steers the terminal."""

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len

from cli.article_text import plainly
from cli.talk import READABLE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.text import Text

NAMES = 11  # columns of the names of facts
_WORD = re.compile(r"(\S+)\s*")
LEAST_WIDTH = 20  # columns left to words, however narrow the terminal and deep the indent


class Sheet:
    """Writes lines to a console; every text is a page's own until it went through :func:`plainly`."""

    def __init__(self, console: "Console") -> None:
        """Write as wide as is pleasant to read, or as the terminal is when it is narrower."""
        self._console = console
        self.width = min(console.width, READABLE_WIDTH)

    def blank(self) -> None:
        """Leave a line empty."""
        self._console.print()

    def heading(self, said: str, style: str = "bold") -> None:
        """Write a heading, an empty line before it."""
        self.blank()
        self.prose(said, style=style)

    def prose(self, said: "str | Text", *, indent: int = 0, lead: str = "", style: str = "") -> None:
        """Write running text; ``lead`` stands before its first line, the others below the text."""
        from rich.text import Text

        text = said if isinstance(said, Text) else Text(plainly(said))
        room = max(self.width - indent - cell_len(lead), LEAST_WIDTH)
        lines = (part for line in text.split("\n", allow_blank=True) for part in _wrapped(line, room))
        for number, line in enumerate(lines):
            line.rstrip()
            line.stylize_before(style)
            margin = Text(" " * indent)
            margin.append(" " * cell_len(lead) if number else lead, style="dim")
            self._print(margin.append_text(line))

    def paragraphs(self, said: str, *, indent: int = 0, style: str = "") -> None:
        """Write paragraphs parted by a blank line."""
        for number, paragraph in enumerate(said.split("\n\n")):
            if number:
                self.blank()
            self.prose(paragraph, indent=indent, style=style)

    def unbroken(self, said: str, *, indent: int = 0, style: str = "") -> None:
        """Write one line that is never wrapped, so that an address can be copied and searched for."""
        from rich.text import Text

        self._print(Text(" " * indent).append(" ".join(plainly(said).split()), style=style))

    def fact(self, name: str, value: str | None, style: str = "") -> None:
        """Write a named fact; nothing where there is none."""
        if value:
            self.prose(value, lead=f"{name:<{NAMES}}", style=style)

    def _print(self, text: "Text") -> None:
        text.rstrip()
        self._console.print(text, soft_wrap=True)


def _wrapped(line: "Text", room: int) -> "Iterable[Text]":
    """Give a line in parts of so many columns; a word that is longer, an address, stays whole."""
    breaks, used = [], 0
    for word in _WORD.finditer(line.plain):
        if used and used + cell_len(word[1]) > room:
            breaks.append(word.start())
            used = 0
        used += cell_len(word[0])
    return line.divide(breaks)
