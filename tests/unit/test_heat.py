"""The heat strip: what is drawn of a month, in a terminal and in a browser."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from cli.heat import strip
from cli.heat_svg import svg
from cli.outlets_coverage import advice
from db.coverage import Looked, Missing, Month
from tests.web.browser import CHROMIUM, NO_BROWSER


def month(day: str, looked: Looked = Looked.CRAWLED, held: int | None = 0, **missing: int) -> Month:
    """Give a month with so many articles held and missing; ``held`` None: nothing is known of it."""
    counted = {why: missing.get(why.value, 0) for why in Missing}
    return Month(
        month=date.fromisoformat(f"{day}-01"),
        looked=looked,
        days_crawled=0,
        expected=None if held is None else held + sum(counted.values()),
        held=held,
        archived=held,
        missing=counted,
    )


def unknown(day: str) -> Month:
    return month(day, Looked.NO, None)


MONTHS = [
    month("2015-03", held=4),
    month("2015-04", held=3, waiting=1),
    month("2015-05", held=1, unread=2),
    month("2015-06", held=1, gone=9),
    month("2015-07", refused=2),
    month("2015-08"),
    unknown("2015-09"),
    month("2015-10", Looked.TRIED, None),
    month("2015-11", Looked.PARTLY, 2),
    month("2015-12", Looked.LISTED, 1),
    month("2016-01", Looked.TRIED, 1, failed=1),
]


def test_each_month_is_drawn_by_what_is_known_of_it():
    lines = [line.plain for line in strip(MONTHS)]

    assert lines[:3] == [
        "          Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "2015              ██  ▓▓  ▒▒  ░░  00  ··  ??  xx  ██? ██",
        "2016      ▒▒?",
    ]
    legend = "\n".join(lines[3:])
    for said in (
        "██ all held",
        "00 none",
        "·· looked, nothing was there",
        "?? nobody looked",
        "? after a month",
    ):
        assert said in legend


def test_a_terminal_without_block_characters_gets_others():
    drawn = "\n".join(line.plain for line in strip(MONTHS, blocks=False))
    assert drawn.isascii()
    assert "##  %%  ++  --  00  ..  ??  xx  ##? ##" in drawn


def test_the_legend_explains_only_what_is_drawn():
    drawn = "\n".join(line.plain for line in strip([month("2015-03", held=4)]))
    assert "all held" in drawn
    assert "nobody looked" not in drawn


def test_many_years_of_which_nothing_is_known_are_one_line():
    months = [
        month("1999-12", held=1),
        *(unknown(f"{year}-06") for year in range(2000, 2005)),
        month("2005-01"),
    ]
    drawn = [line.plain for line in strip(months)]
    assert [line[:9].strip() for line in drawn[1:4]] == ["1999", "2000-2004", "2005"]
    assert "nothing is known" in drawn[2]


def test_what_to_do_names_the_months_nobody_looked_at():
    told = advice("nhe", [unknown(f"2013-{number:02}") for number in range(1, 13)] + [month("2014-01")])
    assert told == ["2013: nobody looked for all of it; `cuttings backfill nhe --from wayback` does"]
    told = advice("nhe", MONTHS)
    assert told[0].startswith("2015-09 to 2015-11, 2016-01: nobody looked")
    assert any(line.startswith("9 articles not at the outlet any more") for line in told)
    assert any(line.startswith("1 article yet to be fetched") for line in told)
    assert not any("None" in line or "{" in line for line in told)


def test_where_nothing_is_missing_nothing_is_advised():
    assert advice("nhe", [month("2015-03", held=4)]) == [
        "of all that is known to have existed, everything is held"
    ]


@pytest.fixture(scope="module")
def page() -> Iterator[object]:
    """Give a page of Chromium."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=60_000
        )
        yield browser.new_page()
        browser.close()


CONTRAST = """() => [...document.querySelectorAll(".month")].map(cell => {
  const light = text => { const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(n => n / 255)
    .map(n => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const fill = found => getComputedStyle(found).fill;
  const box = fill(cell.querySelector("rect"));
  const ground = light(box === "none" ? fill(document.querySelector(".paper")) : box);
  const ink = light(fill(cell.querySelector("text")));
  return (Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05) })"""


def test_the_drawing_shows_each_month_in_a_browser(page, tmp_path: Path):
    drawn = tmp_path / "coverage.svg"
    drawn.write_text(svg("Coverage of <nhe> & more", MONTHS), encoding="utf-8")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(drawn.as_uri(), timeout=60_000)

    cells = page.locator("g.month")
    assert cells.locator("text").all_text_contents() == [
        *("100", "75", "33", "10", "0", "·", "?", "×", "100?", "100", "50?")
    ]
    assert cells.nth(4).locator("title").text_content() == "Jul 2015: 0 of 2 held (2 refused)"
    assert cells.nth(8).locator("title").text_content() == "Nov 2015: 2 of 2 held; there may have been more"
    image = page.get_by_role("img", name="Coverage of <nhe> & more")
    assert image.count() == 1
    assert "2016: 1 of 2 held" in page.locator("desc").text_content()
    boxes = [cells.nth(number).bounding_box() for number in range(cells.count())]
    assert len({(box["x"], box["y"]) for box in boxes}) == len(MONTHS)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert min(page.evaluate(CONTRAST)) >= 4.5, scheme
    assert complaints == []
