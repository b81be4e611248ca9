"""The pages in a real browser: they render, run nothing, and fit every screen."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core.settings import Settings
from db.engine import open_engine
from db.words import Severity
from tests.web.browser import CHROMIUM, NO_BROWSER
from tests.web.site import Site, served
from tests.web.stage import ESCAPES, MARKUP, Stage, month, problem, record
from web.app import create_app

SCREENSHOTS = os.environ.get("CUTTINGS_SCREENSHOTS")  # read before the tests clear the environment
MILLISECONDS = 60_000

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=NO_BROWSER)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; as root it refuses to begin with its sandbox."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=MILLISECONDS
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[tuple[Site, int]]:
    """Serve an archive with a month of runs and hostile texts; give also one of its runs."""
    folder = tmp_path_factory.mktemp("busy")
    shutil.copyfile(migrated_sqlite, folder / "cuttings.db")
    engine = open_engine(f"sqlite:///{folder / 'cuttings.db'}")
    stage = Stage(engine, Settings(home=folder, web_port=0))
    stage.titles["ledger"] = f"Valley Ledger {MARKUP}"
    month(stage)
    stage.run("courier", minutes=2, verdict="failed", reason="the outlet did not answer: connection refused")
    stage.run("gazette", minutes=1, seconds=None, counts=None)
    run = stage.run("ledger", minutes=3, verdict="held", reason=f"unbroken{'x' * 300} {MARKUP}")
    lines = [record(f"read https://ledger.example/news/{number}", source="feed") for number in range(60)]
    failure = record(f"a page could not be read {MARKUP}", "error", exception=f"ValueError\n{ESCAPES}")
    stage.log(run, *lines, record("the outlet answered 503", "warning", attempt=2), failure)
    stage.paused["ledger"] = f"its layout is being mended {MARKUP}"
    stage.problems = [
        problem("1.4 GiB are free in the home: make room, or move it to a bigger disk."),
        problem(
            "courier: no crawl has succeeded for 4 h 30 min (one is due every 1 h 30 min); look with "
            "`cuttings runs --outlet courier`",
            Severity.CRITICAL,
            "courier",
        ),
    ]
    app = create_app(engine, stage.settings, stage, software_version="0.1.0", source=stage.status)
    with served(app, stage.settings) as site:
        yield site, run
    engine.dispose()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Callable[..., Any]:
    """Give a function that opens an address and fails where the browser complained of anything."""

    @contextmanager
    def look(address: str, name: str, *, width: int, scheme: str = "light") -> Iterator[Page]:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.on("dialog", lambda dialog: complaints.append(dialog.message) or dialog.dismiss())
        page.on("response", lambda got: complaints.append(got.url) if got.status >= 400 else None)
        page.goto(address, timeout=MILLISECONDS)
        for folder in filter(None, (tmp_path, SCREENSHOTS and Path(SCREENSHOTS))):
            page.screenshot(
                path=folder / f"{name}-{width}-{scheme}.png", full_page=True, timeout=MILLISECONDS
            )
        yield page
        assert not complaints
        context.close()

    return look


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light")])
def test_the_pages_render_and_run_nothing(busy, opened, tmp_path, width, scheme):
    site, run = busy
    for path, name in (("/", "status"), (f"/runs/{run}", "run")):
        with opened(site.address + path, name, width=width, scheme=scheme) as page:
            assert "taken" not in page.title()
            assert page.locator("script, img").count() == 0
            assert page.get_by_text("<script>document.title='taken'</script>").count() >= 1
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, "the page is wider than the screen"
            assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
            assert page.get_by_role("contentinfo").count() == 1
            assert page.get_by_role("heading", level=1).count() == 1
            light = page.evaluate(
                "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
            )
            assert (sum(light) > 600) is (scheme == "light")
        assert (tmp_path / f"{name}-{width}-{scheme}.png").stat().st_size > 10_000


@pytest.mark.parametrize("width", [1280, 360])
def test_what_the_eye_sees_is_there_for_the_ear(busy, opened, width):
    """On a narrow screen the table is laid out as cards, and stays a table."""
    site, run = busy
    with opened(site.address, "status", width=width) as page:
        outlets = page.get_by_role("table", name="Outlets")
        assert outlets.get_by_role("row").count() == 4
        assert outlets.get_by_role("columnheader").count() == 6
        assert outlets.get_by_role("rowheader").count() == 3
        assert outlets.get_by_role("img", name="New articles a day").count() == 3
        assert outlets.get_by_role("img", name="Last 30 runs").count() == 3
        assert page.get_by_role("region", name="2 problems").get_by_role("listitem").count() == 2
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.get_by_role("link", name=f"Run {run}: held").click()
        assert page.get_by_role("heading", level=1).inner_text().startswith(f"Run {run}")


def test_a_log_opens_at_its_end(busy, opened):
    site, run = busy
    with opened(f"{site.address}/runs/{run}", "run", width=1280) as page:
        log = page.get_by_role("region", name="Log")
        last = log.get_by_role("listitem").last
        assert "a page could not be read" in last.inner_text()
        inside = last.evaluate(
            "it => it.getBoundingClientRect().bottom <= it.closest('.log').getBoundingClientRect().bottom + 1"
        )
        assert inside


def test_the_policy_stops_what_would_slip_through(busy, browser):
    """Were a text ever not escaped, the browser would still not run it: the policy is no mere header."""
    site, _ = busy
    page = browser.new_page()
    page.goto(site.address, timeout=MILLISECONDS)
    stopped = page.evaluate(
        """() => new Promise(tell => {
            document.addEventListener('securitypolicyviolation', event => tell(event.violatedDirective));
            document.body.insertAdjacentHTML('beforeend', '<img src="/x" onerror="document.title = 1">');
        })"""
    )
    assert stopped.startswith("script-src")
    assert "Cuttings" in page.title()
    page.close()
