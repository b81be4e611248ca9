"""Read every page of the evaluation sets: how long the slowest takes, how far memory grows."""

import sys
import time
from collections import Counter
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.arguments import parser
from core.errors import PageError
from crawlers.page import Page
from crawlers.reading import read
from tests.eval.pages import EVAL, pages

WARM = 200  # pages after which memory is compared


def main() -> int:
    """Read all pages; give 1 when one takes longer than 10 s."""
    if not EVAL.exists():
        print("no pages here: shared/eval is not beside the repository")
        return 0
    process, warm, times = psutil.Process(), 0, []
    reasons: Counter[str] = Counter()
    for number, page in enumerate(pages(), start=1):
        started = time.perf_counter()
        try:
            read(Page.from_bytes(page.body, page.url, "text/html; charset=utf-8"), None)
        except PageError as error:
            reasons[error.reason] += 1
        times.append((time.perf_counter() - started, page.name))
        if number == WARM:
            warm = process.memory_info().rss
        if number % 500 == 0:
            print(f"{number:6} pages  {process.memory_info().rss / 2**20:6.0f} MiB", flush=True)
    slowest = max(times)
    grown = (process.memory_info().rss - warm) / 2**20
    total = sum(taken for taken, _ in times)
    print(f"{len(times)} pages in {total:.0f} s; slowest {slowest[0]:.2f} s ({slowest[1]})")
    print(f"memory grew by {grown:.0f} MiB after the first {WARM} pages; unread: {dict(reasons)}")
    return int(slowest[0] > 10)  # noqa: PLR2004 - seconds, the bound that is promised


if __name__ == "__main__":
    parser("benchmarks.eval_extract", f"{__doc__} It takes no arguments.").parse_args()
    sys.exit(main())
