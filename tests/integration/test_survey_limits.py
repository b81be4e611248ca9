"""Surveys and checks of pages on which a reader hangs or dies: each costs itself and nothing else."""

import asyncio
from collections.abc import Sequence

import pytest

from core.errors import CuttingsError
from crawlers.bounded import BoundedProcess
from crawlers.steps import MOST_LOST, Ended, Stepping
from crawlers.survey.documents import Document
from newsstand import Answer, Request
from newsstand.platforms import serve
from newsstand.platforms.wordpress import WordPressSite
from tests.integration.forking import Fork
from tests.stuck import Stuck

SECONDS = 3.0


def taken(bodies: Sequence[bytes], seconds: float = SECONDS) -> list[str]:
    """Take steps that are told these documents; give what came of each."""

    async def all_of_them() -> list[str]:
        stepping = Stepping("a site", Stuck(len(bodies)), process)
        other = Stepping("another site", Stuck(3), process)
        step, asked = await stepping.begun(), []
        beside = await other.begun()
        for body in bodies:
            assert not isinstance(step, Ended)
            asked.append(step.url)
            step = await stepping.answered(step, Document(url=step.url, status=200, body=body))
            if not isinstance(beside, Ended):  # it shares the process, and loses nothing with it
                beside = await other.answered(beside, Document(url=beside.url, status=200, body=b"read"))
        assert isinstance(step, Ended)
        assert isinstance(beside, Ended)
        assert beside.found == ["read"] * 3
        assert asked == [f"https://example.com/{number}" for number in range(len(bodies))]
        return step.found

    process = BoundedProcess(seconds)
    try:
        return asyncio.run(all_of_them())
    finally:
        process.close()


def test_a_document_on_which_the_reader_hangs_or_dies_costs_itself():
    assert taken([b"one", b"hang", b"two", b"die", b"three"]) == [
        "one",
        "the page took more than 3 s to read",
        "two",
        "the reading process died on the page (exit 3)",
        "three",
    ]


def test_a_site_all_of_whose_pages_kill_the_reader_is_given_up():
    with pytest.raises(CuttingsError, match="the pages of a site cannot be read: the reading process died"):
        taken([b"die"] * (MOST_LOST + 1))


class Endless(WordPressSite):
    """A site whose newest article is longer than anybody reads in the time."""

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        if self.stories[0].slug not in request.target or b"</p>" not in answer.body:
            return answer
        more = b"</p>" + b"<p>One more sentence about nothing at all.</p>" * 150_000
        return Answer(body=answer.body.replace(b"</p>", more, 1), headers=answer.headers)


def survey(origin: str) -> None:
    """Survey a site with little time for each document; say what was found."""
    from cli.scout import survey
    from core.settings import load_settings
    from crawlers.survey.wish import Wish

    wish = Wish(url="http://www.apothecary.example/", timezone="Europe/London", base_url=origin)
    found = survey(wish, load_settings(), lambda *_: None, seconds=2.5)
    print(len(found.samples), found.missing, *found.caveats, sep="\n")  # noqa: T201 - what the test reads


def test_a_survey_goes_on_without_a_page_that_takes_too_long(tmp_path):
    out, err = tmp_path / "out", tmp_path / "err"
    with serve(Endless()) as site:
        environment = {"CUTTINGS_HOME": str(tmp_path), "CUTTINGS_DOWNLOAD_DELAY": "0"}
        fork = Fork(survey, site.address, out=out, err=err, environment=environment)
        assert fork.wait(120) == 0, err.read_text()
    samples, missing, *caveats = out.read_text().splitlines()
    assert (samples, missing) == ("5", "()")
    lost = [caveat for caveat in caveats if "took more than 2.5 s to read" in caveat]
    assert any(Endless().stories[0].slug in caveat for caveat in lost)
