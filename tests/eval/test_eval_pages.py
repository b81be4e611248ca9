"""Real pages that nobody here wrote: each ends in an article or a page error, and soon."""

import os
import time

import pytest

from core.errors import PageError
from core.records import Reason
from crawlers.page import Page
from crawlers.reading import read
from tests.eval.pages import EVAL, EvalPage, pages

# Every page by EVAL_PAGES=1; the benchmark reads all of them and watches the memory.
EVERY = int(os.environ.get("EVAL_PAGES", "12"))
LONGEST = 10.0  # seconds for one page


@pytest.mark.skipif(not EVAL.exists(), reason="no pages here: shared/eval is not beside the repository")
def test_real_pages_read_or_say_why_not_within_ten_seconds():
    counted, unread, slow = 0, [], []
    for page in pages(every=EVERY):
        counted += 1
        started = time.perf_counter()
        unread += _unread(page)
        if (taken := time.perf_counter() - started) > LONGEST:
            slow.append((page.name, taken))
    assert counted > 100
    assert slow == []
    assert len(unread) < counted / 20, unread


def _unread(page: EvalPage) -> list[tuple[str, Reason]]:
    try:
        article = read(Page.from_bytes(page.body, page.url, "text/html; charset=utf-8"), None)
    except PageError as error:
        return [(page.name, Reason(error.reason))]
    assert article.layout == "generic"
    assert article.title
    assert article.body
    return []
