"""Reading a legacy page to an item against trafilatura's extraction, on the same pages."""

import time

from trafilatura import bare_extraction

from benchmarks.figure import Bound, Figure
from crawlers.outlets.examples import WARDROUND
from crawlers.page import Page
from crawlers.reading import read
from newsstand.scale import generated
from newsstand.site import Site
from newsstand.titles import TITLES

ORIGIN = f"http://www.{WARDROUND.hosts[0]}"
WANTED = 10  # times as fast, the bound that is promised
PAGES, PASSES = 60, 7


def pages() -> list[tuple[str, bytes, str]]:
    """Give generated legacy pages as (address, body, content type)."""
    shelf = generated(500, 1)
    site = Site(TITLES["wardround"], shelf, day=1, origin=ORIGIN)
    found = []
    for number in shelf.numbers()[:PAGES]:
        if shelf.article(number).generation == "legacy":
            answer = site.answer(shelf.path(number))
            kind = dict(answer.headers)["Content-Type"]
            found.append((f"{ORIGIN}{shelf.path(number)}", answer.body, kind))
    return found


def figures() -> list[Figure]:
    """Measure processor time, turn about, so that a busy machine slows both; best of the passes."""
    found = pages()
    ours, theirs = [], []
    for _ in range(PASSES):
        started = time.process_time()
        for url, body, kind in found:
            assert read(Page.from_bytes(body, url, kind), WARDROUND).layout == "legacy"
        between = time.process_time()
        for url, body, _ in found:
            bare_extraction(body, url=url, with_metadata=True, include_comments=True)
        ours.append((between - started) / len(found))
        theirs.append((time.process_time() - between) / len(found))
    return [
        Figure(
            name="reading a legacy page, against trafilatura with metadata and comments",
            ours=f"{min(ours) * 1000:.2f} ms",
            yardstick=f"{min(theirs) * 1000:.2f} ms",
            ratio=min(theirs) / min(ours),
            bound=Bound.AT_LEAST,
            wanted=WANTED,
        )
    ]
