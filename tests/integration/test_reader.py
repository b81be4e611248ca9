"""The reading process: a page that takes too long, or kills its reader, costs itself and nothing else."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from scrapy.http import HtmlResponse

from core.errors import PageError
from crawlers.outlets.nhe import OUTLET
from crawlers.reader import Reader
from newsstand import Newsstand, serve
from tests.integration.archive import ROOT, Archive

ADDRESS = "https://www.nationalhealthexecutive.com/Health-Care-News/a-bed-in-the-corridor"
PAGE = b"""<html><head><title>A bed in the corridor</title></head><body><div>latest health care news</div>
<div>13.08.18</div><h2>A bed in the corridor</h2><p>An invented trust has put a bed into its corridor.</p>
<p>There are no comments. Why not be the first?</p></body></html>"""
SLOW = PAGE.replace(b"<p>An", b"<p>One more sentence about nothing at all.</p>" * 90_000 + b"<p>An")


def response(body):
    return HtmlResponse(ADDRESS, body=body, headers={"Content-Type": "text/html; charset=utf-8"})


def reading_processes(pid):
    return [c for c in psutil.Process(pid).children() if "spawn_main" in " ".join(c.cmdline())]


@pytest.fixture
def reader():
    opened = Reader(OUTLET, seconds=20)
    yield opened
    opened.close()


def read(reader: Reader, *bodies: bytes) -> list[object]:
    """Read pages one after the other; give a title or the page's error for each."""

    async def all_of_them() -> list[object]:
        found: list[object] = []
        for body in bodies:
            try:
                found.append((await reader.read(response(body))).title)
            except PageError as error:
                found.append((error.reason, error.detail))
        return found

    return asyncio.run(all_of_them())


def test_pages_are_read_with_their_fields_and_their_refusals(reader):
    title, refusal = read(reader, PAGE, b"")
    assert title == "A bed in the corridor"
    assert refusal == ("empty_page", "the page holds no text")


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read():
    hasty = Reader(OUTLET, seconds=20)
    try:
        assert read(hasty, PAGE) == ["A bed in the corridor"]
        hasty._process.seconds = 0.05  # noqa: SLF001 - no page known hangs the reader, so the limit is made unfair
        ((reason, detail),) = read(hasty, SLOW)
        assert (reason, detail) == ("unreadable", "the page took more than 0.05 s to read")
        hasty._process.seconds = 20  # noqa: SLF001 - the same
        assert read(hasty, PAGE) == ["A bed in the corridor"]
    finally:
        hasty.close()


def test_a_reader_that_dies_is_begun_anew_for_the_page_that_waits(reader):
    assert read(reader, PAGE) == ["A bed in the corridor"]

    async def killed_before_it() -> str | None:
        children = reading_processes(os.getpid())
        for child in children:
            child.send_signal(signal.SIGSTOP)
        task = asyncio.create_task(reader.read(response(PAGE)))
        await asyncio.sleep(0.5)
        for child in children:
            child.send_signal(signal.SIGKILL)
        return (await task).title

    assert asyncio.run(killed_before_it()) == "A bed in the corridor"
    assert read(reader, PAGE) == ["A bed in the corridor"]


def test_a_page_on_which_the_reader_dies_costs_itself(reader):
    assert read(reader, PAGE) == ["A bed in the corridor"]

    async def killed_over_it() -> None:
        task = asyncio.create_task(reader.read(response(SLOW)))
        while not any(  # noqa: ASYNC110 - what is waited for is another process
            child.cpu_percent(0.05) > 5 for child in reading_processes(os.getpid())
        ):
            await asyncio.sleep(0)
        for child in reading_processes(os.getpid()):
            child.send_signal(signal.SIGKILL)
        await task

    with pytest.raises(PageError, match="the reading process died on the page"):
        asyncio.run(killed_over_it())
    assert read(reader, PAGE) == ["A bed in the corridor"]


def test_no_reading_process_outlives_a_crawl_that_is_killed(tmp_path):
    archive = Archive(tmp_path, f"sqlite:///{tmp_path / 'cuttings.db'}")
    with serve(Newsstand(scale=400)) as stand:
        crawl = subprocess.Popen(
            [sys.executable, "-m", "cli", "crawl", "wardround", "--base-url", stand.address("wardround")],
            env=archive.environment(CUTTINGS_DOWNLOAD_DELAY="0.05"),
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        readers = []
        until = time.monotonic() + 60
        while not readers and time.monotonic() < until:
            time.sleep(0.2)
            readers = [
                c for c in psutil.Process(crawl.pid).children() if "spawn_main" in " ".join(c.cmdline())
            ]
        assert readers
        os.kill(crawl.pid, signal.SIGKILL)
        crawl.wait()
        _, alive = psutil.wait_procs(readers, timeout=60)
        assert not alive
