"""Reading a legacy page to an item against trafilatura's extraction, on the same pages."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from trafilatura import bare_extraction

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


def main() -> int:
    """Print the ratio; give 1 when it is under the bound."""
    found = pages()
    ours, theirs = [], []
    for _ in range(PASSES):  # turn about, so that a busy machine slows both
        started = time.process_time()
        for url, body, kind in found:
            assert read(Page.from_bytes(body, url, kind), WARDROUND).layout == "legacy"
        between = time.process_time()
        for url, body, _ in found:
            bare_extraction(body, url=url, with_metadata=True, include_comments=True)
        ours.append(between - started)
        theirs.append(time.process_time() - between)
    ratio = min(theirs) / min(ours)
    size = sum(len(body) for _, body, _ in found) / len(found) / 1024
    print(f"{len(found)} legacy pages of {size:.0f} KiB, best of {PASSES} passes")
    for name, taken in (("cuttings", min(ours)), ("trafilatura with metadata and comments", min(theirs))):
        print(f"{name:42} {taken / len(found) * 1000:8.2f} ms a page")
    print(f"{'ratio (wanted: at least ' + str(WANTED) + ')':42} {ratio:8.1f}")
    return int(ratio < WANTED)


if __name__ == "__main__":
    sys.exit(main())
