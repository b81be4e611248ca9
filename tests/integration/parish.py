"""An invented outlet whose every article carries the same promotion, served over loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from threading import Thread

from newsstand.answer import Answer, error
from newsstand.server import LoopbackServer, Request

PROMOTION = "The Parish Lantern reaches eleven thousand kitchens every Friday; a line costs less than tea."
SERIES = "Each week a reader of ours walks one lane and writes down what has changed there."
BYLINE = "By Agatha Mary Lyle"
WRITER = "Agatha Mary Lyle"
SECTION = "Lanes, ditches and other ways"
DAY = "Thursday 5 March 2026"
MODULE = """\
import re

from crawlers.outlet import Form, Outlet

OUTLET = Outlet(
    key="lantern",
    title="The Parish Lantern",
    home="http://www.lantern.example/",
    hosts=("lantern.example",),
    publisher="Nobody",
    forms=(Form(name="lane", pattern=re.compile(r"/lanes/(?P<slug>[a-z0-9-]+)")),),
    layouts=(),
    listings=("/lanes",),
)
"""


@dataclass
class Parish:
    """What the outlet shows: texts of its own by number, changed between two crawls."""

    origin: str = ""
    articles: int = 12
    texts: dict[int, str] = field(default_factory=dict)
    tide: str = "The tide turns at noon today."

    def answer(self, request: Request) -> Answer:
        """Give a page without validators: whoever asks gets all of it, whether it changed or not."""
        if request.target in {"/", "/lanes"}:
            return _page("<h1>Lanes</h1><ul>" + "".join(map(self._teaser, self._numbers())) + "</ul>")
        for number in self._numbers():
            if request.target == f"/lanes/lane-{number}":
                return _page(self._article(number))
        return error(404)

    def text(self, number: int) -> str:
        """Give the sentence that only this article has."""
        told = f"Between its {number + 3} gates the hedge of lane {number} grew by {number * 7 + 1} inches."
        return self.texts.get(number, told)

    def _numbers(self) -> range:
        return range(1, self.articles + 1)

    def _title(self, number: int) -> str:
        return f"What became of lane number {number}"

    def _teaser(self, number: int) -> str:
        return f'<li><a href="/lanes/lane-{number}">{self._title(number)}</a></li>'

    def _article(self, number: int) -> str:
        own = [
            f"Nobody had walked lane {number} since the frost of the year {1900 + number}, the clerk said.",
            self.text(number),
            f"The vestry will hear of all {number} complaints about it before the harvest is in, she said.",
        ]
        series = [SERIES] if number % 6 == 0 else []  # two of twelve: a habit of some, not of all
        body = "".join(f"<p>{escape(text)}</p>" for text in (*series, *own, PROMOTION, "ENDS"))
        return (
            f"<article><h1>{self._title(number)}</h1>"
            f"<p>{SECTION}</p><p>{BYLINE}</p><p>{DAY}</p>{body}</article>"
            f"<aside><h2>Most read this week</h2><p>{self._title(2)}</p><p>{self.tide}</p></aside>"
        )


@contextmanager
def served(parish: Parish) -> Iterator[str]:
    """Serve it; give its origin."""
    server = LoopbackServer(parish.answer)
    parish.origin = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield parish.origin
    finally:
        server.shutdown()
        server.server_close()


def declare(home: Path) -> None:
    """Put the outlet's module where the home keeps outlets of one's own."""
    folder = home / "outlets"
    folder.mkdir(parents=True)
    (folder / "lantern.py").write_text(MODULE, encoding="utf-8")


def _page(inner: str) -> Answer:
    html = f"<!doctype html><html lang=en><head><meta charset=utf-8></head><body>{inner}</body></html>"
    return Answer(headers=(("Content-Type", "text/html; charset=utf-8"),), body=html.encode())
